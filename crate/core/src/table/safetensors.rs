//! Layers of a `.safetensors` file.
//!
//! | tensors | layers |
//! |---|---|
//! | `{record}/layer_{i}` | rows of residues or tokens, see [`Residues`] |
//! | `[n, d]` | one each; where the metadata has `ids`, those that these ids name |
//! | only `[d]`, all of one width | one, a row for each tensor, called by its name |
//!
//! `ids` in the metadata names the rows; `ids/{tensor}` those of one tensor that has other rows. What `embed` writes
//! for a single record beside the rows (`{record}/logits`, `{record}/contacts`) is no layer, unless it is asked for
//! by its name.

use super::layer::Layers;
use super::residues::Residues;
use super::{TableError, TableLayer, TableProblem};
use crate::error::{Notice, Where};
use crate::matrix::Matrix;
use crate::weights::{ByteSource, Safetensors, TensorSource, WeightsProblem};
use std::collections::BTreeMap;

/// Names that a notice lists.
const LISTED: usize = 3;

/// Opens a file; one too large for this machine is refused as a table, not as damaged weights.
pub(super) fn open<B: ByteSource>(file: &str, bytes: B) -> Result<Safetensors<B>, TableError> {
    Safetensors::open_table(bytes, file).map_err(|error| match *error.problem {
        WeightsProblem::HeaderTooLarge { .. }
        | WeightsProblem::TooManyTensors
        | WeightsProblem::TensorTooLarge { .. }
        | WeightsProblem::Memory { .. } => TableProblem::TooLarge.in_file(file),
        _ => error.into(),
    })
}

/// Reads all layers, or the tensor called `layer`.
pub(super) fn read(file: &str, bytes: &dyn ByteSource, layer: Option<&str>) -> Result<Layers, TableError> {
    let source = open(file, bytes)?;
    Ok(Layers { texts: texts(&source), ..layers(file, &source, layer)? })
}

fn layers<B: ByteSource>(
    file: &str,
    source: &Safetensors<B>,
    layer: Option<&str>,
) -> Result<Layers, TableError> {
    let ids = ids(source);
    if let Some(found) = Residues::find(source, file, layer).named(ids.as_deref())? {
        return Ok(found);
    }
    let shape = |name: &str| source.info(name).map(|info| info.shape.as_slice()).unwrap_or_default();
    let mut tables: Vec<(&str, usize, usize)> = Vec::new();
    for name in source.names() {
        if let &[rows, cols] = shape(name) {
            tables.push((name, rows, cols));
        }
    }
    if tables.is_empty() && layer.is_none() {
        return vectors(source, file);
    }
    let fits = |ids: &Vec<String>| tables.iter().any(|&(_, rows, _)| rows == ids.len());
    let (ids, chosen, left_out) = match layer {
        Some(layer) => {
            let chosen: Vec<_> = tables.iter().copied().filter(|&(name, ..)| name == layer).collect();
            let rows = chosen.first().map_or(0, |&(_, rows, _)| rows);
            // Ids that name the rows of another tensor do not name those of this one.
            let of_file = ids.filter(|ids| ids.len() == rows || !fits(ids));
            (list(source, &format!("ids/{layer}")).or(of_file), chosen, Vec::new())
        }
        None => {
            let rows = ids.as_ref().filter(|ids| fits(ids)).map(Vec::len);
            let (chosen, left_out) = tables.iter().partition(|&&(name, count, _)| {
                let other = is_of_record(name) || has_own_ids(source, name);
                !other && rows.is_none_or(|rows| rows == count)
            });
            (ids, chosen, left_out)
        }
    };
    let mut chosen: Vec<(&str, usize, usize)> = chosen;
    chosen.sort_by_key(|&(name, ..)| (number_in(name), name));
    let mut layers: Vec<TableLayer> = Vec::with_capacity(chosen.len());
    for (tensor, rows, cols) in chosen {
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
    Ok(Layers { ids, layers, notices: notice(file, &left_out).into_iter().collect(), texts: BTreeMap::new() })
}

/// A row for each tensor of one dimension.
fn vectors<B: ByteSource>(source: &Safetensors<B>, file: &str) -> Result<Layers, TableError> {
    let (mut ids, mut data, mut numbers, mut width) = (Vec::new(), Vec::new(), Vec::new(), None);
    for name in source.names() {
        let Some(&[columns]) = source.info(name).map(|info| info.shape.as_slice()) else { continue };
        if *width.get_or_insert(columns) != columns {
            return Err(TableProblem::Columns { tensor: name.to_owned(), columns }.in_file(file));
        }
        source.read_f32(name, &mut numbers)?;
        data.append(&mut numbers);
        ids.push(name.to_owned());
    }
    let Some(width) = width else { return Err(TableProblem::NoRows.in_file(file)) };
    let matrix = Matrix::from_parts(data, ids.len(), width);
    let layers = vec![TableLayer { name: "rows".to_owned(), matrix }];
    Ok(Layers { ids: Some(ids), layers, notices: Vec::new(), texts: BTreeMap::new() })
}

/// What was left out because it has no row for each id.
fn notice(file: &str, left_out: &[(&str, usize, usize)]) -> Option<Notice> {
    let [(first, ..), ..] = left_out else { return None };
    let names: Vec<&str> = left_out.iter().take(LISTED).map(|&(name, ..)| name).collect();
    let more = if left_out.len() > LISTED { " …" } else { "" };
    let (tensors, have) = if left_out.len() == 1 { ("tensor", "has") } else { ("tensors", "have") };
    Some(Notice {
        code: "table.left_out".to_owned(),
        message: format!(
            "{} {tensors} {have} rows of {} own and {} left out: {}{more}",
            left_out.len(),
            if left_out.len() == 1 { "its" } else { "their" },
            if left_out.len() == 1 { "was" } else { "were" },
            names.join(", ")
        ),
        at: Where { file: Some(file.to_owned()), ..Where::default() },
        hint: format!("name one of them to read it, as {file}#{first}"),
    })
}

/// The texts in the metadata but for ids, which can be many.
pub(super) fn texts<B: ByteSource>(source: &Safetensors<B>) -> BTreeMap<String, String> {
    let other = |key: &str| key != "ids" && !key.starts_with("ids/");
    let texts = source.metadata().iter().filter(|(key, _)| other(key));
    texts.map(|(key, text)| (key.clone(), text.clone())).collect()
}

/// The ids in the metadata: a JSON list of texts.
pub(super) fn ids<B: ByteSource>(source: &Safetensors<B>) -> Option<Vec<String>> {
    list(source, "ids")
}

fn list<B: ByteSource>(source: &Safetensors<B>, key: &str) -> Option<Vec<String>> {
    source.metadata().get(key).and_then(|text| serde_json::from_str(text).ok())
}

fn has_own_ids<B: ByteSource>(source: &Safetensors<B>, name: &str) -> bool {
    source.metadata().contains_key(&format!("ids/{name}"))
}

/// Whether `embed` wrote the tensor for a single record.
fn is_of_record(name: &str) -> bool {
    name.split_once('/').is_some_and(|(record, what)| {
        matches!(what, "logits" | "contacts") && record.parse::<usize>().is_ok()
    })
}

/// The number at the end of a name: `layer_12` comes after `layer_2`.
fn number_in(name: &str) -> Option<u64> {
    let start = name.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    name.get(start..)?.parse().ok()
}
