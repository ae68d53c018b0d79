//! ESM-2 and ESM-1b: pre-norm transformers over amino acids.
//!
//! Reference: fair-esm 2.0.0 and `transformers` `models/esm` (Lin et al. 2023, Rives et al. 2021).
//! Hidden states are numbered as there: 0 is the rescaled embedding (ESM-1b: with positions and
//! norm), `i` the residual stream after layer `i`, and the last one has passed the final norm.

pub mod config;
pub mod contacts;
pub mod embedding;
pub mod head;
pub mod layer;
pub mod names;
pub mod rotary;

use super::{Architecture, Model, Pass};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::nn::{LayerNorm, Placement, Reader};
use burn::tensor::Tensor;
use config::Config;
use crossgrain_core::weights::{TensorSource, check};
use embedding::Embedding;
use head::Head;
use layer::Layer;
use rotary::Rotary;

/// A loaded checkpoint on a device.
pub struct Esm {
    architecture: Architecture,
    place: Placement,
    embedding: Embedding,
    norm_before: Option<LayerNorm>,
    rotary: Option<Rotary>,
    layers: Vec<Layer>,
    norm_after: LayerNorm,
    head: Option<Head>,
    contact: Option<ContactHead>,
}

/// Weights of the contact regression, `[L·h]` and one bias.
struct ContactHead {
    weights: Vec<f32>,
    bias: f32,
}

impl Esm {
    /// Reads a checkpoint tensor by tensor; `progress` hears `(tensors read, tensors in all)`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn load(
        config: &Config,
        source: &dyn TensorSource,
        place: &Placement,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        check(source, &names::expected(config), names::IGNORED)?;
        let total = source.names().len();
        let mut count = |read: usize| progress(read, total);
        let mut reader = Reader::new(source, place, &mut count);

        let embedding = Embedding::read(&mut reader, config)?;
        let norm_before = match config.norm_before {
            true => Some(LayerNorm::read(&mut reader, "esm.embeddings.layer_norm", config.epsilon)?),
            false => None,
        };
        let mut layers = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            layers.push(Layer::read(&mut reader, &names::layer(i), config)?);
        }
        let norm_after = LayerNorm::read(&mut reader, "esm.encoder.emb_layer_norm_after", config.epsilon)?;
        let rotary = Rotary::read(&mut reader, config)?;
        let head = Head::read(&mut reader, &embedding.tokens, config)?;
        let contact = match reader.has("esm.contact_head.regression.weight") {
            true => Some(ContactHead {
                weights: reader.host("esm.contact_head.regression.weight")?,
                bias: reader.host("esm.contact_head.regression.bias")?.first().copied().unwrap_or(0.0),
            }),
            false => None,
        };
        Ok(Self {
            architecture: config.architecture(head.is_some(), contact.is_some()),
            place: place.clone(),
            embedding,
            norm_before,
            rotary,
            layers,
            norm_after,
            head,
            contact,
        })
    }
}

impl Model for Esm {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn place(&self) -> &Placement {
        &self.place
    }

    fn begin(&self, batch: &Batch) -> Pass {
        let rows = batch.rows(self.place.gpu);
        let mut x = self.embedding.forward(batch, rows, &self.place.device); // [rows, d]
        if let Some(norm) = &self.norm_before {
            x = norm.forward(x);
        }
        let angles = self.rotary.as_ref().map(|rotary| rotary.angles(batch, rows, &self.place.device)); // [rows, c]
        Pass::new(x, batch.row_spans(rows, &self.place.device), angles)
    }

    fn step(&self, pass: &mut Pass, keep: bool) -> Option<usize> {
        self.layers.get(pass.layer)?.step(pass, keep); // [rows, d]
        if pass.layer == self.layers.len() {
            pass.x = self.norm_after.forward(pass.x.clone());
        }
        Some(pass.layer)
    }

    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError> {
        let head = self.head.as_ref().ok_or(EngineError::NoLogits)?;
        Ok(head.forward(pass.x.clone())) // [rows, v]
    }

    fn contact_weights(&self, i: usize) -> Option<(&[f32], f32)> {
        let contact = self.contact.as_ref()?;
        let heads = self.architecture.heads;
        Some((contact.weights.get(i * heads..(i + 1) * heads)?, contact.bias))
    }
}
