//! Tables of numbers, as `crossgrain embed`, NumPy and spreadsheets write them.
//!
//! | ending | rows | ids | layers |
//! |---|---|---|---|
//! | `.npy` | `[n, d]`, f16, f32 or f64 | none: labels go by order | one |
//! | `.csv`, `.tsv` | a header, then an id and d numbers | the first column | one |
//! | `.safetensors` | every `[n, d]` tensor | `ids` in the metadata, a JSON list | one per tensor |
//!
//! `FILE#NAME` takes one tensor of a `.safetensors` file. What `embed --pool none` wrote, one tensor
//! `{record}/layer_{i}` per record, becomes one table per layer whose rows are called `id/position`.

mod csv;
mod npy;
mod residues;
mod tokens;

use crate::problem::Failure;
use crossgrain_core::analysis::probe::concat_columns;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
use residues::Residues;
use std::path::Path;

pub use tokens::{Tokens, division};

/// All layers that a file holds.
pub struct Table {
    /// As the user wrote it.
    pub name: String,
    /// One per row, if the file has them.
    pub ids: Option<Vec<String>>,
    /// Names and rows; at least one, all with the same number of rows.
    pub layers: Vec<(String, Matrix)>,
}

/// One layer.
pub struct Rows {
    /// As the user wrote it.
    pub name: String,
    /// One per row, if the file has them.
    pub ids: Option<Vec<String>>,
    /// The numbers.
    pub matrix: Matrix,
}

impl Table {
    /// Reads a file by its ending.
    pub fn read(name: &str) -> Result<Self, Failure> {
        let (file, tensor) = match name.rsplit_once('#') {
            Some((file, tensor)) if !Path::new(name).exists() => (file, Some(tensor)),
            _ => (name, None),
        };
        let path = Path::new(file);
        let (ids, layers) = match path.extension().and_then(|end| end.to_str()) {
            Some("npy") => (None, vec![("rows".to_owned(), npy::read(path)?)]),
            Some("csv" | "tsv") => {
                let (ids, rows) = csv::read(path)?;
                (Some(ids), vec![("rows".to_owned(), rows)])
            }
            Some("safetensors") => safetensors(path, tensor)?,
            _ => {
                let what = format!("'{name}' does not end in .npy, .csv, .tsv or .safetensors");
                return Err(Failure::arguments("table.unknown_format", what, "the ending tells the format"));
            }
        };
        let rows = layers.first().map_or(0, |(_, rows)| rows.rows());
        match ids.as_ref().map(Vec::len).filter(|&found| found != rows) {
            Some(found) => {
                let what = format!("{found} ids for {rows} rows");
                Err(Failure::in_file("table.ids", name, what, "write the file anew"))
            }
            None => Ok(Self { name: name.to_owned(), ids, layers }),
        }
    }
}

impl Rows {
    /// Reads a file that must hold one layer.
    pub fn read(name: &str) -> Result<Self, Failure> {
        let mut table = Table::read(name)?;
        match (table.layers.pop(), table.layers.is_empty()) {
            (Some((_, matrix)), true) => Ok(Self { name: table.name, ids: table.ids, matrix }),
            (last, _) => {
                let names: Vec<String> = table.layers.into_iter().chain(last).map(|(name, _)| name).collect();
                let what = format!("it holds {} layers: {}", names.len(), names.join(", "));
                Err(Failure::in_file("table.several_layers", name, what, "name one of them as FILE#NAME"))
            }
        }
    }

    /// Reads tables that stand side by side, their rows in the same order: `A.npy+B.npy`.
    pub fn read_joined(names: &str) -> Result<Self, Failure> {
        let mut parts = names.split('+').map(Self::read).collect::<Result<Vec<_>, _>>()?;
        let ids = parts.iter().find_map(|part| part.ids.clone());
        parts.iter().try_for_each(|part| check_ids(ids.as_ref(), &part.name, part.ids.as_ref()))?;
        let matrix = match parts.pop() {
            Some(only) if parts.is_empty() => only.matrix,
            last => {
                let views: Vec<View> = parts.iter().chain(&last).map(Self::view).collect();
                concat_columns(&views)?
            }
        };
        Ok(Self { name: names.to_owned(), ids, matrix })
    }

    /// The numbers.
    pub fn view(&self) -> View<'_> {
        self.matrix.view()
    }

    /// Ids of the rows, or their numbers from 1.
    pub fn names(&self) -> Vec<String> {
        self.ids.clone().unwrap_or_else(|| (1..=self.matrix.rows()).map(|row| row.to_string()).collect())
    }

    /// Some of the rows, in the order given.
    pub fn some(&self, rows: &[usize]) -> Result<Self, Failure> {
        let data = rows.iter().flat_map(|&row| self.matrix.row(row).unwrap_or_default()).copied().collect();
        let pick = |ids: &Vec<String>| rows.iter().filter_map(|&row| ids.get(row).cloned()).collect();
        let matrix = Matrix::new(data, rows.len(), self.matrix.cols())?;
        Ok(Self { name: self.name.clone(), ids: self.ids.as_ref().map(pick), matrix })
    }
}

/// Refuses a table whose ids are not those of the first, in the same order; tables without ids go
/// by order.
pub fn check_ids(first: Option<&Vec<String>>, name: &str, ids: Option<&Vec<String>>) -> Result<(), Failure> {
    if first.is_none() || ids.is_none() || ids == first {
        return Ok(());
    }
    let what = "its ids are not those of the first table, in the same order".to_owned();
    Err(Failure::in_file("table.other_ids", name, what, "give tables of the same rows"))
}

type Layers = (Option<Vec<String>>, Vec<(String, Matrix)>);

fn safetensors(path: &Path, tensor: Option<&str>) -> Result<Layers, Failure> {
    let name = path.display().to_string();
    let source = Safetensors::open(FileBytes::open(path)?, &name)?;
    let ids: Option<Vec<String>> =
        source.metadata().get("ids").and_then(|text| serde_json::from_str(text).ok());
    if let Some(found) = Residues::find(&source, &name, tensor).named(ids.as_deref())? {
        return Ok(found);
    }
    let mut names: Vec<String> = source.names().into_iter().map(str::to_owned).collect();
    names.sort_by_key(|name| (number_in(name), name.clone()));
    if let Some(tensor) = tensor {
        names.retain(|name| name == tensor);
    }
    let mut layers: Vec<(String, Matrix)> = Vec::new();
    for tensor in names {
        let shape = source.info(&tensor).map(|info| info.shape.clone()).unwrap_or_default();
        let &[rows, cols] = shape.as_slice() else { continue };
        if layers.first().is_some_and(|(_, first)| first.rows() != rows) {
            let what = format!("{tensor} has {rows} rows, other than the tensors before it");
            return Err(Failure::in_file("table.rows", &name, what, "name one tensor as FILE#NAME"));
        }
        let mut data = Vec::new();
        source.read_f32(&tensor, &mut data)?;
        layers.push((tensor, Matrix::new(data, rows, cols)?));
    }
    if layers.is_empty() {
        let what = "it holds no tensor of rows and columns of that name".to_owned();
        return Err(Failure::in_file("table.no_rows", &name, what, "give the file that `embed` wrote"));
    }
    Ok((ids, layers))
}

/// `layer_12` comes after `layer_2`.
fn number_in(name: &str) -> Option<u64> {
    let digits: String = name.chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().ok()
}
