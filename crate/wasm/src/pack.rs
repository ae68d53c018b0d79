//! Packs model files into one quantized file, which JavaScript writes piece by piece.

use crate::error::thrown;
use crate::files;
use crate::progress::Reporter;
use crate::request::read;
use crossgrain_api::session::save;
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::weights::{QuantizedProblem, WeightsError};
use crossgrain_engine::checkpoint::{About, pack, verify};
use js_sys::{Function, Object, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Writes a model's files as one quantized file: `write(offset, bytes)` gets every piece, the first bytes of the file
/// last. Needs no session and no device. Answers the length of the file.
///
/// # Errors
/// `model.quantized`, any `model.*` or `weights.*` code; an error of `write` itself, unchanged.
#[wasm_bindgen(js_name = packModel)]
pub fn pack_model(
    files: &Object,
    options: &JsValue,
    write: &Function,
    progress: Option<Function>,
) -> Result<f64, JsValue> {
    let options: save::Request = read(options).map_err(thrown)?;
    let files = files::blobs(files).and_then(|blobs| files::open(&blobs)).map_err(thrown)?;
    let mut refused = None;
    let mut sink = |at: u64, bytes: &[u8]| -> Result<(), WeightsError> {
        // A copy: wasm memory may move while the listener still holds the bytes.
        let piece = Uint8Array::from(bytes);
        write.call2(&JsValue::NULL, &(at as f64).into(), &piece).map(drop).map_err(|error| {
            refused = Some(error);
            QuantizedProblem::Write { reason: "the place refused it".to_owned() }.into()
        })
    };
    let mut progress = Reporter::new(progress);
    progress.begin(Stage::Saving);
    let about = About { name: &options.name, source_sha256: &options.weights_sha256 };
    let packed = pack(&files, options.weights, about, &mut sink, &mut progress);
    match (packed, refused) {
        (Ok(length), _) => Ok(length as f64),
        (Err(_), Some(error)) => Err(error),
        (Err(error), None) => Err(thrown(error)),
    }
}

/// Reads all of a quantized file once and checks it against its check sums.
///
/// # Errors
/// Any `model.*` or `weights.*` code.
#[wasm_bindgen(js_name = checkPacked)]
pub fn check_packed(files: &Object, progress: Option<Function>) -> Result<(), JsValue> {
    let files = files::blobs(files).and_then(|blobs| files::open(&blobs)).map_err(thrown)?;
    let mut progress = Reporter::new(progress);
    progress.begin(Stage::Hashing);
    verify(&files, &mut progress).map_err(thrown)?;
    Ok(())
}
