//! Weights of linear layers as small integers.
//!
//! A weight `w[j][c]` of output `j` and input `c` becomes a code `q` with `w ≈ scale · q`. Each output, or
//! each group of [`Scheme::group`] inputs of an output, has one scale (of 4-bit codes it may be negative)
//! and no zero point: a zero stays a zero. Quantization happens while a checkpoint loads, tensor by
//! tensor. Embeddings, layer norms, biases and heads keep full precision: they are small, and the
//! errors of a head would show directly in its results.
//!
//! [`crate::kernels`] decides how the integers lie on a device.

mod codes;

pub use codes::{QuantizedWeight, quantize};

use serde::{Deserialize, Serialize};
use std::fmt;

/// How the weights of a model's linear layers are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats, whatever the format of the file.
    #[default]
    F32,
    /// 16-bit floats; products and sums in f32.
    F16,
    /// 8-bit integers, one scale per output. On the CPU the inputs become 8-bit integers too: each row
    /// (token) has a scale and a zero point of its own, and sums are exact.
    Int8,
    /// 4-bit integers in groups of 32 inputs, with scales rounded to f16. A preview: it costs fidelity.
    Int4,
}

impl Precision {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::F32, Self::F16, Self::Int8, Self::Int4];

    /// The name in options, reports and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Int8 => "int8",
            Self::Int4 => "int4",
        }
    }

    /// The precision with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|precision| precision.name() == name)
    }

    /// The rule for its integers; `None` for floats.
    #[must_use]
    pub fn scheme(self) -> Option<Scheme> {
        match self {
            Self::F32 | Self::F16 => None,
            Self::Int8 => Some(Scheme { largest: 127, group: None }),
            Self::Int4 => Some(Scheme { largest: 7, group: Some(32) }),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule that quantizes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scheme {
    /// Codes lie in `smallest() ..= largest`.
    pub largest: i8,
    /// Inputs per scale; `None`: all inputs of an output share one.
    pub group: Option<usize>,
}

impl Scheme {
    /// The smallest code: the negative of the largest. 4-bit codes have one more below it, because sixteen
    /// levels are too few to leave one out.
    #[must_use]
    pub fn smallest(self) -> i8 {
        if self.largest < 8 { -self.largest - 1 } else { -self.largest }
    }

    /// Inputs per scale in a layer of `inputs` inputs.
    #[must_use]
    pub fn group_of(self, inputs: usize) -> usize {
        self.group.unwrap_or(inputs).max(1)
    }

    /// Scales per output in a layer of `inputs` inputs.
    #[must_use]
    pub fn groups(self, inputs: usize) -> usize {
        inputs.div_ceil(self.group_of(inputs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_groups() {
        for precision in Precision::ALL {
            assert_eq!(Precision::named(precision.name()), Some(precision));
            assert_eq!(serde_json::json!(precision), precision.name());
        }
        assert_eq!(Precision::named("int2"), None);
        let int4 = Precision::Int4.scheme().expect("integers");
        assert_eq!((int4.group_of(320), int4.groups(320), int4.groups(33)), (32, 10, 2));
        let int8 = Precision::Int8.scheme().expect("integers");
        assert_eq!((int8.group_of(320), int8.groups(320)), (320, 1));
    }
}
