//! Saves finished rows as `.npy`, `.csv` or `.safetensors`.
//!
//! | format | one row per record (`mean`, `cls`) | one row per residue or token (`none`, `tokens`) |
//! |---|---|---|
//! | `.npy` | one layer, `[n, d]` | one layer, all rows one after the other |
//! | `.csv` | `id, d0, d1, …` | `id` is followed by `/` and the position, counted from 1 (tokens: from 0) |
//! | `.safetensors` | `layer_{i}` `[n, d]` | `{record}/layer_{i}` `[l, d]`, records counted from 0 |
//!
//! `.safetensors` also holds `{record}/logits` and `{record}/contacts` where asked for; its
//! metadata holds all ids as a JSON list under `ids`, the pooling under `pool`, and what a caller adds.
//! `.npy` and `.csv` have no place for such texts: a comment line would be read as a row or refused by most readers.

use crate::embed::Embedded;
use crate::pooling::Pool;
use crossgrain_core::export::{ExportError, Tensor, csv, npy, safetensors};
use crossgrain_core::matrix::View;
use std::collections::BTreeMap;

/// One layer as a NumPy array; `slot` counts the layers that were kept.
///
/// # Shape
/// `[rows, d]`.
///
/// # Errors
/// Any `export.*` code.
pub fn to_npy(embedded: &Embedded, slot: usize) -> Result<Vec<u8>, ExportError> {
    npy(view(embedded, slot)?)
}

/// One layer as a table; `slot` counts the layers that were kept.
///
/// # Shape
/// `rows` lines of a name and `d` numbers.
///
/// # Errors
/// Any `export.*` code.
pub fn to_csv<S: AsRef<str>>(embedded: &Embedded, slot: usize, ids: &[S]) -> Result<Vec<u8>, ExportError> {
    let (view, pool) = (view(embedded, slot)?, embedded.pool);
    if pool.is_pooled() {
        return csv(ids, view, "d");
    }
    let first = usize::from(pool == Pool::Residues);
    let rows = ids.iter().zip(embedded.offsets.windows(2)).flat_map(|(id, range)| {
        let id = id.as_ref();
        (0..range[1] - range[0]).map(move |i| format!("{id}/{}", i + first))
    });
    csv(&rows.collect::<Vec<_>>(), view, "d")
}

/// Everything that was kept, with `texts` beside it.
///
/// # Shape
/// Per layer `[n, d]`, or per record `[l, d]`; logits `[tokens, v]`, contacts `[l, l]`.
///
/// # Errors
/// Any `export.*` code.
pub fn to_safetensors<S: AsRef<str>>(
    embedded: &Embedded,
    ids: &[S],
    texts: BTreeMap<String, String>,
) -> Result<Vec<u8>, ExportError> {
    let (d, pool) = (embedded.width, embedded.pool);
    let mut tensors: Vec<(String, Vec<usize>, &[f32])> = Vec::new();
    for (layer, state) in embedded.layers.iter().zip(&embedded.states) {
        if pool.is_pooled() {
            tensors.push((format!("layer_{layer}"), vec![state.len() / d, d], state));
            continue;
        }
        for (record, range) in embedded.offsets.windows(2).enumerate() {
            let rows = &state[range[0] * d..range[1] * d];
            tensors.push((format!("{record}/layer_{layer}"), vec![range[1] - range[0], d], rows));
        }
    }
    for (record, logits) in embedded.logits.iter().enumerate() {
        let tokens = (embedded.residues[record] + embedded.specials[record]) as usize;
        tensors.push((format!("{record}/logits"), vec![tokens, logits.len() / tokens], logits));
    }
    for (record, map) in embedded.contacts.iter().enumerate() {
        if let Some(map) = map {
            let l = embedded.residues[record] as usize;
            tensors.push((format!("{record}/contacts"), vec![l, l], map));
        }
    }
    let views: Vec<Tensor> = tensors.iter().map(|(name, shape, data)| Tensor { name, shape, data }).collect();
    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    let mut metadata = texts;
    metadata.insert("ids".to_owned(), serde_json::json!(ids).to_string());
    metadata.insert("pool".to_owned(), pool.name().to_owned());
    safetensors(&views, &metadata)
}

fn view(embedded: &Embedded, slot: usize) -> Result<View<'_>, ExportError> {
    let state = embedded.states.get(slot).map_or(&[][..], Vec::as_slice);
    View::new(state, state.len() / embedded.width.max(1), embedded.width)
        .map_err(|_| ExportError::Shape { name: format!("layer slot {slot}"), found: state.len() })
}
