//! Numbers to codes and back.

use super::Scheme;
use half::f16;

/// Shrinkings of the largest absolute value that are tried as the end of a coarse scale: cutting a
/// rare outlier a little can buy finer steps for all others.
const CANDIDATES: [f32; 6] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75];
/// Below this many levels the candidates are worth their time.
const COARSE: i8 = 16;

/// A weight as integers.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantized {
    /// How the integers were made.
    pub scheme: Scheme,
    /// `k`.
    pub inputs: usize,
    /// `n`.
    pub outputs: usize,
    /// `[n, k]`.
    pub codes: Vec<i8>,
    /// `[n, groups]`; every scale is an f16 number where the scheme has groups.
    pub scales: Vec<f32>,
}

impl Quantized {
    /// The numbers that the codes stand for.
    ///
    /// # Shape
    /// `[n, k]`.
    #[must_use]
    pub fn dequantize(&self) -> Vec<f32> {
        let (k, group) = (self.inputs, self.scheme.group_of(self.inputs));
        let groups = self.scheme.groups(k);
        let mut weight = Vec::with_capacity(self.codes.len());
        for (codes, scales) in self.codes.chunks_exact(k).zip(self.scales.chunks_exact(groups)) {
            for (codes, scale) in codes.chunks(group).zip(scales) {
                weight.extend(codes.iter().map(|q| f32::from(*q) * scale));
            }
        }
        weight
    }
}

/// Quantizes a weight.
///
/// # Shape
/// `weight [n, k]`.
#[must_use]
pub fn quantize(weight: &[f32], inputs: usize, scheme: Scheme) -> Quantized {
    let group = scheme.group_of(inputs);
    let mut codes = Vec::with_capacity(weight.len());
    let mut scales = Vec::with_capacity(weight.len() / group + 1);
    for row in weight.chunks_exact(inputs) {
        for numbers in row.chunks(group) {
            let scale = best_scale(numbers, scheme);
            codes.extend(numbers.iter().map(|v| code(*v, scale, scheme.largest)));
            scales.push(scale);
        }
    }
    Quantized { scheme, inputs, outputs: weight.len() / inputs, codes, scales }
}

/// The code nearest to a number.
fn code(v: f32, scale: f32, largest: i8) -> i8 {
    let largest = f32::from(largest);
    // A float cast saturates and takes NaN to 0: no weight can end outside the codes.
    (v / scale).round().clamp(-largest, largest) as i8
}

/// The scale of a group: of the candidates, the one with the least squared error.
fn best_scale(numbers: &[f32], scheme: Scheme) -> f32 {
    let top = numbers.iter().fold(0.0_f32, |top, v| top.max(v.abs()));
    let scale = |share: f32| {
        let scale = top * share / f32::from(scheme.largest);
        let scale = if scheme.group.is_some() { f16::from_f32(scale).to_f32() } else { scale };
        // Zeros, and numbers so small that their scale rounds to zero, are zeros.
        if scale > 0.0 { scale } else { 1.0 }
    };
    if scheme.largest >= COARSE {
        return scale(1.0);
    }
    let error = |scale: f32| -> f32 {
        let miss = |v: &f32| v - f32::from(code(*v, scale, scheme.largest)) * scale;
        numbers.iter().map(|v| miss(v).powi(2)).sum()
    };
    let mut best = (f32::INFINITY, scale(1.0));
    for share in CANDIDATES {
        let scale = scale(share);
        let error = error(scale);
        if error < best.0 {
            best = (error, scale);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quant::Precision;

    fn numbers(count: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + 13) % 1000) as f32 / 500.0 - 1.0).collect()
    }

    #[test]
    fn codes_stand_for_their_numbers() {
        fn t(precision: Precision, inputs: usize, outputs: usize) {
            let weight = numbers(inputs * outputs);
            let scheme = precision.scheme().expect("integers");
            let quantized = quantize(&weight, inputs, scheme);
            assert_eq!(quantized.codes.len(), weight.len());
            assert_eq!(quantized.scales.len(), outputs * scheme.groups(inputs));
            assert!(quantized.codes.iter().all(|q| q.abs() <= scheme.largest));
            // Half a step, or a quarter of the largest value where an outlier was cut.
            let step = 1.0 / f32::from(scheme.largest);
            let allowed = if scheme.largest >= COARSE { 0.51 * step } else { 0.26 };
            for (w, v) in weight.iter().zip(quantized.dequantize()) {
                assert!((w - v).abs() <= allowed, "{precision}: {w} became {v}");
            }
        }
        t(Precision::Int8, 320, 3);
        t(Precision::Int8, 1, 1);
        t(Precision::Int8, 5, 7);
        t(Precision::Int4, 320, 3);
        t(Precision::Int4, 33, 2);
        t(Precision::Int4, 4, 1);
    }

    #[test]
    fn zeros_and_odd_numbers_stay_harmless() {
        for precision in [Precision::Int8, Precision::Int4] {
            let scheme = precision.scheme().expect("integers");
            let quantized = quantize(&[0.0, -0.0, 1e-30, 0.0], 4, scheme);
            assert!(quantized.dequantize().iter().all(|v| v.abs() <= 1e-30), "{precision}");
        }
    }

    #[test]
    fn grouped_scales_are_f16_numbers() {
        let quantized = quantize(&numbers(640), 64, Precision::Int4.scheme().expect("integers"));
        assert!(quantized.scales.iter().all(|s| f16::from_f32(*s).to_f32() == *s));
    }
}
