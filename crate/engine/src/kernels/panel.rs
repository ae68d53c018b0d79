//! The inner product that everything on the CPU is made of: a few rows against a panel of columns.
//!
//! A matrix is packed into panels of [`WIDTH`] columns, `[k, WIDTH]` each, so that one step of the
//! inner loop reads one run of numbers and keeps `R · WIDTH` sums in registers. Plain Rust: fixed
//! sizes let the compiler use SIMD on every target. Each sum runs over `k` in order, so a result
//! does not depend on how many rows are taken at a time.

use std::array::from_fn;

/// Columns of a panel.
pub(super) const WIDTH: usize = 8;
/// Rows taken at a time: `HEIGHT · WIDTH` sums fill half of sixteen 128-bit registers.
pub(super) const HEIGHT: usize = 4;

/// Packs columns that lie as rows in memory: `column(j)` are the `k` numbers of column `j` of `n`.
///
/// # Shape
/// `n` slices of `[k]` → `[⌈n / WIDTH⌉, k, WIDTH]`, missing columns zero.
pub(super) fn pack<'a>(n: usize, k: usize, column: impl Fn(usize) -> &'a [f32]) -> Vec<f32> {
    let mut panels = vec![0.0; n.div_ceil(WIDTH) * k * WIDTH];
    for (p, panel) in panels.chunks_exact_mut(k * WIDTH).enumerate() {
        for j in 0..WIDTH.min(n - p * WIDTH) {
            for (slot, v) in panel.iter_mut().skip(j).step_by(WIDTH).zip(column(p * WIDTH + j)) {
                *slot = *v;
            }
        }
    }
    panels
}

/// Packs a matrix whose rows lie as rows in memory: `row(i)` are the `n` numbers of row `i` of `k`.
///
/// # Shape
/// `k` slices of `[n]` → `[⌈n / WIDTH⌉, k, WIDTH]`, missing columns zero.
pub(super) fn pack_rows<'a>(n: usize, k: usize, row: impl Fn(usize) -> &'a [f32]) -> Vec<f32> {
    let mut panels = vec![0.0; n.div_ceil(WIDTH) * k * WIDTH];
    for i in 0..k {
        let row = row(i);
        for (panel, part) in panels.chunks_exact_mut(k * WIDTH).zip(row.chunks(WIDTH)) {
            panel[i * WIDTH..][..part.len()].copy_from_slice(part);
        }
    }
    panels
}

/// `R` rows times one panel.
///
/// # Shape
/// `R` slices of `[k]`, `panel [k, WIDTH]` → `[R, WIDTH]`.
#[inline]
pub(super) fn product<const R: usize>(rows: [&[f32]; R], panel: &[f32]) -> [[f32; WIDTH]; R] {
    let k = panel.len() / WIDTH;
    let rows: [&[f32]; R] = from_fn(|r| &rows[r][..k]);
    let mut sums = [[0.0_f32; WIDTH]; R];
    for (i, step) in panel.chunks_exact(WIDTH).enumerate() {
        for r in 0..R {
            let x = rows[r][i];
            for (sum, w) in sums[r].iter_mut().zip(step) {
                *sum += x * w;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_and_product() {
        // Three columns of two numbers: 1 2, 3 4, 5 6.
        let columns = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let rows = [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]];
        let packed = pack(3, 2, |j| &columns[j]);
        assert_eq!(packed, pack_rows(3, 2, |i| &rows[i]));
        assert_eq!(packed[..4], [1.0, 3.0, 5.0, 0.0]);
        let [first, second] = product([&[1.0, 0.0], &[10.0, 1.0]], &packed);
        assert_eq!(first[..4], [1.0, 3.0, 5.0, 0.0]);
        assert_eq!(second[..4], [12.0, 34.0, 56.0, 0.0]);
    }
}
