//! The architecture numbers that a BiGCARP or CARP checkpoint carries beside its tensors.

use crate::error::EngineError;
use crate::families::{Architecture, Family};
use crossgrain_core::weights::TensorSource;
use serde::Deserialize;
use serde_json::Value;

/// Letters of CARP's alphabet.
pub const CARP_TOKENS: usize = 30;

/// The architecture numbers of one checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarpConfig {
    /// Its family.
    pub family: Family,
    /// Blocks, `L`.
    pub layers: usize,
    /// Width of the embedding table, `e`.
    pub embedded: usize,
    /// Width of a hidden state, `d`.
    pub width: usize,
    /// Width inside a block, `m`: half of `d` in slim models.
    pub inner: usize,
    /// Inputs of a convolution: 3 or 5.
    pub kernel_size: usize,
    /// Largest dilation that may be reached, `r`.
    pub reach: usize,
    /// Token kinds, `v`.
    pub vocabulary: usize,
    /// Rows of the trainable table where the table is in two parts (the frozen layout).
    pub trainable: Option<usize>,
}

/// The fields as the file spells them.
#[derive(Deserialize)]
struct Raw {
    d_embed: usize,
    d_model: usize,
    n_layers: usize,
    kernel_size: usize,
    activation: Option<String>,
    slim: bool,
    r: usize,
    #[serde(default)]
    causal: bool,
    rank: Option<f64>,
}

impl CarpConfig {
    /// Checks the numbers beside the tensors, for `vocabulary` token kinds; the tensors show how the embedding table is
    /// laid out.
    ///
    /// # Errors
    /// `model.config` for missing or impossible numbers, `model.unsupported` for other models.
    pub fn from_settings(
        family: Family,
        settings: &Value,
        vocabulary: usize,
        source: &dyn TensorSource,
    ) -> Result<Self, EngineError> {
        let raw = Raw::deserialize(settings).map_err(|error| EngineError::Config(error.to_string()))?;
        let sizes = [
            ("d_embed", raw.d_embed, 16_384),
            ("d_model", raw.d_model, 16_384),
            ("n_layers", raw.n_layers, 1024),
            ("r", raw.r, 1 << 20),
        ];
        if let Some((name, value, most)) = sizes.iter().find(|(_, value, most)| *value == 0 || value > most) {
            return Err(EngineError::Config(format!("{name} is {value}, not between 1 and {most}")));
        }
        let inner = if raw.slim { raw.d_model / 2 } else { raw.d_model };
        if [raw.d_embed, raw.d_model, inner].iter().any(|width| *width == 0 || width % 4 != 0) {
            return Err(EngineError::Unsupported(format!(
                "widths of {}, {} and {inner}: multiples of 4 can be run",
                raw.d_embed, raw.d_model
            )));
        }
        if raw.kernel_size.is_multiple_of(2) || raw.kernel_size > 15 {
            return Err(EngineError::Unsupported(format!(
                "its convolutions have {} inputs",
                raw.kernel_size
            )));
        }
        if raw.causal {
            return Err(EngineError::Unsupported("its convolutions are causal".into()));
        }
        if raw.rank.is_some() {
            return Err(EngineError::Unsupported("its layers are factorised".into()));
        }
        if let Some(act) = raw.activation.filter(|act| act != "gelu") {
            return Err(EngineError::Unsupported(format!("its activation is '{act}'")));
        }
        let trainable =
            source.info("embedder.embedder.trainable.weight").and_then(|info| info.shape.first().copied());
        if trainable.is_some_and(|rows| rows > vocabulary) {
            return Err(EngineError::Config("its trainable table is longer than the vocabulary".into()));
        }
        Ok(Self {
            family,
            layers: raw.n_layers,
            embedded: raw.d_embed,
            width: raw.d_model,
            inner,
            kernel_size: raw.kernel_size,
            reach: raw.r,
            vocabulary,
            trainable,
        })
    }

    /// Dilation of block `i`: 1, 2, 4, … up to `r`, then again.
    #[must_use]
    pub fn dilation(&self, i: usize) -> usize {
        let steps = self.reach.max(1).ilog2() as usize + 1;
        1 << (i % steps)
    }

    /// What a caller must know.
    #[must_use]
    pub fn architecture(&self, has_logits: bool) -> Architecture {
        Architecture {
            family: self.family,
            layers: self.layers,
            last: self.layers + 1,
            width: self.width,
            heads: 0,
            vocabulary: self.vocabulary,
            window: None,
            hard_limit: false,
            has_logits,
            has_contacts: false,
        }
    }
}

/// Token kinds of BiGCARP: its file holds the vocabulary.
///
/// # Errors
/// `model.config`.
pub fn domains(settings: &Value) -> Result<usize, EngineError> {
    settings
        .pointer("/tokens/size")
        .and_then(Value::as_u64)
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| (1..=65_536).contains(size))
        .ok_or_else(|| EngineError::Config("its vocabulary is missing or has an impossible size".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::carp::BIGCARP;
    use crossgrain_core::error::Coded;
    use crossgrain_core::weights::{TensorInfo, WeightsError};
    use serde_json::json;

    /// A file without tensors.
    struct Nothing;

    impl TensorSource for Nothing {
        fn names(&self) -> Vec<&str> {
            Vec::new()
        }
        fn info(&self, _: &str) -> Option<&TensorInfo> {
            None
        }
        fn read_f32(&self, _: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
            into.clear();
            Ok(())
        }
    }

    fn read(settings: &Value) -> Result<CarpConfig, EngineError> {
        CarpConfig::from_settings(BIGCARP.family, settings, domains(settings)?, &Nothing)
    }

    fn published() -> Value {
        json!({
            "model": "bigcarp_esm1bfinetune", "d_embed": 1280, "d_model": 256, "n_layers": 32, "kernel_size": 3,
            "activation": "gelu", "slim": true, "r": 128, "tokens": {"size": 19509},
        })
    }

    #[test]
    fn dilations_double_and_begin_again() {
        let config = read(&published()).expect("published");
        let found: Vec<usize> = (0..10).map(|i| config.dilation(i)).collect();
        assert_eq!(found, [1, 2, 4, 8, 16, 32, 64, 128, 1, 2]);
        assert_eq!((config.inner, config.vocabulary, config.architecture(true).last), (128, 19_509, 33));
    }

    #[test]
    fn refuses_with_a_code() {
        let t = |field: &str, value: Value, code: &str| {
            let mut settings = published();
            settings[field] = value;
            assert_eq!(read(&settings).expect_err(field).code(), code, "{field}");
        };
        t("d_model", 0.into(), "model.config");
        t("d_model", (-3).into(), "model.config");
        t("d_model", 254.into(), "model.unsupported");
        t("n_layers", 100_000.into(), "model.config");
        t("kernel_size", 4.into(), "model.unsupported");
        t("activation", "relu".into(), "model.unsupported");
        t("causal", true.into(), "model.unsupported");
        t("tokens", Value::Null, "model.config");
        t("tokens", json!({"size": 0}), "model.config");
        t("r", 0.into(), "model.config");
    }
}
