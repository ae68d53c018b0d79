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
use crate::models::Esm;
use crate::models::esm::contacts::Contacts;
use crate::plan::{Piece, batches};
use crate::pooling::DevicePool;
use crate::pulse::{Progress, Pulse};
use burn::tensor::Tensor;
use crossgrain_core::token::EsmTokenizer;
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
    /// Residues the model saw of each record, `[n]`.
    pub residues: Vec<u32>,
    /// Distinct sequences embedded.
    pub unique: usize,
    /// Letters that no token stands for: record and what the tokenizer says.
    pub unknown: Vec<(usize, String)>,
    /// Per record `[l + 2, v]`, if asked for.
    pub logits: Vec<Vec<f32>>,
    /// Per record `[l, l]`, if asked for; `None` for records of several windows.
    pub contacts: Vec<Option<Vec<f32>>>,
}

/// Embeds all records; `None` if the pulse cancelled.
///
/// # Errors
/// `embed.*` for impossible options, `device.failed` if the device stops answering.
pub async fn embed(
    model: &Esm,
    tokenizer: &EsmTokenizer,
    items: &[Item<'_>],
    options: &Options,
    budget: usize,
    pulse: &mut impl Pulse,
) -> Result<Option<Embedded>, EngineError> {
    let config = model.config();
    let layers = options.layers.resolve(config.layers)?;
    if options.logits && !model.has_head() {
        return Err(EngineError::NoLogits);
    }
    if options.contacts && model.contact_weights(0).is_none() {
        return Err(EngineError::NoContacts);
    }
    let sequences = Sequences::new(tokenizer, items, options.overlap)?;
    let mut sink = Sink::new(&sequences, &layers, config, options);
    // Attention maps belong to one sequence at a time.
    let budget = if options.contacts { 0 } else { budget };
    let total = sequences.work() as f64;
    let mut done = 0.0;
    for pieces in batches(sequences.pieces(), budget) {
        let work: usize = pieces.iter().map(|piece| piece.residues.len()).sum();
        let share = work as f64 / config.layers as f64;
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
    model: &'a Esm,
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
        let pool = self.options.pool.is_pooled().then(|| {
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
                && let Some(maps) = model.attention_weights(&mut pass, *length)
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
