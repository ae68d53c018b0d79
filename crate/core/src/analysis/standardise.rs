//! Every column to mean 0 and standard deviation 1.

use super::error::{AnalysisError, check_finite};
use crate::matrix::{Matrix, View};

/// Subtracts its mean from every column and divides by the population standard deviation, as scikit-learn's
/// `StandardScaler`. A constant column becomes zeros.
///
/// # Shape
///
/// `[n, d]` → `[n, d]`
///
/// # Errors
///
/// `analysis.not_finite`.
pub fn standardise(view: View) -> Result<Matrix, AnalysisError> {
    check_finite(view)?;
    let mean = means(view);
    let mut square = vec![0.0; view.cols()];
    for row in view.iter_rows() {
        for ((sum, &x), mean) in square.iter_mut().zip(row).zip(&mean) {
            *sum += (f64::from(x) - mean).powi(2);
        }
    }
    let count = view.rows().max(1) as f64;
    // A column of equal numbers may miss zero by the rounding of its mean.
    let inverse =
        |deviation: f64, mean: f64| if deviation > 1e-12 * mean.abs() { 1.0 / deviation } else { 0.0 };
    let scale: Vec<f64> =
        square.iter().zip(&mean).map(|(sum, &mean)| inverse((sum / count).sqrt(), mean)).collect();
    let mut data = Vec::with_capacity(view.data().len());
    for row in view.iter_rows() {
        data.extend(row.iter().zip(&mean).zip(&scale).map(|((&x, mean), scale)| {
            #[expect(clippy::cast_possible_truncation, reason = "results are f32")]
            let scaled = ((f64::from(x) - mean) * scale) as f32;
            scaled
        }));
    }
    Ok(Matrix::from_parts(data, view.rows(), view.cols()))
}

/// The mean of every column.
///
/// # Shape
///
/// `[n, d]` → `[d]`
pub(super) fn means(view: View) -> Vec<f64> {
    let mut mean = vec![0.0; view.cols()];
    for row in view.iter_rows() {
        for (sum, &x) in mean.iter_mut().zip(row) {
            *sum += f64::from(x);
        }
    }
    let count = view.rows().max(1) as f64;
    for sum in &mut mean {
        *sum /= count;
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_out_on_one_scale() {
        fn t(rows: &[[f32; 2]], expected: &[[f32; 2]]) {
            let found = standardise(View::new(rows.as_flattened(), rows.len(), 2).unwrap()).unwrap();
            assert_eq!(found.data(), expected.as_flattened(), "{rows:?}");
        }
        t(
            &[[1.0, 0.1], [3.0, 0.1], [1.0, 0.1], [3.0, 0.1]],
            &[[-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]],
        );
        t(&[[5.0, -2.0]], &[[0.0, 0.0]]);
        t(&[], &[]);
        t(&[[-1e-30, 1e30], [1e-30, -1e30]], &[[-1.0, 1.0], [1.0, -1.0]]);
    }
}
