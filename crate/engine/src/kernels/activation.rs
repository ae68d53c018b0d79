//! The element-wise functions that end a linear layer.

/// Applied to each output of a linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// The value itself.
    None,
    /// `x/2 · (1 + erf(x/√2))`: the exact GELU of ESM, not the tanh approximation.
    Gelu,
}

impl Activation {
    /// The plain function.
    #[must_use]
    pub fn apply(self, x: f32) -> f32 {
        match self {
            Self::None => x,
            Self::Gelu => 0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2)),
        }
    }

    /// The number that stands for it in WGSL.
    pub(super) fn code(self) -> usize {
        match self {
            Self::None => 0,
            Self::Gelu => 1,
        }
    }
}
