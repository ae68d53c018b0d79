//! A checkpoint of the fair-esm package as the hub would have it: its names and its `config.json`.
//!
//! Reference: fair-esm 2.0.0, `esm/pretrained.py`. The weights lie under `model`, the settings under
//! `cfg.model` (ESM-2) or `args` (ESM-1b), the contact regression in a file of its own,
//! `<name>-contact-regression.pt`. The prefixes `encoder.` and `encoder.sentence_encoder.` are
//! dropped; `lm_head.weight` is the token embedding a second time.
//!
//! Users also save the weights alone (`torch.save(model.state_dict(), …)`). The number of heads then follows
//! from the rotary frequencies (a head has half as many as its width) or from the contact head, which
//! has a weight for each head of each layer.
//!
//! | fair-esm | hub |
//! |---|---|
//! | `embed_tokens`, `embed_positions` | `esm.embeddings.word_embeddings`, `….position_embeddings` |
//! | `emb_layer_norm_before`, `emb_layer_norm_after` | `esm.embeddings.layer_norm`, `esm.encoder.emb_layer_norm_after` |
//! | `layers.{i}.self_attn.{q,k,v,out}_proj` | `esm.encoder.layer.{i}.attention.{self.query, self.key, self.value, output.dense}` |
//! | `layers.{i}.self_attn.rot_emb` | `….attention.self.rotary_embeddings` |
//! | `layers.{i}.self_attn_layer_norm`, `final_layer_norm` | `….attention.LayerNorm`, `….LayerNorm` |
//! | `layers.{i}.fc1`, `fc2` | `….intermediate.dense`, `….output.dense` |
//! | `contact_head` | `esm.contact_head` |

use super::{ContainerProblem, Renamed, Shards, TensorSource, WeightsError};
use serde_json::{Value, json};

/// Parts outside the layers, and inside them.
const PARTS: [(&str, &str); 5] = [
    ("embed_tokens", "esm.embeddings.word_embeddings"),
    ("embed_positions", "esm.embeddings.position_embeddings"),
    ("emb_layer_norm_before", "esm.embeddings.layer_norm"),
    ("emb_layer_norm_after", "esm.encoder.emb_layer_norm_after"),
    ("contact_head.regression", "esm.contact_head.regression"),
];
const LAYER_PARTS: [(&str, &str); 9] = [
    ("self_attn.q_proj", "attention.self.query"),
    ("self_attn.k_proj", "attention.self.key"),
    ("self_attn.v_proj", "attention.self.value"),
    ("self_attn.out_proj", "attention.output.dense"),
    ("self_attn.rot_emb", "attention.self.rotary_embeddings"),
    ("self_attn_layer_norm", "attention.LayerNorm"),
    ("final_layer_norm", "LayerNorm"),
    ("fc1", "intermediate.dense"),
    ("fc2", "output.dense"),
];

/// Whether an opened file is a fair-esm checkpoint.
pub(super) fn is_fair_esm(file: &dyn TensorSource) -> bool {
    let has = |wanted: &str| file.names().iter().any(|name| stripped(name) == wanted);
    has("embed_tokens.weight") && has("layers.0.self_attn.q_proj.weight")
}

/// The checkpoint under the hub's names, with its contact head if there is one, and the settings in
/// the words of the hub's `config.json`.
///
/// # Errors
///
/// `weights.fair_esm` if nothing in the file shows how many heads there are, or it has no layers;
/// `weights.duplicate_name`.
pub(super) fn from_fair_esm(
    model: Box<dyn TensorSource>,
    settings: &Value,
    contact: Option<Box<dyn TensorSource>>,
) -> Result<(Box<dyn TensorSource>, Value), WeightsError> {
    let file = model.file().unwrap_or_default().to_owned();
    let mut model: Box<dyn TensorSource> = Box::new(Renamed::new(model, hub_name)?);
    // A model that was loaded with its contact head and saved again has one of its own.
    if let Some(contact) = contact.filter(|_| model.info("esm.contact_head.regression.weight").is_none()) {
        model = Box::new(Shards::of(vec![model, Box::new(Renamed::new(contact, hub_name)?)])?);
    }
    let config = config(model.as_ref(), settings).map_err(|error| error.in_file(&file))?;
    Ok((model, config))
}

fn stripped(name: &str) -> &str {
    ["encoder.sentence_encoder.", "encoder."]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
}

/// The hub's name of a tensor; an unknown one keeps its own, so that a check can name it.
pub(super) fn hub_name(name: &str) -> Option<String> {
    let name = stripped(name);
    if name == "lm_head.weight" {
        return None;
    }
    let renamed = |name: &str, parts: &[(&str, &str)]| {
        parts.iter().find_map(|(old, new)| {
            let rest = name.strip_prefix(old)?;
            rest.starts_with('.').then(|| format!("{new}{rest}"))
        })
    };
    let in_layer = || {
        let (layer, part) = name.strip_prefix("layers.")?.split_once('.')?;
        Some(format!("esm.encoder.layer.{layer}.{}", renamed(part, &LAYER_PARTS)?))
    };
    Some(renamed(name, &PARTS).or_else(in_layer).unwrap_or_else(|| name.to_owned()))
}

