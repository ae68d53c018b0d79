//! The curve 1 / (1 + a d²ᵇ) that turns a distance in the map into a similarity.

use crate::math::{exp, ln, powf};

/// Its two numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    pub(super) a: f32,
    pub(super) b: f32,
}

impl Curve {
    /// The curve nearest to 1 up to `min_dist` and exp(`min_dist` − d) beyond: least squares at 300
    /// distances from 0 to 3, by Gauss and Newton with damping.
    #[expect(clippy::cast_possible_truncation, reason = "the map is f32")]
    pub(super) fn new(min_dist: f64) -> Self {
        let points: Vec<(f64, f64)> = (0..300)
            .map(|i| f64::from(i) * 3.0 / 299.0)
            .map(|d| (d, if d < min_dist { 1.0 } else { exp(min_dist - d) }))
            .collect();
        let value = |a: f64, b: f64, d: f64| 1.0 / (1.0 + a * powf(d, 2.0 * b));
        let error = |a: f64, b: f64| points.iter().map(|&(d, y)| (value(a, b, d) - y).powi(2)).sum::<f64>();
        let (mut a, mut b, mut damping) = (1.0_f64, 1.0_f64, 1e-3);
        for _ in 0..200 {
            let (mut aa, mut ab, mut bb, mut ga, mut gb) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for &(d, y) in points.iter().filter(|(d, _)| *d > 0.0) {
                let f = value(a, b, d);
                let raised = powf(d, 2.0 * b);
                let (da, db) = (-f * f * raised, -f * f * a * raised * 2.0 * ln(d));
                aa += da * da;
                ab += da * db;
                bb += db * db;
                ga += da * (y - f);
                gb += db * (y - f);
            }
            let (aa, bb) = (aa * (1.0 + damping), bb * (1.0 + damping));
            let det = aa * bb - ab * ab;
            let (next_a, next_b) = (a + (ga * bb - gb * ab) / det, b + (gb * aa - ga * ab) / det);
            if next_a > 0.0 && next_b > 0.0 && error(next_a, next_b) <= error(a, b) {
                (a, b, damping) = (next_a, next_b, damping / 10.0);
            } else {
                damping *= 10.0;
            }
        }
        Self { a: a as f32, b: b as f32 }
    }
}

/// x^b for positive x, to about 1e-4: the powers of an epoch are most of its time.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "parts of a float")]
#[inline]
pub(super) fn power(x: f32, b: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let mantissa = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    // log2 of 1 to 2: through the odd series in (m − √2) / (m + √2).
    let t = (mantissa - std::f32::consts::SQRT_2) / (mantissa + std::f32::consts::SQRT_2);
    let t2 = t * t;
    let log = exponent as f32 + 0.5 + t * (2.885_39 + t2 * (0.961_796_7 + t2 * 0.577_078));
    let y = (log * b).clamp(-126.0, 126.0);
    let whole = y.floor();
    let f = y - whole;
    let fraction =
        1.0 + f * (std::f32::consts::LN_2 + f * (0.240_22 + f * (0.055_5 + f * (0.009_67 + f * 0.001_34))));
    #[expect(clippy::cast_sign_loss, reason = "an exponent from 1 to 253")]
    let scale = f32::from_bits(((whole as i32 + 127) as u32) << 23);
    scale * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_numbers() {
        fn t(min_dist: f64, a: f32, b: f32) {
            let found = Curve::new(min_dist);
            assert!((found.a - a).abs() < 1e-3 && (found.b - b).abs() < 1e-3, "{min_dist}: {found:?}");
        }
        t(0.05, 1.750_22, 0.842_06);
        t(0.1, 1.576_94, 0.895_06);
    }

    #[test]
    fn powers_are_near_enough() {
        for i in 1..4000_u16 {
            let x = (f32::from(i) * 0.01 - 20.0).exp();
            for b in [0.5, 0.79, 0.895, 1.0, 1.6] {
                let (found, expected) = (power(x, b), x.powf(b));
                assert!((found - expected).abs() < 2e-4 * expected, "{x}^{b}: {found} {expected}");
            }
        }
    }
}
