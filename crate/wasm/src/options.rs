//! Options, checked once at the border: unknown fields and wrong types are refused.

use crate::error::Refusal;
use crossgrain_core::intake::Derive;
use crossgrain_core::seq::Kind;
use crossgrain_core::token::EncodeOptions;
use crossgrain_engine::device::{CachedTuning, DeviceChoice};
use crossgrain_engine::embed::{Layers, Options};
use crossgrain_engine::kernels::Tuning;
use crossgrain_engine::plan::OVERLAP;
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use js_sys::JSON;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Longest options object, as JSON.
const OPTIONS_BYTES_MAX: usize = 64 * 1024;

/// Reads an options object; `undefined` and `null` stand for an empty one.
///
/// # Errors
/// `options.too_large`, `options.unknown_field`, `options.invalid`.
pub fn read<T: DeserializeOwned>(options: &JsValue) -> Result<T, Refusal> {
    read_within(options, OPTIONS_BYTES_MAX)
}

/// The same for options that hold a label per row, and may therefore be longer.
///
/// # Errors
/// As [`read`].
pub fn read_within<T: DeserializeOwned>(options: &JsValue, most_bytes: usize) -> Result<T, Refusal> {
    const HINT: &str = "the fields are listed in crossgrain.d.ts";
    let text = match options.is_undefined() || options.is_null() {
        true => "{}".to_owned(),
        false => JSON::stringify(options)
            .map(String::from)
            .map_err(|_| Refusal::new("options.invalid", "the options are not plain data", HINT))?,
    };
    if text.len() > most_bytes {
        let what = format!("the options are longer than {most_bytes} bytes");
        return Err(Refusal::new("options.too_large", what, HINT));
    }
    serde_json::from_str(&text).map_err(|error| {
        let what = error.to_string();
        let code =
            if what.starts_with("unknown field") { "options.unknown_field" } else { "options.invalid" };
        Refusal::new(code, format!("the options cannot be used: {what}"), HINT)
    })
}

/// Of `Session.open`; of a new `Analyses`, which opens a device when a question is worth it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Where to compute.
    #[serde(default)]
    pub device: DeviceChoice,
    /// Why the CPU was chosen, where the caller knows more than the session.
    #[serde(default)]
    pub because: Option<String>,
    /// What an earlier report said of an adapter.
    #[serde(default)]
    kernels: Option<Kernels>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kernels {
    adapter: String,
    choice: String,
}

impl Open {
    /// The kernels that suited an adapter before; a text that makes no sense is as good as none.
    pub fn cached_tuning(&self) -> Option<CachedTuning> {
        let Kernels { adapter, choice } = self.kernels.as_ref()?;
        Some(CachedTuning { adapter: adapter.clone(), kernels: Tuning::parse(choice)? })
    }
}

/// Of `Session.loadModel`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// What the page calls the model.
    pub name: String,
    /// Where its files come from, in words.
    pub source: String,
    /// The precision of the linear layers, if one was asked for.
    #[serde(default)]
    pub weights: Option<Precision>,
}

/// Of `packModel`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Pack {
    /// What the model is called.
    pub name: String,
    /// The precision of the linear layers in the file.
    pub weights: Precision,
    /// Digest of its weights, as the loaded model's report has it.
    pub weights_sha256: String,
}

/// Of `Session.readSequences` and `Session.setRecords`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Name of the file.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    kind: SequenceKind,
    /// Coding sequences become proteins by this NCBI translation table.
    #[serde(default)]
    pub translate: Option<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SequenceKind {
    #[default]
    Auto,
    Protein,
    Dna,
    Domains,
    /// The residues of each Pfam domain of a GenBank file.
    DomainSlices,
}

impl Read {
    /// The kind that was said, if any.
    pub fn kind(&self) -> Option<Kind> {
        match self.kind {
            SequenceKind::Auto => None,
            SequenceKind::Protein | SequenceKind::DomainSlices => Some(Kind::Protein),
            SequenceKind::Dna => Some(Kind::Dna),
            SequenceKind::Domains => Some(Kind::Domains),
        }
    }

    /// What is to be made of the records.
    pub fn derive(&self) -> Derive {
        match (self.translate, self.kind) {
            (Some(table), _) => Derive::Translated(table),
            (None, SequenceKind::DomainSlices) => Derive::DomainSlices,
            (None, _) => Derive::AsGiven,
        }
    }
}

/// Of `Session.embed`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Embed {
    #[serde(default)]
    layers: Option<LayersField>,
    #[serde(default)]
    pool: Pool,
    #[serde(default)]
    overlap: Option<usize>,
    /// Refuse records with letters or domains that have no token.
    #[serde(default)]
    strict: bool,
    /// Read lower-case nucleotides as upper-case ones.
    #[serde(default)]
    upper_case: bool,
    /// Read U as T.
    #[serde(default)]
    uracil_as_thymine: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum LayersField {
    Word(LayersWord),
    Numbers(Vec<usize>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LayersWord {
    Last,
    All,
}

impl From<Embed> for Options {
    fn from(embed: Embed) -> Self {
        Self {
            layers: match embed.layers {
                None | Some(LayersField::Word(LayersWord::Last)) => Layers::Last,
                Some(LayersField::Word(LayersWord::All)) => Layers::All,
                Some(LayersField::Numbers(numbers)) => Layers::Some(numbers),
            },
            pool: embed.pool,
            overlap: embed.overlap.unwrap_or(OVERLAP),
            encode: EncodeOptions {
                strict: embed.strict,
                upper_case: embed.upper_case,
                uracil_as_thymine: embed.uracil_as_thymine,
            },
            ..Self::default()
        }
    }
}
