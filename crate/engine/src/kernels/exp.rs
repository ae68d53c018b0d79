//! The exponential for softmax on the CPU: branch-free, so that loops over it vectorise.
//!
//! `exp(x) = 2ⁿ · e^r` with `n = round(x/ln 2)` and `|r| ≤ ln 2 / 2`; `e^r` is its Taylor series to
//! the 7th power (remainder below 3e-9 relative). Softmax only asks for `x ≤ 0`.

/// Below this the result is zero to softmax: e⁻⁸⁷ ≈ 1.6e-38, the smallest normal f32.
const FLOOR: f32 = -87.0;
/// Adding and subtracting 1.5 · 2²³ rounds to the nearest integer without a branch.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts, the first exact in 12 bits, so that `x - n·ln 2` loses nothing.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// `eˣ` for `x ≤ 0`; relative error below 2e-7.
#[inline]
pub(super) fn exp_nonpositive(x: f32) -> f32 {
    // f32::max would be a call of libm's fmaxf in wasm, and no loop over it would vectorise.
    let x = if x > FLOOR { x } else { FLOOR };
    let n = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let p = 1.0 / 5040.0;
    let p = p * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let p = p * r + 1.0;
    let p = p * r + 1.0;
    p * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::exp_nonpositive;

    #[test]
    fn agrees_with_the_standard_library() {
        let mut largest = 0.0_f64;
        for i in 0..=870_000 {
            let x = -(i as f32) * 1e-4;
            let exact = f64::from(x).exp();
            largest = largest.max((f64::from(exp_nonpositive(x)) / exact - 1.0).abs());
        }
        println!("largest relative difference of exp: {largest:.2e}");
        assert!(largest < 2e-7);
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert!(exp_nonpositive(f32::NEG_INFINITY) < 2e-38);
    }
}
