//! Stored numbers → f32.
//!
//! F32 is copied bit by bit, F16 and BF16 are widened exactly (every one of their values, signed
//! zeros and subnormals included, is an f32), I64 is rounded to the nearest f32.

use super::error::visible;
use super::{ByteSource, TensorInfo, WeightsError, WeightsProblem};
use half::{bf16, f16};

/// A type of number that a weight file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 half precision.
    F16,
    /// The upper half of an F32.
    BF16,
    /// Two's complement, 64 bits. Published files hold position ids in it.
    I64,
    /// Two's complement, 8 bits: codes of our own quantized files and nothing else.
    I8,
    /// Bytes: packed codes and texts of our own quantized files and nothing else.
    U8,
}

impl Dtype {
    /// The type of this name in a safetensors header.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "F32" => Some(Self::F32),
            "F16" => Some(Self::F16),
            "BF16" => Some(Self::BF16),
            "I64" => Some(Self::I64),
            "I8" => Some(Self::I8),
            "U8" => Some(Self::U8),
            _ => None,
        }
    }

    /// Its name in a safetensors header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::BF16 => "BF16",
            Self::I64 => "I64",
            Self::I8 => "I8",
            Self::U8 => "U8",
        }
    }

    /// Bytes per number.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::F16 | Self::BF16 => 2,
            Self::F32 => 4,
            Self::I64 => 8,
        }
    }

    /// Whether it is a floating-point type: what weights must be.
    #[must_use]
    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F16 | Self::BF16)
    }

    /// Whether only our own quantized files hold it.
    pub(super) fn is_small(self) -> bool {
        matches!(self, Self::I8 | Self::U8)
    }

    /// Appends the numbers in `bytes`. A last, incomplete number is left out.
    pub(super) fn widen(self, bytes: &[u8], into: &mut Vec<f32>) {
        match self {
            Self::F32 => into.extend(bytes.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b))),
            Self::F16 => {
                into.extend(bytes.as_chunks::<2>().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()))
            }
            Self::BF16 => {
                into.extend(bytes.as_chunks::<2>().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()))
            }
            #[expect(clippy::cast_precision_loss, reason = "documented: rounded to the nearest f32")]
            Self::I64 => into.extend(bytes.as_chunks::<8>().0.iter().map(|&b| i64::from_le_bytes(b) as f32)),
            Self::I8 => into.extend(bytes.iter().map(|&b| f32::from(b.cast_signed()))),
            Self::U8 => into.extend(bytes.iter().map(|&b| f32::from(b))),
        }
    }
}

/// Bytes read at a time while numbers are widened.
const PIECE: usize = 1 << 20;

/// Reads the numbers of a tensor that lie in its range as they are wanted.
pub(super) fn read_dense(
    bytes: &dyn ByteSource,
    info: &TensorInfo,
    into: &mut Vec<f32>,
) -> Result<(), WeightsError> {
    let count = info.count();
    into.clear();
    into.try_reserve_exact(count).map_err(|_| WeightsProblem::Memory {
        bytes: (count as u64).saturating_mul(size_of::<f32>() as u64),
    })?;
    if info.dtype == Dtype::F32 && cfg!(target_endian = "little") {
        // The bytes are the numbers: no second copy.
        into.resize(count, 0.0);
        return bytes.read_at(info.range.start, bytemuck::cast_slice_mut(into));
    }
    let mut piece = Vec::new();
    let mut at = info.range.start;
    while at < info.range.end {
        let size = info.range.end.saturating_sub(at).min(PIECE as u64);
        piece.resize(usize::try_from(size).unwrap_or(PIECE), 0);
        bytes.read_at(at, &mut piece)?;
        info.dtype.widen(&piece, into);
        at = at.saturating_add(size);
    }
    Ok(())
}

