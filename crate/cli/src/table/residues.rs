//! Rows per residue, domain or token, as `crossgrain embed --pool none` writes them into `.safetensors`:
//! one tensor `{record}/layer_{i}` `[l, d]` per record and layer.

use super::Layers;
use crate::problem::Failure;
use crossgrain_core::matrix::Matrix;
use crossgrain_core::weights::{ByteSource, Safetensors, TensorSource};
use std::collections::BTreeMap;

/// Where such tensors lie in a file: by layer, then by record.
pub struct Residues<'a, S: ByteSource> {
    source: &'a Safetensors<S>,
    file: &'a str,
    tensors: BTreeMap<usize, BTreeMap<usize, &'a str>>,
}

/// One layer.
pub struct Layer {
    /// Records that have rows, and how many.
    pub lengths: Vec<(usize, usize)>,
    /// Their rows, one record after the other.
    pub rows: Matrix,
}

impl<'a, S: ByteSource> Residues<'a, S> {
    /// Looks for the tensors of all layers, or of the one named `layer`.
    pub fn find(source: &'a Safetensors<S>, file: &'a str, layer: Option<&str>) -> Self {
        let mut tensors: BTreeMap<usize, BTreeMap<usize, &str>> = BTreeMap::new();
        for name in source.names() {
            let Some((record, tensor)) = name.split_once('/') else { continue };
            let number = tensor.strip_prefix("layer_").and_then(|number| number.parse().ok());
            if let (Ok(record), Some(number)) = (record.parse(), number)
                && layer.is_none_or(|layer| layer == tensor)
            {
                tensors.entry(number).or_default().insert(record, name);
            }
        }
        Self { source, file, tensors }
    }

    /// The last layer; `None` if there is none.
    pub fn last(&self) -> Result<Option<Layer>, Failure> {
        self.tensors.values().next_back().map(|tensors| self.read(tensors)).transpose()
    }

    /// All layers, their rows called `id/position`; `None` if there is none. Positions count from 1,
    /// tokens from 0, as in the tables that `embed` writes.
    pub fn named(&self, ids: Option<&[String]>) -> Result<Option<Layers>, Failure> {
        let first = usize::from(self.source.metadata().get("pool").is_none_or(|pool| pool != "tokens"));
        let name = |record: usize, row: usize| match ids.and_then(|ids| ids.get(record)) {
            Some(id) => format!("{id}/{}", row + first),
            None => format!("{record}/{}", row + first),
        };
        let (mut names, mut layers) = (None, Vec::new());
        for (number, tensors) in &self.tensors {
            let Layer { lengths, rows } = self.read(tensors)?;
            names.get_or_insert_with(|| {
                let rows = lengths.iter().flat_map(|&(record, rows)| (0..rows).map(move |row| (record, row)));
                rows.map(|(record, row)| name(record, row)).collect()
            });
            layers.push((format!("layer_{number}"), rows));
        }
        Ok(names.map(|names| (Some(names), layers)))
    }

    fn read(&self, tensors: &BTreeMap<usize, &str>) -> Result<Layer, Failure> {
        let (mut data, mut lengths, mut width, mut numbers) = (Vec::new(), Vec::new(), None, Vec::new());
        for (record, tensor) in tensors {
            let shape = self.source.info(tensor).map(|info| info.shape.as_slice()).unwrap_or_default();
            let &[rows, columns] = shape else {
                let what = format!("{tensor} has {} axes, not rows and columns", shape.len());
                return Err(Failure::in_file("table.rows", self.file, what, "write the file anew"));
            };
            if *width.get_or_insert(columns) != columns {
                let what = format!("{tensor} has {columns} columns, other than the tensors before it");
                return Err(Failure::in_file("table.columns", self.file, what, "write the file anew"));
            }
            self.source.read_f32(tensor, &mut numbers)?;
            data.append(&mut numbers);
            lengths.push((*record, rows));
        }
        let rows = lengths.iter().map(|(_, rows)| rows).sum();
        Ok(Layer { lengths, rows: Matrix::new(data, rows, width.unwrap_or(0))? })
    }
}
