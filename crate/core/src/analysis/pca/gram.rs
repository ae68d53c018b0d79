//! Gram matrices of a centred matrix: all sums of products of its columns, or of its rows.
//!
//! One kernel serves both. It takes the matrix in blocks of [`BLOCK`] vectors of length m that fit
//! the cache, and adds each block's products to the upper triangle, four vectors at a time. Plain
//! f64 multiplications and additions in a fixed order: the same on every machine.

use super::Centred;
use nalgebra::DMatrix;

/// Vectors per block: 32 × 1,280 f64 are 320 KiB.
const BLOCK: usize = 32;

/// Sums of products of the columns.
///
/// # Shape
///
/// `[n, d]` → `[d, d]`
pub(super) fn of_columns(centred: &Centred) -> DMatrix<f64> {
    let side = centred.view.cols();
    let mut sums = vec![0.0; side * side];
    let mut block = Vec::with_capacity(BLOCK * side);
    centred.for_each_row(|_, row| {
        block.extend_from_slice(row);
        if block.len() == BLOCK * side {
            add_products(&mut sums, &block, side);
            block.clear();
        }
    });
    add_products(&mut sums, &block, side);
    mirrored(sums, side)
}

/// Sums of products of the rows.
///
/// # Shape
///
/// `[n, d]` → `[n, n]`
pub(super) fn of_rows(centred: &Centred) -> DMatrix<f64> {
    let side = centred.view.rows();
    let mut sums = vec![0.0; side * side];
    let mut block = Vec::with_capacity(BLOCK * side);
    for (first, means) in (0..).step_by(BLOCK).zip(centred.mean.chunks(BLOCK)) {
        // A block of columns, laid out column after column.
        block.clear();
        for (column, mean) in (first..).zip(means) {
            let numbers = centred.view.iter_rows().map(|row| row.get(column).copied().unwrap_or_default());
            block.extend(numbers.map(|x| f64::from(x) - mean));
        }
        add_products(&mut sums, &block, side);
    }
    mirrored(sums, side)
}

/// Adds, for every i ≤ j, the sum over the vectors of `vector[i] * vector[j]`.
///
/// # Shape
///
/// `sums` `[m, m]`, `block` `[≤ BLOCK, m]`, for m = `side`
fn add_products(sums: &mut [f64], block: &[f64], side: usize) {
    if side == 0 {
        return;
    }
    for (i, sums) in sums.chunks_exact_mut(side).enumerate() {
        let sums = sums.get_mut(i..).unwrap_or_default();
        for four in block.chunks(4 * side) {
            let mut vectors = four.chunks_exact(side).map(|vector| vector.get(i..).unwrap_or_default());
            match (vectors.next(), vectors.next(), vectors.next(), vectors.next()) {
                (Some(a), Some(b), Some(c), Some(d)) => add_four(sums, [a, b, c, d]),
                (a, b, c, _) => [a, b, c].into_iter().flatten().for_each(|vector| {
                    super::add_scaled(sums, vector.first().copied().unwrap_or_default(), vector);
                }),
            }
        }
    }
}

/// `sums[j] += a[0] a[j] + b[0] b[j] + c[0] c[j] + d[0] d[j]`
fn add_four(sums: &mut [f64], [a, b, c, d]: [&[f64]; 4]) {
    let (Some(&a0), Some(&b0), Some(&c0), Some(&d0)) = (a.first(), b.first(), c.first(), d.first()) else {
        return;
    };
    for ((((sum, a), b), c), d) in sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *sum += (a0 * a + b0 * b) + (c0 * c + d0 * d);
    }
}

/// The symmetric matrix with this upper triangle.
fn mirrored(sums: Vec<f64>, side: usize) -> DMatrix<f64> {
    // Read column by column, the upper triangle is the lower one.
    let mut matrix = DMatrix::from_vec(side, side, sums);
    matrix.fill_upper_triangle_with_lower_triangle();
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::View;

    #[test]
    fn both_sides_match_the_definition() {
        fn t(rows: usize, cols: usize) {
            let data: Vec<f32> =
                (0..rows * cols).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0).collect();
            let view = View::new(&data, rows, cols).unwrap();
            let centred = Centred { view, mean: super::super::means(view) };
            let x = DMatrix::from_fn(rows, cols, |i, j| f64::from(data[i * cols + j]) - centred.mean[j]);
            let difference = (of_columns(&centred) - x.transpose() * &x).amax();
            assert!(difference < 1e-12, "columns of {rows} x {cols}: {difference:e}");
            let difference = (of_rows(&centred) - &x * x.transpose()).amax();
            assert!(difference < 1e-12, "rows of {rows} x {cols}: {difference:e}");
        }
        t(2, 1);
        t(1, 2);
        t(5, 3);
        t(31, 33);
        t(64, 32);
        t(67, 7);
        t(3, 130);
    }
}
