//! Columns of a label table, in the order of the rows they label.

use crate::problem::{Failure, print};
use crossgrain_core::seq::read_labels;
use crossgrain_core::table::RowTable;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

/// A label table laid beside the rows of a table of numbers.
pub struct Labels {
    file: String,
    columns: Vec<String>,
    /// For each row its labels, if it has any.
    rows: Vec<Option<Vec<String>>>,
}

impl Labels {
    /// Reads a TSV or CSV file. Rows are matched by id, or by order if the numbers have no ids.
    pub fn read(path: &Path, table: &RowTable) -> Result<Self, Failure> {
        Self::of_ids(path, &table.name, table.ids.as_deref(), table.matrix.rows())
    }

    /// As [`Self::read`], for so many things of a table called `name`.
    pub fn of_ids(path: &Path, name: &str, ids: Option<&[String]>, count: usize) -> Result<Self, Failure> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| Failure::file("input.unreadable", path, &error))?;
        let found = read_labels(&bytes, Some(&file))?;
        found.warnings.iter().for_each(|notice| print("warning", notice));
        let rows = match ids {
            Some(ids) => {
                let mut by_id: HashMap<String, Vec<String>> = found.rows.into_iter().collect();
                ids.iter().map(|id| by_id.remove(id)).collect::<Vec<_>>()
            }
            None => found.rows.into_iter().map(|(_, labels)| Some(labels)).collect(),
        };
        if rows.len() != count {
            let what = format!("{} rows of labels for {count} rows without ids", rows.len());
            return Err(Failure::in_file(
                "labels.rows",
                &file,
                what,
                "give one row of labels per row, in order",
            ));
        }
        if rows.iter().all(Option::is_none) {
            let what = format!("none of its ids is in {name}");
            return Err(Failure::in_file("labels.no_match", &file, what, "the first column holds the ids"));
        }
        Ok(Self { file, columns: found.columns, rows })
    }

    /// One label per row; `None` where it is absent or empty.
    pub fn column(&self, name: &str) -> Result<Vec<Option<&str>>, Failure> {
        let Some(at) = self.columns.iter().position(|column| column == name) else {
            let what = format!("there is no column '{name}'; there are {}", self.columns.join(", "));
            return Err(Failure::in_file("labels.no_column", &self.file, what, "name one of its columns"));
        };
        Ok(self
            .rows
            .iter()
            .map(|row| row.as_ref().and_then(|row| row.get(at)).map(String::as_str).filter(|s| !s.is_empty()))
            .collect())
    }

    /// One number per row; every row must have one.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, Failure> {
        self.numbers_of(name, &(0..self.rows.len()).collect::<Vec<_>>())
    }

    /// The numbers of some rows; each of these must have one.
    pub fn numbers_of(&self, name: &str, rows: &[usize]) -> Result<Vec<f64>, Failure> {
        let words = self.column(name)?;
        let number = |&row: &usize| {
            let word = words.get(row).copied().flatten();
            word.and_then(|word| word.parse().ok()).filter(|x: &f64| x.is_finite()).ok_or_else(|| {
                let what = format!("row {} has no number in column '{name}'", row + 1);
                Failure::in_file("labels.no_number", &self.file, what, "leave rows without a number out")
            })
        };
        rows.iter().map(number).collect()
    }
}

/// The rows that have a word, the words as codes, and the names of the codes in order.
pub fn coded(words: &[Option<&str>]) -> (Vec<usize>, Vec<u32>, Vec<String>) {
    let names: Vec<&str> = words.iter().copied().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    let (mut rows, mut codes) = (Vec::new(), Vec::new());
    for (row, word) in words.iter().enumerate() {
        if let Some(code) = word.and_then(|word| names.binary_search(&word).ok()) {
            rows.push(row);
            codes.push(u32::try_from(code).unwrap_or(u32::MAX));
        }
    }
    (rows, codes, names.into_iter().map(str::to_owned).collect())
}
