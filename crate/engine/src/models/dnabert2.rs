//! DNABERT-2: a post-norm BERT over byte pairs of DNA, with ALiBi instead of positions.
//!
//! Reference: the hub's `bert_layers.py` of DNABERT-2 (Zhou et al. 2024; MosaicBERT), its PyTorch
//! attention path. Differences to BERT: no position embedding, `−slope_h·|i − j|` added to attention
//! scores, a gated feed-forward network (GEGLU with the exact GELU) without a bias on its way in.
//! Hidden state 0 is the normed embedding, `i` the output of layer `i`, which ends in a norm: there
//! is none after the last layer, and no pooler in the file (the reference's is random).

pub mod config;
pub mod names;

use super::{Architecture, Model, Pass};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::kernels::{Activation, Bias, attention, lookup};
use crate::nn::{LayerNorm, Linear, Placement, Reader};
use burn::tensor::Tensor;
use config::Config;
use crossgrain_core::weights::{TensorSource, check};

/// A loaded checkpoint on a device.
pub struct Dnabert2 {
    architecture: Architecture,
    place: Placement,
    embedding: Tensor<2>, // [v, d], the token type already added
    norm: LayerNorm,
    layers: Vec<Layer>,
    head: Option<Head>,
}

/// One layer.
struct Layer {
    qkv: Linear,    // d → 3·d
    output: Linear, // d → d
    attention_norm: LayerNorm,
    gated: Linear,    // d → 2·f, no bias
    feed_out: Linear, // f → d
    feed_norm: LayerNorm,
}

/// The masked-language-model head; its decoder is the token embedding.
struct Head {
    dense: Linear, // d → d, GELU
    norm: LayerNorm,
    decoder: Linear, // d → v
}

impl Dnabert2 {
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
        let d = config.width;

        let tokens = reader.host("bert.embeddings.word_embeddings.weight")?; // [v, d]
        let types = reader.host("bert.embeddings.token_type_embeddings.weight")?; // [2, d]
        // Every token of a single sequence is of type 0.
        let rows = tokens.chunks_exact(d).flat_map(|row| row.iter().zip(&types).map(|(a, b)| a + b));
        let embedding = reader.upload_matrix(rows.collect(), d);
        let norm = LayerNorm::read(&mut reader, "bert.embeddings.LayerNorm", config.epsilon)?;
        let mut layers = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            layers.push(Layer::read(&mut reader, &names::layer(i), config)?);
        }
        let head = match reader.has("cls.predictions.transform.dense.weight") {
            true => Some(Head::read(&mut reader, tokens, config)?),
            false => None,
        };
        Ok(Self {
            architecture: config.architecture(head.is_some()),
            place: place.clone(),
            embedding,
            norm,
            layers,
            head,
        })
    }
}

impl Model for Dnabert2 {
    fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    fn place(&self) -> &Placement {
        &self.place
    }

    fn begin(&self, batch: &Batch) -> Pass {
        let rows = batch.rows(self.place.gpu);
        let x = lookup(self.embedding.clone(), &batch.row_ids(rows, &self.place.device)); // [rows, d]
        Pass::new(self.norm.forward(x), batch.row_spans(rows, &self.place.device), None)
    }

    fn step(&self, pass: &mut Pass, keep: bool) -> Option<usize> {
        let layer = self.layers.get(pass.layer)?;
        let x = pass.x.clone(); // [rows, d]
        let qkv = layer.qkv.forward(x.clone(), Activation::None); // [rows, 3·d]
        pass.qkv = keep.then(|| qkv.clone());
        let context = attention(qkv, &pass.spans, self.architecture.heads, Bias::Alibi); // [rows, d]
        let x = layer.attention_norm.forward(layer.output.forward_add(context, x)); // [rows, d]
        let hidden = layer.gated.forward_gated(x.clone(), Activation::Gelu); // [rows, f]
        pass.x = layer.feed_norm.forward(layer.feed_out.forward_add(hidden, x)); // [rows, d]
        pass.layer += 1;
        Some(pass.layer)
    }

    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError> {
        let head = self.head.as_ref().ok_or(EngineError::NoLogits)?;
        let y = head.dense.forward(pass.x.clone(), Activation::Gelu); // [rows, d]
        Ok(head.decoder.forward(head.norm.forward(y), Activation::None)) // [rows, v]
    }
}

impl Layer {
    fn read(reader: &mut Reader, at: &str, config: &Config) -> Result<Self, EngineError> {
        let (d, epsilon) = (config.width, config.epsilon);
        Ok(Self {
            qkv: Linear::read(reader, &format!("{at}.attention.self.Wqkv"), d)?,
            output: Linear::read(reader, &format!("{at}.attention.output.dense"), d)?,
            attention_norm: LayerNorm::read(reader, &format!("{at}.attention.output.LayerNorm"), epsilon)?,
            gated: Linear::read(reader, &format!("{at}.mlp.gated_layers"), d)?,
            feed_out: Linear::read(reader, &format!("{at}.mlp.wo"), config.hidden)?,
            feed_norm: LayerNorm::read(reader, &format!("{at}.mlp.layernorm"), epsilon)?,
        })
    }
}

impl Head {
    fn read(reader: &mut Reader, tokens: Vec<f32>, config: &Config) -> Result<Self, EngineError> {
        let at = "cls.predictions.transform";
        let bias = reader.host("cls.predictions.decoder.bias")?;
        Ok(Self {
            dense: Linear::read_head(reader, &format!("{at}.dense"), config.width)?,
            norm: LayerNorm::read(reader, &format!("{at}.LayerNorm"), config.epsilon)?,
            decoder: Linear::head(tokens, bias, reader.placement()), // tied,
        })
    }
}
