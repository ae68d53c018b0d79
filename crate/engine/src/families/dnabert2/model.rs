//! The forward pass of DNABERT-2.

use super::config::DnaBert2Config;
use super::layer::DnaBert2Layer;
use super::tensors;
use crate::batch::Batch;
use crate::error::EngineError;
use crate::families::{Architecture, Model, ModelConfig, Pass, TensorList};
use crate::kernels::{Activation, lookup};
use crate::nn::{LayerNorm, Linear, Placement, Reader};
use burn::tensor::Tensor;

/// A loaded checkpoint on a device.
pub struct Dnabert2 {
    architecture: Architecture,
    placement: Placement,
    embedding: Tensor<2>, // [v, d], the token type already added
    norm: LayerNorm,
    layers: Vec<DnaBert2Layer>,
    head: Option<MlmHead>,
}

/// Without this tensor there is no head.
const HEAD: &str = "cls.predictions.transform.dense.weight";

/// The masked-language-model head.
struct MlmHead {
    dense: Linear, // d → d, GELU
    norm: LayerNorm,
    decoder: Linear, // d → v
}

impl Dnabert2 {
    /// Reads a checkpoint tensor by tensor.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn read(config: &DnaBert2Config, reader: &mut Reader<'_>) -> Result<Self, EngineError> {
        let d = config.width;
        let tokens = reader.host(&config.tensor("embeddings.word_embeddings.weight"))?; // [v, d]
        let types = reader.host(&config.tensor("embeddings.token_type_embeddings.weight"))?; // [2, d]
        // Every token of a single sequence is of type 0.
        let rows = tokens.chunks_exact(d).flat_map(|row| row.iter().zip(&types).map(|(a, b)| a + b));
        let embedding = reader.upload_matrix(rows.collect(), d);
        let norm = LayerNorm::read(reader, &config.tensor("embeddings.LayerNorm"), config.epsilon)?;
        let mut layers = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            layers.push(DnaBert2Layer::read(reader, &config.layer(i), config)?);
        }
        let has_decoder = config.tied || reader.has(config.decoder().name);
        let head = match reader.has(HEAD) && has_decoder {
            true => Some(MlmHead::read(reader, tokens, config)?),
            false => None,
        };
        Ok(Self {
            architecture: config.architecture(head.is_some()),
            placement: reader.placement().clone(),
            embedding,
            norm,
            layers,
            head,
        })
    }
}

impl ModelConfig for DnaBert2Config {
    fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    fn tensors(&self) -> TensorList {
        TensorList {
            expected: tensors::expected(self),
            ignored: tensors::ignored(self),
            head: HEAD,
            decoder: Some(self.decoder()),
        }
    }

    fn load(&self, reader: &mut Reader<'_>) -> Result<Box<dyn Model>, EngineError> {
        Ok(Box::new(Dnabert2::read(self, reader)?))
    }
}

impl Model for Dnabert2 {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }

    fn embed(&self, batch: &Batch, rows: usize) -> Tensor<2> {
        let x = lookup(self.embedding.clone(), &batch.row_ids(rows, self.device())); // [rows, d]
        self.norm.forward(x) // [rows, d]
    }

    fn next_state(&self, pass: &mut Pass, keep: bool) -> Tensor<2> {
        self.layers[pass.layer].forward(pass, keep) // [rows, d]
    }

    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError> {
        let head = self.head.as_ref().ok_or(EngineError::NoLogits)?;
        let y = head.dense.forward(pass.x.clone(), Activation::Gelu); // [rows, d]
        Ok(head.decoder.forward(head.norm.forward(y), Activation::None)) // [rows, v]
    }
}

impl MlmHead {
    fn read(reader: &mut Reader<'_>, tokens: Vec<f32>, config: &DnaBert2Config) -> Result<Self, EngineError> {
        let at = "cls.predictions.transform";
        let bias = reader.host("cls.predictions.decoder.bias")?;
        let decoder = if config.tied { tokens } else { reader.host(config.decoder().name)? };
        Ok(Self {
            dense: Linear::read_head(reader, &format!("{at}.dense"), config.width)?,
            norm: LayerNorm::read(reader, &format!("{at}.LayerNorm"), config.epsilon)?,
            decoder: Linear::head(decoder, bias, reader.placement()), // [v, d]
        })
    }
}
