//! Linear layer, a matrix product (GEMM): `y = act(x · Wᵀ + b)` or `y = r + x · Wᵀ + b`.
//!
//! `x [t, k]`, `W [n, k]` (rows are outputs, as checkpoints store it), `b [n]`, `r`, `y` `[t, n]`. The
//! weight is f32, f16, int8 or int4, see [`Weight`]. Bias, activation, gate and residual are the
//! **epilogue**: they are applied in the same kernel, see [`Epilogue`].
//!
//! CPU: floats natively go through the product of burn-flex, which uses whatever the processor has, and
//! in wasm through [`gemm`]; halves and integers go through [`packed`]. GPU: [`gpu`].

mod epilogue;
mod external_kernel;
mod gemm;
mod gemm_i8;
mod gpu;
mod layout;
mod packed;
mod quantized_rows;
mod register;
mod weight;

pub use epilogue::{Epilogue, gate_reference};
pub use external_kernel::GemmI8Args;
pub use layout::Format;
pub use packed::{rounded_inputs, rounded_weight};
pub use register::register_external_kernel;
pub use weight::Weight;

use super::activation::Activation;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;
use epilogue::{RowEpilogue, gated};
use weight::Numbers;

/// The plain reference: `y[i][j] = act(b[j] + Σ x[i][c]·w[j][c])`, with sums in f64.
///
/// # Shape
/// `x [t, k]`, `weight [n, k]`, `bias [n]` → `[t, n]`.
#[must_use]
pub fn linear_reference(x: &[f32], weight: &[f32], bias: &[f32], activation: Activation) -> Vec<f32> {
    let k = weight.len() / bias.len();
    let mut y = Vec::with_capacity(x.len() / k * bias.len());
    for row in x.chunks_exact(k) {
        for (w, b) in weight.chunks_exact(k).zip(bias) {
            let sum: f64 = row.iter().zip(w).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            y.push(activation.reference((sum + f64::from(*b)) as f32));
        }
    }
    y
}

/// `x · weightᵀ + bias`, then an activation or a gate.
///
/// # Shape
/// `x [t, k]`, `weight [n, k]` → `[t, n]`, or `[t, n/2]` with [`Epilogue::Gate`].
#[must_use]
pub fn linear(x: Tensor<2>, weight: &Weight, epilogue: impl Into<Epilogue>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::linear(x.into_dispatch(), weight.clone(), epilogue.into()))
}

/// `residual + x · weightᵀ + bias`.
///
/// # Shape
/// `x [t, k]`, `weight [n, k]`, `residual [t, n]` → `[t, n]`.
#[must_use]
pub fn linear_add(x: Tensor<2>, weight: &Weight, residual: Tensor<2>) -> Tensor<2> {
    let residual = residual.into_dispatch();
    Tensor::from_dispatch(Dispatch::linear_add(x.into_dispatch(), weight.clone(), residual))
}

#[backend_extension(Cube, Flex)]
trait LinearKernel: Backend {
    fn linear(
        x: FloatTensor<Self>,
        #[extension_type] weight: Weight<Self>,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;

    fn linear_add(
        x: FloatTensor<Self>,
        #[extension_type] weight: Weight<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl LinearKernel for Flex {
    fn linear(x: FlexTensor, weight: Weight<Self>, epilogue: Epilogue) -> FlexTensor {
        match epilogue {
            Epilogue::Activation(activation) => on_cpu(x, &weight, None, activation),
            Epilogue::Gate(gate) => gated(&on_cpu(x, &weight, None, Activation::None), gate),
        }
    }

    fn linear_add(x: FlexTensor, weight: Weight<Self>, residual: FlexTensor) -> FlexTensor {
        on_cpu(x, &weight, Some(&residual), Activation::None)
    }
}

fn on_cpu(
    x: FlexTensor,
    weight: &Weight<Flex>,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let format = weight.format;
    let (k, n) = (format.inputs, format.outputs);
    let bias_and_scales = weight.bias_and_scales.to_contiguous();
    let (bias, scales) = bias_and_scales.storage::<f32>().split_at(n);
    let residual = residual.map(FlexTensor::to_contiguous);
    let residual = residual.as_ref().map(FlexTensor::storage::<f32>);
    let epilogue = RowEpilogue { bias, residual, activation };
    let y = match &weight.numbers {
        Numbers::Floats(numbers) if !cfg!(target_arch = "wasm32") => {
            let mut y = Flex::float_matmul(x, numbers.transpose(0, 1)); // [t, k]·[k, n] → [t, n]
            epilogue.apply(y.storage_mut());
            return y;
        }
        Numbers::Floats(panels) => {
            gemm::gemm(x.to_contiguous().storage(), k, panels.to_contiguous().storage(), epilogue)
        }
        Numbers::Words(words) => {
            let (x, words) = (x.to_contiguous(), words.to_contiguous());
            packed::gemm(x.storage(), words.storage(), scales, format, epilogue)
        }
    };
    let t = y.len() / n;
    FlexTensor::from_data(TensorData::new(y, [t, n]))
}

impl LinearKernel for CubeBackend {
    fn linear(x: CubeTensor, weight: Weight<Self>, epilogue: Epilogue) -> CubeTensor {
        gpu::linear(x, &weight, Some(epilogue), None)
    }

    fn linear_add(x: CubeTensor, weight: Weight<Self>, residual: CubeTensor) -> CubeTensor {
        gpu::linear(x, &weight, None, Some(residual))
    }
}
