//! The exponential to base two on the CPU, for softmax and SiLU.
//!
//! It has no branches, so that loops over it vectorise. `2ˣ = 2ⁿ · 2^r` with `n = round(x)` and
//! `|r| ≤ ½`, which is exact; `2^r` is the minimax polynomial of degree 5 (largest relative error 9e-8,
//! with the rounding of f32 2e-7). Base two saves the reduction by ln 2: a caller who needs `eˣ`
//! includes log₂ e in a factor that it applies anyway.

use std::hint::black_box;

/// Below this the result is as good as zero: 2⁻¹²⁰ ≈ 7.5e-37, safely a normal f32.
const FLOOR: f32 = -120.0;
/// Adding 1.5 · 2²³ rounds to the nearest integer, which is then in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// The constants of the function; a caller makes them once, before a loop.
///
/// A browser's compiler builds a number that it knows again in every iteration, by way of integer
/// registers. [`black_box`] hides the numbers, so it loads them once and keeps them in registers.
#[derive(Clone, Copy)]
pub(super) struct Exp2 {
    floor: f32,
    round: f32,
    /// Coefficients, highest power first, without the 1 of the lowest.
    powers: [f32; 5],
}

impl Exp2 {
    /// The constants, hidden from the compiler.
    pub fn new() -> Self {
        let powers = [1.326_472_7e-3, 9.671_513e-3, 0.055_507_337, 0.240_222_42, 0.693_146_94];
        black_box(Self { floor: FLOOR, round: ROUND, powers })
    }

    /// `2ˣ` for `x ≤ 0`; relative error below 2e-7 above [`FLOOR`].
    #[inline(always)]
    pub fn nonpositive(&self, x: f32) -> f32 {
        // f32::max would be a call of libm's fmaxf in wasm, and no loop over it would vectorise.
        let x = if self.floor < x { x } else { self.floor };
        let n = x + self.round;
        let r = x - (n - self.round);
        let [a, b, c, d, e] = self.powers;
        let p = ((((a * r + b) * r + c) * r + d) * r + e) * r + 1.0;
        // Adds n to the exponent.
        f32::from_bits(p.to_bits().wrapping_add(n.to_bits() << 23))
    }
}

#[cfg(test)]
mod tests {
    use super::Exp2;

    #[test]
    fn agrees_with_the_standard_library() {
        let exp2 = Exp2::new();
        let mut largest = 0.0_f64;
        for i in 0..=1_200_000 {
            let x = -(i as f32) * 1e-4;
            let exact = f64::from(x).exp2();
            largest = largest.max((f64::from(exp2.nonpositive(x)) / exact - 1.0).abs());
        }
        println!("largest relative difference of exp2: {largest:.2e}");
        assert!(largest < 2e-7);
        assert_eq!(exp2.nonpositive(0.0), 1.0);
        assert!(exp2.nonpositive(f32::NEG_INFINITY) < 1e-36);
    }
}
