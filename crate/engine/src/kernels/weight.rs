//! The weight and bias of a linear layer on a device.

use super::layout::{Format, lay_out};
use super::{Activation, Kernels, linear};
use crate::quant::Precision;
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
        let (numbers, affine) = if precision == Precision::F32 {
            let data = match gpu {
                true => TensorData::new(weight, [outputs, format.inputs]),
                false => linear::lay_out(weight, format.inputs),
            };
            (Numbers::Floats(Tensor::from_data(data, device)), bias)
        } else {
            let laid = lay_out(&weight, bias, format, gpu);
            let shape = [laid.rows, laid.words.len() / laid.rows];
            let words = Tensor::from_data(TensorData::new(laid.words, shape), (device, DType::I32));
            (Numbers::Words(words), laid.affine)
        };
        let length = affine.len();
        Self { numbers, affine: Tensor::from_data(TensorData::new(affine, [length]), device), format }
    }

    /// `act(x · weightᵀ + bias)`.
    pub(super) fn apply(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        let (x, affine) = (x.into_dispatch(), self.affine.clone().into_dispatch());
        Tensor::from_dispatch(match self.numbers.clone() {
            Numbers::Floats(weight) => {
                Dispatch::linear(x, weight.into_dispatch(), affine, self.format, activation)
            }
            Numbers::Words(words) => {
                Dispatch::linear_packed(x, words.into_dispatch(), affine, self.format, activation)
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
