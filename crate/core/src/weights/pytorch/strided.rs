//! Numbers in a storage → a tensor in row-major order.
//!
//! Element `(i₀, i₁, …)` of a tensor is number `offset + Σ iₖ · strideₖ` of its storage. Row-major
//! tensors are read as they lie. Others (some published ones are column-major) are read in pieces in
//! the order of the file, and each number is put where it belongs, so that nothing larger than the
//! tensor is ever in memory. That needs every number to belong to one place: strides of zero, or
//! dimensions that interleave, are refused; no published checkpoint has them.

use crate::limits::{WEIGHTS_RANK, WEIGHTS_TENSOR_BYTES};
use crate::weights::error::visible;
use crate::weights::pickle::Strided;
use crate::weights::zip::Entry;
use crate::weights::{
    ByteSource, ContainerProblem, TensorInfo, WeightsError, WeightsProblem, dtype::read_dense,
    dtype::refuse_not_finite,
};

/// Bytes read at a time: a multiple of every number's size.
const PIECE: u64 = 1 << 20;

/// How the numbers of a tensor lie in its range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// In row-major order already.
    RowMajor,
    /// Size, stride in the storage and stride in the result, of each dimension with more than one
    /// number, widest stride in the storage first.
    Strided(Vec<[usize; 3]>),
}

/// Places a tensor in its storage, or refuses it.
pub(super) fn place(
    name: &str,
    tensor: &Strided,
    entry: Option<&Entry>,
) -> Result<(TensorInfo, Layout), WeightsError> {
    let shown = || visible(name);
    let dtype = tensor.storage.dtype;
    let size = dtype.bytes() as u64;
    if tensor.shape.len() > WEIGHTS_RANK {
        return Err(WeightsProblem::Rank { name: shown() }.into());
    }
    let entry = entry.ok_or_else(|| ContainerProblem::StorageMissing { name: shown() })?;
    let there = entry.range.end.saturating_sub(entry.range.start);
    let claimed = tensor.storage.count.saturating_mul(size);
    if claimed != there {
        return Err(ContainerProblem::StorageSize { name: shown(), claimed, there }.into());
    }
    let overflow = || WeightsProblem::ShapeOverflow { name: shown() };
    let count = tensor
        .shape
        .iter()
        .try_fold(1_u64, |product, &size| product.checked_mul(size))
        .ok_or_else(overflow)?;
    let bytes = count.checked_mul(size.max(4)).ok_or_else(overflow)?;
    if bytes > WEIGHTS_TENSOR_BYTES {
        return Err(WeightsProblem::TensorTooLarge { name: shown(), bytes }.into());
    }
    let (layout, span) = layout(&tensor.shape, &tensor.strides, count)
        .ok_or_else(|| ContainerProblem::Strides { name: shown() })?;
    let range = || -> Option<std::ops::Range<u64>> {
        let end = tensor.offset.checked_add(span).filter(|&end| end <= tensor.storage.count)?;
        let at = |number: u64| entry.range.start.checked_add(number.checked_mul(size)?);
        Some(at(tensor.offset)?..at(end)?)
    };
    let range = range().ok_or_else(|| ContainerProblem::StorageRange { name: shown() })?;
    let shape = tensor.shape.iter().map(|&size| usize::try_from(size)).collect::<Result<_, _>>();
    Ok((TensorInfo { dtype, shape: shape.map_err(|_| overflow())?, range }, layout))
}

/// The layout, and how many numbers of the storage it spans; `None` for strides that are refused.
fn layout(shape: &[u64], strides: &[u64], count: u64) -> Option<(Layout, u64)> {
    if shape.len() != strides.len() {
        return None;
    }
    if count == 0 {
        return Some((Layout::RowMajor, 0));
    }
    let (mut dims, mut dense, mut row_major) = (Vec::new(), 1_u64, true);
    for (&size, &stride) in shape.iter().zip(strides).rev() {
        if size > 1 {
            row_major &= stride == dense;
            dims.push([size, stride, dense]);
        }
        dense = dense.checked_mul(size)?;
    }
    if row_major {
        return Some((Layout::RowMajor, count));
    }
    // Narrowest first: each dimension must step over all of the narrower ones.
    dims.sort_by_key(|&[_, stride, _]| stride);
    let mut span = 1_u64;
    for &[size, stride, _] in &dims {
        if stride < span {
            return None;
        }
        span = span.checked_add(stride.checked_mul(size.checked_sub(1)?)?)?;
    }
    dims.reverse();
    let narrow = |dim: [u64; 3]| -> Option<[usize; 3]> {
        let [size, stride, dense] = dim;
        Some([usize::try_from(size).ok()?, usize::try_from(stride).ok()?, usize::try_from(dense).ok()?])
    };
    Some((Layout::Strided(dims.into_iter().map(narrow).collect::<Option<_>>()?), span))
}

