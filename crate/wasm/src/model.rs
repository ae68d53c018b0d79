//! Model files as blobs → a loaded checkpoint and what the page shows of it.

use crate::blob::BlobBytes;
use crate::error::Refusal;
use crate::options::Load;
use crate::progress::Reporter;
use crossgrain_core::weights::{ByteSource, Folder, Problem, WeightsError, sha256};
use crossgrain_engine::checkpoint::{Checkpoint, Files};
use crossgrain_engine::device::OpenDevice;
use js_sys::{Function, Object};
use serde::Serialize;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
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
    /// What `pool: "auto"` stands for.
    pub pool: &'static str,
    pub layers: usize,
    /// Number of the last hidden state.
    pub last: usize,
    pub width: usize,
    pub heads: usize,
    pub parameters: f64,
    pub precision: &'static str,
    /// Whether it came from a quantized file of our own.
    pub quantized: bool,
    /// Of several files: one digest each, in the order of their names.
    pub weights_sha256: String,
    pub weights_bytes: f64,
    /// Longest sequence in one piece; longer ones are cut into windows.
    pub max_residues: Option<usize>,
    /// `None` where no length is too long.
    pub window: Option<usize>,
    pub warnings: Vec<String>,
}

/// Loads the files of a checkpoint.
///
/// # Errors
/// Any `model.*`, `token.*` or `weights.*` code.
pub fn load(
    files: &Object,
    options: Load,
    opened: &OpenDevice,
    callback: Option<&Function>,
) -> Result<(Checkpoint, Report), Refusal> {
    let blobs = blobs(files)?;
    let names: Vec<&str> = blobs.keys().map(String::as_str).collect();
    let files = open(&blobs)?;
    let weights = files.precision(options.weights)?;
    let mut loading = Reporter::new(callback, "loading", "tensors");
    let checkpoint = Checkpoint::open(&files, opened, weights, &mut loading)?;
    let (weights_sha256, weights_bytes) = match &files.manifest {
        // What was read was held against its check sums; what is quoted is the original.
        Some(manifest) => (manifest.source_sha256.clone(), size(&names, &blobs)?),
        None => (digest(&names, &blobs, callback)?, size(&names, &blobs)?),
    };
    let config = checkpoint.config();
    let report = Report {
        name: options.name,
        source: options.source,
        family: config.family.id,
        granularity: config.family.granularity.as_str(),
        pool: config.family.pool.name(),
        layers: config.layers,
        last: config.last,
        width: config.width,
        heads: config.heads,
        parameters: checkpoint.parameters() as f64,
        precision: weights.name(),
        quantized: files.manifest.is_some(),
        weights_sha256,
        weights_bytes,
        max_residues: config.window.filter(|_| config.hard_limit),
        window: config.window,
        warnings: Vec::new(),
    };
    Ok((checkpoint, report))
}

/// The files by name, in a fixed order.
pub fn blobs(files: &Object) -> Result<BTreeMap<String, BlobBytes>, Refusal> {
    let mut blobs = BTreeMap::new();
    for entry in Object::entries(files).iter() {
        let entry: js_sys::Array = entry.unchecked_into();
        if let (Some(name), Ok(blob)) = (entry.get(0).as_string(), entry.get(1).dyn_into::<Blob>()) {
            blobs.insert(name, BlobBytes::new(blob)?);
        }
    }
    Ok(blobs)
}

/// The files, opened; no tensor is read.
///
/// # Errors
/// Any `model.*` or `weights.*` code.
pub fn open(blobs: &BTreeMap<String, BlobBytes>) -> Result<Files<'static>, Refusal> {
    let names: Vec<&str> = blobs.keys().map(String::as_str).collect();
    let mut bytes = |name: &str| -> Result<Box<dyn ByteSource>, WeightsError> {
        let blob = blobs.get(name).ok_or_else(|| {
            WeightsError::new(Problem::Read { reason: format!("{name} is not among the files") })
        })?;
        Ok(Box::new(blob.clone()))
    };
    Ok(Files::read(&names, &mut bytes)?)
}

/// Digests of the weight files.
fn digest(
    names: &[&str],
    blobs: &BTreeMap<String, BlobBytes>,
    callback: Option<&Function>,
) -> Result<String, Refusal> {
    let mut hashing = Reporter::new(callback, "hashing", "bytes");
    let mut digests = Vec::new();
    for blob in Folder::detect(names)?.weight_files(names).iter().filter_map(|name| blobs.get(*name)) {
        digests.push(sha256(blob, &mut |done, total| hashing.report(done as f64, total as f64))?);
    }
    Ok(digests.join(" "))
}

/// Bytes of the weight files.
fn size(names: &[&str], blobs: &BTreeMap<String, BlobBytes>) -> Result<f64, Refusal> {
    let weights = Folder::detect(names)?.weight_files(names);
    Ok(weights.iter().filter_map(|name| blobs.get(*name)).map(|blob| blob.len() as f64).sum())
}
