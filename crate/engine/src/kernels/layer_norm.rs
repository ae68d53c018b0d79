//! Layer norm: `y = f(γ · (x − mean) / √(var + ε) + β)` over the last axis, biased variance.
//!
//! `x`, `y` `[t, d]`, `γ`, `β` `[d]`; `f` is an activation, which follows the norms in BiGCARP and
//! CARP. Two passes (mean, then squared deviations): the one-pass formula loses digits when the mean
//! is large.

use super::activation::Activation;
use super::tuning::{self, Tuning};
use super::wgsl::{ROWS, Shader, empty_like, launch};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// Threads that share a row, a power of two.
const THREADS_PER_ROW: u32 = 64;

/// The plain reference, with sums in f64; without an activation.
///
/// # Shape
/// `x [t, d]`, `gamma`, `beta` `[d]` → `[t, d]`.
#[must_use]
pub fn layer_norm_reference(x: &[f32], gamma: &[f32], beta: &[f32], epsilon: f32) -> Vec<f32> {
    let d = gamma.len() as f64;
    let mut y = Vec::with_capacity(x.len());
    for row in x.chunks_exact(gamma.len()) {
        let mean = row.iter().map(|v| f64::from(*v)).sum::<f64>() / d;
        let var = row.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / d;
        let scale = 1.0 / (var + f64::from(epsilon)).sqrt();
        for ((v, g), b) in row.iter().zip(gamma).zip(beta) {
            y.push(((f64::from(*v) - mean) * scale) as f32 * g + b);
        }
    }
    y
}

/// `f(γ · (x − mean) / √(var + ε) + β)` over each row.
///
/// # Shape
/// `x [t, d]`, `gamma`, `beta` `[d]` → `[t, d]`.
#[must_use]
pub fn layer_norm(
    x: Tensor<2>,
    gamma: &Tensor<1>,
    beta: &Tensor<1>,
    epsilon: f32,
    activation: Activation,
) -> Tensor<2> {
    let (gamma, beta) = (gamma.clone().into_dispatch(), beta.clone().into_dispatch());
    Tensor::from_dispatch(Dispatch::layer_norm(x.into_dispatch(), gamma, beta, epsilon, activation))
}

#[backend_extension(Cube, Flex)]
trait LayerNormKernel: Backend {
    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self>;
}

impl LayerNormKernel for Flex {
    fn layer_norm(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        epsilon: f32,
        activation: Activation,
    ) -> FlexTensor {
        let d = gamma.shape()[0];
        let (gamma, beta) = (gamma.to_contiguous(), beta.to_contiguous());
        let (gamma, beta): (&[f32], &[f32]) = (gamma.storage(), beta.storage());
        let mut y = x.to_contiguous();
        drop(x);
        for row in y.storage_mut::<f32>().chunks_exact_mut(d) {
            let mean = lane_sum(row, |v| v) / d as f32;
            let var = lane_sum(row, |v| (v - mean) * (v - mean)) / d as f32;
            let scale = 1.0 / (var + epsilon).sqrt();
            for ((v, g), b) in row.iter_mut().zip(gamma).zip(beta) {
                *v = (*v - mean) * scale * g + b;
            }
            activation.apply(row);
        }
        y
    }
}

/// `Σ f(v)` over a row, in eight interleaved lanes: the compiler turns them into vector adds.
fn lane_sum(row: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let chunks = row.chunks_exact(8);
    let tail: f32 = chunks.remainder().iter().map(|v| f(*v)).sum();
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += f(*v);
        }
    }
    lanes.iter().sum::<f32>() + tail
}

impl LayerNormKernel for CubeBackend {
    fn layer_norm(
        x: CubeTensor,
        gamma: CubeTensor,
        beta: CubeTensor,
        epsilon: f32,
        activation: Activation,
    ) -> CubeTensor {
        let (t, d) = (x.shape()[0], x.shape()[1]);
        let x = into_contiguous(x);
        let y = empty_like(&x, [t, d]);
        let (shader, groups) = match tuning::of(&x.device) {
            Tuning::Registers => (shader(d, epsilon, activation), t / ROWS),
            Tuning::Workgroup(_) => (workgroup_shader(d, epsilon, activation), t),
        };
        launch(shader, (groups, 1), &[&x, &gamma, &beta, &y]);
        y
    }
}

/// The kernel without workgroup memory: a thread per row.
fn shader(d: usize, epsilon: f32, activation: Activation) -> Shader {
    Shader {
        name: "layer_norm",
        body: vec![include_str!("activation.wgsl"), include_str!("layer_norm.wgsl")],
        constants: vec![("D", d.into()), ("EPSILON", epsilon.into()), activation.constant()],
        unrolled: Vec::new(),
        group: (ROWS as u32, 1),
    }
}

/// The kernel for real GPUs: a workgroup shares a row.
fn workgroup_shader(d: usize, epsilon: f32, activation: Activation) -> Shader {
    Shader {
        name: "layer_norm_shared",
        body: vec![include_str!("activation.wgsl"), include_str!("layer_norm_shared.wgsl")],
        group: (THREADS_PER_ROW, 1),
        ..shader(d, epsilon, activation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        for activation in [Activation::None, Activation::Gelu, Activation::Silu] {
            validate(&shader(64, 1e-5, activation));
            validate(&workgroup_shader(64, 1e-5, activation));
        }
    }
}
