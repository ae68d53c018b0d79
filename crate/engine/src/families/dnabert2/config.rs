//! `config.json` of a DNABERT-2 checkpoint: a BERT with `alibi_starting_size`.

use crate::error::EngineError;
use crate::families::{Architecture, Decoder, Family};
use serde::Deserialize;
use serde_json::Value;

/// Byte pairs per window: 4,096 tokens less `[CLS]` and `[SEP]`, some 20,000 bases. ALiBi sets no
/// limit; attention over all pairs of tokens does, and the paper's longest inputs have 10,000 bases.
pub const WINDOW: usize = 4094;

/// The architecture numbers of one checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct DnaBert2Config {
    /// Its family.
    pub family: Family,
    /// What stands in front of every tensor's name, except those of the head.
    pub prefix: &'static str,
    /// Transformer layers, `L`.
    pub layers: usize,
    /// Width of a hidden state, `d`.
    pub width: usize,
    /// Attention heads, `h`.
    pub heads: usize,
    /// Width of the feed-forward network, `f`.
    pub hidden: usize,
    /// Token kinds, `v`.
    pub vocabulary: usize,
    /// ε of every layer norm.
    pub epsilon: f32,
    /// Whether the decoder is the token embedding.
    pub tied: bool,
}

/// The fields as the file spells them.
#[derive(Deserialize)]
struct Raw {
    num_hidden_layers: usize,
    hidden_size: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    layer_norm_eps: Option<f32>,
    hidden_act: Option<String>,
    tie_word_embeddings: Option<bool>,
}

impl DnaBert2Config {
    /// Checks the fields of a `config.json`.
    ///
    /// # Errors
    /// `model.config` for missing or impossible numbers, `model.unsupported` for other models.
    pub fn from_json(family: Family, json: Value) -> Result<Self, EngineError> {
        let raw: Raw =
            serde_json::from_value(json).map_err(|error| EngineError::Config(error.to_string()))?;
        let sizes = [
            ("num_hidden_layers", raw.num_hidden_layers, 256),
            ("hidden_size", raw.hidden_size, 16_384),
            ("num_attention_heads", raw.num_attention_heads, 256),
            ("intermediate_size", raw.intermediate_size, 65_536),
            ("vocab_size", raw.vocab_size, 65_536),
        ];
        if let Some((name, value, most)) = sizes.iter().find(|(_, value, most)| *value == 0 || value > most) {
            return Err(EngineError::Config(format!("{name} is {value}, not between 1 and {most}")));
        }
        let (d, h) = (raw.hidden_size, raw.num_attention_heads);
        if !d.is_multiple_of(h) || !(d / h).is_multiple_of(4) || d / h > 128 {
            return Err(EngineError::Unsupported(format!(
                "{h} heads in a width of {d}: heads up to 128 wide, in multiples of 4, can be run"
            )));
        }
        if !raw.intermediate_size.is_multiple_of(4) {
            return Err(EngineError::Unsupported(format!(
                "a feed-forward width of {}: multiples of 4 can be run",
                raw.intermediate_size
            )));
        }
        if let Some(act) = raw.hidden_act.filter(|act| act != "gelu") {
            return Err(EngineError::Unsupported(format!("its activation is '{act}'")));
        }
        let epsilon = raw.layer_norm_eps.unwrap_or(1e-12);
        if !(epsilon > 0.0 && epsilon < 1.0) {
            return Err(EngineError::Config(format!("layer_norm_eps is {epsilon}")));
        }
        Ok(Self {
            family,
            prefix: "bert.",
            layers: raw.num_hidden_layers,
            width: d,
            heads: h,
            hidden: raw.intermediate_size,
            vocabulary: raw.vocab_size,
            epsilon,
            tied: raw.tie_word_embeddings.unwrap_or(true),
        })
    }

    /// The name of a tensor in the file.
    #[must_use]
    pub fn tensor(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The prefix of the tensors of layer `i`.
    #[must_use]
    pub fn layer(&self, i: usize) -> String {
        self.tensor(&format!("encoder.layer.{i}"))
    }

    /// The decoder of the language-model head.
    #[must_use]
    pub fn decoder(&self) -> Decoder {
        let embedding = self.tensor("embeddings.word_embeddings.weight");
        Decoder { name: "cls.predictions.decoder.weight", embedding, tied: self.tied }
    }

    /// What a caller must know.
    #[must_use]
    pub fn architecture(&self, has_logits: bool) -> Architecture {
        Architecture {
            family: self.family,
            layers: self.layers,
            last: self.layers,
            width: self.width,
            heads: self.heads,
            vocabulary: self.vocabulary,
            window: Some(WINDOW),
            hard_limit: false,
            has_logits,
            has_contacts: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::dnabert2::DNABERT2;
    use crossgrain_core::error::Coded;

    #[test]
    fn reads_the_published_numbers_and_refuses_others() {
        let good = serde_json::json!({
            "model_type": "bert", "num_hidden_layers": 12, "hidden_size": 768, "num_attention_heads": 12,
            "intermediate_size": 3072, "vocab_size": 4096, "layer_norm_eps": 1e-12, "alibi_starting_size": 512,
        });
        assert_eq!(DnaBert2Config::from_json(DNABERT2.family, good.clone()).expect("published").heads, 12);
        let t = |field: &str, value: Value, code: &str| {
            let mut json = good.clone();
            json[field] = value;
            assert_eq!(
                DnaBert2Config::from_json(DNABERT2.family, json).expect_err(field).code(),
                code,
                "{field}"
            );
        };
        t("hidden_size", 0.into(), "model.config");
        t("hidden_size", "wide".into(), "model.config");
        t("num_attention_heads", 7.into(), "model.unsupported");
        t("hidden_act", "relu".into(), "model.unsupported");
        t("layer_norm_eps", 2.0.into(), "model.config");
    }
}
