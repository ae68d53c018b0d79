//! The families of models that can be run: one folder each, and one line in [`FAMILIES`].
//!
//! | folder | models | reads |
//! |---|---|---|
//! | [`esm`] | ESM-2, ESM-1b | residues |
//! | [`nucleotide_transformer`] | Nucleotide Transformer v1, v2 | 6-mers or 3-mers of DNA |
//! | [`dnabert2`] | DNABERT-2 | byte pairs of DNA |
//! | [`carp`] | BiGCARP; CARP | protein domains of a gene cluster; residues |
//!
//! [`transformer`] is the pre-norm stack that ESM and the Nucleotide Transformer share. A folder holds `spec` (the
//! [`FamilySpec`]), `config` (the numbers of a checkpoint), `tensors` (its names and shapes) and `model` (the forward
//! pass, in data order). `docs/adding-a-model.md` walks through a new one.

pub mod carp;
mod decoder;
pub mod dnabert2;
pub mod esm;
mod family;
mod model;
pub mod nucleotide_transformer;
mod pass;
mod spec;
pub mod transformer;
mod unread;

pub use decoder::Decoder;
pub use family::Family;
pub use model::{Architecture, Model};
pub use pass::Pass;
pub use spec::{Configure, Description, FamilySpec, ModelConfig, TensorList};
pub use unread::Unread;

use crate::error::EngineError;
use crate::files::CheckpointFiles;
use serde_json::Value;

/// Every family, in the order in which lists show them.
pub static FAMILIES: &[&FamilySpec] = &[
    &esm::ESM2,
    &esm::ESM1B,
    &carp::CARP,
    &nucleotide_transformer::V2,
    &nucleotide_transformer::V1,
    &dnabert2::DNABERT2,
    &carp::BIGCARP,
];

/// The family that a checkpoint belongs to.
///
/// # Errors
/// `model.missing_file`, `model.config`, `model.unsupported`.
pub fn detect(files: &CheckpointFiles<'_>) -> Result<&'static FamilySpec, EngineError> {
    let config = files.config_json();
    let description = Description {
        config: config.as_ref().unwrap_or(&Value::Null),
        settings: &files.settings,
        vocabulary: files.vocabulary.as_deref(),
    };
    match FAMILIES.iter().find(|spec| (spec.detect)(&description)) {
        Some(spec) => Ok(spec),
        None if transformer::ModelType::of(&description).is_esm => {
            Err(EngineError::Vocabulary(transformer::vocabulary_problem(&description)))
        }
        None => Err(match config?.get("model_type").and_then(Value::as_str) {
            Some(model_type) => EngineError::Unsupported(format!("its model_type is '{model_type}'")),
            None => EngineError::Config("it is not a JSON object".into()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    fn families_of(config: &Value, settings: &Value) -> Vec<&'static str> {
        let description = Description { config, settings, vocabulary: None };
        FAMILIES.iter().filter(|spec| (spec.detect)(&description)).map(|spec| spec.family.id).collect()
    }

    #[test]
    fn ids_differ() {
        let ids: BTreeSet<&str> = FAMILIES.iter().map(|spec| spec.family.id).collect();
        assert_eq!(ids.len(), FAMILIES.len());
    }

    #[test]
    fn a_checkpoint_belongs_to_one_family_at_most() {
        let t = |config: Value, settings: Value, expected: &[&str]| {
            assert_eq!(families_of(&config, &settings), expected, "{config} {settings}");
        };
        let esm = |tokens: Value, positions: &str| json!({ "model_type": "esm", "vocab_size": tokens, "position_embedding_type": positions });
        t(esm(33.into(), "rotary"), json!({}), &["esm2"]);
        t(esm(33.into(), "absolute"), json!({}), &["esm1b"]);
        t(esm(4107.into(), "rotary"), json!({}), &["ntv2"]);
        t(esm(4105.into(), "absolute"), json!({}), &["ntv1"]);
        // A file that lacks a number is named by the family that it looks most like.
        t(esm(Value::Null, "rotary"), json!({}), &["esm2"]);
        t(json!({}), json!({}), &["esm1b"]);
        t(json!({ "model_type": "bert", "alibi_starting_size": 512 }), json!({}), &["dnabert2"]);
        t(json!({ "model_type": "bert" }), json!({}), &[]);
        t(Value::Null, json!({}), &[]);
        t(Value::Null, json!({ "model": "bigcarp_random" }), &["bigcarp"]);
        t(Value::Null, json!({ "model": "carp_600k" }), &["carp"]);
        // A .pt file of CARP describes itself; the config.json beside it belongs to another model.
        t(esm(33.into(), "rotary"), json!({ "model": "carp_600k" }), &["carp"]);
        t(Value::Null, json!({ "model": { "a": 1 } }), &[]);
    }
}
