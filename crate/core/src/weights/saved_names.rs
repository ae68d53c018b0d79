//! The tensors of a checkpoint under the hub's names, whatever the program that saved it called its parts.
//!
//! A model that is part of another one carries that one's names in front: `module.` (data parallel), `model.`
//! (Lightning), `base_model.model.` (PEFT), `_orig_mod.` (compiled), or whatever an author called his own class. Saved
//! alone it lacks the part that the hub's file has: `EsmModel` writes `encoder.…`, `EsmForMaskedLM` `esm.encoder.…`.
//! The token embedding is the anchor: what stands in front of it stands in front of the whole backbone.
//!
//! | anchor | backbone's names here |
//! |---|---|
//! | `embeddings.word_embeddings.weight` | `esm.…`; `bert.…` if there are token types |
//! | `embed_tokens.weight` | fair-esm's, without its prefixes |
//! | `embedder.up_embedder.conv.weight` | BiGCARP's and CARP's |
//!
//! Tensors beside the backbone lose what they share with it: `model.lm_head.bias` beside `model.esm.…` is
//! `lm_head.bias`.

use super::error::visible;
use super::{ContainerProblem, Renamed, TensorSource, WeightsError};

const ANCHORS: [&str; 3] =
    ["embeddings.word_embeddings.weight", "embed_tokens.weight", "embedder.up_embedder.conv.weight"];
/// Wrappers that put a word into the middle of a name.
const WRAPPERS: [&str; 5] =
    ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module", "base_layer"];
/// First words of the tensors of a backbone of the hub.
const BACKBONE: [&str; 5] = ["embeddings", "encoder", "pooler", "contact_head", "rotary_embeddings"];

/// The source under the hub's names; one without an anchor keeps its own.
///
/// # Errors
///
/// `weights.two_models` if there are two backbones; `weights.duplicate_name`.
pub(super) fn with_hub_names(source: Box<dyn TensorSource>) -> Result<Box<dyn TensorSource>, WeightsError> {
    let names = source.names();
    let plain: Vec<Option<String>> = names.iter().map(|name| unwrapped(name)).collect();
    let anchors: Vec<(&str, &str)> = plain.iter().flatten().filter_map(|name| anchor(name)).collect();
    let (prefix, anchor) = match anchors.as_slice() {
        [] => return Ok(source),
        [one] => *one,
        [first, second, ..] => {
            let shown = |(prefix, anchor): &(&str, &str)| visible(&format!("{prefix}{anchor}"));
            let problem = ContainerProblem::TwoModels { first: shown(first), second: shown(second) };
            return Err(WeightsError::from(problem).in_file(source.file().unwrap_or_default()));
        }
    };
    let has = |wanted: &str| plain.iter().flatten().any(|name| name == wanted);
    let own = match anchor == ANCHORS[0] {
        true if has(&format!("{prefix}embeddings.token_type_embeddings.weight")) => "bert.",
        true => "esm.",
        false => "",
    };
    let place = BackbonePrefix { prefix: prefix.to_owned(), own };
    let new: Vec<Option<String>> =
        plain.iter().map(|name| name.as_deref().map(|name| place.hub_name(name))).collect();
    let new = without_aliases(new);
    if names.iter().zip(&new).all(|(old, new)| new.as_deref() == Some(*old)) {
        return Ok(source);
    }
    let renamed: std::collections::BTreeMap<String, Option<String>> =
        names.iter().map(|&name| name.to_owned()).zip(new).collect();
    Ok(Box::new(Renamed::new(source, |name| renamed.get(name).cloned().flatten())?))
}

/// A name without the words of wrappers; `None` for a part that a fine-tuned copy beside it replaces.
pub(super) fn unwrapped(name: &str) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    let mut parts = name.split('.');
    while let Some(part) = parts.next() {
        match part {
            "original_module" => return None,
            // The name of the adapter follows.
            "modules_to_save" => drop(parts.next()),
            part if WRAPPERS.contains(&part) => {}
            part => kept.push(part),
        }
    }
    let name = kept.join(".");
    // Names of layer norms in checkpoints of TensorFlow's time.
    let renamed = |old: &str, new: &str| name.strip_suffix(old).map(|start| format!("{start}{new}"));
    Some(
        renamed("LayerNorm.gamma", "LayerNorm.weight")
            .or_else(|| renamed("LayerNorm.beta", "LayerNorm.bias"))
            .unwrap_or(name),
    )
}

