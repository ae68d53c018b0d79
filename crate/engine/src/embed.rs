//! Records in, finished rows out.
//!
//! Identical sequences are embedded once. Windows are packed into batches, a batch passes through
//! the model layer by layer, the layers to keep are pooled on the device, and only the pooled rows
//! come back. Every row is checked to be finite before it is called a result.

mod embedded;
mod options;
mod output_buffer;
mod sequence;

pub use embedded::{Embedded, Item};
pub use options::{Layers, Options};

use crate::batch::Batch;
use crate::error::EngineError;
use crate::families::Model;
use crate::families::transformer::contacts::Contacts;
use crate::plan::{Window, batches};
use crate::pooling::{DevicePool, Pool};
use crate::progress::pause_and_report;
use crate::readback::read_back;
use burn::tensor::Tensor;
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::token::Tokenizer;
use output_buffer::OutputBuffer;
use sequence::DistinctSequences;

/// Embeds all records. `progress` counts residues (k-mers, domains), also in the middle of a batch as layers pass.
///
/// # Shape
/// Per layer `[rows, d]`: one row per record if `options.pool` makes one, else one per residue or token.
///
/// # Errors
/// `embed.*` for impossible options, `token.*` for a record that the tokenizer refuses, `device.failed` if the device
/// stops answering, `engine.cancelled`.
///
/// ```
/// # use crossgrain_core::{progress::Silent, weights::FileBytes};
/// # use crossgrain_engine::{checkpoint::Checkpoint, device::OpenDevice};
/// use crossgrain_engine::embed::{Item, Layers, Options, embed};
/// use crossgrain_engine::pooling::Pool;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::path::Path::new("../../tests/golden/esm2-tiny");
/// # let checkpoint = Checkpoint::from_files(
/// #     &["config.json", "model.safetensors"],
/// #     &mut |name| Ok(Box::new(FileBytes::open(&folder.join(name))?)),
/// #     &OpenDevice::cpu("for an example"), None, &mut Silent)?;
/// let (model, tokenizer) = (checkpoint.model(), checkpoint.tokenizer());
/// let records = [Item { id: "a", letters: "MKTAYIAK" }, Item { id: "b", letters: "GIVEQ" }];
/// let options = Options { layers: Layers::Some(vec![0, 2]), pool: Pool::Residues, ..Options::default() };
/// let rows = pollster::block_on(embed(model, tokenizer, &records, &options, 1024, &mut Silent))?;
/// assert_eq!(rows.layers, [0, 2]);
/// assert_eq!(rows.offsets, [0, 8, 13]); // one row per residue
/// # Ok(())
/// # }
/// ```
pub async fn embed(
    model: &dyn Model,
    tokenizer: &Tokenizer,
    items: &[Item<'_>],
    options: &Options,
    budget: usize,
    progress: &mut dyn Progress,
) -> Result<Embedded, EngineError> {
    let architecture = model.architecture();
    let layers = options.layers.resolve(architecture.last)?;
    if options.logits && !architecture.has_logits {
        return Err(EngineError::NoLogits);
    }
    if options.contacts && !architecture.has_contacts {
        return Err(EngineError::NoContacts);
    }
    let pool = match options.pool {
        Pool::Auto => architecture.family.pool,
        pool => pool,
    };
    let options = &Options { pool, ..options.clone() };
    let sequences = DistinctSequences::new(tokenizer, items, architecture.window, options)?;
    let mut output = OutputBuffer::new(&sequences, &layers, architecture, options);
    // Attention maps belong to one sequence at a time.
    let budget = if options.contacts { 0 } else { budget };
    let mut counter = Counter { progress, done: 0, total: sequences.work(), layers: architecture.last };
    counter.progress.begin(Stage::Embedding);
    for windows in batches(sequences.windows(), budget) {
        let work = windows.iter().map(|window| window.residues.len()).sum();
        let run = Run { model, sequences: &sequences, layers: &layers, options, windows: &windows };
        run.forward(&mut output, &mut counter, work).await?;
        counter.done += work;
    }
    output.finish(&sequences, items)
}

/// Residues that have passed, and the observer of progress.
struct Counter<'a> {
    progress: &'a mut dyn Progress,
    done: usize, // of finished batches
    total: usize,
    layers: usize,
}

impl Counter<'_> {
    /// Reports that a batch of `work` residues has passed this many layers.
    async fn passed(&mut self, work: usize, layers: usize) -> Result<(), EngineError> {
        let done = self.done + work * layers / self.layers.max(1);
        pause_and_report(self.progress, done as u64, self.total as u64).await
    }
}

/// One batch on its way through the model.
struct Run<'a> {
    model: &'a dyn Model,
    sequences: &'a DistinctSequences,
    layers: &'a [usize],
    options: &'a Options,
    windows: &'a [Window],
}

impl Run<'_> {
    /// Runs the batch of `work` residues and puts its rows into `output`.
    async fn forward(
        &self,
        output: &mut OutputBuffer,
        counter: &mut Counter<'_>,
        work: usize,
    ) -> Result<(), EngineError> {
        let model = self.model;
        let tokens: Vec<Vec<u32>> = self.windows.iter().map(|window| self.sequences.tokens(window)).collect();
        let batch = Batch::new(tokens.iter().map(Vec::as_slice));
        let rows = batch.rows(model.on_gpu());
        let pool = self.options.pool.is_sum().then(|| {
            DevicePool::new(
                self.options.pool,
                self.windows,
                rows,
                |i| self.sequences.coverage(i),
                |i| self.sequences.windows_of(i).len(),
                model.device(),
            )
        });
        let mut contacts = self.contacts();
        let mut waiting: Vec<(usize, Tensor<2>)> = Vec::new();
        let mut keep = |layer: usize, state: &Tensor<2>| {
            if let Ok(slot) = self.layers.binary_search(&layer) {
                waiting.push((slot, pool.as_ref().map_or_else(|| state.clone(), |pool| pool.forward(state))));
            }
        };

        let mut pass = model.begin(&batch);
        keep(0, pass.state());
        while let Some(layer) = model.step(&mut pass, contacts.is_some()) {
            keep(layer, pass.state());
            if let Some((sum, length)) = &mut contacts
                && let Some(maps) = pass.attention_weights(model.architecture().heads, *length)
                && let Some((weights, _)) = model.contact_weights(layer - 1)
            {
                sum.add(&read_back(maps).await?, weights);
            }
            counter.passed(work, layer).await?;
        }
        for (slot, rows) in waiting {
            output.state(slot, self.windows, self.sequences, &read_back(rows).await?);
        }
        if self.options.logits {
            output.logits(self.windows, self.sequences, &read_back(model.logits(&pass)?).await?);
        }
        if let (Some((sum, _)), Some((_, bias)), [window]) =
            (contacts, model.contact_weights(0), self.windows)
        {
            output.contacts(window.sequence, sum.finish(bias));
        }
        Ok(())
    }

    /// The contact sum of a batch that holds a whole sequence, and its number of tokens.
    fn contacts(&self) -> Option<(Contacts, usize)> {
        let [window] = self.windows else { return None };
        let whole = self.options.contacts && self.sequences.windows_of(window.sequence).len() == 1;
        whole.then(|| (Contacts::new(window.residues.len()), window.tokens()))
    }
}