/// Refuses the first number that is infinite or none.
pub(super) fn refuse_not_finite(name: &str, numbers: &[f32]) -> Result<(), WeightsError> {
    match numbers.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some((at, value)) => {
            Err(WeightsProblem::NotFinite { name: visible(name), at, value: value.to_string() }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn widened(dtype: Dtype, bytes: &[u8]) -> Vec<f32> {
        let mut into = Vec::new();
        dtype.widen(bytes, &mut into);
        into
    }

    #[test]
    fn known_values() {
        fn t(dtype: Dtype, bytes: &[u8], expected: f32) {
            let found = widened(dtype, bytes);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].to_bits(), expected.to_bits(), "{dtype:?} {bytes:02x?}: {found:?}");
        }
        t(Dtype::F32, &[0x00, 0x00, 0x80, 0x3f], 1.0);
        t(Dtype::F32, &[0x01, 0x00, 0x00, 0x00], f32::from_bits(1));
        t(Dtype::F16, &[0x00, 0x3c], 1.0);
        t(Dtype::F16, &[0x00, 0x80], -0.0);
        t(Dtype::F16, &[0x01, 0x00], 2f32.powi(-24)); // smallest subnormal
        t(Dtype::F16, &[0xff, 0x03], 1023.0 * 2f32.powi(-24)); // largest subnormal
        t(Dtype::F16, &[0xff, 0x7b], 65504.0); // largest
        t(Dtype::F16, &[0x00, 0x7c], f32::INFINITY);
        t(Dtype::F16, &[0x00, 0xfc], f32::NEG_INFINITY);
        t(Dtype::BF16, &[0x80, 0x3f], 1.0);
        t(Dtype::BF16, &[0x01, 0x00], f32::from_bits(0x0001_0000));
        t(Dtype::BF16, &[0x80, 0xff], f32::NEG_INFINITY);
        t(Dtype::I64, &[0xff; 8], -1.0);
        t(Dtype::I64, &[1, 0, 0, 1, 0, 0, 0, 0], 16_777_216.0); // 2^24 + 1 rounds to even
    }

    /// The definition of binary16, written without bit tricks.
    fn f16_by_definition(bits: u16) -> f64 {
        let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
        let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
        match exponent {
            0 => sign * fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => sign * f64::INFINITY,
            31 => f64::NAN,
            _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
        }
    }

    #[test]
    fn every_half_precision_number() {
        for bits in 0..=u16::MAX {
            let bytes = bits.to_le_bytes();
            let (found, expected) = (widened(Dtype::F16, &bytes)[0], f16_by_definition(bits));
            assert!(
                f64::from(found) == expected || found.is_nan() && expected.is_nan(),
                "F16 {bits:04x}: {found}"
            );
            let (found, expected) = (widened(Dtype::BF16, &bytes)[0], f32::from_bits(u32::from(bits) << 16));
            assert!(found == expected || found.is_nan() && expected.is_nan(), "BF16 {bits:04x}: {found}");
        }
    }

    #[test]
    fn names_come_back() {
        for dtype in [Dtype::F32, Dtype::F16, Dtype::BF16, Dtype::I64, Dtype::I8, Dtype::U8] {
            assert_eq!(Dtype::from_name(dtype.name()), Some(dtype));
            assert_eq!(widened(dtype, &vec![0; dtype.bytes() * 4 - 1]), [0.0; 3]);
        }
        assert_eq!(Dtype::from_name("f32"), None);
    }

    proptest! {
        #[test]
        fn a_whole_number_goes_to_the_nearest(number in prop_oneof![any::<i64>(), -(1_i64 << 26)..1 << 26]) {
            let found = widened(Dtype::I64, &number.to_le_bytes())[0];
            // Above 2^24 every f32 is whole, so distances can be taken exactly.
            let away = |x: f32| (x as i128 - i128::from(number)).abs();
            prop_assert!(away(found) <= away(found.next_up()), "{number}: {found}");
            prop_assert!(away(found) <= away(found.next_down()), "{number}: {found}");
            if number.abs() <= 1 << 24 {
                prop_assert_eq!(found as i64, number);
            }
        }

        #[test]
        fn single_precision_keeps_its_bits(numbers in prop::collection::vec(any::<u32>(), 0..50)) {
            let bytes: Vec<u8> = numbers.iter().flat_map(|bits| bits.to_le_bytes()).collect();
            let found: Vec<u32> = widened(Dtype::F32, &bytes).into_iter().map(f32::to_bits).collect();
            prop_assert_eq!(found, numbers);
        }
    }
}
