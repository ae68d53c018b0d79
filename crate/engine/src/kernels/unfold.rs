//! Unfolding (im2col): the inputs of a dilated convolution side by side.
//!
//! A convolution with kernel size `K` (3 or 5) and dilation `D` over the rows of a span is
//! `y[r] = b + Σ_k W_k · x[r + (k − ⌊K/2⌋)·D]`, zero outside the span ("same" padding; a
//! cross-correlation, as in PyTorch). This kernel writes the `K` rows that `y[r]` needs one after the
//! other, `[t, c]` → `[t, K·c]`, as `torch.nn.Unfold` does. The sum is then a linear layer with weight
//! `[n, K·c]`, which is fast already and may be quantized.

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain reference; it only copies rows, so the CPU runs it too.
///
/// # Shape
/// `x [t, c]`, `spans [t, 2]` → `[t, kernel_size·c]`.
#[must_use]
pub fn unfold_reference(x: &[f32], spans: &[[i32; 2]], kernel_size: usize, dilation: usize) -> Vec<f32> {
    let c = x.len() / spans.len().max(1);
    let mut out = Vec::with_capacity(x.len() * kernel_size);
    for (r, [first, last]) in spans.iter().enumerate() {
        for k in 0..kernel_size {
            let source = r as i64 + (k as i64 - kernel_size as i64 / 2) * dilation as i64;
            let inside = (i64::from(*first)..i64::from(*last)).contains(&source);
            match usize::try_from(source) {
                Ok(source) if inside => out.extend_from_slice(&x[source * c..][..c]),
                _ => out.resize(out.len() + c, 0.0),
            }
        }
    }
    out
}

/// The rows that a convolution multiplies, side by side; rows outside a span are zeros.
///
/// # Shape
/// `x [t, c]`, `spans [t, 2]` → `[t, kernel_size·c]`.
#[must_use]
pub fn unfold(x: Tensor<2>, spans: &Tensor<2, Int>, kernel_size: usize, dilation: usize) -> Tensor<2> {
    let spans = spans.clone().into_dispatch();
    Tensor::from_dispatch(Dispatch::unfold(x.into_dispatch(), spans, kernel_size, dilation))
}

#[backend_extension(Cube, Flex)]
trait UnfoldKernel: Backend {
    fn unfold(
        x: FloatTensor<Self>,
        spans: IntTensor<Self>,
        kernel_size: usize,
        dilation: usize,
    ) -> FloatTensor<Self>;
}

impl UnfoldKernel for Flex {
    fn unfold(x: FlexTensor, spans: FlexTensor, kernel_size: usize, dilation: usize) -> FlexTensor {
        let (t, c) = (x.shape()[0], x.shape()[1]);
        let (x, spans) = (x.to_contiguous(), spans.to_contiguous());
        let (spans, _) = spans.storage::<i32>().as_chunks();
        let rows = unfold_reference(x.storage(), spans, kernel_size, dilation);
        FlexTensor::from_data(TensorData::new(rows, [t, kernel_size * c]))
    }
}

impl UnfoldKernel for CubeBackend {
    fn unfold(x: CubeTensor, spans: CubeTensor, kernel_size: usize, dilation: usize) -> CubeTensor {
        let (t, c) = (x.shape()[0], x.shape()[1]);
        let x = into_contiguous(x);
        let y = empty_like(&x, [t, kernel_size * c]);
        let groups = ((kernel_size * c / 4).div_ceil(64), t);
        launch(shader(c, kernel_size, dilation), groups, &[&x, &spans, &y]);
        y
    }
}

fn shader(c: usize, kernel_size: usize, dilation: usize) -> Shader {
    Shader {
        name: "unfold",
        body: vec![include_str!("unfold.wgsl")],
        constants: vec![("C", c.into()), ("KERNEL_SIZE", kernel_size.into()), ("DILATION", dilation.into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        validate(&super::shader(64, 5, 16));
    }
}
