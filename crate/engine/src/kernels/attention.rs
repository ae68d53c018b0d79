//! Softmax attention inside each row's span, without the full score matrix.
//!
//! `out[i] = Σ_j softmax_j(q_i·k_j / √c + bias_ij) · v_j` for the rows `j` of the span that holds row
//! `i` (one span per sequence), per head of width `c = d/heads`; see [`Bias`]. `qkv [t, 3·d]` holds
//! queries, keys and values side by side; `spans [t, 2]` holds the first row and the row after the last;
//! `out [t, d]`. CPU: [`cpu`]. GPU: an online softmax, as in FlashAttention (Dao et al. 2022).

mod bias;
mod cpu;

pub use bias::Bias;

use super::tuning::{self, Tuning};
use super::wgsl::{ROWS, Shader, empty_like, launch};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain reference: three loops, with sums in f64.
///
/// # Shape
/// `qkv [t, 3·d]`, `spans [t, 2]` → `[t, d]`.
#[must_use]
pub fn attention_reference(qkv: &[f32], spans: &[[i32; 2]], heads: usize, bias: Bias) -> Vec<f32> {
    let t = spans.len();
    let d = qkv.len() / (3 * t);
    let c = d / heads;
    let mut out = vec![0.0; t * d];
    let part = |row: usize, which: usize, head: usize| {
        let start = row * 3 * d + which * d + head * c;
        &qkv[start..start + c]
    };
    for (i, [first, last]) in spans.iter().enumerate() {
        for head in 0..heads {
            let keys = *first as usize..*last as usize;
            let dot = |j: usize| -> f64 {
                let sum: f64 = part(i, 0, head)
                    .iter()
                    .zip(part(j, 1, head))
                    .map(|(a, b)| f64::from(*a) * f64::from(*b))
                    .sum();
                sum / (c as f64).sqrt() - f64::from(bias.slope(head, heads)) * i.abs_diff(j) as f64
            };
            let scores: Vec<f64> = keys.clone().map(dot).collect();
            let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = scores.iter().map(|s| (s - top).exp()).sum();
            for (n, slot) in out[i * d + head * c..][..c].iter_mut().enumerate() {
                let sum: f64 = keys
                    .clone()
                    .zip(&scores)
                    .map(|(j, s)| (s - top).exp() / total * f64::from(part(j, 2, head)[n]))
                    .sum();
                *slot = sum as f32;
            }
        }
    }
    out
}

/// Softmax attention of each row with the rows of its span.
///
/// # Shape
/// `qkv [t, 3·d]`, `spans [t, 2]` → `[t, d]`.
#[must_use]
pub fn attention(qkv: Tensor<2>, spans: &Tensor<2, Int>, heads: usize, bias: Bias) -> Tensor<2> {
    let spans = spans.clone().into_dispatch();
    Tensor::from_dispatch(Dispatch::attention(qkv.into_dispatch(), spans, heads, bias))
}

#[backend_extension(Cube, Flex)]
trait AttentionKernel: Backend {
    fn attention(
        qkv: FloatTensor<Self>,
        spans: IntTensor<Self>,
        heads: usize,
        bias: Bias,
    ) -> FloatTensor<Self>;
}

impl AttentionKernel for Flex {
    fn attention(qkv: FlexTensor, spans: FlexTensor, heads: usize, bias: Bias) -> FlexTensor {
        let (t, d) = (qkv.shape()[0], qkv.shape()[1] / 3);
        let (qkv, spans) = (qkv.to_contiguous(), spans.to_contiguous());
        let out = cpu::attention(qkv.storage(), spans.storage(), heads, bias);
        FlexTensor::from_data(TensorData::new(out, [t, d]))
    }
}

impl AttentionKernel for CubeBackend {
    fn attention(qkv: CubeTensor, spans: CubeTensor, heads: usize, bias: Bias) -> CubeTensor {
        let (t, d) = (qkv.shape()[0], qkv.shape()[1] / 3);
        let qkv = into_contiguous(qkv);
        let out = empty_like(&qkv, [t, d]);
        let room = qkv.client.properties().hardware.max_shared_memory_size;
        let shader = match tuning::of(&qkv.device) {
            // Less than all: one more word holds the range of keys.
            Tuning::Workgroup(_) if workgroup_bytes(d / heads) < room => workgroup_shader(d, heads, bias),
            _ => shader(d, heads, bias),
        };
        launch(shader, (t / ROWS, heads), &[&qkv, &spans, &out]);
        out
    }
}

/// Rows per thread: all that fit into registers together with their outputs.
fn rows_per_thread(width: usize) -> usize {
    if width <= 32 { 4 } else { 2 }
}

/// The kernel without workgroup memory.
fn shader(d: usize, heads: usize, bias: Bias) -> Shader {
    let width = d / heads;
    let rows = rows_per_thread(width);
    Shader {
        name: "attention",
        body: vec![include_str!("attention/registers.wgsl")],
        constants: vec![
            ("D", d.into()),
            ("WIDTH", width.into()),
            ("ROWS", rows.into()),
            ("ALIBI", bias.code(heads).into()),
        ],
        unrolled: vec![("W4", width / 4), ("ROWS", rows)],
        group: ((ROWS / rows) as u32, 1),
    }
}

/// Rows, and keys, of a tile in the kernel with workgroup memory (`SIDE` quads in its WGSL).
const SIDE: usize = 32;

/// The kernel for real GPUs, through workgroup memory.
fn workgroup_shader(d: usize, heads: usize, bias: Bias) -> Shader {
    let width = d / heads;
    let across = width.div_ceil(SIDE);
    Shader {
        name: "attention_shared",
        body: vec![include_str!("attention/shared.wgsl")],
        constants: vec![("D", d.into()), ("WIDTH", width.into()), ("ALIBI", bias.code(heads).into())],
        unrolled: vec![("ACROSS", across)],
        group: (64, 1),
    }
}

/// Bytes of workgroup memory that it takes: queries, keys, probabilities of a tile, and maxima.
fn workgroup_bytes(width: usize) -> usize {
    size_of::<f32>() * (2 * SIDE * width + SIDE * SIDE + SIDE * SIDE / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        for width in [8, 16, 24, 32, 48, 64, 128] {
            for bias in [Bias::None, Bias::Alibi] {
                validate(&shader(4 * width, 4, bias));
                validate(&workgroup_shader(4 * width, 4, bias));
            }
        }
    }
}
