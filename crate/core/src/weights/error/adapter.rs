//! What is wrong with an adapter of the PEFT library.

use thiserror::Error;

/// A refused adapter. Names from the files are shown escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is its message")]
pub enum AdapterProblem {
    #[error("this is {kind}, not a whole model{}", of(base, ": it belongs to"))]
    Alone { kind: String, base: Option<String> },
    #[error("adapter_config.json cannot be used: {reason}")]
    Config { reason: String },
    #[error(
        "the adapter's matrices are here, but not its adapter_config.json, which says how they are scaled"
    )]
    NoConfig,
    #[error("adapter_config.json describes an adapter, but its weights are not here")]
    NoWeights,
    #[error("this is a {kind} adapter{}; LoRA, DoRA and IA3 adapters can be applied", of(base, " for"))]
    Kind { kind: String, base: Option<String> },
    #[error("the adapter changes {count} modules that the checkpoint does not have: {}{}", names.join(", "), of(base, "; it was trained on"))]
    Target { count: usize, names: Vec<String>, base: Option<String> },
    #[error("the adapter's tensor {name} does not fit the checkpoint's {base}")]
    Shape { name: String, base: String },
    #[error("of the adapter's tensors for {module} one is missing")]
    Pair { module: String },
    #[error(
        "the adapter's tensor {name} does not belong to a {kind} adapter, as adapter_config.json calls it"
    )]
    OtherKind { name: String, kind: &'static str },
    #[error("the key {pattern} in alpha_pattern is a pattern that is not understood")]
    Pattern { pattern: String },
    #[error("the adapter changes nothing of the checkpoint")]
    Empty,
    #[error("the checkpoint is quantized: an adapter cannot be applied to it")]
    Quantized,
}

fn of(base: &Option<String>, words: &str) -> String {
    let plain = |base: &String| base.chars().filter(|c| !c.is_control()).take(120).collect::<String>();
    base.as_ref().map(|base| format!("{words} {}", plain(base))).unwrap_or_default()
}

impl AdapterProblem {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Alone { .. } => "weights.adapter_alone",
            Self::Config { .. } | Self::NoConfig => "weights.adapter_config",
            Self::NoWeights => "weights.adapter_weights",
            Self::Kind { .. } => "weights.adapter_kind",
            Self::Target { .. } => "weights.adapter_target",
            Self::Shape { .. } => "weights.adapter_shape",
            Self::Pair { .. } => "weights.adapter_pair",
            Self::OtherKind { .. } => "weights.adapter_other_kind",
            Self::Pattern { .. } => "weights.adapter_pattern",
            Self::Empty => "weights.adapter_empty",
            Self::Quantized => "weights.adapter_quantized",
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Alone { .. } => {
                "put the files of that model (config.json, its weights and vocabulary) beside the adapter's files"
            }
            Self::Config { .. } | Self::NoConfig | Self::NoWeights => {
                "give adapter_config.json and adapter_model.safetensors as save_pretrained wrote them"
            }
            Self::Kind { .. } | Self::Pattern { .. } => {
                "merge it in Python (merge_and_unload, then save_pretrained) and give the merged model"
            }
            Self::Quantized => "give the original checkpoint with the adapter, and quantize that",
            Self::Target { .. } | Self::Shape { .. } | Self::Empty => {
                "give the checkpoint that the adapter was trained on"
            }
            Self::Pair { .. } | Self::OtherKind { .. } => {
                "give adapter_config.json and the adapter's weights from the same folder"
            }
        }
    }
}
