//! `y = act(x · Wᵀ + b)`.

use super::{Placement, Reader};
use crate::error::EngineError;
use crate::kernels::{Activation, Epilogue, Weight, linear, linear_add};
use crate::quant::{Precision, QuantizedWeight};
use burn::tensor::Tensor;

/// A linear layer from `k` inputs to `n` outputs.
#[derive(Clone, Debug)]
pub struct Linear {
    weight: Weight, // [n, k], and the bias [n]
}

impl Linear {
    /// Reads `{prefix}.weight` and, if the checkpoint has one, `{prefix}.bias`, in the precision of the
    /// reader's placement.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, prefix: &str, inputs: usize) -> Result<Self, EngineError> {
        Self::read_stacked(reader, &[prefix.to_owned()], inputs)
    }

    /// As [`Self::read`], but floats stay floats: for the layers of a head.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read_head(reader: &mut Reader, prefix: &str, inputs: usize) -> Result<Self, EngineError> {
        let (weight, bias) = numbers(reader, &[prefix.to_owned()], inputs)?;
        Ok(Self::head(weight, bias, reader.placement()))
    }

    /// Reads several layers with the same inputs and stacks their outputs: one product instead of three
    /// for query, key and value.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read_stacked(
        reader: &mut Reader,
        prefixes: &[String],
        inputs: usize,
    ) -> Result<Self, EngineError> {
        let Some(scheme) = reader.placement().precision.scheme() else {
            let (weight, bias) = numbers(reader, prefixes, inputs)?;
            return Ok(Self::new(weight, bias, reader.placement()));
        };
        // Each output has scales of its own, so each part is quantized alone: the floats of one part are in
        // memory at a time.
        let mut parts = Vec::with_capacity(prefixes.len());
        let mut bias = Vec::new();
        for prefix in prefixes {
            parts.push(reader.quantized(&format!("{prefix}.weight"), inputs, scheme)?);
            append_bias(reader, prefix, parts.iter().map(|part| part.outputs).sum(), &mut bias)?;
        }
        Ok(Self::quantized(QuantizedWeight::stacked(parts, scheme, inputs), bias, reader.placement()))
    }

    /// A layer from a weight that is quantized already.
    ///
    /// # Shape
    /// `weight [n, k]`, `bias [n]`.
    #[must_use]
    pub fn quantized(weight: QuantizedWeight, bias: Vec<f32>, placement: &Placement) -> Self {
        Self {
            weight: Weight::quantized(weight, bias, placement.precision, &placement.device, placement.gpu),
        }
    }

    /// A layer from numbers.
    ///
    /// # Shape
    /// `weight [n, k]`, `bias [n]`.
    #[must_use]
    pub fn new(weight: Vec<f32>, bias: Vec<f32>, placement: &Placement) -> Self {
        Self { weight: Weight::new(weight, bias, placement.precision, &placement.device, placement.gpu) }
    }

    /// As [`Self::new`], but never in integers: for the layers of a head.
    ///
    /// # Shape
    /// `weight [n, k]`, `bias [n]`.
    #[must_use]
    pub fn head(weight: Vec<f32>, bias: Vec<f32>, placement: &Placement) -> Self {
        let precision = match placement.precision {
            Precision::F16 => Precision::F16,
            _ => Precision::F32,
        };
        Self::new(weight, bias, &Placement { precision, ..placement.clone() })
    }

    /// The layer, then an activation.
    ///
    /// # Shape
    /// `x [t, k]` → `[t, n]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        linear(x, &self.weight, activation)
    }

    /// A gated layer: the first half of the outputs goes through `gate` and multiplies the second half.
    ///
    /// # Shape
    /// `x [t, k]` → `[t, n/2]`.
    #[must_use]
    pub fn forward_gated(&self, x: Tensor<2>, gate: Activation) -> Tensor<2> {
        linear(x, &self.weight, Epilogue::Gate(gate))
    }

    /// The layer plus a residual.
    ///
    /// # Shape
    /// `x [t, k]`, `residual [t, n]` → `[t, n]`.
    #[must_use]
    pub fn forward_add(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        linear_add(x, &self.weight, residual)
    }
}

/// The weights and biases of stacked layers; a layer without a bias gets zeros.
///
/// # Shape
/// → `[n, k]`, `[n]`.
fn numbers(
    reader: &mut Reader,
    prefixes: &[String],
    inputs: usize,
) -> Result<(Vec<f32>, Vec<f32>), EngineError> {
    let (mut weight, mut bias) = (Vec::new(), Vec::new());
    for prefix in prefixes {
        weight.append(&mut reader.matrix(&format!("{prefix}.weight"))?);
        append_bias(reader, prefix, weight.len() / inputs, &mut bias)?;
    }
    Ok((weight, bias))
}

/// Appends the bias of the last of several stacked layers, or zeros; `outputs` counts the outputs of all.
fn append_bias(
    reader: &mut Reader,
    prefix: &str,
    outputs: usize,
    bias: &mut Vec<f32>,
) -> Result<(), EngineError> {
    let name = format!("{prefix}.bias");
    match reader.has(&name) {
        true => bias.append(&mut reader.host(&name)?),
        false => bias.resize(outputs, 0.0),
    }
    Ok(())
}
