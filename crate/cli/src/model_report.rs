//! What the methods record and a quantized file say of a model on a disk: its name, its origin, the SHA-256 of its
//! weights.

use crate::input;
use crate::paths::from_text;
use crate::published::Comparison;
use crossgrain_api::Refusal;
use crossgrain_api::session::load::{Request, Response, Weights};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{ByteSource, CheckpointLayout, FileBytes, sha256};
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::quant::Precision;
use std::path::Path;

/// The report of a loaded model.
///
/// # Errors
/// Any `model.*` or `weights.*` code of files that cannot be read.
pub fn report(
    path: &Path,
    checkpoint: &Checkpoint,
    weights: Option<Precision>,
    found: &Comparison,
) -> Result<Response, Refusal> {
    let names = input::model_files(path)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let files = input::files(&names)?;
    let precision = files.precision(weights)?;
    let (quantized, own, sha256) = match files.manifest {
        // A quantized file quotes the hash of the weights that it was made from.
        Some(manifest) => (true, manifest.name, manifest.source_sha256),
        None => (false, name_of(path), digests(&names)?),
    };
    let mut bytes = 0;
    for name in CheckpointLayout::detect(&names)?.weight_files(&names) {
        bytes += FileBytes::open(&from_text(name))?.len();
    }
    let request = Request { name: found.name(&own), source: found.source(), weights };
    Ok(Response::of(checkpoint, request, Weights { precision, quantized, sha256, bytes }))
}

/// The name of a model: `owner/name` in a cache of the hub, otherwise that of its folder or file.
pub fn name_of(model: &Path) -> String {
    let whole = model.canonicalize().unwrap_or_else(|_| model.to_owned());
    let cached =
        |folder: &Path| folder.file_name()?.to_str()?.strip_prefix("models--").map(ToOwned::to_owned);
    if let Some(cached) = whole.ancestors().find_map(cached) {
        return cached.replace("--", "/");
    }
    let part = if whole.is_file() { whole.file_stem() } else { whole.file_name() };
    part.map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The digests of the weight files, with a space between them, in the order of their names.
///
/// # Errors
/// Any `model.*` or `weights.*` code of files that cannot be read.
pub fn digests(names: &[&str]) -> Result<String, Refusal> {
    let weights = CheckpointLayout::detect(names)?.weight_files(names);
    let mut digests = Vec::new();
    for name in weights {
        digests.push(sha256(&FileBytes::open(&from_text(name))?, &mut Silent)?);
    }
    Ok(digests.join(" "))
}
