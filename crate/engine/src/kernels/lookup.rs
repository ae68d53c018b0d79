//! Rows of a table by number: `y[r] = table[ids[r]]`, the embedding of tokens.
//!
//! `table [v, d]`, `ids [t, 1]` → `[t, d]`. For tables that are large (BiGCARP's 19,509 domains of
//! width 1,280) and needed by nothing else on the host. Ids below `v` are the caller's business.

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain twin; it is also what the CPU runs.
///
/// # Shape
/// `table [v, d]`, `ids [t]` → `[t, d]`.
#[must_use]
pub fn lookup_plain(table: &[f32], ids: &[i32], d: usize) -> Vec<f32> {
    ids.iter().flat_map(|id| &table[*id as usize * d..][..d]).copied().collect()
}

pub(super) fn cpu(table: &FlexTensor, ids: &FlexTensor) -> FlexTensor {
    let (t, d) = (ids.shape()[0], table.shape()[1]);
    let (table, ids) = (table.to_contiguous(), ids.to_contiguous());
    FlexTensor::from_data(TensorData::new(lookup_plain(table.storage(), ids.storage(), d), [t, d]))
}

pub(super) fn shader(d: usize) -> Shader {
    Shader {
        name: "lookup",
        body: vec![include_str!("lookup.wgsl")],
        constants: vec![("D", d.into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

pub(super) fn gpu(table: CubeTensor, ids: &CubeTensor) -> CubeTensor {
    let (t, d) = (ids.shape()[0], table.shape()[1]);
    let table = into_contiguous(table);
    let y = empty_like(&table, [t, d]);
    launch(shader(d), ((d / 4).div_ceil(64), t), &[&table, ids, &y]);
    y
}
