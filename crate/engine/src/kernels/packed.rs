//! Linear layers whose weights are halves or small integers.
//!
//! `y = act(x · Wᵀ + b)` or `y = r + x · Wᵀ + b` with `W` as [`super::layout`] lays it out. CPU:
//! halves and 4-bit codes are unpacked for a few panels at a time and serve a block of rows; codes
//! meet inputs that are codes themselves ([`super::integer`]). GPU: weights become floats in
//! registers, see `weight_*.wgsl`.

use super::activation::Activation;
use super::adopted::adopted;
use super::blocked::{Block, End, block_rows, grown, rows_of};
use super::integer::{QUAD, Rows, products};
use super::layout::{Format, unpack_halves, unpack_nibbles};
use super::panel::WIDTH;
use crate::quant::{Precision, quantize};
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

/// Panels whose products with a block of rows are summed before they are scaled: 64 columns.
const CHUNK: usize = 8;
/// Most rows of codes in a block: their sums with a chunk stay in the first cache.
const INTEGER_BLOCK: usize = 64;

/// What a weight stands for once it is rounded: with it, [`super::linear_plain`] is the plain twin of
/// every precision. On the CPU integers also meet rounded inputs, see [`rounded_inputs`].
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

/// The inputs of an integer layer as the CPU sees them: each row in 255 steps of its range.
///
/// # Shape
/// `x [t, k]` → `[t, k]`.
#[must_use]
pub fn rounded_inputs(x: &[f32], inputs: usize) -> Vec<f32> {
    x.chunks_exact(inputs)
        .flat_map(|row| Rows::quantize(row, inputs, inputs.div_ceil(QUAD), None).values(inputs))
        .collect()
}

pub(super) fn cpu(
    x: &FlexTensor,
    words: &FlexTensor,
    affine: &FlexTensor,
    format: Format,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let (t, k, n) = (x.shape()[0], format.inputs, format.outputs);
    let (x, words, affine) = (x.to_contiguous(), words.to_contiguous(), affine.to_contiguous());
    let residual = residual.map(FlexTensor::to_contiguous);
    let residual = residual.as_ref().map(FlexTensor::storage::<f32>);
    let (x, words, affine): (&[f32], &[i32], &[f32]) = (x.storage(), words.storage(), affine.storage());
    let (bias, affine) = affine.split_at(n);
    let end = End { bias, residual, activation };
    let mut y = Vec::with_capacity(t * n);
    let scheme = format.precision.scheme();
    let rows = block_rows(t, if scheme.is_some() { INTEGER_BLOCK } else { rows_of(k) });
    let mut block = Block::new(rows, k);
    for x in x.chunks(rows * k) {
        let (end, y) = (end.skip_rows(y.len() / n), grown(&mut y, x.len() / k * n));
        match scheme {
            None => {
                block.fill(x);
                halves(&block, words, format, y, end);
            }
            Some(_) => {
                integers(x, words, affine, format, y);
                end.finish(y);
            }
        }
    }
    FlexTensor::from_data(TensorData::new(y, [t, n]))
}

/// The rows of `block` → `y [rows, n]`.
fn halves(block: &Block, words: &[i32], format: Format, y: &mut [f32], end: End<'_>) {
    let (k, n) = (format.inputs, format.outputs);
    let mut panel = vec![0.0; k * WIDTH];
    for (p, packed) in words.chunks_exact(k * WIDTH / 2).enumerate() {
        unpack_halves(packed, &mut panel);
        block.pass(&panel, &[], y, p * WIDTH..n.min((p + 1) * WIDTH), end);
    }
    end.activation.apply(y);
}

/// `x [rows, k]` → `y [rows, n]`; `affine` holds scales and sums, `[groups, panels · WIDTH]` each.
fn integers(x: &[f32], words: &[i32], affine: &[f32], format: Format, y: &mut [f32]) {
    let (n, quads, step) = (format.outputs, format.quads(), format.quads_per_group());
    let columns = format.panels() * WIDTH;
    let (scales, code_sums) = affine.split_at(format.groups() * columns);
    let rows = Rows::quantize(x, format.inputs, quads, adopted());
    let nibbles = format.precision == Precision::Int4;
    let words_per_panel = quads * if nibbles { WIDTH / 2 } else { WIDTH };
    let mut unpacked = vec![0; if nibbles { CHUNK * quads * WIDTH } else { 0 }];
    let mut sums = vec![0; rows.room() * CHUNK * WIDTH];
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
        let sums = &mut sums[..rows.room() * width];
        for g in 0..format.groups() {
            products(&rows, g * step..(g + 1) * step, panels, sums);
            let (scales, code_sums) = (&scales[g * columns..], &code_sums[g * columns..]);
            for ((y, sums), zero) in y.chunks_exact_mut(n).zip(sums.chunks_exact(width)).zip(&rows.zeros) {
                let zero = zero + rows.offset();
                let parts = y[wanted.clone()].iter_mut().zip(sums);
                let affine = scales[wanted.clone()].iter().zip(&code_sums[wanted.clone()]);
                for ((y, sum), (scale, code_sum)) in parts.zip(affine) {
                    *y += scale * (sum - zero * (*code_sum as i32)) as f32;
                }
            }
        }
    }
    for (y, scale) in y.chunks_exact_mut(n).zip(&rows.scales) {
        y.iter_mut().for_each(|v| *v *= scale);
    }
}
