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
    let data = tensor.into_data_async().await.map_err(|error| failed(&error))?;
    data.try_into_vec::<f32>().map_err(|error| failed(&error))
}

/// What a driver says, without the causes and traces that libraries add for programmers.
fn failed(error: &impl std::fmt::Debug) -> EngineError {
    EngineError::Device(reason(&format!("{error:?}")))
}

fn reason(said: &str) -> String {
    let first = ["Caused by", "Backtrace", "\n", "\\n"].iter().filter_map(|mark| said.find(mark)).min();
    let first =
        said.get(..first.unwrap_or(said.len())).unwrap_or(said).trim().trim_end_matches([':', ',', '.']);
    // A library calls a device "poisoned" that has failed once and answers nothing any more.
    if first.is_empty() || first.to_lowercase().contains("poison") {
        "it stopped in the middle of its work".to_owned()
    } else {
        first.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_user_can_read() {
        fn t(said: &str, expected: &str) {
            assert_eq!(reason(said), expected, "{said:?}");
        }
        t(
            "The device is poisoned\n\nCaused by:\n  lost\n\nBacktrace:\n No backtrace available",
            "it stopped in the middle of its work",
        );
        t(
            "The device is poisoned Caused by: x Backtrace: No backtrace available",
            "it stopped in the middle of its work",
        );
        t("out of memory.\nBacktrace: none", "out of memory");
        t("Generic { reason: \"lost\" }", "Generic { reason: \"lost\" }");
        t("", "it stopped in the middle of its work");
    }
}
