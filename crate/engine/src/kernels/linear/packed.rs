//! The matrix product (GEMM) of f16, int8 and int4 linear layers on the CPU.
//!
//! [`super::layout`] lays out the weight. Halves and 4-bit codes are unpacked for a few panels at a time,
//! which serve a whole block of rows. Integer weights are multiplied with inputs that are quantized too,
//! see [`super::gemm_i8`].

use super::epilogue::RowEpilogue;
use super::external_kernel::registered;
use super::gemm::{RowBlock, append_zeroed, block_rows, largest_block};
use super::gemm_i8::gemm_i8;
use super::layout::{Format, QUAD, unpack_halves, unpack_nibbles};
use super::quantized_rows::QuantizedRows;
use crate::kernels::panel::WIDTH;
use crate::quant::{Precision, quantize};

/// Panels per integer product, whose sums are then scaled together: 64 columns.
const CHUNK: usize = 8;
/// Largest number of rows in a block of codes: their sums with a chunk stay in the L1 cache.
const INTEGER_BLOCK: usize = 64;

/// A weight after rounding to a precision (quantized and dequantized): with it,
/// [`linear_reference`](super::linear_reference) is the reference of every precision. On the CPU integer
/// layers round their inputs as well, see [`rounded_inputs`].
///
/// # Shape
/// `weight [n, k]` → `[n, k]`.
#[must_use]
pub fn rounded_weight(weight: &[f32], inputs: usize, precision: Precision) -> Vec<f32> {
    match precision.scheme() {
        Some(scheme) => quantize(weight, inputs, scheme).dequantize(),
        None if precision == Precision::F16 => {
            weight.iter().map(|v| half::f16::from_f32(*v).to_f32()).collect()
        }
        None => weight.to_vec(),
    }
}

/// The inputs of an integer layer after rounding on the CPU: each row in 255 steps of its range.
///
/// # Shape
/// `x [t, k]` → `[t, k]`.
#[must_use]
pub fn rounded_inputs(x: &[f32], inputs: usize) -> Vec<f32> {
    x.chunks_exact(inputs)
        .flat_map(|row| QuantizedRows::new(row, inputs, inputs.div_ceil(QUAD), None).values(inputs))
        .collect()
}

/// The product of `x` and a weight in words, with its epilogue.
///
/// # Shape
/// `x [t, k]`, `words [n, k]` and `scales` as in [`super::layout`] → `[t, n]`.
pub(super) fn gemm(
    x: &[f32],
    words: &[i32],
    scales: &[f32],
    format: Format,
    epilogue: RowEpilogue<'_>,
) -> Vec<f32> {
    let (k, n) = (format.inputs, format.outputs);
    let t = x.len() / k;
    let mut y = Vec::with_capacity(t * n);
    let scheme = format.precision.scheme();
    let rows = block_rows(t, if scheme.is_some() { INTEGER_BLOCK } else { largest_block(k) });
    let mut block = RowBlock::new(rows, k);
    for x in x.chunks(rows * k) {
        let (epilogue, y) = (epilogue.skip_rows(y.len() / n), append_zeroed(&mut y, x.len() / k * n));
        match scheme {
            None => {
                block.fill(x);
                halves(&block, words, format, y, epilogue);
            }
            Some(_) => {
                integers(x, words, scales, format, y);
                epilogue.apply(y);
            }
        }
    }
    y
}

/// Multiplies a block of rows with halves.
///
/// # Shape
/// `block [rows, k]` → `y [rows, n]`.
fn halves(block: &RowBlock, words: &[i32], format: Format, y: &mut [f32], epilogue: RowEpilogue<'_>) {
    let (k, n) = (format.inputs, format.outputs);
    let mut panel = vec![0.0; k * WIDTH];
    for (p, packed) in words.chunks_exact(k * WIDTH / 2).enumerate() {
        unpack_halves(packed, &mut panel);
        block.multiply(&panel, &[], y, p * WIDTH..n.min((p + 1) * WIDTH), epilogue);
    }
    epilogue.activation.apply(y);
}

/// Quantizes rows of inputs and multiplies them with integers.
///
/// # Shape
/// `x [rows, k]`, `scales [2, groups, panels · WIDTH]` (scales, then sums of codes) → `y [rows, n]`.
fn integers(x: &[f32], words: &[i32], scales: &[f32], format: Format, y: &mut [f32]) {
    let (n, quads, step) = (format.outputs, format.quads(), format.quads_per_group());
    let columns = format.panels() * WIDTH;
    let (scales, code_sums) = scales.split_at(format.groups() * columns);
    let rows = QuantizedRows::new(x, format.inputs, quads, registered());
    let nibbles = format.precision == Precision::Int4;
    let words_per_panel = quads * if nibbles { WIDTH / 2 } else { WIDTH };
    let mut unpacked = vec![0; if nibbles { CHUNK * quads * WIDTH } else { 0 }];
    let mut sums = vec![0; rows.padded_count() * CHUNK * WIDTH];
    for (i, packed) in words.chunks(CHUNK * words_per_panel).enumerate() {
        let panels = packed.len() / words_per_panel;
        let (first, width) = (i * CHUNK * WIDTH, panels * WIDTH);
        let wanted = first..n.min(first + width);
        let panels = if nibbles {
            let unpacked = &mut unpacked[..panels * quads * WIDTH];
            unpack_nibbles(packed, unpacked);
            &*unpacked
        } else {
            packed
        };
        let sums = &mut sums[..rows.padded_count() * width];
        for g in 0..format.groups() {
            gemm_i8(&rows, g * step..(g + 1) * step, panels, sums);
            let (scales, code_sums) = (&scales[g * columns..], &code_sums[g * columns..]);
            for ((y, sums), zero) in y.chunks_exact_mut(n).zip(sums.chunks_exact(width)).zip(&rows.zeros) {
                let zero = zero + rows.offset();
                let parts = y[wanted.clone()].iter_mut().zip(sums);
                let per_column = scales[wanted.clone()].iter().zip(&code_sums[wanted.clone()]);
                for ((y, sum), (scale, code_sum)) in parts.zip(per_column) {
                    *y += scale * (sum - zero * (*code_sum as i32)) as f32;
                }
            }
        }
    }
    for (y, scale) in y.chunks_exact_mut(n).zip(&rows.scales) {
        y.iter_mut().for_each(|v| *v *= scale);
    }
}
