//! A label table beside the sequences.

use crossgrain_core::error::Notice;
use crossgrain_core::seq::LabelTable;
use serde::Serialize;
use std::collections::HashMap;

/// A label table matched to the sequences by id.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LabelsReport"))]
pub struct Response {
    /// Names of the columns, without the ids.
    pub columns: Vec<String>,
    /// For each column: the value of each sequence, `null` where it is absent or empty. They stand in the order of
    /// `columns` and not under their names, because a column may be called like a part of every JavaScript object.
    pub values: Vec<Vec<Option<String>>>,
    /// Sequences that have a row in the table.
    pub matched: usize,
    /// Sequences without a row in the table.
    pub unmatched: usize,
    /// Warnings of the reader.
    pub warnings: Vec<Notice>,
}

impl Response {
    /// Lines a table up with the sequences.
    #[must_use]
    pub fn of(table: LabelTable, ids: &[String]) -> Self {
        let rows: HashMap<&str, &Vec<String>> =
            table.rows.iter().map(|(id, values)| (id.as_str(), values)).collect();
        let matched = ids.iter().filter(|id| rows.contains_key(id.as_str())).count();
        let value = |id: &String, column: usize| {
            let value = rows.get(id.as_str())?.get(column)?;
            (!value.is_empty()).then(|| value.clone())
        };
        let values = (0..table.columns.len()).map(|column| ids.iter().map(|id| value(id, column)).collect());
        Self {
            values: values.collect(),
            matched,
            unmatched: ids.len() - matched,
            columns: table.columns.clone(),
            warnings: table.warnings,
        }
    }
}
