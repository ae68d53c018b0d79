//! The epilogue of a linear layer: what follows its matrix product in the same kernel.
//!
//! A gated layer computes `y = f(u₁) ∘ u₂`, where `u₁` and `u₂` are the halves of each row of its outputs
//! `u [t, 2·n]`; `y [t, n]`. SwiGLU gates with SiLU (Nucleotide Transformer v2), GEGLU with the exact
//! GELU (DNABERT-2); in both published codes the **first** half is the gate. Shazeer 2020, "GLU variants
//! improve transformer". GPU: `epilogue_activation.wgsl`, `epilogue_gate.wgsl`, `epilogue_residual.wgsl`.

use crate::kernels::activation::Activation;
use burn::backend::TensorMetadata;
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

/// What a layer does with its outputs after the bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Epilogue {
    /// A function of each output.
    Activation(Activation),
    /// A function of each output in the first half, times the output at the same place of the second.
    Gate(Activation),
}

impl From<Activation> for Epilogue {
    fn from(activation: Activation) -> Self {
        Self::Activation(activation)
    }
}

/// The plain reference of the gate.
///
/// # Shape
/// `u [t, 2·n]` → `[t, n]`.
#[must_use]
pub fn gate_reference(u: &[f32], n: usize, gate: Activation) -> Vec<f32> {
    let rows = u.chunks_exact(2 * n).map(|row| row.split_at(n));
    rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| gate.reference(*a) * b)).collect()
}

/// The gate on the CPU.
///
/// # Shape
/// `u [t, 2·n]` → `[t, n]`.
pub(super) fn gated(u: &FlexTensor, gate: Activation) -> FlexTensor {
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

/// The epilogue of rows on the CPU: adds the bias, adds a residual, applies an activation.
#[derive(Clone, Copy)]
pub(super) struct RowEpilogue<'a> {
    pub bias: &'a [f32],             // [n]
    pub residual: Option<&'a [f32]>, // [t, n]
    pub activation: Activation,
}

impl RowEpilogue<'_> {
    /// The epilogue of the rows after the first `count`.
    pub fn skip_rows(self, count: usize) -> Self {
        Self { residual: self.residual.map(|r| &r[count * self.bias.len()..]), ..self }
    }

    /// Applies all three steps.
    ///
    /// # Shape
    /// `y [rows, n]` in place.
    pub fn apply(self, y: &mut [f32]) {
        let n = self.bias.len();
        for (i, row) in y.chunks_exact_mut(n).enumerate() {
            for (y, b) in row.iter_mut().zip(self.bias) {
                *y += b;
            }
            for (y, r) in row.iter_mut().zip(self.residual.map(|r| &r[i * n..]).unwrap_or_default()) {
                *y += r;
            }
            self.activation.apply(row);
        }
    }
}
