//! A table with one layer.

use super::{TableError, TableProblem};
use crate::analysis::probe;
use crate::matrix::{Matrix, View};

/// Rows of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct RowTable {
    /// `FILE`, `FILE#NAME`, or several of them with `+` between.
    pub name: String,
    /// One id per row; `None` if the file has none: rows then go by their order.
    pub ids: Option<Vec<String>>,
    /// The numbers, `[n, d]`.
    pub matrix: Matrix,
}

impl RowTable {
    /// Tables side by side, their rows in the same order; the new name has `+` between theirs.
    ///
    /// # Shape
    ///
    /// `[n, d₁]`, `[n, d₂]`, … → `[n, d₁ + d₂ + …]`
    ///
    /// # Errors
    ///
    /// `table.other_ids` if ids differ, and the codes of [`concat_columns`](probe::concat_columns).
    pub fn join_columns(mut tables: Vec<Self>) -> Result<Self, TableError> {
        let name = tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>().join("+");
        let ids = tables.iter().find_map(|table| table.ids.clone());
        tables.iter().try_for_each(|table| check_ids(ids.as_deref(), &table.name, table.ids.as_deref()))?;
        let matrix = match tables.pop() {
            Some(only) if tables.is_empty() => only.matrix,
            last => {
                let views: Vec<View> = tables.iter().chain(&last).map(Self::view).collect();
                probe::concat_columns(&views)?
            }
        };
        Ok(Self { name, ids, matrix })
    }

    /// The numbers.
    ///
    /// # Shape
    ///
    /// `[n, d]`
    #[must_use]
    pub fn view(&self) -> View<'_> {
        self.matrix.view()
    }

    /// Ids of the rows, or their numbers from 1.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.ids.clone().unwrap_or_else(|| (1..=self.matrix.rows()).map(|row| row.to_string()).collect())
    }

    /// Some of the rows, in the order given; numbers of rows that do not exist are left out.
    ///
    /// # Shape
    ///
    /// `[n, d]` → `[rows, d]`
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let there: Vec<usize> = rows.iter().copied().filter(|&row| row < self.matrix.rows()).collect();
        let data = there.iter().flat_map(|&row| self.matrix.row(row).unwrap_or_default()).copied().collect();
        let pick = |ids: &Vec<String>| there.iter().filter_map(|&row| ids.get(row).cloned()).collect();
        let matrix = Matrix::from_parts(data, there.len(), self.matrix.cols());
        Self { name: self.name.clone(), ids: self.ids.as_ref().map(pick), matrix }
    }
}

/// Refuses a table called `name` whose ids are not those of the first, in the same order. Tables
/// without ids go by the order of their rows.
///
/// # Errors
///
/// `table.other_ids`.
pub fn check_ids(first: Option<&[String]>, name: &str, ids: Option<&[String]>) -> Result<(), TableError> {
    if first.is_none() || ids.is_none() || ids == first {
        return Ok(());
    }
    Err(TableProblem::OtherIds.in_file(name))
}
