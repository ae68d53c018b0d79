//! Gated activation: `y = gate(u₁) ∘ u₂`, where `u₁` and `u₂` are the halves of each row of `u`.
//!
//! `u [t, 2·n]` comes from one linear layer of `2·n` outputs; `y [t, n]`. SwiGLU gates with SiLU
//! (Nucleotide Transformer v2), GEGLU with the exact GELU (DNABERT-2); in both published codes the
//! **first** half is the gate. Shazeer 2020, "GLU variants improve transformer".

use super::activation::Activation;
use super::exp::Exp2;
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;

/// The function that the first half of a row goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// `x · σ(x)`: SwiGLU.
    Silu,
    /// The exact GELU: GEGLU.
    Gelu,
}

impl Gate {
    /// The number that stands for it in WGSL.
    fn code(self) -> usize {
        match self {
            Self::Silu => 0,
            Self::Gelu => 1,
        }
    }

    /// The function on a row, fast.
    fn apply(self, row: &mut [f32]) {
        match self {
            Self::Silu => {
                let exp2 = Exp2::new();
                row.iter_mut().for_each(|x| *x = silu(*x, &exp2));
            }
            Self::Gelu => Activation::Gelu.apply(row),
        }
    }
}

/// `x · σ(x)`, from the exponential of `−|x|`: nothing overflows, and loops over it vectorise.
#[inline]
fn silu(x: f32, exp2: &Exp2) -> f32 {
    let e = exp2.nonpositive(-x.abs() * std::f32::consts::LOG2_E);
    x * if x < 0.0 { e } else { 1.0 } / (1.0 + e)
}

/// The plain twin.
///
/// # Shape
/// `u [t, 2·n]` → `[t, n]`.
#[must_use]
pub fn gate_plain(u: &[f32], n: usize, gate: Gate) -> Vec<f32> {
    let curve = |x: f32| match gate {
        Gate::Silu => (f64::from(x) / (1.0 + (-f64::from(x)).exp())) as f32,
        Gate::Gelu => Activation::Gelu.plain(x),
    };
    let rows = u.chunks_exact(2 * n).map(|row| row.split_at(n));
    rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| curve(*a) * b)).collect()
}

pub(super) fn cpu(u: &FlexTensor, gate: Gate) -> FlexTensor {
    let (t, n) = (u.shape()[0], u.shape()[1] / 2);
    let u = u.to_contiguous();
    let u: &[f32] = u.storage();
    let mut y = vec![0.0_f32; t * n];
    for (y, u) in y.chunks_exact_mut(n).zip(u.chunks_exact(2 * n)) {
        let (first, second) = u.split_at(n);
        y.copy_from_slice(first);
        gate.apply(y);
        for (y, v) in y.iter_mut().zip(second) {
            *y *= v;
        }
    }
    FlexTensor::from_data(TensorData::new(y, [t, n]))
}

pub(super) fn shader(n: usize, gate: Gate) -> Shader {
    Shader {
        name: "gate",
        body: vec![include_str!("curves.wgsl"), include_str!("gate.wgsl")],
        constants: vec![("N", n.into()), ("GATE", gate.code().into())],
        unrolled: Vec::new(),
        group: (64, 1),
    }
}

pub(super) fn gpu(u: CubeTensor, gate: Gate) -> CubeTensor {
    let (t, n) = (u.shape()[0], u.shape()[1] / 2);
    let u = into_contiguous(u);
    let y = empty_like(&u, [t, n]);
    launch(shader(n, gate), ((n / 4).div_ceil(64), t), &[&u, &y]);
    y
}
