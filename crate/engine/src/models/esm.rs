//! ESM-2 and ESM-1b: pre-norm transformers over amino acids.
//!
//! Reference: fair-esm 2.0.0 and `transformers` `models/esm` (Lin et al. 2023, Rives et al. 2021).
//! Hidden states are numbered as there: 0 is the rescaled embedding (ESM-1b: with positions and
//! norm), `i` the residual stream after layer `i`, and the last one has passed the final norm.
//!
//! A forward pass is a [`Pass`] that is stepped layer by layer, so that a caller can pool a layer,
//! report progress or stop in between.

pub mod config;
pub mod contacts;
pub mod embedding;
pub mod names;

use crate::batch::Batch;
use crate::error::EngineError;
use crate::kernels::{Activation, Bias, Ops, angles};
use crate::nn::{LayerNorm, Linear, Reader};
use burn::tensor::{Device, Int, Tensor, TensorData};
use config::{Config, Positions};
use crossgrain_core::weights::{TensorSource, check};
use embedding::Embedding;

/// A loaded checkpoint on a device.
pub struct Esm {
    config: Config,
    device: Device,
    gpu: bool,
    embedding: Embedding,
    norm_before: Option<LayerNorm>,
    inv_freq: Option<Vec<f32>>, // [c/2]
    layers: Vec<Layer>,
    norm_after: LayerNorm,
    head: Option<Head>,
    contact: Option<ContactHead>,
}

/// One transformer layer.
struct Layer {
    attention_norm: LayerNorm,
    qkv: Linear,    // d → 3·d
    output: Linear, // d → d
    feed_norm: LayerNorm,
    feed_in: Linear,  // d → f, GELU
    feed_out: Linear, // f → d
}

/// The masked-language-model head; its decoder is the token embedding.
struct Head {
    dense: Linear, // d → d, GELU
    norm: LayerNorm,
    decoder: Linear, // d → v
}

/// Weights of the contact regression, `[L·h]` and one bias.
struct ContactHead {
    weights: Vec<f32>,
    bias: f32,
}

/// A forward pass between two layers.
pub struct Pass {
    x: Tensor<2>,              // [rows, d]
    spans: Tensor<2, Int>,     // [rows, 2]
    angles: Option<Tensor<2>>, // [rows, c]
    layer: usize,
    qkv: Option<Tensor<2>>, // [rows, 3·d], of the last step when it was asked to keep it
}

impl Esm {
    /// Reads a checkpoint tensor by tensor; `progress` hears `(tensors read, tensors in all)`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn load(
        config: Config,
        source: &dyn TensorSource,
        device: &Device,
        gpu: bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        check(source, &names::expected(&config), names::IGNORED)?;
        let total = source.names().len();
        let mut count = |read: usize| progress(read, total);
        let mut reader = Reader::new(source, device, &mut count);
        let (d, epsilon) = (config.width, config.epsilon);

