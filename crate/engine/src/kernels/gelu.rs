//! GELU by itself, `y = x/2 · (1 + erf(x/√2))`, where no linear layer comes before it.
//!
//! `x`, `y` `[t, d]`. In the blocks of BiGCARP and CARP the activation follows a layer norm.

use super::activation::Activation;
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The plain twin.
///
/// # Shape
/// Any; the same comes out.
#[must_use]
pub fn gelu_plain(x: &[f32]) -> Vec<f32> {
    x.iter().map(|x| Activation::Gelu.plain(*x)).collect()
}

pub(super) fn cpu(x: FlexTensor) -> FlexTensor {
    let mut y = x.to_contiguous();
    drop(x);
    Activation::Gelu.apply(y.storage_mut::<f32>());
    y
}

pub(super) fn shader(d: usize) -> Shader {
    Shader {
        name: "gelu",
        body: vec![include_str!("curves.wgsl"), include_str!("gelu.wgsl")],
        constants: vec![("D", d.into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

pub(super) fn gpu(x: CubeTensor) -> CubeTensor {
    let (t, d) = (x.shape()[0], x.shape()[1]);
    let x = into_contiguous(x);
    let y = empty_like(&x, [t, d]);
    launch(shader(d), ((d / 4).div_ceil(64), t), &[&x, &y]);
    y
}
