//! The forward pass of ESM and the Nucleotide Transformer.

use super::config::TransformerConfig;
use super::embedding::Embedding;
use super::head::LmHead;
use super::layer::{self, TransformerLayer};
use super::rotary::Rotary;
use super::tensors;
use crate::batch::Batch;
use crate::error::EngineError;
use crate::families::{Architecture, Model, ModelConfig, Pass, TensorList};
use crate::nn::{LayerNorm, Placement, Reader};
use burn::tensor::Tensor;

/// A loaded checkpoint on a device.
pub struct Transformer {
    architecture: Architecture,
    placement: Placement,
    embedding: Embedding,
    norm_before: Option<LayerNorm>,
    rotary: Option<Rotary>,
    layers: Vec<TransformerLayer>,
    norm_after: LayerNorm,
    head: Option<LmHead>,
    contact: Option<ContactHead>,
}

/// Weights of the contact regression, `[L·h]` and one bias.
struct ContactHead {
    weights: Vec<f32>,
    bias: f32,
}

impl Transformer {
    /// Reads a checkpoint tensor by tensor.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn read(config: &TransformerConfig, reader: &mut Reader<'_>) -> Result<Self, EngineError> {
        let embedding = Embedding::read(reader, config)?;
        let norm_before = match config.norm_before {
            true => Some(LayerNorm::read(reader, "esm.embeddings.layer_norm", config.epsilon)?),
            false => None,
        };
        let mut layers = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            layers.push(TransformerLayer::read(reader, &layer::prefix(i), config)?);
        }
        let norm_after = LayerNorm::read(reader, "esm.encoder.emb_layer_norm_after", config.epsilon)?;
        let rotary = Rotary::read(reader, config)?;
        let head = LmHead::read(reader, &embedding.tokens, config)?;
        let contact = match config.contacts && reader.has("esm.contact_head.regression.weight") {
            true => Some(ContactHead {
                weights: reader.host("esm.contact_head.regression.weight")?,
                bias: reader.host("esm.contact_head.regression.bias")?.first().copied().unwrap_or(0.0),
            }),
            false => None,
        };
        Ok(Self {
            architecture: config.architecture(head.is_some(), contact.is_some()),
            placement: reader.placement().clone(),
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

impl ModelConfig for TransformerConfig {
    fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    fn tensors(&self) -> TensorList {
        TensorList {
            expected: tensors::expected(self),
            ignored: tensors::ignored(self),
            head: "lm_head.dense.weight",
            decoder: Some(self.decoder()),
        }
    }

    fn load(&self, reader: &mut Reader<'_>) -> Result<Box<dyn Model>, EngineError> {
        Ok(Box::new(Transformer::read(self, reader)?))
    }
}

impl Model for Transformer {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }

    fn embed(&self, batch: &Batch, rows: usize) -> Tensor<2> {
        let x = self.embedding.forward(batch, rows, self.device()); // [rows, d]
        match &self.norm_before {
            Some(norm) => norm.forward(x), // [rows, d]
            None => x,
        }
    }

    fn angles(&self, batch: &Batch, rows: usize) -> Option<Tensor<2>> {
        self.rotary.as_ref().map(|rotary| rotary.angles(batch, rows, self.device())) // [rows, c]
    }

    fn next_state(&self, pass: &mut Pass, keep: bool) -> Tensor<2> {
        let x = self.layers[pass.layer].forward(pass, keep); // [rows, d]
        match pass.layer + 1 == self.layers.len() {
            true => self.norm_after.forward(x), // [rows, d]
            false => x,
        }
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
