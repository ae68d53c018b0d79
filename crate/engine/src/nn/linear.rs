//! `y = act(x · Wᵀ + b)`.

use super::{Place, Reader};
use crate::error::EngineError;
use crate::kernels::{Activation, Ending, Ops, Weight};
use crate::quant::{Precision, Quantized};
use burn::tensor::Tensor;

/// A linear layer from `k` inputs to `n` outputs.
#[derive(Clone, Debug)]
pub struct Linear {
    weight: Weight, // [n, k], and the bias [n]
}

impl Linear {
    /// Reads `{prefix}.weight` and, where the checkpoint has one, `{prefix}.bias`; quantized as the
    /// reader's place wants it.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, prefix: &str, inputs: usize) -> Result<Self, EngineError> {
        Self::read_stacked(reader, &[prefix.to_owned()], inputs)
    }

    /// As [`Self::read`], but never as integers: for the layers of a head.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read_head(reader: &mut Reader, prefix: &str, inputs: usize) -> Result<Self, EngineError> {
        let (weight, bias) = numbers(reader, &[prefix.to_owned()], inputs)?;
        Ok(Self::head(weight, bias, reader.place()))
    }

    /// Reads several layers with the same input and stacks their outputs: one product instead of
    /// three for query, key and value.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read_stacked(
        reader: &mut Reader,
        prefixes: &[String],
        inputs: usize,
    ) -> Result<Self, EngineError> {
        let Some(scheme) = reader.place().precision.scheme() else {
            let (weight, bias) = numbers(reader, prefixes, inputs)?;
            return Ok(Self::new(weight, bias, reader.place()));
        };
        // Outputs are quantized each for itself, so that parts can be, and no more floats lie here than one has.
        let mut parts = Vec::with_capacity(prefixes.len());
        let mut bias = Vec::new();
        for prefix in prefixes {
            parts.push(reader.quantized(&format!("{prefix}.weight"), inputs, scheme)?);
            append_bias(reader, prefix, parts.iter().map(|part| part.outputs).sum(), &mut bias)?;
        }
        Ok(Self::quantized(Quantized::stacked(parts, scheme, inputs), bias, reader.place()))
    }

    /// A layer of a weight that is quantized already.
    #[must_use]
    pub fn quantized(weight: Quantized, bias: Vec<f32>, place: &Place) -> Self {
        Self { weight: Weight::quantized(weight, bias, place.precision, &place.device, place.gpu) }
    }

    /// A layer of these numbers: `weight [n, k]`, `bias [n]`.
    #[must_use]
    pub fn new(weight: Vec<f32>, bias: Vec<f32>, place: &Place) -> Self {
        Self { weight: Weight::new(weight, bias, place.precision, &place.device, place.gpu) }
    }

    /// As [`Self::new`], but never as integers.
    #[must_use]
    pub fn head(weight: Vec<f32>, bias: Vec<f32>, place: &Place) -> Self {
        let precision = match place.precision {
            Precision::F16 => Precision::F16,
            _ => Precision::F32,
        };
        Self::new(weight, bias, &Place { precision, ..place.clone() })
    }

    /// # Shape
    /// `x [t, k]` → `[t, n]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        x.linear(&self.weight, activation)
    }

    /// The first half of the outputs, activated, times the second.
    ///
    /// # Shape
    /// `x [t, k]` → `[t, n/2]`.
    #[must_use]
    pub fn forward_gated(&self, x: Tensor<2>, gate: Activation) -> Tensor<2> {
        x.linear(&self.weight, Ending::Gated(gate))
    }

    /// The layer's output added to `residual`.
    ///
    /// # Shape
    /// `x [t, k]`, `residual [t, n]` → `[t, n]`.
    #[must_use]
    pub fn forward_add(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        x.linear_add(&self.weight, residual)
    }
}

/// Stacked weights `[n, k]` and biases `[n]`; layers without a bias get zeros.
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

/// The bias of the last of stacked layers with `outputs` outputs together, or zeros.
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
