//! Answers as JavaScript sees them: plain objects, and typed arrays in the fields that hold matrices.

use crossgrain_api::{Answer, Numbers};
use js_sys::{Float32Array, Float64Array, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// An answer with its arrays.
pub fn to_js(answer: &impl Answer) -> JsValue {
    let object = plain(answer);
    for array in answer.arrays() {
        let numbers: JsValue = match array.numbers {
            Numbers::F32(numbers) => Float32Array::from(numbers).into(),
            Numbers::F64(numbers) => Float64Array::from(numbers).into(),
            Numbers::U32(numbers) => Uint32Array::from(numbers).into(),
            Numbers::U8(numbers) => Uint8Array::from(numbers).into(),
        };
        set(&object, array.field, &numbers);
    }
    object
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
