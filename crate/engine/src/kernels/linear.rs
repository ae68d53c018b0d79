//! Linear layer: `y = act(x · Wᵀ + b)` or `y = r + x · Wᵀ + b`.
//!
//! `x [t, k]`, `W [n, k]` (rows are outputs, as checkpoints store it), `b [n]`, `r`, `y` `[t, n]`.
//! CPU: in wasm our own product on packed panels, natively burn-flex's, which uses whatever the
//! processor has; then the end of each row in one pass. GPU: [`super::linear_gpu`].

use super::activation::Activation;
use super::blocked::{End, linear};
use super::panel::{WIDTH, pack};
use burn::backend::ops::FloatTensorOps;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

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
            y.push(activation.plain((sum + f64::from(*b)) as f32));
        }
    }
    y
}

/// A weight `[n, k]` as [`cpu`] wants it: rows and columns of the tensor, and its numbers.
///
/// In wasm our own product on packed panels is the fastest there is; natively burn-flex's, which
/// uses whatever the processor has, wants the weight as it is.
///
/// # Shape
/// `[n, k]` → in wasm `[⌈n / 8⌉, k·8]`.
pub(super) fn lay_out(weight: Vec<f32>, inputs: usize) -> TensorData {
    let rows = weight.len() / inputs;
    if cfg!(target_arch = "wasm32") {
        let panels = pack(rows, inputs, |j| &weight[j * inputs..][..inputs]);
        TensorData::new(panels, [rows.div_ceil(WIDTH), inputs * WIDTH])
    } else {
        TensorData::new(weight, [rows, inputs])
    }
}

pub(super) fn cpu(
    x: FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    if cfg!(target_arch = "wasm32") {
        on_panels(&x, weight, bias, residual, activation)
    } else {
        on_flex(x, weight, bias, residual, activation)
    }
}

fn on_flex(
    x: FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let mut y = Flex::float_matmul(x, weight.transpose(0, 1)); // [t, k]·[k, n] → [t, n]
    let (bias, residual) = (bias.to_contiguous(), residual.map(FlexTensor::to_contiguous));
    let residual = residual.as_ref().map(FlexTensor::storage::<f32>);
    End { bias: bias.storage(), residual, activation }.finish(y.storage_mut());
    y
}

fn on_panels(
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let (t, k, n) = (x.shape()[0], x.shape()[1], bias.shape()[0]);
    let (x, weight, bias) = (x.to_contiguous(), weight.to_contiguous(), bias.to_contiguous());
    let residual = residual.map(FlexTensor::to_contiguous);
    let end =
        End { bias: bias.storage(), residual: residual.as_ref().map(FlexTensor::storage::<f32>), activation };
    FlexTensor::from_data(TensorData::new(linear(x.storage(), k, weight.storage(), end), [t, n]))
}
