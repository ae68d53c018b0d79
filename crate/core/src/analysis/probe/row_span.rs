//! Rows in coordinates of their own span: n rows of more than n columns become n rows of n, with the same products between
//! any two of them. A linear model with a penalty on |w|² learns the same from them (the representer theorem: Schölkopf, Herbrich
//! and Smola 2001, *COLT*), in n² instead of n d steps.

use crate::analysis::gemm::{Operand, gemm};

/// Smallest square of a coordinate, as a share of the largest square of a row: below lies rounding.
const LEAST: f64 = 1e-14;

/// The rows that are learnt and those that are tested, in the coordinates of those that are learnt.
///
/// With XXᵀ = L Lᵀ (Cholesky) the coordinates of X are L, and a tested row t has the u of L u = X t. Rows that depend on earlier ones
/// get no coordinate of their own.
///
/// # Shape
///
/// x `[n, d]`, tested `[m, d]` → `[n, n]`, `[m, n]`
pub(super) fn coordinates(x: &[f64], tested: &[f64], cols: usize) -> (Vec<f64>, Vec<f64>) {
    let (rows, others) = (x.len() / cols.max(1), tested.len() / cols.max(1));
    let left = Operand::new(x, rows, cols);
    let mut lower = vec![0.0; rows * rows];
    gemm(&mut lower, left, left.transposed(), 0.0);
    let least = LEAST * lower.iter().step_by(rows + 1).copied().fold(0.0, f64::max);
    for row in 0..rows {
        let (before, from) = lower.split_at_mut(row * rows);
        let Some(line) = from.get_mut(..rows) else { continue };
        substitute(before, line, rows);
        let (done, rest) = line.split_at_mut(row);
        if let Some((own, rest)) = rest.split_first_mut() {
            let square = *own - dot(done, done);
            *own = if square > least { square.sqrt() } else { 0.0 };
            rest.fill(0.0);
        }
    }
    let mut products = vec![0.0; others * rows];
    gemm(&mut products, Operand::new(tested, others, cols), left.transposed(), 0.0);
    products.chunks_mut(rows.max(1)).for_each(|line| substitute(&lower, line, rows));
    (lower, products)
}

/// Solves L u = b for the rows of L that are there, in place.
fn substitute(lower: &[f64], line: &mut [f64], rows: usize) {
    for (at, row) in lower.chunks_exact(rows.max(1)).enumerate() {
        let (done, rest) = line.split_at_mut(at);
        let (Some(known), Some(&own), Some(x)) = (row.get(..at), row.get(at), rest.first_mut()) else {
            return;
        };
        *x = if own > 0.0 { (*x - dot(known, done)) / own } else { 0.0 };
    }
}

/// Four sums side by side, which vectors can hold.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a4, a), (b4, b)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (a, b) in a4.iter().zip(b4) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f64>() + a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn products_between_rows_stay_also_of_dependent_rows() {
        let (rows, cols, others) = (9, 20, 4);
        let mut random = Random::new(3);
        let mut x: Vec<f64> = (0..rows * cols).map(|_| random.normal()).collect();
        // A copy, a sum, and a row of zeros.
        x.copy_within(0..cols, 3 * cols);
        for col in 0..cols {
            x[5 * cols + col] = x[col] + 2.0 * x[cols + col];
            x[6 * cols + col] = 0.0;
        }
        let tested: Vec<f64> = (0..others * cols).map(|_| random.normal()).collect();
        let (learnt, found) = coordinates(&x, &tested, cols);
        assert_eq!((learnt.len(), found.len()), (rows * rows, others * rows));
        let plain = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for i in 0..rows {
            let (row, own) = (&x[i * cols..][..cols], &learnt[i * rows..][..rows]);
            for j in 0..rows {
                let apart = plain(own, &learnt[j * rows..][..rows]) - plain(row, &x[j * cols..][..cols]);
                assert!(apart.abs() < 1e-12, "rows {i} and {j}: {apart:e}");
            }
            for j in 0..others {
                let apart = plain(own, &found[j * rows..][..rows]) - plain(row, &tested[j * cols..][..cols]);
                assert!(apart.abs() < 1e-12, "row {i} and tested row {j}: {apart:e}");
            }
        }
        assert!([3, 5, 6].iter().all(|&row| learnt[row * rows + row] == 0.0));
    }
}
