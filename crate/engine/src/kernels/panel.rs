//! The microkernel of all matrix products (GEMM) on the CPU: a few rows times a panel of columns.
//!
//! One operand is packed into **panels** of [`WIDTH`] columns, `[k, WIDTH]` each, the other into
//! **blocks** of [`HEIGHT`] rows, `[k, HEIGHT]` each. One step of the inner loop then reads two
//! contiguous runs of numbers and keeps `HEIGHT · WIDTH` sums in registers, half of the sixteen that a
//! browser has. This is the scheme of BLIS (Van Zee & van de Geijn 2015) in plain Rust: fixed sizes let
//! the compiler use SIMD on every target. Each sum runs over `k` in order, and the rows of a block are
//! computed apart, so a result does not depend on the other rows of its block.

use std::array::from_fn;

/// Columns of a panel.
pub(super) const WIDTH: usize = 8;
/// Rows of a block.
pub(super) const HEIGHT: usize = 4;
/// Numbers of each row that are interleaved at a time.
const RUN: usize = 4;

/// Packs `n` columns, each contiguous in memory: `column(j)` is column `j`.
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

/// Interleaves `rows` rows of `k` numbers, `step` apart, `H` at a time.
///
/// The last block repeats the last row until it is full; the results of the copies are never read.
///
/// # Shape
/// `x [rows, step]` → `[⌈rows / H⌉, k, H]`, the start of `blocks`.
pub(super) fn interleave<const H: usize>(
    x: &[f32],
    rows: usize,
    step: usize,
    k: usize,
    blocks: &mut [[f32; H]],
) {
    for (b, block) in blocks.chunks_exact_mut(k).enumerate().take(rows.div_ceil(H)) {
        let rows: [&[f32]; H] = from_fn(|r| &x[(b * H + r).min(rows - 1) * step..][..k]);
        let (runs, rest) = block.as_chunks_mut::<RUN>();
        let whole = k - rest.len();
        for (i, slots) in runs.iter_mut().enumerate() {
            let numbers: [[f32; RUN]; H] =
                from_fn(|r| rows[r][i * RUN..].first_chunk().copied().unwrap_or_default());
            for (j, slot) in slots.iter_mut().enumerate() {
                *slot = from_fn(|r| numbers[r][j]);
            }
        }
        for (i, slot) in rest.iter_mut().enumerate() {
            *slot = from_fn(|r| rows[r][whole + i]);
        }
    }
}

/// The microkernel: [`HEIGHT`] rows times one panel. Of rows that are interleaved `S` at a time it takes
/// those from `FIRST` on.
///
/// It is always inlined: a call would return its sums through memory.
///
/// # Shape
/// `rows [k, S]`, `panel [k, WIDTH]` → `[HEIGHT, WIDTH]`.
#[inline(always)]
pub(super) fn microkernel<const S: usize, const FIRST: usize>(
    rows: &[[f32; S]],
    panel: &[[f32; WIDTH]],
) -> [[f32; WIDTH]; HEIGHT] {
    let mut sums = [[0.0_f32; WIDTH]; HEIGHT];
    for (x, step) in rows.iter().zip(panel) {
        for r in 0..HEIGHT {
            for (sum, w) in sums[r].iter_mut().zip(step) {
                *sum += x[FIRST + r] * w;
            }
        }
    }
    sums
}

/// Stores the first of `values` in `slots`, until `slots` is full.
///
/// A whole panel is stored as an array: if the compiler does not know the length of a copy, it calls
/// the browser's runtime, which is slow for eight numbers.
#[inline(always)]
pub(super) fn store(slots: &mut [f32], values: &[f32; WIDTH]) {
    match slots.first_chunk_mut() {
        Some(whole) => *whole = *values,
        None => slots.iter_mut().zip(values).for_each(|(slot, v)| *slot = *v),
    }
}

/// Loads the first of `values`, with zeros behind the last.
#[inline(always)]
pub(super) fn load(values: &[f32]) -> [f32; WIDTH] {
    match values.first_chunk() {
        Some(whole) => *whole,
        None => from_fn(|i| values.get(i).copied().unwrap_or(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_interleaving_and_microkernel() {
        // Three columns of two numbers: 1 2, 3 4, 5 6.
        let columns = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let packed = pack(3, 2, |j| &columns[j]);
        assert_eq!(packed[..4], [1.0, 3.0, 5.0, 0.0]);
        // Two rows of two numbers, three apart.
        let mut blocks = [[0.0_f32; HEIGHT]; 2];
        interleave(&[1.0, 0.0, 9.0, 10.0, 1.0, 9.0], 2, 3, 2, &mut blocks);
        assert_eq!(blocks, [[1.0, 10.0, 10.0, 10.0], [0.0, 1.0, 1.0, 1.0]]);
        let [first, second, ..] = microkernel::<HEIGHT, 0>(&blocks, packed.as_chunks().0);
        assert_eq!(first[..4], [1.0, 3.0, 5.0, 0.0]);
        assert_eq!(second[..4], [12.0, 34.0, 56.0, 0.0]);
    }

    #[test]
    fn interleaving_keeps_every_number() {
        fn t<const H: usize>(rows: usize, k: usize) {
            let x: Vec<f32> = (0..rows * k).map(|i| i as f32).collect();
            let mut blocks = vec![[-1.0; H]; rows.div_ceil(H) * k];
            interleave(&x, rows, k, k, &mut blocks);
            for (row, i) in (0..rows).flat_map(|row| (0..k).map(move |i| (row, i))) {
                assert_eq!(blocks[row / H * k + i][row % H], x[row * k + i], "{rows} rows of {k}");
            }
        }
        for k in [1, 3, 4, 5, 16, 33] {
            t::<4>(1, k);
            t::<4>(9, k);
            t::<8>(7, k);
            t::<8>(16, k);
        }
    }
}
