//! A row-major matrix of f32: what embeddings are, and what analyses and exports take.

use crate::error::Coded;
use thiserror::Error;

/// A matrix that owns its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    data: Vec<f32>,
    rows: usize,
    cols: usize,
}

/// A matrix that borrows its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
}

/// Numbers that do not fill the shape they are said to have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{found} numbers do not make a matrix of {rows} rows and {cols} columns")]
pub struct ShapeError {
    /// Rows asked for.
    pub rows: usize,
    /// Columns asked for.
    pub cols: usize,
    /// Numbers given.
    pub found: usize,
}

impl Matrix {
    /// A matrix from its numbers, row after row.
    ///
    /// # Shape
    ///
    /// `data` `[rows * cols]` → `[rows, cols]`
    ///
    /// # Errors
    ///
    /// `matrix.shape` if there are more or fewer numbers than the shape has places.
    pub fn new(data: Vec<f32>, rows: usize, cols: usize) -> Result<Self, ShapeError> {
        View::new(&data, rows, cols)?;
        Ok(Self { data, rows, cols })
    }

    /// A matrix from numbers that are known to fill its shape.
    pub(crate) fn from_parts(data: Vec<f32>, rows: usize, cols: usize) -> Self {
        debug_assert_eq!(rows.checked_mul(cols), Some(data.len()));
        Self { data, rows, cols }
    }

    /// A borrowed view of the whole matrix.
    ///
    /// # Shape
    ///
    /// `[rows, cols]`
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { data: &self.data, rows: self.rows, cols: self.cols }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// A row, or `None` past the last.
    ///
    /// # Shape
    ///
    /// `[cols]`
    #[must_use]
    pub fn row(&self, i: usize) -> Option<&[f32]> {
        self.view().row(i)
    }

    /// All numbers, row after row.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// All numbers, row after row, without the matrix around them.
    #[must_use]
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }
}

impl<'a> View<'a> {
    /// A view of numbers that lie row after row.
    ///
    /// # Shape
    ///
    /// `data` `[rows * cols]` → `[rows, cols]`
    ///
    /// # Errors
    ///
    /// `matrix.shape` if there are more or fewer numbers than the shape has places.
    pub fn new(data: &'a [f32], rows: usize, cols: usize) -> Result<Self, ShapeError> {
        if rows.checked_mul(cols) == Some(data.len()) {
            Ok(Self { data, rows, cols })
        } else {
            Err(ShapeError { rows, cols, found: data.len() })
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// A row, or `None` past the last.
    ///
    /// # Shape
    ///
    /// `[cols]`
    #[must_use]
    pub fn row(&self, i: usize) -> Option<&'a [f32]> {
        if i >= self.rows {
            return None;
        }
        let start = i.checked_mul(self.cols)?;
        self.data.get(start..start.checked_add(self.cols)?)
    }

    /// Rows `first..end`, as far as there are any.
    ///
    /// # Shape
    ///
    /// `[end - first, cols]`
    #[must_use]
    pub fn part(&self, first: usize, end: usize) -> Self {
        let end = end.min(self.rows);
        let first = first.min(end);
        let data = self.data.get(first * self.cols..end * self.cols).unwrap_or_default();
        Self { data, rows: end - first, cols: self.cols }
    }

    /// All rows in order. A matrix without columns still has its rows.
    pub fn iter_rows(&self) -> impl ExactSizeIterator<Item = &'a [f32]> + use<'a> {
        let view = *self;
        (0..self.rows).map(move |i| view.row(i).unwrap_or_default())
    }

    /// All numbers, row after row.
    #[must_use]
    pub fn data(&self) -> &'a [f32] {
        self.data
    }
}

impl Coded for ShapeError {
    fn code(&self) -> &'static str {
        "matrix.shape"
    }

    fn hint(&self) -> String {
        "give rows times columns numbers".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_must_be_filled() {
        fn t(numbers: usize, rows: usize, cols: usize, expected: bool) {
            assert_eq!(
                Matrix::new(vec![0.0; numbers], rows, cols).is_ok(),
                expected,
                "{numbers} as {rows} x {cols}"
            );
        }
        t(6, 2, 3, true);
        t(6, 3, 2, true);
        t(6, 6, 2, false);
        t(0, 0, 5, true);
        t(0, 5, 0, true);
        t(0, usize::MAX, 2, false);
        t(1, usize::MAX, usize::MAX, false);
    }

    #[test]
    fn rows_lie_one_after_another() {
        let matrix = Matrix::new(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3).unwrap();
        assert_eq!(matrix.row(1), Some(&[4.0, 5.0, 6.0][..]));
        assert_eq!(matrix.row(2), None);
        assert_eq!(matrix.view().iter_rows().count(), 2);
        let empty = Matrix::new(vec![], 3, 0).unwrap();
        assert_eq!(empty.view().iter_rows().collect::<Vec<_>>(), [&[] as &[f32]; 3]);
    }
}
