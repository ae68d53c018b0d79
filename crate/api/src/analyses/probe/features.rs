//! Feature sets: tables side by side, with columns of numbers and classes appended to them.

use super::Request;
use crate::refusal::Refusal;
use crate::sources::{Column, NumberColumn, Rows, Sources, TableRef, some};
use crossgrain_core::analysis::labels::ClassCodes;
use crossgrain_core::analysis::probe::{append_columns, concat_columns};
use crossgrain_core::matrix::{Matrix, View};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::str::FromStr;

/// Features of the rows: tables side by side and what is appended to them.
///
/// On the command line `A+B` is table A beside table B.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FeatureSet {
    /// Name in the answer; by default the names of the tables with `+` between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// Tables with the same rows, `[n, ·]` each. For residues: rows of tokens, `[tokens, ·]`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<TableRef>>", optional))]
    pub of: Vec<TableRef>,
    /// Columns of numbers appended to this set, one number per row each.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<NumberColumn>>", optional))]
    pub numbers: Vec<NumberColumn>,
    /// Columns of classes appended to this set, one-hot.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<Column>>", optional))]
    pub classes: Vec<Column>,
    /// Residues: first row of each sequence, counted from 0, and the number of rows. Not needed where the table knows.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<usize>>", optional))]
    pub offsets: Vec<usize>,
    /// Residues: names of the sequences. Not needed where the table knows.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>", optional))]
    pub ids: Vec<String>,
}

impl FromStr for FeatureSet {
    type Err = Infallible;

    fn from_str(names: &str) -> Result<Self, Infallible> {
        let of = names.split('+').map(|name| TableRef::Whole(name.to_owned())).collect();
        Ok(Self { of, ..Self::default() })
    }
}

/// A feature set with its tables.
pub struct Features<'a> {
    /// Name in the answer.
    pub name: String,
    /// Tables side by side.
    pub tables: Vec<Rows<'a>>,
    /// What is appended.
    pub set: &'a FeatureSet,
}

impl FeatureSet {
    /// Its name, or those of its tables.
    #[must_use]
    pub fn name(&self) -> String {
        let joined = || self.of.iter().map(TableRef::name).collect::<Vec<_>>().join("+");
        self.name.clone().unwrap_or_else(joined)
    }
}

/// The feature sets of a request, each layer of the first table as a set of its own if asked for.
///
/// # Errors
/// Those of [`Sources::layers`].
pub fn sets<'a>(sources: &'a dyn Sources, request: &'a Request) -> Result<Vec<Features<'a>>, Refusal> {
    let mut found = Vec::new();
    for (at, set) in request.features.iter().enumerate() {
        match set.of.split_first() {
            Some((first, others)) if at == 0 && request.each_layer => {
                for layer in sources.layers(first)? {
                    let name = layer.name.clone();
                    let mut tables = vec![layer];
                    for other in others {
                        tables.push(sources.rows(other)?);
                    }
                    found.push(Features { name, tables, set });
                }
            }
            _ => {
                let tables = set.of.iter().map(|table| sources.rows(table)).collect::<Result<_, _>>()?;
                found.push(Features { name: set.name(), tables, set });
            }
        }
    }
    Ok(found)
}

impl Features<'_> {
    /// The features of some rows: tables, then numbers, then classes.
    ///
    /// # Shape
    /// Tables `[n, ·]`, `kept [m]` → `[m, d]`.
    ///
    /// # Errors
    /// `analysis.labels` if a table does not have the rows of `base`, `labels.incomplete` if a kept row has no class, and those
    /// of [`Sources`].
    pub fn matrix(
        &self,
        sources: &dyn Sources,
        base: &Rows,
        kept: &[usize],
        request: &Request,
    ) -> Result<Matrix, Refusal> {
        let mut cut = Vec::with_capacity(self.tables.len());
        for table in &self.tables {
            self.fits(base.view().rows(), table.view().rows())?;
            cut.push(some(table.view(), kept)?);
        }
        let mut numbers = Vec::new();
        for column in self.set.numbers.iter().chain(&request.with_numbers) {
            numbers.push(sources.numbers(column, base, kept)?);
        }
        // A set of appended columns alone begins as a table without columns.
        let rows = match cut.as_slice() {
            [] => Matrix::new(Vec::new(), kept.len(), 0)?,
            _ => concat_columns(&cut.iter().map(Matrix::view).collect::<Vec<View>>())?,
        };
        let numbers: Vec<&[f32]> = numbers.iter().map(Vec::as_slice).collect();
        let mut rows = append_columns(rows.view(), &numbers, None)?;
        for column in self.set.classes.iter().chain(&request.with_classes) {
            let codes = self.codes(&sources.column(column, base)?, kept)?;
            rows = append_columns(rows.view(), &[], Some(&codes))?;
        }
        Ok(rows)
    }

    fn fits(&self, expected: usize, rows: usize) -> Result<(), Refusal> {
        if expected == rows {
            return Ok(());
        }
        let what = format!("{expected} labels for {rows} rows of '{}'", self.name);
        Err(Refusal::new("analysis.labels", what, "give one label for each row, or null"))
    }

    /// The class of each kept row as a number, in alphabetical order of those that occur.
    fn codes(&self, words: &[Option<String>], kept: &[usize]) -> Result<Vec<u32>, Refusal> {
        let words: Vec<Option<&str>> = kept.iter().map(|&row| words.get(row)?.as_deref()).collect();
        let classes = ClassCodes::new(&words);
        let missing = kept.len() - classes.rows.len();
        if missing > 0 {
            let what = format!("{missing} rows have no label in a column appended to '{}'", self.name);
            return Err(Refusal::new("labels.incomplete", what, "append a column without gaps"));
        }
        Ok(classes.codes)
    }
}
