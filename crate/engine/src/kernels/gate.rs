//! Gated linear layers: `y = f(u₁) ∘ u₂`, where `u₁` and `u₂` are the halves of each row of `u`.
//!
//! `u [t, 2·n]` are the outputs of one linear layer; `y [t, n]`. SwiGLU gates with SiLU (Nucleotide
//! Transformer v2), GEGLU with the exact GELU (DNABERT-2); in both published codes the **first** half is
//! the gate. Shazeer 2020, "GLU variants improve transformer". GPU: the end of the linear kernel, see
//! `linear_gate.wgsl`.

use super::activation::{Activation, Ending};
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

/// The plain twin.
///
/// # Shape
/// `u [t, 2·n]` → `[t, n]`.
#[must_use]
pub fn gate_plain(u: &[f32], n: usize, gate: Activation) -> Vec<f32> {
    let rows = u.chunks_exact(2 * n).map(|row| row.split_at(n));
    rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| gate.plain(*a) * b)).collect()
}

/// A layer with its end; `layer` makes its outputs up to the activation.
pub(super) fn cpu(ending: Ending, layer: impl FnOnce(Activation) -> FlexTensor) -> FlexTensor {
    match ending {
        Ending::Activated(activation) => layer(activation),
        Ending::Gated(gate) => gated(&layer(Activation::None), gate),
    }
}

fn gated(u: &FlexTensor, gate: Activation) -> FlexTensor {
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
