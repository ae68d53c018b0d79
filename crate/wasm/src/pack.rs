//! Model files → one quantized file, piece by piece into whatever JavaScript writes it to.

use crate::error::Refusal;
use crate::model;
use crate::options;
use crate::progress::Reporter;
use crossgrain_core::weights::{QuantizedProblem, WeightsError};
use crossgrain_engine::checkpoint::{About, pack, verify};
use js_sys::{Function, Object, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Writes a model's files as one quantized file: `write(offset, bytes)` gets every piece, the first
/// bytes of the file last. Needs no session and no device. Answers the length of the file.
///
/// # Errors
/// `model.quantized`, any `model.*` or `weights.*` code; what `write` throws, as it is.
#[wasm_bindgen(js_name = packModel)]
#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands callbacks over by value")]
pub fn pack_model(
    files: &Object,
    options: &JsValue,
    write: &Function,
    progress: Option<Function>,
) -> Result<f64, JsValue> {
    let options: options::Pack = options::read(options)?;
    let files = model::open(&model::blobs(files)?)?;
    let mut thrown = None;
    let mut sink = |at: u64, bytes: &[u8]| -> Result<(), WeightsError> {
        // Copied: the listener may keep it longer than wasm memory stays where it is.
        let piece = Uint8Array::from(bytes);
        write.call2(&JsValue::NULL, &(at as f64).into(), &piece).map(drop).map_err(|error| {
            thrown = Some(error);
            QuantizedProblem::Write { reason: "the place refused it".to_owned() }.into()
        })
    };
    let mut packing = Reporter::new(progress.as_ref(), "saving", "tensors");
    let about = About { name: &options.name, source_sha256: &options.weights_sha256 };
    let packed = pack(&files, options.weights, about, &mut sink, &mut packing);
    match (packed, thrown) {
        (Ok(length), _) => Ok(length as f64),
        (Err(_), Some(thrown)) => Err(thrown),
        (Err(error), None) => Err(Refusal::from(error).into()),
    }
}

/// Reads all of a quantized file once and holds it against its check sums.
///
/// # Errors
/// Any `model.*` or `weights.*` code.
#[wasm_bindgen(js_name = checkPacked)]
#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands callbacks over by value")]
pub fn check_packed(files: &Object, progress: Option<Function>) -> Result<(), JsValue> {
    let files = model::open(&model::blobs(files)?)?;
    let mut checking = Reporter::new(progress.as_ref(), "hashing", "tensors");
    verify(&files, &mut checking).map_err(Refusal::from)?;
    Ok(())
}
