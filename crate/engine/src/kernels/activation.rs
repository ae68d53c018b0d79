//! Activations: the element-wise functions behind a linear layer or a norm (GELU, SiLU).

use super::exp::Exp2;
use super::wgsl::Constant;
use std::hint::black_box;

/// Applied to each output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// The value itself.
    None,
    /// `x/2 · (1 + erf(x/√2))`: the exact GELU of ESM, not the tanh approximation.
    Gelu,
    /// `x · σ(x)`.
    Silu,
}

impl Activation {
    /// The plain reference.
    #[must_use]
    pub fn reference(self, x: f32) -> f32 {
        match self {
            Self::None => x,
            Self::Gelu => 0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2)),
            Self::Silu => (f64::from(x) / (1.0 + (-f64::from(x)).exp())) as f32,
        }
    }

    /// The fast function on a row, in place. It is never inlined, so that its constants stay in registers.
    #[inline(never)]
    pub(super) fn apply(self, row: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Gelu => {
                // As in `Exp2`: a browser's compiler keeps only unknown numbers in registers.
                let curve = black_box(ERF);
                for x in row {
                    *x = 0.5 * *x * (1.0 + curve.at(*x * std::f32::consts::FRAC_1_SQRT_2));
                }
            }
            Self::Silu => {
                let exp2 = Exp2::new();
                row.iter_mut().for_each(|x| *x = silu(*x, &exp2));
            }
        }
    }

    /// The constant that selects the function in `activation.wgsl`.
    pub(super) fn constant(self) -> (&'static str, Constant) {
        let code = match self {
            Self::None => 0,
            Self::Gelu => 1,
            Self::Silu => 2,
        };
        ("ACTIVATION", Constant::U32(code))
    }
}

/// `x · σ(x)`, from the exponential of `−|x|`: it never overflows, and loops over it vectorise.
#[inline]
fn silu(x: f32, exp2: &Exp2) -> f32 {
    let e = exp2.nonpositive(-x.abs() * std::f32::consts::LOG2_E);
    x * if x < 0.0 { e } else { 1.0 } / (1.0 + e)
}

/// Beyond this the error function is 1 to the last bit of an f32.
const ERF_ONE: f32 = 3.92;

/// The error function without branches, so that loops over it vectorise: `x · P(x²) / Q(x²)`. The fit
/// minimises the largest absolute error on -3.92 … 3.92 (4.3e-8; with the rounding of f32 4e-7).
#[derive(Clone, Copy)]
struct Erf {
    p: [f32; 7],
    q: [f32; 5],
}

/// Coefficients, highest powers first.
const ERF: Erf = Erf {
    p: [
        1.992_148e-8,
        -1.994_307e-6,
        1.489_876_3e-4,
        3.972_917_3e-3,
        0.051_397_342,
        0.206_114_74,
        1.128_378_7,
    ],
    q: [1.024_131_1e-3, 0.014_889_263, 0.117_564_77, 0.515_993_2, 1.0],
};

impl Erf {
    #[inline(always)]
    fn at(&self, x: f32) -> f32 {
        // Not f32::clamp: wasm has no vector instruction for its order of comparisons.
        let x = if -ERF_ONE < x { x } else { -ERF_ONE };
        let x = if x < ERF_ONE { x } else { ERF_ONE };
        let t = x * x;
        let [a, b, c, d, e, f, g] = self.p;
        let p = (((((a * t + b) * t + c) * t + d) * t + e) * t + f) * t + g;
        let [a, b, c, d, e] = self.q;
        let q = (((a * t + b) * t + c) * t + d) * t + e;
        x * p / q
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_function_agrees_with_the_reference() {
        let mut worst = 0.0_f32;
        for i in -80_000..=80_000 {
            let x = i as f32 * 1e-4;
            worst = worst.max((ERF.at(x) - libm::erff(x)).abs());
            for activation in [Activation::None, Activation::Gelu, Activation::Silu] {
                // Also far beyond the range in which the functions bend.
                for x in [x, 16.0 * x] {
                    let mut row = [x];
                    activation.apply(&mut row);
                    let allowed = 1e-6 * x.abs().max(1.0);
                    assert!((row[0] - activation.reference(x)).abs() <= allowed, "{activation:?} {x}");
                }
            }
        }
        println!("largest difference of erf: {worst:.2e}");
        assert!(worst < 5e-7);
    }
}
