//! Rows per residue, domain or token: one tensor `{record}/layer_{i}` `[l, d]` per record and layer.

use super::Layers;
use crate::problem::Failure;
use crossgrain_core::matrix::Matrix;
use crossgrain_core::weights::{ByteSource, Safetensors, TensorSource};
use std::collections::BTreeMap;

/// The rows of all records one after the other, per layer, called `id/position`; `None` if the file holds
/// no such tensors. Positions count from 1, tokens from 0, as in the tables that `embed` writes.
pub fn read<S: ByteSource>(
    source: &Safetensors<S>,
    ids: Option<&[String]>,
    layer: Option<&str>,
) -> Result<Option<Layers>, Failure> {
    // By layer, then by record.
    let mut found: BTreeMap<usize, BTreeMap<usize, &str>> = BTreeMap::new();
    for name in source.names() {
        let Some((record, tensor)) = name.split_once('/') else { continue };
        let number = tensor.strip_prefix("layer_").and_then(|number| number.parse().ok());
        if let (Ok(record), Some(number)) = (record.parse(), number)
            && layer.is_none_or(|layer| layer == tensor)
        {
            found.entry(number).or_default().insert(record, name);
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let first = usize::from(source.metadata().get("pool").is_none_or(|pool| pool != "tokens"));
    let (mut names, mut layers) = (Vec::new(), Vec::new());
    for (number, tensors) in &found {
        let (mut data, mut rows, mut cols) = (Vec::new(), 0, 0);
        let mut own = Vec::new();
        for (record, tensor) in tensors {
            let shape = source.info(tensor).map(|info| info.shape.clone()).unwrap_or_default();
            let &[length, width] = shape.as_slice() else { continue };
            let plain = record.to_string();
            let id = ids.and_then(|ids| ids.get(*record)).unwrap_or(&plain);
            own.extend((0..length).map(|row| format!("{id}/{}", row + first)));
            let mut part = Vec::new();
            source.read_f32(tensor, &mut part)?;
            data.extend(part);
            (rows, cols) = (rows + length, width);
        }
        if names.is_empty() {
            names = own;
        }
        layers.push((format!("layer_{number}"), Matrix::new(data, rows, cols)?));
    }
    Ok(Some((Some(names), layers)))
}
