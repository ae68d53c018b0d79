//! How much of a joined table is each of its parts, and parts of equal weight.
//!
//! A part whose numbers are larger, or more of them, decides distances and maps alone. Its share is its part of the
//! total variance: `Σ var(columns of the part) / Σ var(all columns)`.

use crate::matrix::View;
use std::ops::Range;

/// The share of each part in the variance of all columns, 0 to 1; zeros where nothing varies.
///
/// # Shape
///
/// `rows [n, d]`, parts as ranges of columns → one share per part
#[must_use]
pub fn shares(rows: View<'_>, parts: &[Range<usize>]) -> Vec<f64> {
    let each = variances(rows, parts);
    let whole: f64 = each.iter().sum();
    each.iter().map(|one| if whole > 0.0 { one / whole } else { 0.0 }).collect()
}

/// The rows with each part divided by the root of its variance, so that all parts that vary have the same share.
///
/// # Shape
///
/// `rows [n, d]`, parts as ranges of columns → `[n, d]`, row by row
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the rows are f32 before and after")]
pub fn equal_weights(rows: View<'_>, parts: &[Range<usize>]) -> Vec<f32> {
    let mut scales = vec![1.0_f64; rows.cols()];
    for (part, variance) in parts.iter().zip(variances(rows, parts)) {
        if variance > 0.0 {
            scales.get_mut(part.clone()).unwrap_or_default().fill(1.0 / variance.sqrt());
        }
    }
    let scaled = |row: &[f32]| -> Vec<f32> {
        row.iter().zip(&scales).map(|(&x, scale)| (f64::from(x) * scale) as f32).collect()
    };
    rows.iter_rows().flat_map(scaled).collect()
}

/// The sum of the variances of the columns of each part, by the means first: numbers may be large and alike.
#[expect(clippy::cast_precision_loss, reason = "a number of rows")]
fn variances(rows: View<'_>, parts: &[Range<usize>]) -> Vec<f64> {
    let count = rows.rows().max(1) as f64;
    let mut means = vec![0.0_f64; rows.cols()];
    for row in rows.iter_rows() {
        means.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x));
    }
    means.iter_mut().for_each(|sum| *sum /= count);
    let mut sums = vec![0.0_f64; rows.cols()];
    for row in rows.iter_rows() {
        for ((sum, mean), &x) in sums.iter_mut().zip(&means).zip(row) {
            *sum += (f64::from(x) - mean).powi(2);
        }
    }
    let of = |part: &Range<usize>| sums.get(part.clone()).unwrap_or_default().iter().sum::<f64>() / count;
    parts.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand() {
        fn t(data: &[f32], parts: &[Range<usize>], expected: &[f64], after: &[f64]) {
            let cols = parts.last().map_or(0, |part| part.end);
            let view = View::new(data, data.len() / cols, cols).unwrap();
            let close = |found: &[f64], wanted: &[f64]| {
                assert!(
                    found.len() == wanted.len()
                        && found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6),
                    "{found:?} for {wanted:?}"
                );
            };
            close(&shares(view, parts), expected);
            let equal = equal_weights(view, parts);
            close(&shares(View::new(&equal, data.len() / cols, cols).unwrap(), parts), after);
        }
        // Variances 1 and 1 in the first part, 9 in the second.
        t(&[1.0, 5.0, 6.0, -1.0, 3.0, 0.0], &[0..2, 2..3], &[2.0 / 11.0, 9.0 / 11.0], &[0.5, 0.5]);
        // A part that does not vary has no share, and stays as it is.
        t(&[1.0, 7.0, 3.0, 7.0], &[0..1, 1..2], &[1.0, 0.0], &[1.0, 0.0]);
        t(&[2.0, 2.0], &[0..1, 1..2], &[0.0, 0.0], &[0.0, 0.0]);
        // Large numbers that are nearly alike.
        t(&[1e6, 0.0, 1e6 + 1.0, 1.0], &[0..1, 1..2], &[0.5, 0.5], &[0.5, 0.5]);
        assert_eq!(
            equal_weights(View::new(&[4.0, 7.0, 0.0, 7.0], 2, 2).unwrap(), &[0..1, 1..2]),
            [2.0, 7.0, 0.0, 7.0]
        );
    }
}
