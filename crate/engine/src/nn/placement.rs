//! The device of a model and the precision of its linear layers.

use crate::quant::Precision;
use burn::tensor::Device;

/// A device and the precision of the linear layers on it.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Burn's handle of the device.
    pub device: Device,
    /// Whether it is a GPU.
    pub gpu: bool,
    /// Precision of the linear layers; all other tensors are f32.
    pub precision: Precision,
}
