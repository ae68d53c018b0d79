//! `adapter_config.json`.

use super::pattern::matches;
use crate::limits::ADAPTER_CONFIG_BYTES;
use crate::weights::error::visible;
use crate::weights::{AdapterProblem, ByteSource, WeightsError};
use serde::Deserialize;
use serde_json::Value;

/// What an adapter says about itself.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::weights) struct AdapterConfig {
    pub kind: Kind,
    /// The model it was trained on.
    pub base: Option<String>,
    /// Numerator of the scale of LoRA.
    pub alpha: f64,
    /// The rank that most layers have.
    pub rank: Option<u64>,
    /// Whether the scale has the root of the rank below it.
    pub rslora: bool,
    /// Module → alpha, in the order of the file: the first key that matches counts.
    pub alphas: Vec<(String, f64)>,
}

/// A kind of adapter that can be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::weights) enum Kind {
    Lora,
    Dora,
    Ia3,
}

impl Kind {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lora => "LoRA",
            Self::Dora => "DoRA",
            Self::Ia3 => "IA³",
        }
    }
}

#[derive(Deserialize)]
struct Raw {
    peft_type: Option<String>,
    base_model_name_or_path: Option<String>,
    r: Option<u64>,
    lora_alpha: Option<f64>,
    #[serde(default)]
    use_rslora: Option<bool>,
    #[serde(default)]
    use_dora: Option<bool>,
    #[serde(default)]
    use_qalora: Option<bool>,
    init_lora_weights: Option<Value>,
    layer_replication: Option<Value>,
    target_parameters: Option<Value>,
    trainable_token_indices: Option<Value>,
    alpha_pattern: Option<Ordered>,
}

impl AdapterConfig {
    /// Reads the file.
    pub fn read(bytes: &dyn ByteSource) -> Result<Self, WeightsError> {
        let length = usize::try_from(bytes.len()).ok().filter(|&length| length <= ADAPTER_CONFIG_BYTES);
        let Some(length) = length else {
            let reason = format!("it has more than {ADAPTER_CONFIG_BYTES} bytes");
            return Err(AdapterProblem::Config { reason }.into());
        };
        let mut json = vec![0; length];
        bytes.read_at(0, &mut json)?;
        Ok(Self::parse(&json)?)
    }

    fn parse(json: &[u8]) -> Result<Self, AdapterProblem> {
        let config = |reason: String| AdapterProblem::Config { reason };
        let raw: Raw = serde_json::from_slice(json).map_err(|error| config(error.to_string()))?;
        let unsupported = |kind: &str| AdapterProblem::Kind {
            kind: kind.to_owned(),
            base: raw.base_model_name_or_path.clone(),
        };
        let Some(kind) = &raw.peft_type else {
            return Err(config("it names no peft_type, so it is not of the PEFT library".to_owned()));
        };
        let is_given = |value: &Option<Value>| {
            value.as_ref().is_some_and(|value| {
                !matches!(value, Value::Null | Value::Bool(false)) && value != &Value::Array(Vec::new())
            })
        };
        let kind = match kind.as_str() {
            "LORA" if raw.use_qalora == Some(true) => return Err(unsupported("QALoRA")),
            "LORA" if is_given(&raw.layer_replication) => {
                return Err(unsupported("LoRA with repeated layers"));
            }
            "LORA" if is_given(&raw.target_parameters) => {
                return Err(unsupported("LoRA of single parameters"));
            }
            "LORA" if is_given(&raw.trainable_token_indices) => {
                return Err(unsupported("LoRA with trainable tokens"));
            }
            "LORA" => {
                // These start from changed weights, which the file of the adapter does not hold.
                let start = raw.init_lora_weights.as_ref().and_then(Value::as_str).unwrap_or_default();
                if let Some(other) =
                    ["pissa", "olora", "corda", "loftq"].iter().find(|name| start.starts_with(**name))
                {
                    return Err(unsupported(&format!("LoRA that began with {other} weights")));
                }
                if raw.use_dora == Some(true) { Kind::Dora } else { Kind::Lora }
            }
            "IA3" => Kind::Ia3,
            other => return Err(unsupported(other.get(..40).unwrap_or(other))),
        };
        if kind != Kind::Ia3 && raw.lora_alpha.is_none_or(|alpha| !alpha.is_finite()) {
            return Err(config("it has no lora_alpha, by which the matrices are scaled".to_owned()));
        }
        Ok(Self {
            kind,
            base: raw.base_model_name_or_path.filter(|base| !base.is_empty()),
            alpha: raw.lora_alpha.unwrap_or(1.0),
            rank: raw.r,
            rslora: raw.use_rslora.unwrap_or(false),
            alphas: raw.alpha_pattern.map(|pattern| pattern.0).unwrap_or_default(),
        })
    }

    /// What `B A` of a module is multiplied with.
    pub fn scale(&self, module: &str, rank: usize) -> Result<f64, AdapterProblem> {
        let mut alpha = self.alpha;
        for (key, own) in &self.alphas {
            match matches(key, module) {
                Some(true) => {
                    alpha = *own;
                    break;
                }
                Some(false) => {}
                None => return Err(AdapterProblem::Pattern { pattern: visible(key) }),
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a rank is far below 2⁵³")]
        let rank = rank.max(1) as f64;
        Ok(alpha / if self.rslora { rank.sqrt() } else { rank })
    }
}

/// A JSON object of numbers in the order of the file.
struct Ordered(Vec<(String, f64)>);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor)
    }
}

struct OrderedVisitor;

impl<'de> serde::de::Visitor<'de> for OrderedVisitor {
    type Value = Ordered;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object of module names and numbers")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Ordered(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn scales() {
        fn t(more: &str, module: &str, rank: usize, expected: f64) {
            let json = format!(r#"{{"peft_type":"LORA","r":8,"lora_alpha":16{more}}}"#);
            let config = AdapterConfig::parse(json.as_bytes()).unwrap();
            assert_eq!(config.scale(module, rank).unwrap(), expected, "{more} {module}");
        }
        t("", "a.query", 8, 2.0);
        t("", "a.query", 4, 4.0);
        t(r#","use_rslora":true"#, "a.query", 4, 8.0);
        t(r#","alpha_pattern":{"query":4}"#, "a.query", 8, 0.5);
        t(r#","alpha_pattern":{"query":4}"#, "a.key", 8, 2.0);
        // The first key that matches counts, not the first of the alphabet.
        t(r#","alpha_pattern":{"query":4,"a.query":8}"#, "a.query", 8, 0.5);
    }

    #[test]
    fn refusals() {
        fn t(json: &str, code: &str, what: &str) {
            let error = WeightsError::from(AdapterConfig::parse(json.as_bytes()).unwrap_err());
            assert_eq!(error.code(), code, "{json}");
            assert!(error.to_string().contains(what), "{error}");
        }
        t("[]", "weights.adapter_config", "");
        t("{}", "weights.adapter_config", "peft_type");
        t(r#"{"peft_type":"LORA","r":8}"#, "weights.adapter_config", "lora_alpha");
        t(r#"{"peft_type":"PREFIX_TUNING"}"#, "weights.adapter_kind", "PREFIX_TUNING");
        t(
            r#"{"peft_type":"LORA","lora_alpha":1,"init_lora_weights":"pissa_niter_4"}"#,
            "weights.adapter_kind",
            "pissa",
        );
    }
}
