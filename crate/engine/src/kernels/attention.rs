//! Softmax attention inside each row's span, without the full score matrix.
//!
//! `out[i] = Σ_j softmax_j(q_i·k_j / √c + bias_ij) · v_j` for the rows `j` of the span that holds row
//! `i` (one span per sequence), per head of width `c = d/heads`; see [`Bias`]. `qkv [t, 3·d]` holds queries, keys
//! and values side by side; `spans [t, 2]` holds first and one-past-last row; `out [t, d]`.

use super::attend::attention;
use super::bias::Bias;
use super::tuning::{self, Tuning};
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain twin: three loops, sums in f64.
///
/// # Shape
/// `qkv [t, 3·d]`, `spans [t, 2]` → `[t, d]`.
#[must_use]
pub fn attention_plain(qkv: &[f32], spans: &[[i32; 2]], heads: usize, bias: Bias) -> Vec<f32> {
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

pub(super) fn cpu(qkv: &FlexTensor, spans: &FlexTensor, heads: usize, bias: Bias) -> FlexTensor {
    let (t, d) = (qkv.shape()[0], qkv.shape()[1] / 3);
    let (qkv, spans) = (qkv.to_contiguous(), spans.to_contiguous());
    let out = attention(qkv.storage(), spans.storage(), heads, bias);
    FlexTensor::from_data(TensorData::new(out, [t, d]))
}

/// Rows per thread: as many as fit into registers beside their outputs.
fn rows_per_thread(width: usize) -> usize {
    if width <= 32 { 4 } else { 2 }
}

pub(super) fn shader(d: usize, heads: usize, bias: Bias) -> Shader {
    let width = d / heads;
    let rows = rows_per_thread(width);
    Shader {
        name: "attention",
        body: vec![include_str!("attention.wgsl")],
        constants: vec![
            ("D", d.into()),
            ("WIDTH", width.into()),
            ("ROWS", rows.into()),
            ("ALIBI", bias.code(heads).into()),
        ],
        unrolled: vec![("W4", width / 4), ("ROWS", rows)],
        group: ((super::ROWS / rows) as u32, 1),
    }
}

/// Rows, and keys, of a block in the kernel with workgroup memory: its `SIDE` quads.
const SIDE: usize = 32;

/// The kernel that goes through workgroup memory.
pub(super) fn shared(d: usize, heads: usize, bias: Bias) -> Shader {
    let width = d / heads;
    let across = width.div_ceil(SIDE);
    Shader {
        name: "attention_shared",
        body: vec![include_str!("attention_shared.wgsl")],
        constants: vec![("D", d.into()), ("WIDTH", width.into()), ("ALIBI", bias.code(heads).into())],
        unrolled: vec![("ACROSS", across)],
        group: (64, 1),
    }
}

/// Bytes of workgroup memory that it takes: queries, keys, weights of a block, and maxima.
fn shared_bytes(width: usize) -> usize {
    size_of::<f32>() * (2 * SIDE * width + SIDE * SIDE + SIDE * SIDE / 4)
}

pub(super) fn gpu(qkv: CubeTensor, spans: &CubeTensor, heads: usize, bias: Bias) -> CubeTensor {
    let (t, d) = (qkv.shape()[0], qkv.shape()[1] / 3);
    let qkv = into_contiguous(qkv);
    let out = empty_like(&qkv, [t, d]);
    let room = qkv.client.properties().hardware.max_shared_memory_size;
    let shader = match tuning::of(&qkv.device) {
        // One word more holds the range of keys.
        Tuning::Shared(_) if shared_bytes(d / heads) < room => shared(d, heads, bias),
        _ => shader(d, heads, bias),
    };
    launch(shader, (t / super::ROWS, heads), &[&qkv, spans, &out]);
    out
}
