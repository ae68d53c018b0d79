//! The attention probabilities (softmax) themselves, for the contact head.
//!
//! `w[h][i][j] = softmax_j(q_i·k_j / √c)` over the first `length` rows, which hold one sequence.
//! `qkv [t, 3·d]` → `[heads, length, length]`. Only contact maps need them; embeddings go through
//! [`super::attention()`], which never stores them.

use super::exp::Exp2;
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain reference, with sums in f64.
///
/// # Shape
/// `qkv [t, 3·d]` → `[heads, length, length]`.
#[must_use]
pub fn attention_weights_reference(qkv: &[f32], d: usize, heads: usize, length: usize) -> Vec<f32> {
    let c = d / heads;
    let part = |row: usize, which: usize, head: usize| &qkv[row * 3 * d + which * d + head * c..][..c];
    let mut out = Vec::with_capacity(heads * length * length);
    for (head, i) in (0..heads).flat_map(|head| (0..length).map(move |i| (head, i))) {
        let dot = |j: usize| -> f64 {
            let pairs = part(i, 0, head).iter().zip(part(j, 1, head));
            pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>() / (c as f64).sqrt()
        };
        let scores: Vec<f64> = (0..length).map(dot).collect();
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = scores.iter().map(|s| (s - top).exp()).sum();
        out.extend(scores.iter().map(|s| ((s - top).exp() / total) as f32));
    }
    out
}

/// The probabilities of the first `length` rows.
///
/// # Shape
/// `qkv [t, 3·d]` → `[heads, length, length]`.
#[must_use]
pub fn attention_weights(qkv: Tensor<2>, heads: usize, length: usize) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::attention_weights(qkv.into_dispatch(), heads, length))
}

#[backend_extension(Cube, Flex)]
trait AttentionWeightsKernel: Backend {
    fn attention_weights(qkv: FloatTensor<Self>, heads: usize, length: usize) -> FloatTensor<Self>;
}

impl AttentionWeightsKernel for Flex {
    fn attention_weights(qkv: FlexTensor, heads: usize, length: usize) -> FlexTensor {
        let d = qkv.shape()[1] / 3;
        let c = d / heads;
        let scale = std::f32::consts::LOG2_E / (c as f32).sqrt(); // the softmax takes powers of two
        let qkv = qkv.to_contiguous();
        let qkv: &[f32] = qkv.storage();
        let mut out = vec![0.0_f32; heads * length * length];
        let exp2 = Exp2::new();
        for (n, row) in out.chunks_exact_mut(length).enumerate() {
            let (head, i) = (n / length, n % length);
            let query = &qkv[i * 3 * d + head * c..][..c];
            for (j, slot) in row.iter_mut().enumerate() {
                let key = &qkv[j * 3 * d + d + head * c..][..c];
                *slot = query.iter().zip(key).map(|(q, k)| q * k).sum::<f32>() * scale;
            }
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for slot in &mut *row {
                *slot = exp2.nonpositive(*slot - top);
            }
            let total: f32 = row.iter().sum();
            for slot in row {
                *slot /= total;
            }
        }
        FlexTensor::from_data(TensorData::new(out, [heads, length, length]))
    }
}

impl AttentionWeightsKernel for CubeBackend {
    fn attention_weights(qkv: CubeTensor, heads: usize, length: usize) -> CubeTensor {
        let d = qkv.shape()[1] / 3;
        let qkv = into_contiguous(qkv);
        let out = empty_like(&qkv, [heads, length, length]);
        launch(shader(d, heads, length), (length.div_ceil(64), heads), &[&qkv, &out]);
        out
    }
}

fn shader(d: usize, heads: usize, length: usize) -> Shader {
    Shader {
        name: "attention_weights",
        body: vec![include_str!("attention_weights.wgsl")],
        constants: vec![("D", d.into()), ("WIDTH", (d / heads).into()), ("LENGTH", length.into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        validate(&super::shader(64, 4, 17));
    }
}
