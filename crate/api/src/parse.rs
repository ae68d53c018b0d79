//! Requests as JSON: unknown fields and wrong types are refused.

use crate::refusal::Refusal;
use serde::de::DeserializeOwned;

/// Where the fields of requests are listed.
pub const HINT: &str = "the fields are listed in crossgrain.d.ts";

/// Reads a request.
///
/// # Errors
/// `options.unknown_field`, `options.invalid`.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| {
        let what = error.to_string();
        let unknown = what.starts_with("unknown field");
        let code = if unknown { "options.unknown_field" } else { "options.invalid" };
        Refusal::new(code, format!("the options cannot be used: {what}"), HINT)
    })
}
