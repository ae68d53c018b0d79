//! Requests from JavaScript, checked once: unknown fields and wrong types are refused.

use crossgrain_api::parse::{HINT, parse};
use crossgrain_api::{Refusal, Request};
use js_sys::JSON;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Longest request, as JSON: a million rows with a label each.
const REQUEST_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Reads a request; `undefined` and `null` stand for an empty one.
///
/// # Errors
/// `options.too_large`, `options.unknown_field`, `options.invalid`.
pub fn read<T: DeserializeOwned>(options: &JsValue) -> Result<T, Refusal> {
    parse(&text(options)?)
}

/// Reads a question by the name of its method.
///
/// # Errors
/// As [`read`].
pub fn question(method: &str, options: &JsValue) -> Result<Request, Refusal> {
    parse(&format!("{{{method:?}:{}}}", text(options)?))
}

fn text(options: &JsValue) -> Result<String, Refusal> {
    if options.is_undefined() || options.is_null() {
        return Ok("{}".to_owned());
    }
    let text = JSON::stringify(options)
        .map(String::from)
        .map_err(|_| Refusal::new("options.invalid", "the options are not plain data", HINT))?;
    if text.len() > REQUEST_BYTES_MAX {
        let what = format!("the options are longer than {REQUEST_BYTES_MAX} bytes");
        return Err(Refusal::new("options.too_large", what, HINT));
    }
    Ok(text)
}
