//! Rotary position embedding on the query and key parts of a fused `qkv`.
//!
//! Split-half convention of ESM: with `c = d/heads` and `x = (x₁, x₂)` the halves of a head,
//! `x₁' = x₁·cos − x₂·sin`, `x₂' = x₂·cos + x₁·sin`. `angles [t, c]` holds per row the `c/2`
//! cosines and then the `c/2` sines of `position · inv_freq[j]`, computed on the host in f32 from
//! the checkpoint's own `inv_freq` (sine and cosine in WGSL are too coarse).

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The cosines and sines of one position; angles are formed in f32 as the reference does.
///
/// # Shape
/// `inv_freq [c/2]` → `[c]`.
pub fn angles(position: usize, inv_freq: &[f32]) -> impl Iterator<Item = f32> + '_ {
    let angle = move |f: &f32| position as f32 * f;
    inv_freq
        .iter()
        .map(move |f| f64::from(angle(f)).cos() as f32)
        .chain(inv_freq.iter().map(move |f| f64::from(angle(f)).sin() as f32))
}

/// The plain twin; it is also what the CPU runs.
///
/// # Shape
/// `qkv [t, 3·width·heads]` in place, `angles [t, width]`.
pub fn rotary_plain(qkv: &mut [f32], angles: &[f32], heads: usize, width: usize) {
    let half = width / 2;
    let d = width * heads;
    for (row, angle) in qkv.chunks_exact_mut(3 * d).zip(angles.chunks_exact(width)) {
        let (cos, sin) = angle.split_at(half);
        for head in row[..2 * d].chunks_exact_mut(width) {
            let (first, second) = head.split_at_mut(half);
            for (((a, b), cos), sin) in first.iter_mut().zip(second).zip(cos).zip(sin) {
                (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
            }
        }
    }
}

pub(super) fn cpu(qkv: FlexTensor, angles: &FlexTensor, heads: usize) -> FlexTensor {
    let width = angles.shape()[1];
    let angles = angles.to_contiguous();
    let mut out = qkv.to_contiguous();
    drop(qkv);
    rotary_plain(out.storage_mut(), angles.storage(), heads, width);
    out
}

pub(super) fn shader(d: usize, heads: usize) -> Shader {
    Shader {
        name: "rotary",
        body: vec![include_str!("rotary.wgsl")],
        constants: vec![("D", d.into()), ("WIDTH", (d / heads).into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

pub(super) fn gpu(qkv: CubeTensor, angles: &CubeTensor, heads: usize) -> CubeTensor {
    let (t, d) = (qkv.shape()[0], qkv.shape()[1] / 3);
    let qkv = into_contiguous(qkv);
    let out = empty_like(&qkv, [t, 3 * d]);
    launch(shader(d, heads), ((3 * d / 2).div_ceil(64), t), &[&qkv, angles, &out]);
    out
}
