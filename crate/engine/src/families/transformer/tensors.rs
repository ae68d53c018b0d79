//! Every tensor of an ESM or Nucleotide Transformer checkpoint in hub layout: name, shape, and
//! whether it must be there.
//!
//! | name in the file | shape | used as |
//! |---|---|---|
//! | `esm.embeddings.word_embeddings.weight` | `[v, d]` | token embedding, and ESM's tied decoder |
//! | `esm.embeddings.position_embeddings.weight` | `[p, d]` | ESM-1b, NT v1; stored but unused in ESM-2, NT v2 |
//! | `esm.embeddings.layer_norm.{weight,bias}` | `[d]` | ESM-1b, after the embedding |
//! | `….attention.LayerNorm.{weight,bias}` | `[d]` | norm **before** attention |
//! | `….attention.self.{query,key,value}.{weight,bias}` | `[d, d]`, `[d]` | stacked to one `[3·d, d]` |
//! | `….attention.self.rotary_embeddings.inv_freq` | `[c/2]` | rotary; ESM-2 stores f16-rounded values |
//! | `esm.rotary_embeddings.inv_freq`, `esm.encoder.layer.*.attention.self.rotary_embeddings.inv_freq` | `[c/2]` | the same once for all layers (files of `transformers` 5; the asterisk is in the name) |
//! | `….attention.output.dense.{weight,bias}` | `[d, d]`, `[d]` | attention output |
//! | `….LayerNorm.{weight,bias}` | `[d]` | norm **before** the feed-forward network |
//! | `….intermediate.dense.{weight,bias}` | `[f, d]`, `[f]` | feed-forward in; NT v2 `[2·f, d]`, no bias |
//! | `….output.dense.{weight,bias}` | `[d, f]`, `[d]` | feed-forward out; NT v2 no bias |
//! | `esm.encoder.emb_layer_norm_after.{weight,bias}` | `[d]` | norm after the last layer |
//! | `lm_head.{dense,layer_norm}.{weight,bias}`, `lm_head.bias` | `[d, d]`, `[d]`, `[v]` | logits; optional |
//! | `lm_head.decoder.weight` | `[v, d]` | the decoder; where it is tied, the embedding a second time |
//! | `esm.contact_head.regression.{weight,bias}` | `[1, L·h]`, `[1]` | contacts; optional, untrained in NT |
//!
//! `….` is `esm.encoder.layer.{i}`, `c = d/h` the width of a head, `f` the feed-forward width.

use super::config::{Feed, PositionEncoding, TransformerConfig};
use super::layer::prefix;
use crossgrain_core::weights::Expected;

/// Tensors that are stored a second time: a tied decoder is the token embedding, and the bias has two names.
#[must_use]
pub fn ignored(config: &TransformerConfig) -> &'static [&'static str] {
    match config.tied {
        true => &["lm_head.decoder.weight", "lm_head.decoder.bias"],
        false => &["lm_head.decoder.bias"],
    }
}

/// The rotary frequencies where a file stores them once, by either name.
pub const SHARED_INV_FREQ: [&str; 2] =
    ["esm.rotary_embeddings.inv_freq", "esm.encoder.layer.*.attention.self.rotary_embeddings.inv_freq"];

/// The table above as data.
#[must_use]
pub fn expected(config: &TransformerConfig) -> Vec<Expected> {
    let (d, f) = (config.width, config.hidden);
    let mut table = vec![
        Expected::required("esm.embeddings.word_embeddings.weight", [config.vocabulary, d]),
        Expected::required("esm.encoder.emb_layer_norm_after.weight", [d]),
        Expected::required("esm.encoder.emb_layer_norm_after.bias", [d]),
        Expected::optional("lm_head.dense.weight", [d, d]),
        Expected::optional("lm_head.dense.bias", [d]),
        Expected::optional("lm_head.layer_norm.weight", [d]),
        Expected::optional("lm_head.layer_norm.bias", [d]),
        Expected::optional("lm_head.bias", [config.vocabulary]),
        Expected::optional("esm.contact_head.regression.weight", [1, config.layers * config.heads]),
        Expected::optional("esm.contact_head.regression.bias", [1]),
    ];
    let positions = "esm.embeddings.position_embeddings.weight";
    table.push(match config.positions {
        PositionEncoding::Learned => Expected::required(positions, [config.position_rows, d]),
        PositionEncoding::Rotary => Expected::optional(positions, [config.position_rows, d]),
    });
    if !config.tied {
        table.push(Expected::optional("lm_head.decoder.weight", [config.vocabulary, d]));
    }
    if config.norm_before {
        table.push(Expected::required("esm.embeddings.layer_norm.weight", [d]));
        table.push(Expected::required("esm.embeddings.layer_norm.bias", [d]));
    }
    if config.positions == PositionEncoding::Rotary {
        for name in SHARED_INV_FREQ {
            table.push(Expected::optional(name, [config.head_width() / 2]));
        }
    }
    for i in 0..config.layers {
        let at = prefix(i);
        let mut pair = |name: &str, weight: &[usize], bias: usize| {
            table.push(Expected::required(format!("{at}.{name}.weight"), weight));
            table.push(Expected::required(format!("{at}.{name}.bias"), [bias]));
        };
        pair("attention.LayerNorm", &[d], d);
        pair("attention.self.query", &[d, d], d);
        pair("attention.self.key", &[d, d], d);
        pair("attention.self.value", &[d, d], d);
        pair("attention.output.dense", &[d, d], d);
        pair("LayerNorm", &[d], d);
        let tall = if config.feed == Feed::SwiGlu { 2 * f } else { f };
        for (name, weight) in [("intermediate.dense", [tall, d]), ("output.dense", [d, f])] {
            table.push(Expected::required(format!("{at}.{name}.weight"), weight));
            if config.feed_bias {
                table.push(Expected::required(format!("{at}.{name}.bias"), [weight[0]]));
            }
        }
        if config.positions == PositionEncoding::Rotary {
            let name = format!("{at}.attention.self.rotary_embeddings.inv_freq");
            table.push(Expected::optional(name, [config.head_width() / 2]));
        }
    }
    table
}
