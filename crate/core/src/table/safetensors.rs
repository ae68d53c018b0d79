//! Layers of a `.safetensors` file: every tensor of rows and columns is one.

use super::layer::Layers;
use super::residues::Residues;
use super::{TableError, TableLayer, TableProblem};
use crate::matrix::Matrix;
use crate::weights::{ByteSource, Safetensors, TensorSource};

/// Reads all layers, or the tensor called `layer`.
pub(super) fn read(file: &str, bytes: &dyn ByteSource, layer: Option<&str>) -> Result<Layers, TableError> {
    let source = Safetensors::open(bytes, file)?;
    let ids = ids(&source);
    if let Some(found) = Residues::find(&source, file, layer).named(ids.as_deref())? {
        return Ok(found);
    }
    let mut names: Vec<&str> = source.names();
    names.retain(|name| layer.is_none_or(|layer| layer == *name));
    names.sort_by_key(|name| (number_in(name), *name));
    let mut layers: Vec<TableLayer> = Vec::new();
    for tensor in names {
        let shape = source.info(tensor).map(|info| info.shape.as_slice()).unwrap_or_default();
        let &[rows, cols] = shape else { continue };
        if layers.first().is_some_and(|first| first.matrix.rows() != rows) {
            return Err(TableProblem::Rows { tensor: tensor.to_owned(), rows }.in_file(file));
        }
        let mut data = Vec::new();
        source.read_f32(tensor, &mut data)?;
        layers.push(TableLayer { name: tensor.to_owned(), matrix: Matrix::from_parts(data, rows, cols) });
    }
    if layers.is_empty() {
        return Err(TableProblem::NoRows.in_file(file));
    }
    Ok((ids, layers))
}

/// The ids in the metadata: a JSON list of texts.
pub(super) fn ids<B: ByteSource>(source: &Safetensors<B>) -> Option<Vec<String>> {
    source.metadata().get("ids").and_then(|text| serde_json::from_str(text).ok())
}

/// The number at the end of a name: `layer_12` comes after `layer_2`.
fn number_in(name: &str) -> Option<u64> {
    let start = name.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    name.get(start..)?.parse().ok()
}
