//! Errors as JavaScript sees them.

use crate::answer::plain;
use crossgrain_api::Refusal;
use crossgrain_core::error::Coded;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// A refusal on its way to JavaScript.
#[derive(Debug)]
pub struct Thrown(Refusal);

impl From<Refusal> for Thrown {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl<E: Coded> From<E> for Thrown {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl From<Thrown> for JsValue {
    fn from(Thrown(Refusal(notice)): Thrown) -> Self {
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
