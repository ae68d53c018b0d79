//! The forward pass of BiGCARP and CARP.

use super::block::{ByteNetBlock, EPSILON};
use super::config::CarpConfig;
use super::tensors;
use crate::batch::Batch;
use crate::error::EngineError;
use crate::families::{Architecture, Model, ModelConfig, Pass, TensorList};
use crate::kernels::{Activation, lookup};
use crate::nn::{LayerNorm, Linear, Placement, Reader};
use burn::tensor::Tensor;

/// Without this tensor there are no logits.
const DECODER: &str = "decoder.conv.weight";

/// A loaded checkpoint on a device.
pub struct Carp {
    architecture: Architecture,
    placement: Placement,
    embedding: Tensor<2>, // [v, e]
    up: Linear,           // e → d
    blocks: Vec<ByteNetBlock>,
    norm: LayerNorm,
    decoder: Option<Linear>, // d → v
}

impl Carp {
    /// Reads a checkpoint tensor by tensor.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn read(config: &CarpConfig, reader: &mut Reader<'_>) -> Result<Self, EngineError> {
        let embedding = match config.trainable {
            None => reader.host("embedder.embedder.weight")?,
            Some(_) => {
                let mut rows = reader.host("embedder.embedder.trainable.weight")?;
                rows.append(&mut reader.host("embedder.embedder.frozen.weight")?);
                rows
            }
        };
        let embedding = reader.upload_matrix(embedding, config.embedded); // [v, e]
        let up = Linear::read_head(reader, "embedder.up_embedder.conv", config.embedded)?;
        let mut blocks = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            blocks.push(ByteNetBlock::read(reader, i, config)?);
        }
        let norm = LayerNorm::read(reader, "last_norm", EPSILON)?;
        let decoder = match reader.has(DECODER) {
            true => Some(Linear::read_head(reader, "decoder.conv", config.width)?),
            false => None,
        };
        Ok(Self {
            architecture: config.architecture(decoder.is_some()),
            placement: reader.placement().clone(),
            embedding,
            up,
            blocks,
            norm,
            decoder,
        })
    }

    /// The rows of the embedding table themselves, before they are widened.
    ///
    /// # Shape
    /// Tokens `[t]` → `[rows, e]`.
    #[must_use]
    pub fn embedded(&self, batch: &Batch, rows: usize) -> Tensor<2> {
        lookup(self.embedding.clone(), &batch.row_ids(rows, self.device()))
    }
}

impl ModelConfig for CarpConfig {
    fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    fn tensors(&self) -> TensorList {
        TensorList { expected: tensors::expected(self), ignored: &[], head: DECODER, decoder: None }
    }

    fn load(&self, reader: &mut Reader<'_>) -> Result<Box<dyn Model>, EngineError> {
        Ok(Box::new(Carp::read(self, reader)?))
    }
}

impl Model for Carp {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }

    fn embed(&self, batch: &Batch, rows: usize) -> Tensor<2> {
        self.up.forward(self.embedded(batch, rows), Activation::None) // [rows, e] → [rows, d]
    }

    fn next_state(&self, pass: &mut Pass, _keep: bool) -> Tensor<2> {
        match self.blocks.get(pass.layer) {
            Some(block) => block.forward(pass.x.clone(), &pass.spans), // [rows, d]
            None => self.norm.forward(pass.x.clone()),                 // [rows, d]
        }
    }

    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError> {
        let decoder = self.decoder.as_ref().ok_or(EngineError::NoLogits)?;
        Ok(decoder.forward(pass.x.clone(), Activation::None)) // [rows, v]
    }
}
