//! Quantizes numbers to codes and dequantizes them.

use super::Scheme;
use crossgrain_core::weights::Codes;
use half::f16;

/// Candidates for a coarse scale, as shares of the largest absolute value over eight: a scale that clips
/// a rare outlier gives all other numbers finer steps.
const CANDIDATES: [f32; 7] = [0.7, 0.77, 0.84, 0.91, 0.98, 1.05, 8.0 / 7.0];
/// Schemes whose largest code is below this try the candidates.
const COARSE: i8 = 16;
/// Adding and subtracting 1.5 · 2²³ rounds to the nearest integer without a branch.
const ROUND: f32 = 12_582_912.0;

/// A weight as integers.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizedWeight {
    /// The rule of the codes.
    pub scheme: Scheme,
    /// Inputs, `k`.
    pub inputs: usize,
    /// Outputs, `n`.
    pub outputs: usize,
    /// Codes, `[n, k]`.
    pub codes: Vec<i8>,
    /// Scales, `[n, groups]`; if the scheme has groups, every scale is an f16 number.
    pub scales: Vec<f32>,
}

impl QuantizedWeight {
    /// Codes from a quantized file; `None` if they follow another rule.
    ///
    /// # Shape
    /// `codes [n, k]` → `[n, k]`.
    #[must_use]
    pub fn stored(codes: Codes, scheme: Scheme) -> Option<Self> {
        let Codes { inputs, codes, scales } = codes;
        let outputs = codes.len().checked_div(inputs)?;
        let same = scales.len() == outputs * scheme.groups(inputs)
            && codes.iter().all(|code| code.unsigned_abs() <= scheme.largest.unsigned_abs());
        same.then_some(Self { scheme, inputs, outputs, codes, scales })
    }

    /// Stacks the outputs of several weights with the same inputs.
    ///
    /// # Shape
    /// `parts [n_i, k]` → `[Σ n_i, k]`.
    #[must_use]
    pub fn stacked(parts: Vec<Self>, scheme: Scheme, inputs: usize) -> Self {
        let mut all = Self { scheme, inputs, outputs: 0, codes: Vec::new(), scales: Vec::new() };
        for mut part in parts {
            all.outputs += part.outputs;
            all.codes.append(&mut part.codes);
            all.scales.append(&mut part.scales);
        }
        all
    }

