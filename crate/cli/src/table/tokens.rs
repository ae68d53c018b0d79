//! Rows of residues or tokens, as `crossgrain embed --pool none` writes them: in `.safetensors`
//! `{record}/layer_{i}` `[l, d]`, in `.csv` rows whose ids end in `/` and a position.

use super::csv;
use super::residues::Residues;
use crate::problem::Failure;
use crossgrain_core::analysis::probe::TokenLayout;
use crossgrain_core::matrix::Matrix;
use crossgrain_core::weights::{FileBytes, Safetensors};
use std::path::Path;

/// One layer of a file.
pub struct Tokens {
    /// As the user wrote it.
    pub name: String,
    /// Of the sequences.
    pub ids: Vec<String>,
    /// Rows of each sequence.
    pub lengths: Vec<usize>,
    /// All rows, one sequence after the other.
    pub rows: Matrix,
}

/// How the rows of tables divide into residues; one number goes for all of them.
pub fn division(tables: &[Tokens], per_token: &[usize]) -> Result<Vec<TokenLayout>, Failure> {
    if per_token.len() != 1 && per_token.len() != tables.len() {
        let what = format!("{} numbers of residues for {} tables", per_token.len(), tables.len());
        return Err(Failure::arguments("probe.per_residue", what, "give one number, or one per table"));
    }
    let numbers = per_token.iter().cycle();
    Ok(tables
        .iter()
        .zip(numbers)
        .map(|(table, &per_token)| TokenLayout { tokens: table.lengths.clone(), per_token })
        .collect())
}

impl Tokens {
    /// Reads a file by its ending; `FILE#layer_6` names a layer, otherwise it is the last one.
    pub fn read(name: &str) -> Result<Self, Failure> {
        let (file, layer) = match name.rsplit_once('#') {
            Some((file, layer)) if !Path::new(name).exists() => (file, Some(layer)),
            _ => (name, None),
        };
        let path = Path::new(file);
        match path.extension().and_then(|end| end.to_str()) {
            Some("safetensors") => safetensors(name, path, layer),
            Some("csv" | "tsv") => positions(name, path),
            _ => {
                let what = format!("'{name}' does not end in .safetensors, .csv or .tsv");
                Err(Failure::arguments("table.unknown_format", what, "write it with `embed --pool none`"))
            }
        }
    }
}

fn none(name: &str) -> Failure {
    let what = "it holds no rows of residues or tokens".to_owned();
    Failure::in_file("table.no_rows", name, what, "write it with `embed --pool none`")
}

fn safetensors(name: &str, path: &Path, layer: Option<&str>) -> Result<Tokens, Failure> {
    let source = Safetensors::open(FileBytes::open(path)?, name)?;
    let ids: Option<Vec<String>> =
        source.metadata().get("ids").and_then(|text| serde_json::from_str(text).ok());
    let ids = ids.ok_or_else(|| none(name))?;
    let layer = Residues::find(&source, name, layer).last()?.ok_or_else(|| none(name))?;
    let mut lengths = vec![0; ids.len()];
    for (record, rows) in layer.lengths {
        *lengths.get_mut(record).ok_or_else(|| none(name))? = rows;
    }
    Ok(Tokens { name: name.to_owned(), ids, lengths, rows: layer.rows })
}

/// A table whose ids are `sequence/position`.
fn positions(name: &str, path: &Path) -> Result<Tokens, Failure> {
    let (labels, rows) = csv::read(path)?;
    let (mut ids, mut lengths): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
    for label in labels {
        let (id, _) = label
            .rsplit_once('/')
            .filter(|(_, position)| position.parse::<usize>().is_ok())
            .ok_or_else(|| none(name))?;
        match lengths.last_mut() {
            Some(length) if ids.last().is_some_and(|last| last == id) => *length += 1,
            _ => {
                ids.push(id.to_owned());
                lengths.push(1);
            }
        }
    }
    Ok(Tokens { name: name.to_owned(), ids, lengths, rows })
}
