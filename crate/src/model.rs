//! Model files as blobs → a loaded checkpoint and what the page shows of it.

use crate::blob::BlobBytes;
use crate::error::Refusal;
use crate::options::Load;
use crate::progress::Reporter;
use crossgrain_core::weights::{ByteSource, sha256};
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::device::Opened;
use crossgrain_engine::models::esm::config::CONFIG_BYTES_MAX;
use js_sys::{Function, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

/// What the page shows of a loaded model.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub name: String,
    pub source: String,
    pub family: &'static str,
    /// `protein`, `nucleotide` or `domain`.
    pub granularity: &'static str,
    pub layers: usize,
    pub width: usize,
    pub heads: usize,
    pub parameters: f64,
    pub precision: &'static str,
    pub weights_sha256: String,
    pub weights_bytes: f64,
    /// Longest sequence in one piece; longer ones are cut into windows.
    pub max_residues: Option<usize>,
    /// `None` where no length is too long.
    pub window: Option<usize>,
    pub warnings: Vec<String>,
}

const WEIGHTS: &str = "model.safetensors";
const CONFIG: &str = "config.json";
const VOCABULARY: &str = "vocab.txt";
/// Longest `vocab.txt` that is looked at.
const VOCABULARY_BYTES_MAX: u64 = 1024 * 1024;

/// Loads the files of a checkpoint.
///
/// # Errors
/// `model.missing_file`, and any `model.*`, `token.*` or `weights.*` code.
pub fn load(
    files: &Object,
    options: Load,
    opened: &Opened,
    callback: Option<&Function>,
) -> Result<(Checkpoint, Report), Refusal> {
    let config = small(require(files, CONFIG)?, CONFIG, CONFIG_BYTES_MAX as u64)?;
    let vocabulary = match get(files, VOCABULARY) {
        Some(blob) => {
            let bytes = small(blob, VOCABULARY, VOCABULARY_BYTES_MAX)?;
            Some(String::from_utf8(bytes).map_err(|_| {
                Refusal::new(
                    "token.not_text",
                    "vocab.txt is not text",
                    "use the vocab.txt published with the checkpoint",
                )
            })?)
        }
        None => None,
    };
    let weights = BlobBytes::new(require(files, WEIGHTS)?)?;
    let mut loading = Reporter::new(callback, "loading", "tensors");
    let checkpoint =
        Checkpoint::load(&config, vocabulary.as_deref(), &weights, WEIGHTS, opened, &mut |done, total| {
            loading.report(done as f64, total as f64);
        })?;
    let mut hashing = Reporter::new(callback, "hashing", "bytes");
    let digest = sha256(&weights, &mut |done, total| hashing.report(done as f64, total as f64))?;
    let config = checkpoint.config();
    let report = Report {
        name: options.name,
        source: options.source,
        family: config.family(),
        granularity: config.family.granularity(),
        layers: config.layers,
        width: config.width,
        heads: config.heads,
        parameters: checkpoint.parameters() as f64,
        precision: "f32",
        weights_sha256: digest,
        weights_bytes: weights.len() as f64,
        max_residues: config.window.filter(|_| config.hard_limit),
        window: config.window,
        warnings: Vec::new(),
    };
    Ok((checkpoint, report))
}

fn get(files: &Object, name: &str) -> Option<Blob> {
    let value: JsValue = Reflect::get(files, &name.into()).ok()?;
    value.dyn_into().ok()
}

fn require(files: &Object, name: &str) -> Result<Blob, Refusal> {
    get(files, name).ok_or_else(|| {
        Refusal::new(
            "model.missing_file",
            format!("{name} is not among the model's files"),
            "a model in hub layout has config.json and model.safetensors, and usually vocab.txt",
        )
    })
}

/// The whole of a file that has no business being large.
fn small(blob: Blob, name: &str, most: u64) -> Result<Vec<u8>, Refusal> {
    let bytes = BlobBytes::new(blob)?;
    if bytes.len() > most {
        let what = format!("{name} has {} bytes, at most {most} are read", bytes.len());
        return Err(Refusal::new("model.config", what, "use the file published with the checkpoint"));
    }
    Ok(bytes.whole()?)
}
