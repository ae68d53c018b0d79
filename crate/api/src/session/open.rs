//! The device of a session.

use crossgrain_engine::device::{CachedTuning, DeviceChoice, DeviceKind, OpenDevice, TOLERANCE};
use crossgrain_engine::kernels::Tuning;
use serde::{Deserialize, Serialize};

/// Which device to open.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "OpenRequest"))]
pub struct Request {
    /// The device that is wanted.
    #[serde(default)]
    pub device: DeviceChoice,
    /// Why the CPU was chosen, if the caller knows more than the session. It completes "CPU, because …".
    #[serde(default)]
    pub because: Option<String>,
    /// The adapter and kernels of an earlier report; that adapter is then not tuned again.
    #[serde(default)]
    pub kernels: Option<Kernels>,
}

/// The kernels that suited an adapter before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Kernels {
    /// `name` of the earlier report.
    pub adapter: String,
    /// `kernels` of the earlier report.
    pub choice: String,
}

impl Request {
    /// The cached choice of kernels; a text that cannot be read is ignored.
    #[must_use]
    pub fn cached_tuning(&self) -> Option<CachedTuning> {
        let Kernels { adapter, choice } = self.kernels.as_ref()?;
        Some(CachedTuning { adapter: adapter.clone(), kernels: Tuning::parse(choice)? })
    }
}

/// The device that computes, and why it was chosen.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeviceReport"))]
pub struct Response {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// Name of the adapter, if the browser gives it.
    pub name: String,
    /// Whether it is a GPU emulated by the processor.
    pub software: bool,
    /// Why it was chosen, as a sentence.
    pub reason: String,
    /// The start-up check against stored numbers; `null` on the CPU.
    pub check: Option<Check>,
    /// Kernels that a GPU runs, found by timing them; `null` on the CPU.
    pub kernels: Option<String>,
    /// Whether integer sums run on relaxed SIMD, which is faster and gives the same numbers.
    pub relaxed_simd: bool,
}

/// A start-up check.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Check {
    /// Largest difference to the stored numbers.
    pub max_difference: f32,
    /// Largest difference that passes.
    pub tolerance: f32,
}

impl Response {
    /// The report of an open device.
    #[must_use]
    pub fn of(device: &OpenDevice, relaxed_simd: bool) -> Self {
        Self {
            kind: device.kind,
            name: device.name.clone(),
            software: device.software,
            reason: device.reason.clone(),
            check: device.check.map(|check| Check { max_difference: check.difference, tolerance: TOLERANCE }),
            kernels: device.kernels.map(|kernels| kernels.to_string()),
            relaxed_simd,
        }
    }
}