/// `config.json` from the settings and the shapes.
fn config(model: &dyn TensorSource, settings: &Value) -> Result<Value, WeightsError> {
    let refuse = |what| WeightsError::from(ContainerProblem::FairEsm { what });
    let settings = settings.pointer("/cfg/model").or_else(|| settings.get("args")).unwrap_or(&Value::Null);
    let setting = |name: &str| settings.get(format!("encoder_{name}")).or_else(|| settings.get(name));
    let shape = |name: &str| match model.info(name)?.shape.as_slice() {
        [rows, width] => Some((*rows, *width)),
        _ => None,
    };
    let (vocabulary, width) =
        shape("esm.embeddings.word_embeddings.weight").ok_or_else(|| refuse("the token embedding"))?;
    let (hidden, _) =
        shape("esm.encoder.layer.0.intermediate.dense.weight").ok_or_else(|| refuse("its layers"))?;
    let layer =
        |name: &str| name.strip_prefix("esm.encoder.layer.")?.split_once('.')?.0.parse::<usize>().ok();
    let layers =
        model.names().iter().filter_map(|name| layer(name)).max().map_or(0, |last| last.saturating_add(1));
    let positions = shape("esm.embeddings.position_embeddings.weight");
    let heads = setting("attention_heads")
        .and_then(Value::as_u64)
        .and_then(|heads| usize::try_from(heads).ok())
        .or_else(|| heads(model, width, layers))
        .ok_or_else(|| refuse("the number of heads"))?;
    Ok(json!({
        "model_type": "esm",
        "num_hidden_layers": layers,
        "hidden_size": width,
        "num_attention_heads": heads,
        "intermediate_size": hidden,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions.map_or(1026, |(rows, _)| rows),
        "position_embedding_type": if positions.is_some() { "absolute" } else { "rotary" },
        "emb_layer_norm_before": model.info("esm.embeddings.layer_norm.weight").is_some(),
        "token_dropout": setting("token_dropout").and_then(Value::as_bool).unwrap_or(true),
        "layer_norm_eps": 1e-5,
        "mask_token_id": 32,
        "pad_token_id": 1,
        "hidden_act": "gelu",
    }))
}

/// The number of heads, from tensors that depend on it.
fn heads(model: &dyn TensorSource, width: usize, layers: usize) -> Option<usize> {
    let last = |name: &str| model.info(name)?.shape.last().copied();
    let exact = |whole: usize, part: usize| {
        let heads = whole.checked_div(part).filter(|heads| *heads > 0)?;
        (heads.checked_mul(part) == Some(whole)).then_some(heads)
    };
    let of_frequencies = || {
        let half = last("esm.encoder.layer.0.attention.self.rotary_embeddings.inv_freq")?;
        exact(width, half.checked_mul(2)?)
    };
    let of_contacts = || exact(last("esm.contact_head.regression.weight")?, layers);
    of_frequencies().or_else(of_contacts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        fn t(name: &str, expected: Option<&str>) {
            assert_eq!(hub_name(name).as_deref(), expected, "{name}");
        }
        t("encoder.sentence_encoder.embed_tokens.weight", Some("esm.embeddings.word_embeddings.weight"));
        t("embed_positions.weight", Some("esm.embeddings.position_embeddings.weight"));
        t("encoder.lm_head.weight", None);
        t("encoder.lm_head.layer_norm.bias", Some("lm_head.layer_norm.bias"));
        t("lm_head.bias", Some("lm_head.bias"));
        t("layers.31.self_attn.q_proj.bias", Some("esm.encoder.layer.31.attention.self.query.bias"));
        t("layers.0.self_attn.out_proj.weight", Some("esm.encoder.layer.0.attention.output.dense.weight"));
        t(
            "encoder.sentence_encoder.layers.2.self_attn.rot_emb.inv_freq",
            Some("esm.encoder.layer.2.attention.self.rotary_embeddings.inv_freq"),
        );
        t("layers.2.self_attn_layer_norm.weight", Some("esm.encoder.layer.2.attention.LayerNorm.weight"));
        t("layers.2.final_layer_norm.weight", Some("esm.encoder.layer.2.LayerNorm.weight"));
        t("layers.2.fc1.weight", Some("esm.encoder.layer.2.intermediate.dense.weight"));
        t("contact_head.regression.bias", Some("esm.contact_head.regression.bias"));
        t("layers.2.fc17.weight", Some("layers.2.fc17.weight"));
        t("something.else", Some("something.else"));
    }
}
