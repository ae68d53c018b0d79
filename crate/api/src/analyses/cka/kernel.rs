//! The kernel of CKA as a request names it.

use crossgrain_core::analysis::{Bandwidth, Kernel};
use serde::{Deserialize, Serialize};

/// Similarity of two rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KernelName {
    /// Dot product.
    #[default]
    Linear,
    /// Gaussian of the distance.
    Rbf,
}

impl KernelName {
    /// The kernel; `bandwidth` is σ of the Gaussian as a share of the median distance between rows.
    #[must_use]
    pub fn with(self, bandwidth: f64) -> Kernel {
        match self {
            Self::Linear => Kernel::Linear,
            Self::Rbf => Kernel::Rbf(Bandwidth::Median(bandwidth)),
        }
    }
}
