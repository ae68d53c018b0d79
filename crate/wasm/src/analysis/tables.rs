//! Tables by name, and views of some of their rows.

use crate::error::Refusal;
use crossgrain_core::matrix::{Matrix, View};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Tables by name.
#[derive(Default)]
pub struct Tables(BTreeMap<String, Matrix>);

/// A table, or some of its rows in an order of the caller's choice.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Ref {
    /// All rows.
    Whole(String),
    /// Rows by number.
    Part {
        /// The table's name.
        table: String,
        /// Rows, counted from 0.
        rows: Vec<usize>,
    },
}

/// The rows that a [`Ref`] means.
pub enum Rows<'a> {
    Whole(View<'a>),
    Part(Matrix),
}

impl Rows<'_> {
    /// `[n, d]`
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Whole(view) => *view,
            Self::Part(matrix) => matrix.view(),
        }
    }
}

impl Tables {
    /// Takes a table in.
    ///
    /// # Errors
    /// `matrix.shape`.
    pub fn add(
        &mut self,
        name: String,
        numbers: Vec<f32>,
        rows: usize,
        columns: usize,
    ) -> Result<(), Refusal> {
        self.0.insert(name, Matrix::new(numbers, rows, columns)?);
        Ok(())
    }

    /// Forgets a table.
    pub fn drop(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The rows of a reference.
    ///
    /// # Errors
    /// `analysis.no_table`, `analysis.no_row`.
    pub fn rows(&self, reference: &Ref) -> Result<Rows<'_>, Refusal> {
        match reference {
            Ref::Whole(name) => Ok(Rows::Whole(self.table(name)?.view())),
            Ref::Part { table, rows } => Ok(Rows::Part(some(self.table(table)?.view(), rows)?)),
        }
    }

    /// The rows of many references.
    ///
    /// # Errors
    /// As [`Tables::rows`].
    pub fn all(&self, references: &[Ref]) -> Result<Vec<Rows<'_>>, Refusal> {
        references.iter().map(|reference| self.rows(reference)).collect()
    }

    fn table(&self, name: &str) -> Result<&Matrix, Refusal> {
        self.0.get(name).ok_or_else(|| {
            Refusal::new("analysis.no_table", format!("there is no table '{name}'"), "add the table first")
        })
    }
}

/// Some rows of a view.
///
/// # Errors
/// `analysis.no_row`, `matrix.shape`.
pub fn some(view: View, rows: &[usize]) -> Result<Matrix, Refusal> {
    let mut data = Vec::with_capacity(rows.len().saturating_mul(view.cols()));
    for &row in rows {
        let numbers = view.row(row).ok_or_else(|| {
            let what = format!("there is no row {row} in a table of {} rows", view.rows());
            Refusal::new("analysis.no_row", what, "rows are counted from 0")
        })?;
        data.extend_from_slice(numbers);
    }
    Ok(Matrix::new(data, rows.len(), view.cols())?)
}
