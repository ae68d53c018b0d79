//! Numbers back from a device.

use crate::error::EngineError;
use burn::tensor::Tensor;

/// Waits for a tensor and copies its numbers to the host, row-major: the only proof that the device computed.
///
/// # Shape
/// Any; `[a, b]` → `a · b` numbers.
///
/// # Errors
/// `device.failed` if the device stops answering.
pub async fn read_back<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, EngineError> {
    let data = tensor.into_data_async().await.map_err(|error| EngineError::Device(format!("{error:?}")))?;
    data.try_into_vec::<f32>().map_err(|error| EngineError::Device(format!("{error:?}")))
}
