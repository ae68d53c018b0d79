//! Rows of residues or tokens, as `crossgrain embed --pool none` writes them: in `.safetensors`
//! `{record}/layer_{i}` `[l, d]`, in `.csv` rows whose ids end in `/` and a position.

use super::residues::Residues;
use super::{TableError, TableFormat, TableProblem, csv, safetensors};
use crate::matrix::Matrix;
use crate::weights::ByteSource;
use std::collections::BTreeMap;

/// One layer of a file, with a row per residue or token.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenTable {
    /// `FILE`, or `FILE#NAME` if a layer was named.
    pub name: String,
    /// Ids of the sequences.
    pub ids: Vec<String>,
    /// Rows of each sequence.
    pub lengths: Vec<usize>,
    /// All rows, one sequence after the other: `[sum of lengths, d]`.
    pub rows: Matrix,
    /// As [`LayerTable::texts`](super::LayerTable::texts).
    pub texts: BTreeMap<String, String>,
}

impl TokenTable {
    /// Reads a file by its ending; `layer` names a layer such as `layer_6`, by default the last one.
    ///
    /// ```
    /// use crossgrain_core::table::TokenTable;
    ///
    /// let file = b"id,d0\np1/1,0.5\np1/2,1\np2/1,2\n".to_vec();
    /// let table = TokenTable::read("rows.csv", &file, None)?;
    /// assert_eq!((table.ids, table.lengths), (vec!["p1".to_owned(), "p2".to_owned()], vec![2, 1]));
    /// # Ok::<(), crossgrain_core::table::TableError>(())
    /// ```
    ///
    /// # Shape
    ///
    /// ids `[s]`, lengths `[s]`, rows `[sum of lengths, d]`
    ///
    /// # Errors
    ///
    /// `table.unknown_format`, `table.not_text`, `table.gzip`, `table.no_rows` if no row is of a residue or token,
    /// `table.too_large`, `table.csv`, `table.rows`, `table.columns`, and the codes of
    /// [`Safetensors::open`](crate::weights::Safetensors::open).
    pub fn read(file: &str, bytes: &dyn ByteSource, layer: Option<&str>) -> Result<Self, TableError> {
        let name = layer.map_or_else(|| file.to_owned(), |layer| format!("{file}#{layer}"));
        match TableFormat::from_name(file) {
            Ok(TableFormat::Safetensors) => of_tensors(name, file, bytes, layer),
            Ok(TableFormat::Text) => {
                let found = csv::read(file, bytes)?;
                let ids = found.ids.ok_or_else(|| TableProblem::NoTokens.in_file(&name))?;
                of_positions(name, (ids, found.rows))
            }
            Ok(TableFormat::Npy) | Err(_) => Err(TableProblem::NoTokenFormat.in_file(file)),
        }
    }
}

fn of_tensors(
    name: String,
    file: &str,
    bytes: &dyn ByteSource,
    layer: Option<&str>,
) -> Result<TokenTable, TableError> {
    let none = || TableProblem::NoTokens.in_file(file);
    let source = safetensors::open(file, bytes)?;
    let ids = safetensors::ids(&source).ok_or_else(none)?;
    let layer = Residues::find(&source, file, layer).last()?.ok_or_else(none)?;
    let mut lengths = vec![0; ids.len()];
    for (record, rows) in layer.lengths {
        *lengths.get_mut(record).ok_or_else(none)? = rows;
    }
    Ok(TokenTable { name, ids, lengths, rows: layer.rows, texts: safetensors::texts(&source) })
}

/// A table whose ids are `sequence/position`.
fn of_positions(name: String, (labels, rows): (Vec<String>, Matrix)) -> Result<TokenTable, TableError> {
    let (mut ids, mut lengths): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut last_position = 0;
    for label in labels {
        let (id, position) = label
            .rsplit_once('/')
            .and_then(|(id, position)| Some((id, position.parse::<usize>().ok()?)))
            .ok_or_else(|| TableProblem::NoTokens.in_file(&name))?;
        // Positions that begin again are those of another sequence of the same name.
        let goes_on = position > std::mem::replace(&mut last_position, position);
        match lengths.last_mut() {
            Some(length) if goes_on && ids.last().is_some_and(|last| last == id) => {
                *length = length.saturating_add(1);
            }
            _ => {
                ids.push(id.to_owned());
                lengths.push(1);
            }
        }
    }
    Ok(TokenTable { name, ids, lengths, rows, texts: BTreeMap::new() })
}
