//! Codes and scales as they lie in a file.
//!
//! int8: one byte per code, two's complement, `[n, k]`. int4: two codes per byte, each plus 8, the
//! first in the low half, rows begin with a byte of their own, `[n, ⌈k/2⌉]`; where `k` is odd the last
//! high half holds the code 0. Code −128 has no opposite and is not used; −8 is, since an int4 scale may be
//! negative: the end of a group that is farther from zero gets the longer side.

use super::super::QuantizedProblem;
use super::super::error::visible;

/// A weight `[n, k]` as small integers: `w = scale · code`.
#[derive(Clone, Debug, PartialEq)]
pub struct Codes {
    /// `k`. For a convolution it counts kernel positions times inputs, and the inputs of one position lie side by side.
    pub inputs: usize,
    /// `[n, k]`.
    pub codes: Vec<i8>,
    /// `[n, groups]`.
    pub scales: Vec<f32>,
}

/// How codes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Int8,
    Int4,
}

impl Coding {
    pub fn of(precision: &str) -> Option<Self> {
        match precision {
            "int8" => Some(Self::Int8),
            "int4" => Some(Self::Int4),
            _ => None,
        }
    }

    /// Whether a stored scale is valid.
    pub fn allows_scale(self, scale: f32) -> bool {
        let sign = match self {
            Self::Int8 => scale > 0.0,
            Self::Int4 => scale != 0.0,
        };
        sign && scale.is_finite()
    }

    /// Bytes of a row of `inputs` codes.
    pub fn row_bytes(self, inputs: usize) -> usize {
        match self {
            Self::Int8 => inputs,
            Self::Int4 => inputs.div_ceil(2),
        }
    }

    /// Codes `[n, k]` as bytes `[n, row_bytes]`.
    pub fn pack(self, codes: &[i8], inputs: usize) -> Vec<u8> {
        match self {
            Self::Int8 => codes.iter().map(|code| code.cast_unsigned()).collect(),
            Self::Int4 => {
                let half = |code: Option<&i8>| code.copied().unwrap_or(0).wrapping_add(8).cast_unsigned();
                let byte = |pair: &[i8]| half(pair.first()) | half(pair.get(1)) << 4;
                codes.chunks(inputs.max(1)).flat_map(|row| row.chunks(2)).map(byte).collect()
            }
        }
    }

    /// Bytes back to codes, each within its range.
    pub fn unpack(self, name: &str, bytes: &[u8], inputs: usize) -> Result<Vec<i8>, QuantizedProblem> {
        let codes: Vec<i8> = match self {
            Self::Int8 => bytes.iter().map(|byte| byte.cast_signed()).collect(),
            Self::Int4 => {
                let code = |half: u8| half.cast_signed().wrapping_sub(8);
                let both = |byte: &u8| [code(byte & 15), code(byte >> 4)];
                let rows = bytes.chunks(self.row_bytes(inputs).max(1));
                rows.flat_map(|row| row.iter().flat_map(both).take(inputs)).collect()
            }
        };
        match codes.iter().position(|code| *code == i8::MIN) {
            None => Ok(codes),
            Some(at) => Err(QuantizedProblem::CodeRange { name: visible(name), at }),
        }
    }
}

impl Codes {
    /// The numbers that the codes stand for, `[n, k]`.
    pub(super) fn numbers(&self, group: usize) -> Vec<f32> {
        let groups = self.inputs.div_ceil(group.max(1)).max(1);
        let mut numbers = Vec::with_capacity(self.codes.len());
        for (codes, scales) in self.codes.chunks(self.inputs.max(1)).zip(self.scales.chunks(groups)) {
            for (codes, scale) in codes.chunks(group.max(1)).zip(scales) {
                numbers.extend(codes.iter().map(|code| f32::from(*code) * scale));
            }
        }
        numbers
    }
}

/// `[n, inputs, kernel_size]` as `[n, kernel_size, inputs]`: the inputs of one kernel position lie side by side.
#[must_use]
pub fn channels_last(weight: &[f32], inputs: usize, kernel_size: usize) -> Vec<f32> {
    transposed(weight, inputs, kernel_size)
}

/// Each row `[a, b]` of `numbers` as `[b, a]`.
pub(super) fn transposed(numbers: &[f32], a: usize, b: usize) -> Vec<f32> {
    let row = a.saturating_mul(b).max(1);
    let column = |row: &'_ [f32], j: usize| row.iter().skip(j).step_by(b.max(1)).copied().collect::<Vec<_>>();
    numbers.chunks(row).flat_map(|row| (0..b).flat_map(move |j| column(row, j))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        fn t(coding: Coding, inputs: usize, codes: &[i8], expected: &[u8]) {
            let bytes = coding.pack(codes, inputs);
            assert_eq!(bytes, expected);
            assert_eq!(coding.unpack("w", &bytes, inputs).as_deref(), Ok(codes));
        }
        t(Coding::Int8, 3, &[1, -1, 127], &[1, 255, 127]);
        t(Coding::Int4, 2, &[-8, 7, 0, 1], &[0xf0, 0x98]);
        t(Coding::Int4, 3, &[-7, 7, 0, 1, 2, 3], &[0xf1, 0x88, 0xa9, 0x8b]);
        t(Coding::Int4, 1, &[5, -5], &[0x8d, 0x83]);
    }

    #[test]
    fn a_code_without_an_opposite_is_refused() {
        let refused = Err(QuantizedProblem::CodeRange { name: visible("w"), at: 1 });
        assert_eq!(Coding::Int8.unpack("w", &[0, 128], 2), refused);
    }

    #[test]
    fn convolution_weights_become_channels_last() {
        // Two outputs, two inputs, three kernel positions.
        let weight: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let transposed_once = channels_last(&weight, 2, 3);
        assert_eq!(transposed_once, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0, 6.0, 9.0, 7.0, 10.0, 8.0, 11.0]);
        assert_eq!(transposed(&transposed_once, 3, 2), weight);
    }
}
