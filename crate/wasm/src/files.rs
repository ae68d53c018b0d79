//! Loads model files, which are blobs, as a checkpoint with its report.

use crate::blob::BlobBytes;
use crate::progress::Reporter;
use crate::session::LoadedModel;
use crossgrain_api::Refusal;
use crossgrain_api::session::load::{Request, Response, Weights};
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::weights::{ByteSource, CheckpointLayout, WeightsError, WeightsProblem, sha256};
use crossgrain_engine::checkpoint::{Checkpoint, CheckpointFiles};
use crossgrain_engine::device::OpenDevice;
use js_sys::Object;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::Blob;

/// Loads the files of a checkpoint.
///
/// # Errors
/// Any `model.*`, `token.*` or `weights.*` code.
pub fn load(
    files: &Object,
    request: Request,
    device: &OpenDevice,
    progress: &mut Reporter,
) -> Result<LoadedModel, Refusal> {
    let blobs = blobs(files)?;
    let names: Vec<&str> = blobs.keys().map(String::as_str).collect();
    let files = open(&blobs)?;
    let precision = files.precision(request.weights)?;
    progress.begin(Stage::Loading);
    let checkpoint = Checkpoint::open(&files, device, precision, progress)?;
    let weights: Vec<&BlobBytes> = CheckpointLayout::detect(&names)?
        .weight_files(&names)
        .iter()
        .filter_map(|name| blobs.get(*name))
        .collect();
    let sha256 = match &files.manifest {
        // The file was checked against its own check sums; the quoted one is that of the original weights.
        Some(manifest) => manifest.source_sha256.clone(),
        None => digest(&weights, progress)?,
    };
    let bytes = weights.iter().map(|blob| blob.len()).sum();
    let quantized = files.manifest.is_some();
    let report = Response::of(&checkpoint, request, Weights { precision, quantized, sha256, bytes });
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
pub fn open(blobs: &BTreeMap<String, BlobBytes>) -> Result<CheckpointFiles<'static>, Refusal> {
    let names: Vec<&str> = blobs.keys().map(String::as_str).collect();
    let mut bytes = |name: &str| -> Result<Box<dyn ByteSource>, WeightsError> {
        let blob = blobs.get(name).ok_or_else(|| {
            WeightsError::new(WeightsProblem::Read { reason: format!("{name} is not among the files") })
        })?;
        Ok(Box::new(blob.clone()))
    };
    Ok(CheckpointFiles::read(&names, &mut bytes)?)
}

/// Digests of the weight files, with a space between them.
fn digest(weights: &[&BlobBytes], progress: &mut Reporter) -> Result<String, Refusal> {
    progress.begin(Stage::Hashing);
    let digests = weights.iter().map(|blob| sha256(*blob, progress)).collect::<Result<Vec<_>, _>>()?;
    Ok(digests.join(" "))
}
