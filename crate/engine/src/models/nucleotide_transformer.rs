//! Nucleotide Transformer v1 and v2: pre-norm transformers over 6-mers (or 3-mers) of DNA.
//!
//! Reference: the hub's `modeling_esm.py` of InstaDeepAI (Dalla-Torre et al. 2024; the 3-mer model:
//! Boshar et al. 2024). It is the network of [`super::esm`] with these differences:
//!
//! | | v1 | v2 |
//! |---|---|---|
//! | positions | learned, first real token takes row 2 | rotary, frequencies exact in f32 |
//! | feed-forward | GELU, biases | SwiGLU, `W₁` of height 2·f, no biases |
//! | rescaled embedding | as ESM (×0.88 without masks) | no |
//! | ε of the norms | 1e-12 | 1e-12; the 3-mer model 1e-5 |
//! | decoder | a tensor of its own | a tensor of its own |
//!
//! Tensors are those of [`super::esm::names`], with `lm_head.decoder.weight` `[v, d]` beside the
//! embedding, and for v2 `….intermediate.dense.weight` `[2·f, d]` without a bias. The contact head
//! that the files carry was never trained and is not used. Hidden states are numbered as for ESM.

use super::esm::config::Config;
use super::esm::embedding::Embedding;
use super::esm::head::Head;
use super::esm::layer::Layer;
use super::esm::names;
use super::esm::rotary::Rotary;
use super::{Architecture, Model, Pass};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::nn::{LayerNorm, Placement, Reader};
use burn::tensor::Tensor;
use crossgrain_core::weights::{TensorSource, check};

/// A loaded checkpoint on a device.
pub struct NucleotideTransformer {
    architecture: Architecture,
    place: Placement,
    embedding: Embedding,
    rotary: Option<Rotary>,
    layers: Vec<Layer>,
    norm_after: LayerNorm,
    head: Option<Head>,
}

impl NucleotideTransformer {
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
        check(source, &names::expected(config), &["esm.embeddings.position_ids", "esm.pooler.*"])?;
        let total = source.names().len();
        let mut count = |read: usize| progress(read, total);
        let mut reader = Reader::new(source, place, &mut count);

        let embedding = Embedding::read(&mut reader, config)?;
        let mut layers = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            layers.push(Layer::read(&mut reader, &names::layer(i), config)?);
        }
        let norm_after = LayerNorm::read(&mut reader, "esm.encoder.emb_layer_norm_after", config.epsilon)?;
        let rotary = Rotary::read(&mut reader, config)?;
        let head = Head::read(&mut reader, &embedding.tokens, config)?;
        Ok(Self {
            architecture: config.architecture(head.is_some(), false),
            place: place.clone(),
            embedding,
            rotary,
            layers,
            norm_after,
            head,
        })
    }
}

impl Model for NucleotideTransformer {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn place(&self) -> &Placement {
        &self.place
    }

    fn begin(&self, batch: &Batch) -> Pass {
        let rows = batch.rows(self.place.gpu);
        let x = self.embedding.forward(batch, rows, &self.place.device); // [rows, d]
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
}
