//! The inputs of a dilated convolution side by side, so that a linear layer can finish it.
//!
//! A convolution of `K` taps (3 or 5) and dilation `D` over the rows of a span is
//! `y[r] = b + Σ_k W_k · x[r + (k − ⌊K/2⌋)·D]`, zero outside the span ("same" padding; a
//! cross-correlation, as PyTorch has it). This kernel writes the `K` rows that `y[r]` needs one
//! after the other, `[t, c]` → `[t, K·c]`; the sum is then a linear layer with weight `[n, K·c]`,
//! which is fast already and may be quantized.

use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain twin.
///
/// # Shape
/// `x [t, c]`, `spans [t, 2]` → `[t, taps·c]`.
#[must_use]
pub fn taps_plain(x: &[f32], spans: &[[i32; 2]], taps: usize, dilation: usize) -> Vec<f32> {
    let c = x.len() / spans.len().max(1);
    let mut out = Vec::with_capacity(x.len() * taps);
    for (r, [first, last]) in spans.iter().enumerate() {
        for tap in 0..taps {
            let source = r as i64 + (tap as i64 - taps as i64 / 2) * dilation as i64;
            let inside = (i64::from(*first)..i64::from(*last)).contains(&source);
            match usize::try_from(source) {
                Ok(source) if inside => out.extend_from_slice(&x[source * c..][..c]),
                _ => out.resize(out.len() + c, 0.0),
            }
        }
    }
    out
}

pub(super) fn cpu(x: &FlexTensor, spans: &FlexTensor, taps: usize, dilation: usize) -> FlexTensor {
    let (t, c) = (x.shape()[0], x.shape()[1]);
    let (x, spans) = (x.to_contiguous(), spans.to_contiguous());
    let (spans, _) = spans.storage::<i32>().as_chunks();
    // Copying rows is all there is to do: the twin is as fast as it gets.
    FlexTensor::from_data(TensorData::new(taps_plain(x.storage(), spans, taps, dilation), [t, taps * c]))
}

pub(super) fn shader(c: usize, taps: usize, dilation: usize) -> Shader {
    Shader {
        name: "taps",
        body: vec![include_str!("taps.wgsl")],
        constants: vec![("C", c.into()), ("TAPS", taps.into()), ("DILATION", dilation.into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

pub(super) fn gpu(x: CubeTensor, spans: &CubeTensor, taps: usize, dilation: usize) -> CubeTensor {
    let (t, c) = (x.shape()[0], x.shape()[1]);
    let x = into_contiguous(x);
    let y = empty_like(&x, [t, taps * c]);
    launch(shader(c, taps, dilation), ((taps * c / 4).div_ceil(64), t), &[&x, spans, &y]);
    y
}
