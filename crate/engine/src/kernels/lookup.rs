//! Rows of a table: the embedding of tokens.
//!
//! `table [v, d]`, `ids [t, 1]` → `[t, d]`. For large tables (BiGCARP's 19,509 domains of width 1,280)
//! that the host does not need otherwise. The caller makes sure that all ids are below `v`.

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain reference; the CPU runs it too.
///
/// # Shape
/// `table [v, d]`, `ids [t]` → `[t, d]`.
#[must_use]
pub fn lookup_reference(table: &[f32], ids: &[i32], d: usize) -> Vec<f32> {
    ids.iter().flat_map(|id| &table[*id as usize * d..][..d]).copied().collect()
}

/// The rows `table[ids[r]]`.
///
/// # Shape
/// `table [v, d]`, `ids [t, 1]` → `[t, d]`.
#[must_use]
pub fn lookup(table: Tensor<2>, ids: &Tensor<2, Int>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::lookup(table.into_dispatch(), ids.clone().into_dispatch()))
}

#[backend_extension(Cube, Flex)]
trait LookupKernel: Backend {
    fn lookup(table: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self>;
}

impl LookupKernel for Flex {
    fn lookup(table: FlexTensor, ids: FlexTensor) -> FlexTensor {
        let (t, d) = (ids.shape()[0], table.shape()[1]);
        let (table, ids) = (table.to_contiguous(), ids.to_contiguous());
        let rows = lookup_reference(table.storage(), ids.storage(), d);
        FlexTensor::from_data(TensorData::new(rows, [t, d]))
    }
}

impl LookupKernel for CubeBackend {
    fn lookup(table: CubeTensor, ids: CubeTensor) -> CubeTensor {
        let (t, d) = (ids.shape()[0], table.shape()[1]);
        let table = into_contiguous(table);
        let y = empty_like(&table, [t, d]);
        launch(shader(d), ((d / 4).div_ceil(64), t), &[&table, &ids, &y]);
        y
    }
}

fn shader(d: usize) -> Shader {
    Shader {
        name: "lookup",
        body: vec![include_str!("lookup.wgsl")],
        constants: vec![("D", d.into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        validate(&super::shader(64));
    }
}
