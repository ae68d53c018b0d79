//! Records in, finished rows out.
//!
//! Identical sequences are embedded once. Windows are packed into batches, a batch passes through
//! the model layer by layer, asked-for layers are pooled on the device, and only the pooled rows
//! come back. Every row is checked to be finite before it is called a result.

mod options;
mod sequence;
mod sink;

pub use options::{Layers, Options};

use crate::batch::Batch;
use crate::error::EngineError;
use crate::models::Model;
use crate::models::esm::contacts::Contacts;
use crate::plan::{Piece, batches};
use crate::pooling::{DevicePool, Pool};
use crate::pulse::{Progress, Pulse};
use burn::tensor::Tensor;
use crossgrain_core::error::Notice;
use crossgrain_core::token::Tokenizer;
use sequence::Sequences;
use sink::Sink;

/// A record to embed.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its id, for messages.
    pub id: &'a str,
    /// Its letters, as [`crossgrain_core::seq`] leaves them.
    pub letters: &'a str,
}

/// The rows of all records.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    /// The layers asked for, ascending.
    pub layers: Vec<usize>,
    /// `d`.
    pub width: usize,
    /// Record `i` has rows `offsets[i]..offsets[i + 1]`; `[n + 1]`.
    pub offsets: Vec<usize>,
    /// Per layer of `layers`: `[rows, d]`.
    pub states: Vec<Vec<f32>>,
    /// Windows each record took, `[n]`.
    pub windows: Vec<u32>,
    /// Residues (or k-mers, or domains: tokens without specials) of each record, `[n]`.
    pub residues: Vec<u32>,
    /// Special tokens around them, `[n]`.
    pub specials: Vec<u32>,
    /// How rows were made; never [`Pool::Auto`].
    pub pool: Pool,
    /// Distinct sequences embedded.
    pub unique: usize,
    /// What the tokenizer has to say of records: letters that no token stands for, letters that
    /// were changed. Their `at` has no place: the caller knows the names of records.
    pub notices: Vec<(usize, Notice)>,
    /// Per record `[residues + specials, v]`, if asked for.
    pub logits: Vec<Vec<f32>>,
    /// Per record `[l, l]`, if asked for; `None` for records of several windows.
    pub contacts: Vec<Option<Vec<f32>>>,
}

/// Embeds all records; `None` if the pulse cancelled.
///
/// # Errors
/// `embed.*` for impossible options, `device.failed` if the device stops answering.
pub async fn embed(
    model: &dyn Model,
    tokenizer: &Tokenizer,
    items: &[Item<'_>],
    options: &Options,
    budget: usize,
    pulse: &mut impl Pulse,
) -> Result<Option<Embedded>, EngineError> {
    let architecture = model.architecture();
    let layers = options.layers.resolve(architecture.last)?;
    if options.logits && !architecture.has_logits {
        return Err(EngineError::NoLogits);
    }
    if options.contacts && !architecture.has_contacts {
        return Err(EngineError::NoContacts);
    }
    let pool = match options.pool {
        Pool::Auto => architecture.family.pool(),
        pool => pool,
    };
    let options = &Options { pool, ..options.clone() };
    let sequences = Sequences::new(tokenizer, items, architecture.window, options)?;
    let mut sink = Sink::new(&sequences, &layers, architecture, options);
    // Attention maps belong to one sequence at a time.
    let budget = if options.contacts { 0 } else { budget };
    let total = sequences.work() as f64;
    let mut done = 0.0;
    for pieces in batches(sequences.pieces(), budget) {
        let work: usize = pieces.iter().map(|piece| piece.residues.len()).sum();
        let share = work as f64 / architecture.last as f64;
        let pass = Run { model, sequences: &sequences, layers: &layers, options, pieces: &pieces };
        let mut beats = 0.0;
        let mut beat = async || {
            beats += 1.0;
            pulse.beat(Progress { done: (done + share * beats).min(total), total }).await
        };
        if !pass.forward(&mut sink, &mut beat).await? {
            return Ok(None);
        }
        done += work as f64;
    }
    sink.finish(&sequences, items).map(Some)
}

/// One batch on its way through the model.
struct Run<'a> {
    model: &'a dyn Model,
    sequences: &'a Sequences,
    layers: &'a [usize],
    options: &'a Options,
    pieces: &'a [Piece],
}

impl Run<'_> {
    /// Returns `false` if cancelled.
    async fn forward(
        &self,
        sink: &mut Sink,
        beat: &mut impl AsyncFnMut() -> bool,
    ) -> Result<bool, EngineError> {
        let model = self.model;
        let tokens: Vec<Vec<u32>> = self.pieces.iter().map(|piece| self.sequences.tokens(piece)).collect();
        let batch = Batch::new(tokens.iter().map(Vec::as_slice));
        let rows = batch.rows(model.on_gpu());
        let pool = self.options.pool.is_sum().then(|| {
            DevicePool::new(
                self.options.pool,
                self.pieces,
                rows,
                |i| self.sequences.coverage(i),
                |i| self.sequences.windows(i).len(),
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
                sum.add(&read(maps).await?, weights);
            }
            if !beat().await {
                return Ok(false);
            }
        }
        for (slot, rows) in waiting {
            sink.state(slot, self.pieces, self.sequences, &read(rows).await?);
        }
        if self.options.logits {
            sink.logits(self.pieces, self.sequences, &read(model.logits(&pass)?).await?);
        }
        if let (Some((sum, _)), Some((_, bias)), [piece]) = (contacts, model.contact_weights(0), self.pieces)
        {
            sink.contacts(piece.sequence, sum.finish(bias));
        }
        Ok(true)
    }

    /// The contact sum of a batch that holds a whole sequence, and its number of tokens.
    fn contacts(&self) -> Option<(Contacts, usize)> {
        let [piece] = self.pieces else { return None };
        let whole = self.options.contacts && self.sequences.windows(piece.sequence).len() == 1;
        whole.then(|| (Contacts::new(piece.residues.len()), piece.tokens()))
    }
}

/// Numbers back from the device: the only proof that it computed.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, EngineError> {
    let data = tensor.into_data_async().await.map_err(|error| EngineError::Device(format!("{error:?}")))?;
    data.try_into_vec::<f32>().map_err(|error| EngineError::Device(format!("{error:?}")))
}
