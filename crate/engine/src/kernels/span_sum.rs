//! Weighted sums of rows: pooling on the device.
//!
//! `out[i] = Σ_{r in spans[i]} weights[r] · x[r]`; `x [t, d]`, `weights [t]`, `spans [n, 2]` →
//! `[n, d]`. For the mean over `l` residues, residues have weight 1/l, and `<cls>` and `<eos>` weight 0;
//! where windows overlap, the weights share a residue between them.

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain reference, with sums in f64.
///
/// # Shape
/// `x [t, d]`, `weights [t]`, `spans [n, 2]` → `[n, d]`.
#[must_use]
pub fn span_sum_reference(x: &[f32], weights: &[f32], spans: &[[i32; 2]]) -> Vec<f32> {
    let d = x.len() / weights.len();
    let column = |span: &[i32; 2], c: usize| -> f64 {
        (span[0] as usize..span[1] as usize).map(|r| f64::from(weights[r]) * f64::from(x[r * d + c])).sum()
    };
    spans.iter().flat_map(|span| (0..d).map(move |c| column(span, c) as f32)).collect()
}

/// `Σ weights[r]·x[r]` over the rows of each span.
///
/// # Shape
/// `x [t, d]`, `weights [t]`, `spans [n, 2]` → `[n, d]`.
#[must_use]
pub fn span_sum(x: Tensor<2>, weights: &Tensor<1>, spans: &Tensor<2, Int>) -> Tensor<2> {
    let (weights, spans) = (weights.clone().into_dispatch(), spans.clone().into_dispatch());
    Tensor::from_dispatch(Dispatch::span_sum(x.into_dispatch(), weights, spans))
}

#[backend_extension(Cube, Flex)]
trait SpanSumKernel: Backend {
    fn span_sum(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        spans: IntTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl SpanSumKernel for Flex {
    fn span_sum(x: FlexTensor, weights: FlexTensor, spans: FlexTensor) -> FlexTensor {
        let d = x.shape()[1];
        let n = spans.shape()[0];
        let (x, weights, spans) = (x.to_contiguous(), weights.to_contiguous(), spans.to_contiguous());
        let (x, weights): (&[f32], &[f32]) = (x.storage(), weights.storage());
        let mut out = vec![0.0_f32; n * d];
        for (sum, span) in out.chunks_exact_mut(d).zip(spans.storage::<i32>().chunks_exact(2)) {
            let rows = span[0] as usize..span[1] as usize;
            for (row, w) in x[rows.start * d..rows.end * d].chunks_exact(d).zip(&weights[rows]) {
                for (s, v) in sum.iter_mut().zip(row) {
                    *s += w * v;
                }
            }
        }
        FlexTensor::from_data(TensorData::new(out, [n, d]))
    }
}

impl SpanSumKernel for CubeBackend {
    fn span_sum(x: CubeTensor, weights: CubeTensor, spans: CubeTensor) -> CubeTensor {
        let d = x.shape()[1];
        let n = spans.shape()[0];
        let x = into_contiguous(x);
        let out = empty_like(&x, [n, d]);
        launch(shader(d), ((d / 4).div_ceil(64), n), &[&x, &weights, &spans, &out]);
        out
    }
}

fn shader(d: usize) -> Shader {
    Shader {
        name: "span_sum",
        body: vec![include_str!("span_sum.wgsl")],
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
