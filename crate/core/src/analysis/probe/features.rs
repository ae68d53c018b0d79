//! Feature tables: side by side, and scaled by training rows.

use crate::analysis::evaluation::EvaluationError;
use crate::matrix::{Matrix, View};

/// Tables side by side: a joint embedding, or an embedding with extra columns.
///
/// # Shape
///
/// `[n, d₁]`, `[n, d₂]`, … → `[n, d₁ + d₂ + …]`
///
/// # Errors
///
/// `probe.nothing` without a table, `probe.rows` if their rows differ, `probe.not_finite`.
pub fn concat_columns(tables: &[View]) -> Result<Matrix, EvaluationError> {
    let rows = tables.first().ok_or(EvaluationError::Nothing { what: "table" })?.rows();
    if let Some(other) = tables.iter().find(|table| table.rows() != rows) {
        return Err(EvaluationError::Rows { expected: rows, found: other.rows() });
    }
    let cols: usize = tables.iter().map(View::cols).sum();
    let mut data = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        for table in tables {
            let numbers = table.row(row).unwrap_or_default();
            if numbers.iter().any(|x| !x.is_finite()) {
                return Err(EvaluationError::NotFinite { what: "features", row });
            }
            data.extend_from_slice(numbers);
        }
    }
    Ok(Matrix::from_parts(data, rows, cols))
}

/// An embedding with extra columns: numbers such as GC content, then a one-hot column for each
/// class of a label such as the species.
///
/// # Shape
///
/// `[n, d]`, numbers `[n]` each, classes `[n]` → `[n, d + numbers + largest class + 1]`
///
/// # Errors
///
/// As [`concat_columns`].
pub fn append_columns(
    table: View,
    numbers: &[&[f32]],
    classes: Option<&[u32]>,
) -> Result<Matrix, EvaluationError> {
    let mut extra: Vec<Matrix> =
        numbers.iter().map(|numbers| Matrix::from_parts(numbers.to_vec(), numbers.len(), 1)).collect();
    if let Some(classes) = classes {
        let count = classes.iter().max().map_or(0, |&largest| largest as usize + 1);
        let hot = classes.iter().flat_map(|&class| (0..count).map(move |c| f32::from(class as usize == c)));
        extra.push(Matrix::from_parts(hot.collect(), classes.len(), count));
    }
    let tables: Vec<View> = std::iter::once(table).chain(extra.iter().map(Matrix::view)).collect();
    concat_columns(&tables)
}

/// Mean and inverse deviation of each column over some rows.
pub(super) struct Scale {
    mean: Vec<f64>,
    inverse: Vec<f64>,
}

impl Scale {
    /// A column that is constant in these rows is centred and keeps its scale.
    pub(super) fn of(features: View, rows: &[usize]) -> Self {
        let count = rows.len().max(1) as f64;
        let mut mean = vec![0.0; features.cols()];
        for row in rows.iter().filter_map(|&row| features.row(row)) {
            for (sum, &x) in mean.iter_mut().zip(row) {
                *sum += f64::from(x);
            }
        }
        mean.iter_mut().for_each(|sum| *sum /= count);
        let mut square = vec![0.0; features.cols()];
        for row in rows.iter().filter_map(|&row| features.row(row)) {
            for ((sum, &x), mean) in square.iter_mut().zip(row).zip(&mean) {
                *sum += (f64::from(x) - mean).powi(2);
            }
        }
        let inverse = square
            .iter()
            .zip(&mean)
            .map(|(sum, mean)| (sum / count, mean))
            .map(
                |(variance, mean)| {
                    if variance.sqrt() > 1e-12 * mean.abs() { 1.0 / variance.sqrt() } else { 1.0 }
                },
            )
            .collect();
        Self { mean, inverse }
    }

    /// Rows on the scale, one after another, added to `into`.
    pub(super) fn apply<T: From<f32> + Narrow>(&self, features: View, rows: &[usize], into: &mut Vec<T>) {
        for row in rows.iter().filter_map(|&row| features.row(row)) {
            into.extend(
                row.iter()
                    .zip(&self.mean)
                    .zip(&self.inverse)
                    .map(|((&x, mean), inverse)| T::narrow((f64::from(x) - mean) * inverse)),
            );
        }
    }
}

/// f64 as it is, or as f32.
pub(super) trait Narrow {
    fn narrow(x: f64) -> Self;
}

impl Narrow for f64 {
    fn narrow(x: f64) -> Self {
        x
    }
}

impl Narrow for f32 {
    #[expect(clippy::cast_possible_truncation, reason = "the perceptron trains in f32")]
    fn narrow(x: f64) -> Self {
        x as Self
    }
}
