//! Softmax attention inside each row's span, without the full score matrix.
//!
//! `out[i] = Σ_j softmax_j(q_i·k_j / √c + bias_ij) · v_j` for the rows `j` of the span that holds row
//! `i` (one span per sequence), per head of width `c = d/heads`; see [`Bias`]. `qkv [t, 3·d]` holds queries, keys
//! and values side by side; `spans [t, 2]` holds first and one-past-last row; `out [t, d]`.

use super::bias::Bias;
use super::exp::exp_nonpositive;
use super::panel::{HEIGHT, WIDTH, pack, pack_rows, product};
use super::tuning::{self, Tuning};
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;
use std::array::from_fn;

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
    let t = qkv.shape()[0];
    let d = qkv.shape()[1] / 3;
    let c = d / heads;
    let (qkv, spans) = (qkv.to_contiguous(), spans.to_contiguous());
    let (qkv, spans): (&[f32], &[i32]) = (qkv.storage(), spans.storage());
    let mut out = vec![0.0_f32; t * d];
    let mut start = 0;
    // Rows of one span are neighbours: walk span by span.
    while start < t {
        let end = (spans[2 * start + 1] as usize).clamp(start + 1, t);
        for head in 0..heads {
            let slope = bias.slope(head, heads);
            attend(&qkv[start * 3 * d..end * 3 * d], &mut out[start * d..end * d], d, head * c, c, slope);
        }
        start = end;
    }
    FlexTensor::from_data(burn::tensor::TensorData::new(out, [t, d]))
}

/// One head of one sequence: `qkv [l, 3·d]` → columns `column..column + c` of `out [l, d]`.
///
/// Both products run on packed panels, a few queries at a time: scores `[R, l]` of queries against
/// panels of keys, and weighted values `[R, c]` of probabilities against panels of values.
fn attend(qkv: &[f32], out: &mut [f32], d: usize, column: usize, c: usize, slope: f32) {
    let l = out.len() / d;
    let part = |row: usize, which: usize| &qkv[row * 3 * d + which * d + column..][..c];
    let keys = pack(l, c, |j| part(j, 1)); // [⌈l/8⌉, c, 8]
    let values = pack_rows(c, l, |j| part(j, 2)); // [⌈c/8⌉, l, 8]
    let mut scores = vec![0.0_f32; HEIGHT * keys.len() / c];
    let near = |first| Near { first, l, slope };
    for (i, out) in out.chunks_mut(HEIGHT * d).enumerate() {
        if out.len() == HEIGHT * d {
            let queries: [&[f32]; HEIGHT] = from_fn(|r| part(i * HEIGHT + r, 0));
            attend_rows(queries, &keys, &values, &mut scores, out, column, near(i * HEIGHT));
            continue;
        }
        for (r, out) in out.chunks_mut(d).enumerate() {
            let first = near(i * HEIGHT + r);
            attend_rows([part(i * HEIGHT + r, 0)], &keys, &values, &mut scores, out, column, first);
        }
    }
}

/// Where queries stand among the `l` rows of their sequence, and what a row of distance costs.
#[derive(Clone, Copy)]
struct Near {
    first: usize,
    l: usize,
    slope: f32,
}

/// `R` queries of a head against all `l` keys and values; `out [R, d]`.
fn attend_rows<const R: usize>(
    queries: [&[f32]; R],
    keys: &[f32],
    values: &[f32],
    scores: &mut [f32],
    out: &mut [f32],
    column: usize,
    near: Near,
) {
    let (c, d, l) = (queries[0].len(), out.len() / R, near.l);
    let scale = 1.0 / (c as f32).sqrt();
    let side = keys.len() / c; // l, rounded up to whole panels
    for (p, panel) in keys.chunks_exact(c * WIDTH).enumerate() {
        for (r, sums) in product(queries, panel).iter().enumerate() {
            scores[r * side + p * WIDTH..][..WIDTH].copy_from_slice(sums);
        }
    }
    let mut rows = scores.chunks_exact_mut(side);
    let rows: [&[f32]; R] = from_fn(|r| {
        let row = &mut rows.next().unwrap_or_default()[..l];
        if near.slope != 0.0 {
            // Softmax scales what it is given.
            let slope = near.slope / scale;
            row.iter_mut().enumerate().for_each(|(j, s)| *s -= slope * (near.first + r).abs_diff(j) as f32);
        }
        softmax(row, scale);
        &*row
    });
    for (p, panel) in values.chunks_exact(l * WIDTH).enumerate() {
        let columns = p * WIDTH..c.min((p + 1) * WIDTH);
        for (r, sums) in product(rows, panel).iter().enumerate() {
            out[r * d + column..][columns.clone()].copy_from_slice(&sums[..columns.len()]);
        }
    }
}

/// Softmax of `scale · row`, in place. Maximum and sum run in eight lanes, which vectorise.
fn softmax(row: &mut [f32], scale: f32) {
    let mut lanes = [f32::NEG_INFINITY; WIDTH];
    for chunk in row.chunks(WIDTH) {
        for (lane, s) in lanes.iter_mut().zip(chunk) {
            *lane = if *s > *lane { *s } else { *lane };
        }
    }
    let top = lanes.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for s in &mut *row {
        *s = exp_nonpositive((*s - top) * scale);
    }
    let mut lanes = [0.0_f32; WIDTH];
    for chunk in row.chunks(WIDTH) {
        for (lane, s) in lanes.iter_mut().zip(chunk) {
            *lane += s;
        }
    }
    let norm = 1.0 / lanes.iter().sum::<f32>();
    for s in row {
        *s *= norm;
    }
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
