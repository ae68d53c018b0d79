//! Rows of inputs as 8-bit codes, quantized while a model runs.
//!
//! Each row has a scale and a zero point of its own, `x ≈ scale · (q − zero)` with `q` in -128 … 127, so
//! that the codes cover the whole range of the row (asymmetric: after a GELU nearly all of it is
//! positive). Four codes make a **quad**.

use super::external_kernel::{ExternalKernel, ROWS};
use super::layout::QUAD;
use crate::kernels::panel::WIDTH;
use std::array::from_fn;

/// Adding and subtracting 1.5 · 2²³ rounds to the nearest integer without a branch.
const ROUND: f32 = 12_582_912.0;
/// Steps between the smallest and the largest code.
const STEPS: f32 = 255.0;

/// Codes of inputs, `[rows, quads]`.
#[derive(Debug)]
pub(super) enum Codes {
    /// For the engine's own products.
    Wide(Vec<[i16; QUAD]>),
    /// For an external kernel, with rows of zeros up to a multiple of its rows.
    Bytes(Vec<[u8; QUAD]>, ExternalKernel),
}

/// Rows of inputs as codes.
#[derive(Debug)]
pub(super) struct QuantizedRows {
    pub codes: Codes,
    /// Quads per row.
    pub quads: usize,
    /// Per row: the difference of the input per step of its codes.
    pub scales: Vec<f32>,
    /// Per row: the code of zero.
    pub zeros: Vec<i32>,
}

impl QuantizedRows {
    /// Quantizes rows and fills each up to `quads` quads, for the engine's own products or for a kernel.
    ///
    /// # Shape
    /// `x [rows, k]`.
    pub fn new(x: &[f32], k: usize, quads: usize, kernel: Option<ExternalKernel>) -> Self {
        let count = x.len() / k;
        let (scales, zeros): (Vec<f32>, Vec<i32>) = x.chunks_exact(k).map(range).unzip();
        let codes = match kernel {
            None => Codes::Wide(encode(x, k, quads, count, &scales, &zeros, |code| code as i16)),
            Some(kernel) => {
                let padded = count.next_multiple_of(ROWS);
                // The cast keeps the lowest byte: a negative code becomes its two's complement.
                let byte = |code| (code + kernel.offset) as u8;
                Codes::Bytes(encode(x, k, quads, padded, &scales, &zeros, byte), kernel)
            }
        };
        Self { codes, quads, scales, zeros }
    }

    /// Number of rows of sums, filled up to a multiple of the kernel's rows.
    pub fn padded_count(&self) -> usize {
        match self.codes {
            Codes::Wide(_) => self.scales.len(),
            Codes::Bytes(..) => self.scales.len().next_multiple_of(ROWS),
        }
    }

    /// The number that was added to every code.
    pub fn offset(&self) -> i32 {
        match self.codes {
            Codes::Wide(_) => 0,
            Codes::Bytes(_, kernel) => kernel.offset,
        }
    }

    /// Dequantizes the first row.
    ///
    /// # Shape
    /// `[k]`.
    pub fn values(&self, k: usize) -> Vec<f32> {
        let (scale, zero, offset) = (self.scales[0], self.zeros[0], self.offset());
        let value = |code: i32| scale * (code - zero) as f32;
        match &self.codes {
            Codes::Wide(codes) => codes.iter().flatten().take(k).map(|q| value(i32::from(*q))).collect(),
            Codes::Bytes(codes, _) => {
                let code = |q: &u8| i32::from((i32::from(*q) - offset) as i8);
                codes.iter().flatten().take(k).map(|q| value(code(q))).collect()
            }
        }
    }
}

/// The codes of `x [rows, k]` in `count` rows of `quads` quads.
fn encode<T: Copy + Default>(
    x: &[f32],
    k: usize,
    quads: usize,
    count: usize,
    scales: &[f32],
    zeros: &[i32],
    store: impl Fn(i32) -> T,
) -> Vec<[T; QUAD]> {
    let mut all = vec![[T::default(); QUAD]; count * quads];
    let rows = x.chunks_exact(k).zip(all.chunks_exact_mut(quads));
    for ((x, codes), (scale, zero)) in rows.zip(scales.iter().zip(zeros)) {
        let inverse = 1.0 / scale;
        // The lowest bits of a float next to 1.5 · 2²³ are an integer already.
        let steps = |v: f32| (v * inverse + ROUND).to_bits() as i32 - ROUND.to_bits() as i32;
        let code = |v: f32| store((steps(v) + zero).clamp(-128, 127));
        let whole = x.chunks_exact(QUAD);
        for (slot, v) in codes.iter_mut().flatten().skip(k / QUAD * QUAD).zip(whole.remainder()) {
            *slot = code(*v);
        }
        for (codes, x) in codes.iter_mut().zip(whole) {
            *codes = from_fn(|i| code(x[i]));
        }
    }
    all
}

/// Scale and zero point of a row: its range, extended to contain zero, in [`STEPS`] steps.
fn range(x: &[f32]) -> (f32, i32) {
    let (mut low, mut high) = ([0.0_f32; WIDTH], [0.0_f32; WIDTH]);
    for chunk in x.chunks(WIDTH) {
        for ((low, high), v) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *v < *low { *v } else { *low };
            *high = if *v > *high { *v } else { *high };
        }
    }
    let low = low.into_iter().fold(0.0, f32::min);
    let high = high.into_iter().fold(0.0, f32::max);
    let scale = (high - low) / STEPS;
    if scale > 0.0 { (scale, (-128.0 - low / scale).round() as i32) } else { (1.0, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_within_a_step_of_their_rows() {
        fn t(x: &[f32]) {
            let quads = x.len().div_ceil(QUAD) + 1;
            let rows = QuantizedRows::new(x, x.len(), quads, None);
            for (v, back) in x.iter().zip(rows.values(x.len())) {
                assert!((v - back).abs() <= rows.scales[0] * 1.01, "{v} became {back}");
            }
            let Codes::Wide(codes) = &rows.codes else { panic!("codes for the engine's own products") };
            assert!(codes.iter().flatten().all(|q| (-128..=127).contains(q)));
            assert!(codes.iter().flatten().skip(x.len()).all(|q| *q == 0));
        }
        t(&[0.0]);
        t(&[0.0, 0.0, 0.0, 0.0, 0.0]);
        t(&[3.0, 3.0, 3.0]);
        t(&[-2.0]);
        t(&[-1.0, 0.0, 7.0, 0.5, -0.1, 3.0, 2.0, 1.0, 0.2]);
        t(&[1e-30, -1e-30, 1e-38]);
        t(&[1e30, -1.0, 2.0, 5e29]);
    }
}
