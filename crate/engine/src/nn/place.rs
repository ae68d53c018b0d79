//! Where a model's tensors go and what becomes of them there.

use crate::quant::Precision;
use burn::tensor::Device;

/// A device and the precision that linear layers get on it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Burn's handle.
    pub device: Device,
    /// Whether it is a GPU.
    pub gpu: bool,
    /// Of the linear layers; everything else stays as exact as it came.
    pub precision: Precision,
}