        let tokens = reader.host("esm.embeddings.word_embeddings.weight")?;
        let positions = match config.positions {
            Positions::Learned(_) => Some(reader.host("esm.embeddings.position_embeddings.weight")?),
            Positions::Rotary => None,
        };
        let norm_before = match config.norm_before {
            true => Some(LayerNorm::read(&mut reader, "esm.embeddings.layer_norm", epsilon)?),
            false => None,
        };
        let mut layers = Vec::with_capacity(config.layers);
        for i in 0..config.layers {
            layers.push(Layer::read(&mut reader, &names::layer(i), &config)?);
        }
        let norm_after = LayerNorm::read(&mut reader, "esm.encoder.emb_layer_norm_after", epsilon)?;
        let inv_freq = read_inv_freq(&mut reader, &config)?;
        let head = match reader.has("lm_head.dense.weight") {
            true => Some(Head::read(&mut reader, &tokens, &config)?),
            false => None,
        };
        let contact = match reader.has("esm.contact_head.regression.weight") {
            true => Some(ContactHead {
                weights: reader.host("esm.contact_head.regression.weight")?,
                bias: reader.host("esm.contact_head.regression.bias")?.first().copied().unwrap_or(0.0),
            }),
            false => None,
        };
        let embedding =
            Embedding { tokens, positions, width: d, mask: config.mask, token_dropout: config.token_dropout };
        Ok(Self {
            config,
            device: device.clone(),
            gpu,
            embedding,
            norm_before,
            inv_freq,
            layers,
            norm_after,
            head,
            contact,
        })
    }

    /// The architecture numbers.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The device the weights are on.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether that device is a GPU.
    #[must_use]
    pub fn on_gpu(&self) -> bool {
        self.gpu
    }

    /// Whether [`Self::logits`] can be asked for.
    #[must_use]
    pub fn has_head(&self) -> bool {
        self.head.is_some()
    }

    /// Weights of layer `i`'s channels in the contact regression, `[h]`, and the bias.
    #[must_use]
    pub fn contact_weights(&self, i: usize) -> Option<(&[f32], f32)> {
        let contact = self.contact.as_ref()?;
        let weights = contact.weights.get(i * self.config.heads..(i + 1) * self.config.heads)?;
        Some((weights, contact.bias))
    }

    /// Hidden state 0 of a batch.
    #[must_use]
    pub fn begin(&self, batch: &Batch) -> Pass {
        let (d, rows) = (self.config.width, batch.rows(self.gpu));
        let x = TensorData::new(self.embedding.forward(batch, rows), [rows, d]);
        let mut x = Tensor::<2>::from_data(x, &self.device); // [rows, d]
        if let Some(norm) = &self.norm_before {
            x = norm.forward(x);
        }
        let angles = self.inv_freq.as_ref().map(|inv_freq| {
            let width = inv_freq.len() * 2;
            let mut flat = Vec::with_capacity(rows * width);
            for length in &batch.lengths {
                flat.extend((0..*length).flat_map(|position| angles(position, inv_freq)));
            }
            flat.resize(rows * width, 0.0);
            Tensor::from_data(TensorData::new(flat, [rows, width]), &self.device) // [rows, c]
        });
        Pass { x, spans: batch.row_spans(rows, &self.device), angles, layer: 0, qkv: None }
    }

    /// Takes the pass through its next layer; with `keep` the pass remembers queries and keys for
    /// [`Self::attention_weights`]. Returns the number of the state reached, or `None` at the end.
    pub fn step(&self, pass: &mut Pass, keep: bool) -> Option<usize> {
        let layer = self.layers.get(pass.layer)?;
        let heads = self.config.heads;
        let x = pass.x.clone(); // [rows, d]
        let mut qkv = layer.qkv.forward(layer.attention_norm.forward(x.clone()), Activation::None); // [rows, 3·d]
        if let Some(angles) = &pass.angles {
            qkv = qkv.rotary(angles, heads);
        }
        pass.qkv = keep.then(|| qkv.clone());
        let context = qkv.attention(&pass.spans, heads, Bias::None); // [rows, d]
        let x = layer.output.forward_add(context, x); // [rows, d]
        let hidden = layer.feed_in.forward(layer.feed_norm.forward(x.clone()), Activation::Gelu); // [rows, f]
        let mut x = layer.feed_out.forward_add(hidden, x); // [rows, d]
        pass.layer += 1;
        if pass.layer == self.layers.len() {
            x = self.norm_after.forward(x);
        }
        pass.x = x;
        Some(pass.layer)
    }

    /// Attention probabilities of the last step, which must have been asked to keep them.
    ///
    /// # Shape
    /// `[h, l, l]` for a batch of one sequence of `l` tokens.
    #[must_use]
    pub fn attention_weights(&self, pass: &mut Pass, length: usize) -> Option<Tensor<3>> {
        Some(pass.qkv.take()?.attention_weights(self.config.heads, length))
    }

    /// Masked-language-model logits of the last hidden state.
    ///
    /// # Shape
    /// `[rows, v]`.
    ///
    /// # Errors
    /// `embed.no_logits`.
    pub fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError> {
        let head = self.head.as_ref().ok_or(EngineError::NoLogits)?;
        let y = head.dense.forward(pass.x.clone(), Activation::Gelu); // [rows, d]
        Ok(head.decoder.forward(head.norm.forward(y), Activation::None)) // [rows, v]
    }
}

impl Pass {
    /// The hidden state reached so far.
    ///
    /// # Shape
    /// `[rows, d]`.
    #[must_use]
    pub fn state(&self) -> &Tensor<2> {
        &self.x
    }
}

impl Layer {
    fn read(reader: &mut Reader, at: &str, config: &Config) -> Result<Self, EngineError> {
        let (d, f) = (config.width, config.hidden);
        let qkv = ["query", "key", "value"].map(|part| format!("{at}.attention.self.{part}"));
        Ok(Self {
            attention_norm: LayerNorm::read(reader, &format!("{at}.attention.LayerNorm"), config.epsilon)?,
            qkv: Linear::read_stacked(reader, &qkv, d)?,
            output: Linear::read(reader, &format!("{at}.attention.output.dense"), d)?,
            feed_norm: LayerNorm::read(reader, &format!("{at}.LayerNorm"), config.epsilon)?,
            feed_in: Linear::read(reader, &format!("{at}.intermediate.dense"), d)?,
            feed_out: Linear::read(reader, &format!("{at}.output.dense"), f)?,
        })
    }
}

impl Head {
    fn read(reader: &mut Reader, tokens: &[f32], config: &Config) -> Result<Self, EngineError> {
        let decoder = reader.upload_matrix(tokens.to_vec(), config.width); // [v, d], tied
        Ok(Self {
            dense: Linear::read(reader, "lm_head.dense", config.width)?,
            norm: LayerNorm::read(reader, "lm_head.layer_norm", config.epsilon)?,
            decoder: Linear::new(decoder, reader.vector("lm_head.bias")?),
        })
    }
}

/// The rotary frequencies of a checkpoint, or 10000^(−2j/c) where it stores none.
///
/// The stored values are the f16 roundings that the model was trained with; recomputing them
/// shifts angles by up to 0.25 rad at position 1,023. All layers store the same values.
fn read_inv_freq(reader: &mut Reader, config: &Config) -> Result<Option<Vec<f32>>, EngineError> {
    if config.positions != Positions::Rotary {
        return Ok(None);
    }
    let own = format!("{}.attention.self.rotary_embeddings.inv_freq", names::layer(0));
    for name in [own.as_str(), names::SHARED_INV_FREQ] {
        if reader.has(name) {
            return reader.host(name).map(Some);
        }
    }
    let width = config.head_width();
    let frequency = |j: usize| (1.0 / 10_000_f64.powf((2 * j) as f64 / width as f64)) as f32;
    Ok(Some((0..width / 2).map(frequency).collect()))
}
