//! Every tensor of a DNABERT-2 checkpoint: name, shape, and whether it must be there.
//!
//! | name in the file | shape | used as |
//! |---|---|---|
//! | `bert.embeddings.word_embeddings.weight` | `[v, d]` | token embedding, and the decoder where it is tied |
//! | `bert.embeddings.token_type_embeddings.weight` | `[2, d]` | row 0 is added to every token |
//! | `bert.embeddings.LayerNorm.{weight,bias}` | `[d]` | norm after the embedding |
//! | `….attention.self.Wqkv.{weight,bias}` | `[3·d, d]`, `[3·d]` | queries, keys, values, in this order |
//! | `….attention.output.dense.{weight,bias}` | `[d, d]`, `[d]` | attention output |
//! | `….attention.output.LayerNorm.{weight,bias}` | `[d]` | norm **after** attention |
//! | `….mlp.gated_layers.weight` | `[2·f, d]` | feed-forward in: gate, then value; no bias |
//! | `….mlp.wo.{weight,bias}` | `[d, f]`, `[d]` | feed-forward out |
//! | `….mlp.layernorm.{weight,bias}` | `[d]` | norm **after** the feed-forward network |
//! | `cls.predictions.transform.{dense,LayerNorm}.{weight,bias}` | `[d, d]`, `[d]` | logits; optional |
//! | `cls.predictions.decoder.bias` | `[v]` | logits; optional |
//! | `cls.predictions.decoder.weight` | `[v, d]` | the decoder; where it is tied, the embedding a second time |
//!
//! `….` is `bert.encoder.layer.{i}`.

use super::config::DnaBert2Config;
use crossgrain_core::weights::Expected;

/// Aliases of other tensors: a tied decoder is the token embedding, and its bias has two names.
#[must_use]
pub fn ignored(config: &DnaBert2Config) -> &'static [&'static str] {
    match config.tied {
        true => &["cls.predictions.decoder.weight", "cls.predictions.bias"],
        false => &["cls.predictions.bias"],
    }
}

/// The table above as data.
#[must_use]
pub fn expected(config: &DnaBert2Config) -> Vec<Expected> {
    let (d, f, v) = (config.width, config.hidden, config.vocabulary);
    let transform = "cls.predictions.transform";
    let mut table = vec![
        Expected::required(config.tensor("embeddings.word_embeddings.weight"), [v, d]),
        Expected::required(config.tensor("embeddings.token_type_embeddings.weight"), [2, d]),
        Expected::required(config.tensor("embeddings.LayerNorm.weight"), [d]),
        Expected::required(config.tensor("embeddings.LayerNorm.bias"), [d]),
        Expected::optional(format!("{transform}.dense.weight"), [d, d]),
        Expected::optional(format!("{transform}.dense.bias"), [d]),
        Expected::optional(format!("{transform}.LayerNorm.weight"), [d]),
        Expected::optional(format!("{transform}.LayerNorm.bias"), [d]),
        Expected::optional("cls.predictions.decoder.bias", [v]),
    ];
    if !config.tied {
        table.push(Expected::optional(config.decoder().name, [v, d]));
    }
    for i in 0..config.layers {
        let at = config.layer(i);
        let mut pair = |name: &str, weight: &[usize], bias: usize| {
            table.push(Expected::required(format!("{at}.{name}.weight"), weight));
            table.push(Expected::required(format!("{at}.{name}.bias"), [bias]));
        };
        pair("attention.self.Wqkv", &[3 * d, d], 3 * d);
        pair("attention.output.dense", &[d, d], d);
        pair("attention.output.LayerNorm", &[d], d);
        pair("mlp.wo", &[d, f], d);
        pair("mlp.layernorm", &[d], d);
        table.push(Expected::required(format!("{at}.mlp.gated_layers.weight"), [2 * f, d]));
    }
    table
}
