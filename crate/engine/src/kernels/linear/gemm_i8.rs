//! The matrix product (GEMM) of 8-bit integers on the CPU, with exact sums.
//!
//! Inputs are `x ≈ scale_x · (q_x − zero)`, see [`super::quantized_rows`]; a weight is symmetric,
//! `w ≈ scale_w · q_w`. So
//!
//! ```text
//! Σ x·w = scale_x · scale_w · (Σ q_x·q_w − zero · Σ q_w)
//! ```
//!
//! where both sums are integers: a result depends on its row and on nothing else. Weights lie in panels
//! of [`WIDTH`] outputs, `[quads, WIDTH]` words of four codes each.

use super::external_kernel::{ExternalKernel, GemmI8Args};
use super::layout::QUAD;
use super::quantized_rows::{Codes, QuantizedRows};
use crate::kernels::panel::WIDTH;
use bytemuck::{cast, cast_slice};
use std::array::from_fn;
use std::ops::Range;
use wide::{i8x16, i16x16, i32x8};

/// Rows per call of the microkernel: `2 · WIDTH` pairs of sums fill half of sixteen 128-bit registers.
const ROWS: usize = 2;

/// `Σ (q_x + offset)·q_w` over a range of quads, for every row and every column of the panels.
///
/// # Shape
/// `rows [rows, quads]`, `panels [count, quads, WIDTH]` words → `sums [padded_count, count · WIDTH]`.
pub(super) fn gemm_i8(rows: &QuantizedRows, quads: Range<usize>, panels: &[i32], sums: &mut [i32]) {
    match &rows.codes {
        Codes::Bytes(codes, kernel) => external(codes, rows, *kernel, &quads, panels, sums),
        Codes::Wide(codes) => portable(codes, rows.quads, &quads, panels, sums),
    }
}

/// The sums of an external kernel.
fn external(
    codes: &[[u8; QUAD]],
    rows: &QuantizedRows,
    kernel: ExternalKernel,
    quads: &Range<usize>,
    panels: &[i32],
    sums: &mut [i32],
) {
    let count = panels.len() / (rows.quads * WIDTH);
    // Exposed, because the kernel reads through the numbers: otherwise the compiler may leave writes out.
    (kernel.run)(&GemmI8Args {
        inputs: codes[quads.start..].as_ptr().expose_provenance(),
        input_step: rows.quads * QUAD,
        rows: rows.padded_count(),
        weights: panels[quads.start * WIDTH..].as_ptr().expose_provenance(),
        weight_step: rows.quads * WIDTH * QUAD,
        panels: count,
        quads: quads.len(),
        sums: sums.as_mut_ptr().expose_provenance(),
        sum_step: count * WIDTH * size_of::<i32>(),
    });
}

/// The sums of the engine's own code, for every processor.
fn portable(codes: &[[i16; QUAD]], quads: usize, range: &Range<usize>, panels: &[i32], sums: &mut [i32]) {
    let row = |row: usize| &codes[row * quads..][range.clone()];
    let columns = panels.len() / quads;
    for (p, panel) in panels.chunks_exact(quads * WIDTH).enumerate() {
        let panel = &panel[range.start * WIDTH..range.end * WIDTH];
        for (i, sums) in sums.chunks_mut(ROWS * columns).enumerate() {
            let first = i * ROWS;
            if sums.len() == ROWS * columns {
                let found = microkernel::<ROWS>(from_fn(|r| row(first + r)), panel);
                for (sums, found) in sums.chunks_exact_mut(columns).zip(&found) {
                    sums[p * WIDTH..][..WIDTH].copy_from_slice(found);
                }
            } else {
                let [found] = microkernel([row(first)], panel);
                sums[p * WIDTH..][..WIDTH].copy_from_slice(&found);
            }
        }
    }
}

/// The microkernel, `R` rows times one panel: each multiply-and-add takes two inputs of four columns.
///
/// # Shape
/// `rows [R, quads]`, `panel [quads, WIDTH]` words → `[R, WIDTH]`.
#[inline]
fn microkernel<const R: usize>(rows: [&[[i16; QUAD]]; R], panel: &[i32]) -> [[i32; WIDTH]; R] {
    let quads = panel.len() / WIDTH;
    let rows: [&[[i16; QUAD]]; R] = from_fn(|r| &rows[r][..quads]);
    let mut sums = [[i32x8::ZERO; 2]; R];
    for (i, step) in panel.chunks_exact(WIDTH).enumerate() {
        let codes: &[i8] = cast_slice(step);
        let half = |j: usize| i16x16::from_i8x16(i8x16::new(from_fn(|c| codes[j * 16 + c])));
        let (low, high) = (half(0), half(1)); // four columns of four inputs each
        for r in 0..R {
            let x: i16x16 = cast([rows[r][i]; 4]);
            sums[r][0] += low.dot(x);
            sums[r][1] += high.dot(x);
        }
    }
    from_fn(|r| {
        let [low, high] = sums[r].map(i32x8::to_array);
        from_fn(|c| match c {
            0..4 => low[2 * c] + low[2 * c + 1],
            _ => high[2 * c - 8] + high[2 * c - 7],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        fn t(count: usize, quads: usize, panels: usize, range: Range<usize>) {
            let k = quads * QUAD;
            let x: Vec<f32> = (0..count * k).map(|i| ((i * 7919 + 3) % 255) as f32 - 127.0).collect();
            let weights: Vec<i8> = (0..panels * quads * 32).map(|i| ((i * 104_729) % 255) as i8).collect();
            let rows = QuantizedRows::new(&x, k, quads, None);
            let Codes::Wide(codes) = &rows.codes else { panic!("codes for the engine's own products") };
            let words: Vec<i32> = weights.chunks(4).map(|w| cast([w[0], w[1], w[2], w[3]])).collect();
            let mut sums = vec![0; count * panels * WIDTH];
            gemm_i8(&rows, range.clone(), &words, &mut sums);
            for (r, row) in sums.chunks(panels * WIDTH).enumerate() {
                for (j, sum) in row.iter().enumerate() {
                    let (p, c) = (j / WIDTH, j % WIDTH);
                    let term = |q: usize, i: usize| {
                        let w = weights[((p * quads + q) * WIDTH + c) * QUAD + i];
                        i32::from(codes[r * quads + q][i]) * i32::from(w)
                    };
                    let expected: i32 = range
                        .clone()
                        .flat_map(|q| (0..QUAD).map(move |i| (q, i)))
                        .map(|(q, i)| term(q, i))
                        .sum();
                    assert_eq!(*sum, expected, "row {r}, column {j}");
                }
            }
        }
        t(1, 1, 1, 0..1);
        t(2, 3, 1, 0..3);
        t(3, 16, 2, 8..16);
        t(5, 80, 3, 0..80);
    }
}
