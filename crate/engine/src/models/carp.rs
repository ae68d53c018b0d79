//! BiGCARP and CARP: dilated convolutions over protein domains, or over amino acids.
//!
//! Reference: `sequence_models.convolutional.ByteNetLM` of protein-sequence-models 1.8.0 (Yang et al.
//! 2024; BiGCARP: Rios-Martinez et al. 2023). Tokens are embedded at width `e`, widened to `d`, and
//! pass through `L` residual blocks; block `i` convolves with dilation `2^(i mod (⌊log₂ r⌋ + 1))`:
//!
//! `x ← x + W₂ · GELU(LN₃(conv(GELU(LN₂(W₁ · GELU(LN₁ x))))))`
//!
//! The stream itself is never normed. Hidden state 0 is the widened embedding, `i` the stream after
//! block `i`, and state `L + 1` the stream after the final norm, which the decoder reads. (The
//! reference library's own "last layer" is state `L`; Xiao et al. take state `L + 1`.) Convolutions
//! end at the ends of a sequence; there is no padding between sequences, so no mask is needed.

mod block;
pub mod config;
pub mod names;

use super::{Architecture, Model, Pass};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::kernels::{Activation, lookup};
use crate::nn::{LayerNorm, Linear, Placement, Reader};
use block::Block;
use burn::tensor::Tensor;
use config::Config;
use crossgrain_core::weights::{TensorSource, check};

/// ε of every layer norm.
pub(super) const EPSILON: f32 = 1e-5;

/// A loaded checkpoint on a device.
pub struct Carp {
    architecture: Architecture,
    place: Placement,
    embedding: Tensor<2>, // [v, e]
    up: Linear,           // e → d
    blocks: Vec<Block>,
    norm: LayerNorm,
    decoder: Linear, // d → v
}

impl Carp {
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
        check(source, &names::expected(config), &[])?;
        let total = source.names().len();
        let mut count = |read: usize| progress(read, total);
        let mut reader = Reader::new(source, place, &mut count);

        let embedding = match config.trainable {
            None => reader.host("embedder.embedder.weight")?,
            Some(_) => {
                let mut rows = reader.host("embedder.embedder.trainable.weight")?;
                rows.append(&mut reader.host("embedder.embedder.frozen.weight")?);
                rows
            }
        };
        let embedding = reader.upload_matrix(embedding, config.embedded); // [v, e]
        let up = Linear::read_head(&mut reader, "embedder.up_embedder.conv", config.embedded)?;
        let mut blocks = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            blocks.push(Block::read(&mut reader, i, config)?);
        }
        Ok(Self {
            architecture: config.architecture(),
            place: place.clone(),
            embedding,
            up,
            blocks,
            norm: LayerNorm::read(&mut reader, "last_norm", EPSILON)?,
            decoder: Linear::read_head(&mut reader, "decoder.conv", config.width)?,
        })
    }

    /// The rows of the embedding table themselves, before they are widened.
    ///
    /// # Shape
    /// `[rows, e]`.
    #[must_use]
    pub fn embedded(&self, batch: &Batch) -> Tensor<2> {
        lookup(self.embedding.clone(), &batch.row_ids(batch.rows(self.place.gpu), &self.place.device))
    }
}

impl Model for Carp {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn place(&self) -> &Placement {
        &self.place
    }

    fn begin(&self, batch: &Batch) -> Pass {
        let x = self.up.forward(self.embedded(batch), Activation::None); // [rows, e] → [rows, d]
        Pass::new(x, batch.row_spans(batch.rows(self.place.gpu), &self.place.device), None)
    }

    fn step(&self, pass: &mut Pass, _keep: bool) -> Option<usize> {
        pass.x = match self.blocks.get(pass.layer) {
            Some(block) => block.forward(pass.x.clone(), &pass.spans), // [rows, d]
            None if pass.layer == self.blocks.len() => self.norm.forward(pass.x.clone()), // [rows, d]
            None => return None,
        };
        pass.layer += 1;
        Some(pass.layer)
    }

    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError> {
        Ok(self.decoder.forward(pass.x.clone(), Activation::None)) // [rows, v]
    }
}
