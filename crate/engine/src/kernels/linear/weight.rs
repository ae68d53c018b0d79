//! The weight and bias of a linear layer on a device.

use super::layout::{self, Format, PackedWeight};
use crate::quant::{Precision, QuantizedWeight, quantize};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, ExtensionType};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

/// A weight `[n, k]` and a bias `[n]`, in the layout that the linear kernel of the device reads.
#[derive(Clone, Debug, ExtensionType)]
pub struct Weight<B: Backend = Dispatch> {
    #[extension_type]
    pub(super) numbers: Numbers<B>,
    pub(super) bias_and_scales: FloatTensor<B>, // bias [n], then the scales of integers, see `layout`
    pub(super) format: Format,
}

/// The numbers of a weight.
#[derive(Clone, Debug, ExtensionType)]
pub(super) enum Numbers<B: Backend> {
    /// f32.
    Floats(FloatTensor<B>),
    /// Halves or integers, several in a word.
    Words(IntTensor<B>),
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
            return Self::from_words(layout::halves(&weight, bias, format, gpu), format, device);
        }
        Self::from_floats(layout::floats(weight, format.inputs, gpu), bias, format, device)
    }

    /// Rows on a GPU as a weight without a bias: the linear kernel then computes the inner products of
    /// other rows with them.
    ///
    /// # Shape
    /// `rows [n, k]`, k a multiple of 4.
    #[must_use]
    pub fn rows(rows: TensorData, device: &Device) -> Self {
        let (outputs, inputs) = (rows.shape()[0], rows.shape()[1]);
        let format = Format { precision: Precision::F32, inputs, outputs };
        Self::from_floats(rows, vec![0.0; outputs], format, device)
    }

    /// Lays out a weight that is quantized already and uploads it.
    ///
    /// # Shape
    /// `quantized [n, k]`, `bias [n]`.
    #[must_use]
    pub fn quantized(
        quantized: QuantizedWeight,
        bias: Vec<f32>,
        precision: Precision,
        device: &Device,
        gpu: bool,
    ) -> Self {
        let format = Format { precision, inputs: quantized.inputs, outputs: quantized.outputs };
        Self::from_words(layout::codes(quantized, bias, format, gpu), format, device)
    }

    fn from_floats(floats: TensorData, bias: Vec<f32>, format: Format, device: &Device) -> Self {
        let floats: Tensor<2> = Tensor::from_data(floats, device);
        Self::from_numbers(Numbers::Floats(floats.into_dispatch()), bias, format, device)
    }

    fn from_words(laid_out: PackedWeight, format: Format, device: &Device) -> Self {
        let shape = [laid_out.rows, laid_out.words.len() / laid_out.rows];
        let data = TensorData::new(laid_out.words, shape);
        let words: Tensor<2, Int> = Tensor::from_data(data, (device, DType::I32));
        let numbers = Numbers::Words(words.into_dispatch());
        Self::from_numbers(numbers, laid_out.bias_and_scales, format, device)
    }

    fn from_numbers(
        numbers: Numbers<Dispatch>,
        bias_and_scales: Vec<f32>,
        format: Format,
        device: &Device,
    ) -> Self {
        let length = bias_and_scales.len();
        let floats: Tensor<1> = Tensor::from_data(TensorData::new(bias_and_scales, [length]), device);
        Self { numbers, bias_and_scales: floats.into_dispatch(), format }
    }
}
