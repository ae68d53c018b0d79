//! Every tensor of a BiGCARP or CARP checkpoint: name and shape.
//!
//! | name in the file | shape | used as |
//! |---|---|---|
//! | `embedder.embedder.weight` | `[v, e]` | token embedding (random and fine-tuned layouts, CARP) |
//! | `embedder.embedder.trainable.weight` | `[s, e]` | frozen layout: specials, classes and `UNK` |
//! | `embedder.embedder.frozen.weight` | `[v − s, e]` | frozen layout: the domains, from ESM-1b |
//! | `embedder.up_embedder.conv.{weight,bias}` | `[d, e, 1]`, `[d]` | widens the embedding |
//! | `….sequence1.0.{weight,bias}` | `[d]` | norm before the block |
//! | `….sequence1.2.conv.{weight,bias}` | `[m, d, 1]`, `[m]` | narrows |
//! | `….sequence1.3.{weight,bias}` | `[m]` | norm before the convolution |
//! | `….conv.{weight,bias}` | `[m, m, kernel_size]`, `[m]` | the dilated convolution |
//! | `….sequence2.0.{weight,bias}` | `[m]` | norm after it |
//! | `….sequence2.2.conv.{weight,bias}` | `[d, m, 1]`, `[d]` | widens again |
//! | `last_norm.{weight,bias}` | `[d]` | norm before the decoder |
//! | `decoder.conv.{weight,bias}` | `[v, d, 1]`, `[v]` | logits; not tied; optional |
//!
//! `….` is `embedder.layers.{i}`, `m` the width inside a block.

use super::block::prefix;
use super::config::CarpConfig;
use crossgrain_core::weights::Expected;

/// The table above as data.
#[must_use]
pub fn expected(config: &CarpConfig) -> Vec<Expected> {
    let (e, d, m, v) = (config.embedded, config.width, config.inner, config.vocabulary);
    let mut table = match config.trainable {
        None => vec![Expected::required("embedder.embedder.weight", [v, e])],
        Some(rows) => vec![
            Expected::required("embedder.embedder.trainable.weight", [rows, e]),
            Expected::required("embedder.embedder.frozen.weight", [v - rows, e]),
        ],
    };
    let mut pair = |name: String, weight: &[usize]| {
        table.push(Expected::required(format!("{name}.weight"), weight));
        table.push(Expected::required(format!("{name}.bias"), [weight[0]]));
    };
    pair("embedder.up_embedder.conv".into(), &[d, e, 1]);
    for i in 0..config.layers {
        let at = prefix(i);
        pair(format!("{at}.sequence1.0"), &[d]);
        pair(format!("{at}.sequence1.2.conv"), &[m, d, 1]);
        pair(format!("{at}.sequence1.3"), &[m]);
        pair(format!("{at}.conv"), &[m, m, config.kernel_size]);
        pair(format!("{at}.sequence2.0"), &[m]);
        pair(format!("{at}.sequence2.2.conv"), &[d, m, 1]);
    }
    pair("last_norm".into(), &[d]);
    table.push(Expected::optional("decoder.conv.weight", [v, d, 1]));
    table.push(Expected::optional("decoder.conv.bias", [v]));
    table
}
