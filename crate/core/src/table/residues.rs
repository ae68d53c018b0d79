//! Rows per residue, domain or token, as `crossgrain embed --pool none` writes them into `.safetensors`:
//! one tensor `{record}/layer_{i}` `[l, d]` per record and layer.

use super::layer::Layers;
use super::{TableError, TableLayer, TableProblem};
use crate::matrix::Matrix;
use crate::weights::{ByteSource, Safetensors, TensorInfo, TensorSource};
use std::collections::BTreeMap;

/// Where such tensors lie in a file: by layer, then by record.
pub(super) struct Residues<'a, B> {
    source: &'a Safetensors<B>,
    file: &'a str,
    tensors: BTreeMap<usize, BTreeMap<usize, &'a str>>,
}

/// One layer.
pub(super) struct ResidueLayer {
    /// Records that have rows, counted from 0, and how many.
    pub lengths: Vec<(usize, usize)>,
    /// Their rows, one record after the other.
    pub rows: Matrix,
}

impl<'a, B: ByteSource> Residues<'a, B> {
    /// Looks for the tensors of all layers, or of the one named `layer`.
    pub fn find(source: &'a Safetensors<B>, file: &'a str, layer: Option<&str>) -> Self {
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
    pub fn last(&self) -> Result<Option<ResidueLayer>, TableError> {
        self.tensors.values().next_back().map(|tensors| self.read(tensors)).transpose()
    }

    /// All layers, their rows called `id/position`; `None` if there is none. Positions count from 1,
    /// tokens from 0, as in the tables that `embed` writes.
    pub fn named(&self, ids: Option<&[String]>) -> Result<Option<Layers>, TableError> {
        let first = usize::from(self.source.metadata().get("pool").is_none_or(|pool| pool != "tokens"));
        let name = |record: usize, row: usize| {
            let position = row.saturating_add(first);
            match ids.and_then(|ids| ids.get(record)) {
                Some(id) => format!("{id}/{position}"),
                None => format!("{record}/{position}"),
            }
        };
        let mut names: Option<Vec<String>> = None;
        let mut layers: Vec<TableLayer> = Vec::new();
        for (number, tensors) in &self.tensors {
            let ResidueLayer { lengths, rows } = self.read(tensors)?;
            let layer = format!("layer_{number}");
            if layers.first().is_some_and(|first| first.matrix.rows() != rows.rows()) {
                return Err(TableProblem::Rows { tensor: layer, rows: rows.rows() }.in_file(self.file));
            }
            names.get_or_insert_with(|| {
                let rows = lengths.iter().flat_map(|&(record, rows)| (0..rows).map(move |row| (record, row)));
                rows.map(|(record, row)| name(record, row)).collect()
            });
            layers.push(TableLayer { name: layer, matrix: rows });
        }
        Ok(names.map(|names| Layers {
            ids: Some(names),
            layers,
            notices: Vec::new(),
            texts: BTreeMap::new(),
        }))
    }

    fn read(&self, tensors: &BTreeMap<usize, &str>) -> Result<ResidueLayer, TableError> {
        let refused = |problem: TableProblem| problem.in_file(self.file);
        let info = |tensor: &str| self.source.info(tensor);
        // All rows at once: a list that grows would take twice the memory.
        let count = tensors.values().filter_map(|tensor| info(tensor)).map(TensorInfo::count);
        let count = count.fold(0_usize, usize::saturating_add);
        let mut data = Vec::new();
        data.try_reserve_exact(count).map_err(|_| refused(TableProblem::TooLarge))?;
        let (mut lengths, mut width, mut numbers) = (Vec::new(), None, Vec::new());
        let mut all = 0_usize;
        for (&record, &tensor) in tensors {
            let shape = info(tensor).map(|info| info.shape.as_slice()).unwrap_or_default();
            let &[rows, columns] = shape else {
                return Err(refused(TableProblem::Axes { tensor: tensor.to_owned(), axes: shape.len() }));
            };
            if *width.get_or_insert(columns) != columns {
                return Err(refused(TableProblem::Columns { tensor: tensor.to_owned(), columns }));
            }
            self.source.read_f32(tensor, &mut numbers)?;
            data.append(&mut numbers);
            lengths.push((record, rows));
            all = all.saturating_add(rows);
        }
        Ok(ResidueLayer { lengths, rows: Matrix::from_parts(data, all, width.unwrap_or(0)) })
    }
}