    /// The numbers again, after rounding.
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
/// `weight [n, k]` → `[n, k]`.
#[must_use]
pub fn quantize(weight: &[f32], inputs: usize, scheme: Scheme) -> QuantizedWeight {
    let group = scheme.group_of(inputs);
    let mut codes = Vec::with_capacity(weight.len());
    let mut scales = Vec::with_capacity(weight.len() / group + 1);
    for row in weight.chunks_exact(inputs) {
        for numbers in row.chunks(group) {
            let scale = best_scale(numbers, scheme);
            codes.extend(numbers.iter().map(|v| code(*v, scale, scheme)));
            scales.push(scale);
        }
    }
    QuantizedWeight { scheme, inputs, outputs: weight.len() / inputs, codes, scales }
}

/// The code nearest to a number.
fn code(v: f32, scale: f32, scheme: Scheme) -> i8 {
    // A float cast saturates and turns NaN into 0: every weight gets a valid code.
    (v / scale).round().clamp(f32::from(scheme.smallest()), f32::from(scheme.largest)) as i8
}

/// The scale of a group. Fine codes take the scale that the largest value needs. Coarse codes take the
/// scale with the least squared error among [`CANDIDATES`] of both signs and their least-squares fits.
/// There is one more code below zero than above, so a negative scale suits a group whose largest value
/// is positive.
fn best_scale(numbers: &[f32], scheme: Scheme) -> f32 {
    let top = numbers.iter().fold(0.0_f32, |top, v| top.max(v.abs()));
    let stored = |scale: f32| {
        let scale = if scheme.group.is_some() { f16::from_f32(scale).to_f32() } else { scale };
        // If the scale rounds to zero, all codes are zero.
        if scale == 0.0 || !scale.is_finite() { 1.0 } else { scale }
    };
    let absmax = stored(top / f32::from(scheme.largest));
    if scheme.largest >= COARSE {
        return absmax;
    }
    let mut best = (fit(numbers, absmax, scheme).0, absmax);
    for scale in CANDIDATES.into_iter().flat_map(|share| [1.0, -1.0].map(|sign| sign * share * top / 8.0)) {
        let scale = stored(scale);
        let (error, fitted) = fit(numbers, scale, scheme);
        for (error, scale) in [(error, scale), refit(numbers, stored(fitted), scheme)] {
            if error < best.0 {
                best = (error, scale);
            }
        }
    }
    best.1
}

/// The squared error of a scale, and the scale.
fn refit(numbers: &[f32], scale: f32, scheme: Scheme) -> (f32, f32) {
    (fit(numbers, scale, scheme).0, scale)
}

/// The squared error of a scale, and the least-squares scale for its codes, `Σ v·q / Σ q²`.
fn fit(numbers: &[f32], scale: f32, scheme: Scheme) -> (f32, f32) {
    let (low, high) = (f32::from(scheme.smallest()), f32::from(scheme.largest));
    let (inverse, mut error, mut products, mut squares) = (1.0 / scale, 0.0, 0.0, 0.0);
    for v in numbers {
        let q = (v * inverse).clamp(low, high);
        let q = (q + ROUND) - ROUND;
        error += (v - q * scale).powi(2);
        products += v * q;
        squares += q * q;
    }
    (error, products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quant::Precision;

    fn numbers(count: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + 13) % 1000) as f32 / 500.0 - 1.0).collect()
    }

    #[test]
    fn dequantized_numbers_are_close() {
        fn t(precision: Precision, inputs: usize, outputs: usize) {
            let weight = numbers(inputs * outputs);
            let scheme = precision.scheme().expect("integers");
            let quantized = quantize(&weight, inputs, scheme);
            assert_eq!(quantized.codes.len(), weight.len());
            assert_eq!(quantized.scales.len(), outputs * scheme.groups(inputs));
            assert!(quantized.codes.iter().all(|q| (scheme.smallest()..=scheme.largest).contains(q)));
            // Half a step, or what clipping takes from an outlier.
            let step = 1.0 / f32::from(scheme.largest);
            let allowed = if scheme.largest >= COARSE { 0.51 * step } else { 0.4 };
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

    /// All sixteen levels are used: plain rounding to seven steps on either side has a larger error.
    #[test]
    fn coarse_codes_beat_plain_rounding() {
        let scheme = Precision::Int4.scheme().expect("integers");
        // Sums of four numbers are about normal, as weights are.
        let even = numbers(4 * 32 * 64);
        let weight: Vec<f32> = even.chunks(4).map(|four| four.iter().sum()).collect();
        let squares = |found: &[f32]| -> f32 { weight.iter().zip(found).map(|(w, v)| (w - v).powi(2)).sum() };
        let plain: Vec<f32> = weight
            .chunks(32)
            .flat_map(|group| {
                let step = group.iter().fold(0.0_f32, |top, v| top.max(v.abs())) / 7.0;
                group.iter().map(move |v| (v / step).round() * step)
            })
            .collect();
        let quantized = quantize(&weight, 320, scheme);
        assert!(quantized.codes.contains(&-8));
        let share = squares(&quantized.dequantize()) / squares(&plain);
        println!("squared error of int4 against plain rounding: {share:.3}");
        assert!(share < 0.85, "{share}");
    }

    #[test]
    fn grouped_scales_are_f16_numbers() {
        let quantized = quantize(&numbers(640), 64, Precision::Int4.scheme().expect("integers"));
        assert!(quantized.scales.iter().all(|s| f16::from_f32(*s).to_f32() == *s));
    }
}