/// What stands in front of the anchor, and the anchor.
fn anchor(name: &str) -> Option<(&str, &'static str)> {
    ANCHORS.into_iter().find_map(|anchor| {
        let prefix = name.strip_suffix(anchor)?;
        (prefix.is_empty() || prefix.ends_with('.')).then_some((prefix, anchor))
    })
}

/// Where the backbone stands in a file.
struct BackbonePrefix {
    /// In front of the anchor, with a full stop behind, or empty.
    prefix: String,
    /// In front of it in the hub's file.
    own: &'static str,
}

impl BackbonePrefix {
    fn hub_name(&self, name: &str) -> String {
        let Self { prefix, own } = self;
        let own_there = own.is_empty() || prefix == own || prefix.ends_with(&format!(".{own}"));
        if let Some(rest) = name.strip_prefix(prefix.as_str()) {
            let first = rest.split('.').next().unwrap_or_default();
            // Without a prefix of its own the backbone shares its place with the heads.
            return match own_there || BACKBONE.contains(&first) {
                true => format!("{own}{rest}"),
                false => rest.to_owned(),
            };
        }
        let mut shared = prefix.trim_end_matches('.');
        while let Some((outer, _)) = shared.rsplit_once('.') {
            if let Some(rest) = name.strip_prefix(outer).and_then(|rest| rest.strip_prefix('.')) {
                return rest.to_owned();
            }
            shared = outer;
        }
        name.to_owned()
    }
}

/// The bias of a decoder has two names, and a file may have either.
fn without_aliases(mut names: Vec<Option<String>>) -> Vec<Option<String>> {
    for (alias, name) in
        [("lm_head.decoder.bias", "lm_head.bias"), ("cls.predictions.bias", "cls.predictions.decoder.bias")]
    {
        if !names.iter().flatten().any(|known| known == name) {
            for other in names.iter_mut().filter(|other| other.as_deref() == Some(alias)) {
                *other = Some(name.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_saved_parts() {
        fn t(prefix: &str, own: &'static str, name: &str, expected: &str) {
            let place = BackbonePrefix { prefix: prefix.to_owned(), own };
            assert_eq!(place.hub_name(name), expected, "{prefix} {name}");
        }
        t("esm.", "esm.", "esm.encoder.layer.0.x", "esm.encoder.layer.0.x");
        t("esm.", "esm.", "lm_head.bias", "lm_head.bias");
        t("", "esm.", "encoder.layer.0.x", "esm.encoder.layer.0.x");
        t("", "esm.", "pooler.dense.weight", "esm.pooler.dense.weight");
        t("", "esm.", "classifier.weight", "classifier.weight");
        t("module.esm.", "esm.", "module.lm_head.bias", "lm_head.bias");
        t("base_model.model.esm.", "esm.", "base_model.model.classifier.weight", "classifier.weight");
        t("model.backbone.", "bert.", "model.backbone.encoder.layer.0.x", "bert.encoder.layer.0.x");
        t("model.backbone.", "bert.", "model.head.weight", "head.weight");
        t("model.backbone.", "bert.", "head.weight", "head.weight");
        t("myesm.", "esm.", "myesm.encoder.x", "esm.encoder.x");
        t("encoder.sentence_encoder.", "", "encoder.lm_head.bias", "lm_head.bias");
        t("encoder.sentence_encoder.", "", "encoder.sentence_encoder.layers.0.fc1.bias", "layers.0.fc1.bias");
        t("module.", "", "module.decoder.conv.bias", "decoder.conv.bias");
    }

    #[test]
    fn words_of_wrappers() {
        fn t(name: &str, expected: Option<&str>) {
            assert_eq!(unwrapped(name).as_deref(), expected, "{name}");
        }
        t("_orig_mod.esm.a", Some("esm.a"));
        t("esm._orig_mod.a", Some("esm.a"));
        t("esm.encoder.layer.0._checkpoint_wrapped_module.a", Some("esm.encoder.layer.0.a"));
        t("query.base_layer.weight", Some("query.weight"));
        t("classifier.modules_to_save.default.weight", Some("classifier.weight"));
        t("classifier.original_module.weight", None);
        t("bert.embeddings.LayerNorm.gamma", Some("bert.embeddings.LayerNorm.weight"));
    }
}
