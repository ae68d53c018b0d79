//! Rotary position embedding on the query and key parts of a fused `qkv`.
//!
//! Split-half convention of ESM: with `c = d/heads` and `x = (x₁, x₂)` the halves of a head,
//! `x₁' = x₁·cos − x₂·sin`, `x₂' = x₂·cos + x₁·sin`. `angles [t, c]` holds per row the `c/2`
//! cosines and then the `c/2` sines of `position · inv_freq[j]`. The host computes them in f32 from
//! the checkpoint's own `inv_freq`, because sine and cosine in WGSL are too coarse.

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The cosines and sines of one position; the angles are computed in f32, as the reference does.
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

/// The plain reference; the CPU runs it too.
///
/// # Shape
/// `qkv [t, 3·width·heads]` in place, `angles [t, width]`.
pub fn rotary_reference(qkv: &mut [f32], angles: &[f32], heads: usize, width: usize) {
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

/// Rotates the query and key parts of `qkv`; `angles` as from [`angles`](fn@angles).
///
/// # Shape
/// `qkv [t, 3·d]`, `angles [t, d/heads]` → `[t, 3·d]`.
#[must_use]
pub fn rotary(qkv: Tensor<2>, angles: &Tensor<2>, heads: usize) -> Tensor<2> {
    let angles = angles.clone().into_dispatch();
    Tensor::from_dispatch(Dispatch::rotary(qkv.into_dispatch(), angles, heads))
}

#[backend_extension(Cube, Flex)]
trait RotaryKernel: Backend {
    fn rotary(qkv: FloatTensor<Self>, angles: FloatTensor<Self>, heads: usize) -> FloatTensor<Self>;
}

impl RotaryKernel for Flex {
    fn rotary(qkv: FlexTensor, angles: FlexTensor, heads: usize) -> FlexTensor {
        let width = angles.shape()[1];
        let angles = angles.to_contiguous();
        let mut out = qkv.to_contiguous();
        drop(qkv);
        rotary_reference(out.storage_mut(), angles.storage(), heads, width);
        out
    }
}

impl RotaryKernel for CubeBackend {
    fn rotary(qkv: CubeTensor, angles: CubeTensor, heads: usize) -> CubeTensor {
        let (t, d) = (qkv.shape()[0], qkv.shape()[1] / 3);
        let qkv = into_contiguous(qkv);
        let out = empty_like(&qkv, [t, 3 * d]);
        launch(shader(d, heads), ((3 * d / 2).div_ceil(64), t), &[&qkv, &angles, &out]);
        out
    }
}

fn shader(d: usize, heads: usize) -> Shader {
    Shader {
        name: "rotary",
        body: vec![include_str!("rotary.wgsl")],
        constants: vec![("D", d.into()), ("WIDTH", (d / heads).into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        validate(&super::shader(64, 4));
    }
}
