//! Errors as JavaScript sees them.

use crossgrain_core::error::{Coded, Notice, Where};
use js_sys::{Error, Reflect};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// An error on its way to JavaScript.
#[derive(Debug)]
pub struct Refusal(Box<Notice>);

impl Refusal {
    /// A refusal of the border itself.
    pub fn new(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self(Box::new(Notice {
            code: code.into(),
            message: message.into(),
            at: Where::default(),
            hint: hint.into(),
        }))
    }
}

impl<E: Coded> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(Box::new(error.notice()))
    }
}

impl From<Refusal> for JsValue {
    fn from(Refusal(notice): Refusal) -> Self {
        let notice = *notice;
        let error = Error::new(&notice.message);
        error.set_name("CrossgrainError");
        let at = plain(&notice.at);
        for (key, value) in [("code", notice.code.into()), ("where", at), ("hint", Self::from(notice.hint))] {
            // Setting a property of a fresh object cannot fail.
            let _ = Reflect::set(&error, &key.into(), &value);
        }
        error.into()
    }
}

/// A value as plain JavaScript objects and arrays (no `Map`, no `BigInt`).
pub fn plain(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Our own types always serialise; `undefined` would show in any test that looks.
    value.serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a property of an object made by [`plain`].
pub fn set(object: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}
