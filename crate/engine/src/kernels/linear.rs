//! Linear layer: `y = act(x · Wᵀ + b)` or `y = r + x · Wᵀ + b`.
//!
//! `x [t, k]`, `W [n, k]` (rows are outputs, as checkpoints store it), `b [n]`, `r`, `y` `[t, n]`.
//! CPU: burn-flex's blocked f32 matrix product, then the epilogue in one pass over `y`.
//! GPU: see `linear.wgsl`.

use super::activation::Activation;
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::ops::FloatTensorOps;
use burn::backend::{Flex, TensorMetadata};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// Columns of `y` that one workgroup covers: 16 threads of 8 columns.
const COLUMNS: usize = 128;

/// The plain twin: `y[i][j] = act(b[j] + Σ x[i][c]·w[j][c])`, sums in f64.
///
/// # Shape
/// `x [t, k]`, `weight [n, k]`, `bias [n]` → `[t, n]`.
#[must_use]
pub fn linear_plain(x: &[f32], weight: &[f32], bias: &[f32], activation: Activation) -> Vec<f32> {
    let k = weight.len() / bias.len();
    let mut y = Vec::with_capacity(x.len() / k * bias.len());
    for row in x.chunks_exact(k) {
        for (w, b) in weight.chunks_exact(k).zip(bias) {
            let sum: f64 = row.iter().zip(w).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            y.push(activation.apply((sum + f64::from(*b)) as f32));
        }
    }
    y
}

pub(super) fn cpu(
    x: FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let n = bias.shape()[0];
    let mut y = Flex::float_matmul(x, weight.transpose(0, 1)); // [t, k]·[k, n] → [t, n]
    let bias = bias.to_contiguous();
    let bias: &[f32] = bias.storage();
    let residual = residual.map(FlexTensor::to_contiguous);
    let out: &mut [f32] = y.storage_mut();
    match &residual {
        Some(residual) => {
            let residual: &[f32] = residual.storage();
            for (row, old) in out.chunks_exact_mut(n).zip(residual.chunks_exact(n)) {
                for ((y, b), r) in row.iter_mut().zip(bias).zip(old) {
                    *y += b + r;
                }
            }
        }
        None => {
            for row in out.chunks_exact_mut(n) {
                for (y, b) in row.iter_mut().zip(bias) {
                    *y = activation.apply(*y + b);
                }
            }
        }
    }
    y
}

/// With `None` the layer ends by adding a residual.
pub(super) fn shader(k: usize, n: usize, activation: Option<Activation>) -> Shader {
    let sizes = [("K", k.into()), ("N", n.into())];
    let (name, end, constants) = match activation {
        Some(activation) => {
            let code = ("ACTIVATION", activation.code().into());
            ("linear_act", include_str!("linear_act.wgsl"), sizes.into_iter().chain([code]).collect())
        }
        None => ("linear_add", include_str!("linear_add.wgsl"), sizes.to_vec()),
    };
    Shader {
        name,
        body: vec![include_str!("linear.wgsl"), end],
        constants,
        unrolled: Vec::new(),
        group: (16, 4),
    }
}

/// `act(x · weightᵀ + bias)`.
pub(super) fn gpu(
    x: CubeTensor,
    weight: CubeTensor,
    bias: &CubeTensor,
    activation: Activation,
) -> CubeTensor {
    run(x, weight, bias, None, Some(activation))
}

/// `residual + x · weightᵀ + bias`.
pub(super) fn gpu_add(
    x: CubeTensor,
    weight: CubeTensor,
    bias: &CubeTensor,
    residual: CubeTensor,
) -> CubeTensor {
    run(x, weight, bias, Some(&into_contiguous(residual)), None)
}

fn run(
    x: CubeTensor,
    weight: CubeTensor,
    bias: &CubeTensor,
    residual: Option<&CubeTensor>,
    activation: Option<Activation>,
) -> CubeTensor {
    let (t, k) = (x.shape()[0], x.shape()[1]);
    let n = bias.shape()[0];
    let x = into_contiguous(x);
    let weight = into_contiguous(weight);
    let y = empty_like(&x, [t, n]);
    let mut buffers = vec![&x, &weight, bias, &y];
    buffers.extend(residual);
    launch(shader(k, n, activation), (n.div_ceil(COLUMNS), t / super::ROWS), &buffers);
    y
}
