//! The weight and bias of a linear layer on a device.

use super::layout::{self, Format, Words};
use super::{Ending, Kernels, linear};
use crate::quant::{Precision, Quantized, quantize};
use burn::backend::Dispatch;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

/// A weight `[n, k]` and a bias `[n]`, in the layout that the device's linear kernel reads.
#[derive(Clone, Debug)]
pub struct Weight {
    numbers: Numbers,
    affine: Tensor<1>, // bias [n]; for integers scales as well, see `layout`
    format: Format,
}

#[derive(Clone, Debug)]
enum Numbers {
    Floats(Tensor<2>),
    Words(Tensor<2, Int>),
}

impl Weight {
    /// Lays out a weight and uploads it.
    ///
    /// # Shape
    /// `weight [n, k]`, `bias [n]`.
    #[must_use]
    pub fn new(weight: Vec<f32>, bias: Vec<f32>, precision: Precision, device: &Device, gpu: bool) -> Self {
        let outputs = bias.len();
        let format = Format { precision, inputs: weight.len() / outputs, outputs };
        if let Some(scheme) = precision.scheme() {
            return Self::quantized(quantize(&weight, format.inputs, scheme), bias, precision, device, gpu);
        }
        if precision == Precision::F16 {
            return Self::of_words(layout::halves(&weight, bias, format, gpu), format, device);
        }
        let data = match gpu {
            true => TensorData::new(weight, [outputs, format.inputs]),
            false => linear::lay_out(weight, format.inputs),
        };
        Self::of(Numbers::Floats(Tensor::from_data(data, device)), bias, format, device)
    }

    /// Rows of numbers on a GPU as a weight, with a bias of zeros: to multiply other rows with them.
    ///
    /// # Shape
    /// `rows [n, k]`, k a multiple of 4.
    #[must_use]
    pub fn rows(rows: TensorData, device: &Device) -> Self {
        let (outputs, inputs) = (rows.shape()[0], rows.shape()[1]);
        let format = Format { precision: Precision::F32, inputs, outputs };
        let bias = vec![0.0; outputs];
        Self::of(Numbers::Floats(Tensor::from_data(rows, device)), bias, format, device)
    }

    /// Lays out a weight that is quantized already and uploads it.
    ///
    /// # Shape
    /// `quantized [n, k]`, `bias [n]`.
    #[must_use]
    pub fn quantized(
        quantized: Quantized,
        bias: Vec<f32>,
        precision: Precision,
        device: &Device,
        gpu: bool,
    ) -> Self {
        let format = Format { precision, inputs: quantized.inputs, outputs: quantized.outputs };
        Self::of_words(layout::codes(quantized, bias, format, gpu), format, device)
    }

    fn of_words(laid: Words, format: Format, device: &Device) -> Self {
        let shape = [laid.rows, laid.words.len() / laid.rows];
        let words = Tensor::from_data(TensorData::new(laid.words, shape), (device, DType::I32));
        Self::of(Numbers::Words(words), laid.affine, format, device)
    }

    fn of(numbers: Numbers, affine: Vec<f32>, format: Format, device: &Device) -> Self {
        let length = affine.len();
        Self { numbers, affine: Tensor::from_data(TensorData::new(affine, [length]), device), format }
    }

    /// `x · weightᵀ + bias` and its end.
    pub(super) fn apply(&self, x: Tensor<2>, ending: Ending) -> Tensor<2> {
        let (x, affine) = (x.into_dispatch(), self.affine.clone().into_dispatch());
        Tensor::from_dispatch(match self.numbers.clone() {
            Numbers::Floats(weight) => {
                Dispatch::linear(x, weight.into_dispatch(), affine, self.format, ending)
            }
            Numbers::Words(words) => {
                Dispatch::linear_packed(x, words.into_dispatch(), affine, self.format, ending)
            }
        })
    }

    /// `residual + x · weightᵀ + bias`.
    pub(super) fn apply_add(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        let (x, affine) = (x.into_dispatch(), self.affine.clone().into_dispatch());
        let residual = residual.into_dispatch();
        Tensor::from_dispatch(match self.numbers.clone() {
            Numbers::Floats(weight) => {
                Dispatch::linear_add(x, weight.into_dispatch(), affine, residual, self.format)
            }
            Numbers::Words(words) => {
                Dispatch::linear_packed_add(x, words.into_dispatch(), affine, residual, self.format)
            }
        })
    }
}
