//! Shapes and offsets against the length of the file.
//!
//! Tensors must fill the file from the end of the header to its last byte: no overlap, no hole,
//! nothing after them. Everything is counted in checked u64, on every target alike.

use super::error::visible;
use super::header::Entry;
use super::header_limits::HeaderLimits;
use super::{Dtype, WeightsProblem};
use std::collections::BTreeMap;
use std::ops::Range;

/// Type, shape and place of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Type of the stored numbers.
    pub dtype: Dtype,
    /// Sizes of the dimensions, slowest first. Empty for a single number.
    pub shape: Vec<usize>,
    /// Where the bytes lie in the file.
    pub(super) range: Range<u64>,
}

impl TensorInfo {
    /// How many numbers the tensor has.
    #[must_use]
    pub fn count(&self) -> usize {
        // Checked when the tensor was placed.
        self.shape.iter().product()
    }
}

/// Places all tensors. `data` is where the header ends, `length` where the file ends.
pub(super) fn place(
    entries: Vec<Entry>,
    data: u64,
    length: u64,
    limits: &HeaderLimits,
) -> Result<BTreeMap<String, TensorInfo>, WeightsProblem> {
    if entries.is_empty() {
        return Err(WeightsProblem::NoTensors);
    }
    let mut entries = entries;
    entries.sort_unstable_by(|a, b| a.offsets.cmp(&b.offsets).then_with(|| a.name.cmp(&b.name)));
    for entry in &entries {
        check_size(entry, limits.tensor_bytes)?;
    }
    let end = contiguous(&entries)?;
    let needed = data.saturating_add(end);
    if length < needed {
        return Err(WeightsProblem::Truncated { length, needed });
    }
    if length > needed {
        return Err(WeightsProblem::Trailing { extra: length - needed });
    }
    if limits.second_opinion {
        second_opinion(&entries)?;
    }
    entries.into_iter().map(|entry| info(entry, data)).collect()
}

/// The bytes a tensor needs, checked against the bytes it is given and the cap.
fn check_size(entry: &Entry, cap: u64) -> Result<(), WeightsProblem> {
    let name = || visible(&entry.name);
    let overflow = || WeightsProblem::ShapeOverflow { name: name() };
    let count = entry
        .shape
        .iter()
        .try_fold(1_u64, |product, &size| product.checked_mul(size))
        .ok_or_else(overflow)?;
    let needed = count.checked_mul(entry.dtype.bytes() as u64).ok_or_else(overflow)?;
    let [begin, end] = entry.offsets;
    let given = end.checked_sub(begin).ok_or_else(|| WeightsProblem::BackwardOffsets { name: name() })?;
    if given != needed {
        return Err(WeightsProblem::SizeMismatch { name: name(), given, needed });
    }
    // Half-precision numbers grow when they are widened, I64 shrink: both forms must fit.
    let widened = count.saturating_mul(size_of::<f32>() as u64);
    if needed.max(widened) > cap {
        return Err(WeightsProblem::TensorTooLarge { name: name(), bytes: needed.max(widened) });
    }
    Ok(())
}

/// Whether tensors, sorted by offset, lie end to end from zero. Returns where the last one ends.
fn contiguous(entries: &[Entry]) -> Result<u64, WeightsProblem> {
    let mut at = 0;
    for entry in entries {
        let [begin, end] = entry.offsets;
        if begin < at {
            return Err(WeightsProblem::Overlap { name: visible(&entry.name) });
        }
        if begin > at {
            return Err(WeightsProblem::Hole { name: visible(&entry.name), bytes: begin - at });
        }
        at = end;
    }
    Ok(at)
}

/// The format's own library reads the same layout: it must never be stricter than we are.
fn second_opinion(entries: &[Entry]) -> Result<(), WeightsProblem> {
    use safetensors::tensor::{Dtype as LibraryDtype, Metadata, TensorInfo as LibraryInfo};
    let refused = |reason: String| WeightsProblem::RefusedByLibrary { reason };
    let too_far = |_| refused("an offset does not fit this machine".to_owned());
    let mut tensors = Vec::with_capacity(entries.len());
    for entry in entries {
        let dtype = match entry.dtype {
            Dtype::F32 => LibraryDtype::F32,
            Dtype::F16 => LibraryDtype::F16,
            Dtype::BF16 => LibraryDtype::BF16,
            Dtype::I64 => LibraryDtype::I64,
            Dtype::I8 => LibraryDtype::I8,
            Dtype::U8 => LibraryDtype::U8,
        };
        let shape = sizes(&entry.shape).map_err(too_far)?;
        let [begin, end] = entry.offsets;
        let data_offsets = (begin.try_into().map_err(too_far)?, end.try_into().map_err(too_far)?);
        tensors.push((entry.name.clone(), LibraryInfo { dtype, shape, data_offsets }));
    }
    Metadata::new(None, tensors).map(|_| ()).map_err(|error| refused(error.to_string()))
}

fn info(entry: Entry, data: u64) -> Result<(String, TensorInfo), WeightsProblem> {
    let overflow = |_| WeightsProblem::ShapeOverflow { name: visible(&entry.name) };
    let shape = sizes(&entry.shape).map_err(overflow)?;
    let [begin, end] = entry.offsets.map(|offset| data.saturating_add(offset));
    Ok((entry.name, TensorInfo { dtype: entry.dtype, shape, range: begin..end }))
}

fn sizes(shape: &[u64]) -> Result<Vec<usize>, std::num::TryFromIntError> {
    shape.iter().map(|&size| usize::try_from(size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, shape: &[u64], offsets: [u64; 2]) -> Entry {
        Entry { name: name.to_owned(), dtype: Dtype::F16, shape: shape.to_vec(), offsets }
    }

    #[test]
    fn the_cap_holds_for_both_forms() {
        fn t(count: u64, cap: u64, fits: bool) {
            let found = check_size(&entry("a", &[count], [0, 2 * count]), cap);
            assert_eq!(found.is_ok(), fits, "{count} half-precision numbers under {cap} bytes: {found:?}");
        }
        t(64, 256, true);
        t(65, 256, false);
        // The cap of wasm32, counted on any machine.
        t(1 << 26, 256 << 20, true);
        t((1 << 26) + 1, 256 << 20, false);
    }

    #[test]
    fn the_library_is_asked() {
        let overlap = [entry("a", &[2], [0, 4]), entry("b", &[2], [2, 6])];
        assert!(matches!(second_opinion(&overlap), Err(WeightsProblem::RefusedByLibrary { .. })));
        let good = [entry("a", &[2], [0, 4]), entry("b", &[], [4, 6]), entry("c", &[0, 7], [6, 6])];
        assert_eq!(second_opinion(&good), Ok(()));
    }
}
