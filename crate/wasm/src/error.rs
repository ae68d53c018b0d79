//! Refusals as JavaScript sees them.

use crate::answer::plain;
use crossgrain_api::Refusal;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// A refusal, or an error that becomes one, as an `Error` with `code`, `where` and `hint`.
pub fn thrown(error: impl Into<Refusal>) -> JsValue {
    let Refusal(notice) = error.into();
    let notice = *notice;
    let error = Error::new(&notice.message);
    error.set_name("CrossgrainError");
    let at = plain(&notice.at);
    for (key, value) in [("code", notice.code.into()), ("where", at), ("hint", JsValue::from(notice.hint))] {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&error, &key.into(), &value);
    }
    error.into()
}