/// Reads a tensor in row-major order.
pub(super) fn read(
    bytes: &dyn ByteSource,
    name: &str,
    info: &TensorInfo,
    layout: &Layout,
    into: &mut Vec<f32>,
) -> Result<(), WeightsError> {
    match layout {
        Layout::RowMajor => read_dense(bytes, info, into)?,
        Layout::Strided(dims) => {
            let count = info.count();
            into.clear();
            let memory = (count as u64).saturating_mul(size_of::<f32>() as u64);
            into.try_reserve_exact(count).map_err(|_| WeightsProblem::Memory { bytes: memory })?;
            into.resize(count, 0.0);
            scatter(bytes, info, dims, into)?;
        }
    }
    refuse_not_finite(name, into)
}

fn scatter(
    bytes: &dyn ByteSource,
    info: &TensorInfo,
    dims: &[[usize; 3]],
    into: &mut [f32],
) -> Result<(), WeightsError> {
    let (mut piece, mut numbers) = (Vec::new(), Vec::new());
    let (mut at, mut number) = (info.range.start, 0_usize);
    while at < info.range.end {
        let size = info.range.end.saturating_sub(at).min(PIECE);
        piece.resize(usize::try_from(size).unwrap_or_default(), 0);
        bytes.read_at(at, &mut piece)?;
        numbers.clear();
        info.dtype.widen(&piece, &mut numbers);
        for &value in &numbers {
            if let Some(place) = target(number, dims).and_then(|target| into.get_mut(target)) {
                *place = value;
            }
            number = number.saturating_add(1);
        }
        at = at.saturating_add(size);
    }
    Ok(())
}

/// Where a number of the storage belongs in the result, if it belongs to the tensor at all.
fn target(number: usize, dims: &[[usize; 3]]) -> Option<usize> {
    let (mut rest, mut target) = (number, 0_usize);
    for &[size, stride, dense] in dims {
        let index = rest.checked_div(stride)?;
        if index >= size {
            return None;
        }
        rest = rest.checked_rem(stride)?;
        target = target.checked_add(index.checked_mul(dense)?)?;
    }
    (rest == 0).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn layouts() {
        fn t(shape: &[u64], strides: &[u64], expected: Option<u64>) {
            let found = layout(shape, strides, shape.iter().product());
            assert_eq!(found.map(|(_, span)| span), expected, "{shape:?} {strides:?}");
        }
        t(&[2, 3], &[3, 1], Some(6));
        t(&[2, 3], &[1, 2], Some(6));
        t(&[2, 3], &[4, 1], Some(7));
        t(&[2, 3], &[2, 8], Some(19));
        t(&[], &[], Some(1));
        t(&[0, 3], &[0, 0], Some(0));
        t(&[1, 3], &[999, 1], Some(3));
        t(&[2, 3], &[0, 1], None);
        t(&[3], &[0], None);
        t(&[2, 3], &[1, 1], None);
        t(&[2, 3], &[2, 1], None);
        t(&[2, 3], &[3], None);
        t(&[2], &[u64::MAX], None);
        t(&[3, 2], &[1 << 63, 1], None);
    }

    proptest! {
        #[test]
        fn any_order_of_dimensions(sizes in prop::collection::vec(1_u64..5, 1..4), turn in 0_usize..6, gap in 1_u64..4) {
            let rank = sizes.len();
            let mut order: Vec<usize> = (0..rank).collect();
            order.rotate_left(turn % rank);
            if turn % 2 == 1 {
                order.reverse();
            }
            let mut strides = vec![0; rank];
            let mut width = gap;
            for &dim in &order {
                strides[dim] = width;
                width *= sizes[dim];
            }
            let count: u64 = sizes.iter().product();
            let Some((found, span)) = layout(&sizes, &strides, count) else { return Err(TestCaseError::fail("refused")) };
            let numbers: Vec<f32> = (0_u16..1000).map(f32::from).take(usize::try_from(span).unwrap()).collect();
            let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
            let shape = sizes.iter().map(|&size| usize::try_from(size).unwrap()).collect();
            let info = TensorInfo { dtype: crate::weights::Dtype::F32, shape, range: 0..bytes.len() as u64 };
            let mut into = Vec::new();
            read(&bytes, "a", &info, &found, &mut into).unwrap();
            for (place, value) in into.iter().enumerate() {
                let (mut rest, mut number) = (place as u64, 0);
                for dim in (0..rank).rev() {
                    number += rest % sizes[dim] * strides[dim];
                    rest /= sizes[dim];
                }
                prop_assert_eq!(*value, numbers[usize::try_from(number).unwrap()]);
            }
        }
    }
}
