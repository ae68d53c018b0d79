//! An open device, which one is wanted, and what is remembered of it.

use super::check::SelfTest;
use crate::kernels::Tuning;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which device is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// A hardware GPU if there is one that passes its self-test, else the CPU.
    #[default]
    Auto,
    /// WebGPU (natively Vulkan, Metal or DX12), or an error.
    #[cfg_attr(feature = "cli", value(name = "webgpu", alias = "gpu"))]
    WebGpu,
    /// The CPU.
    Cpu,
}

/// What kind of device was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// WebGPU (natively: Vulkan, Metal or DX12 through wgpu).
    WebGpu,
    /// The CPU, with SIMD.
    Cpu,
}

impl DeviceKind {
    /// The name in options, reports and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::Cpu => "cpu",
        }
    }
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The kernels that suited an adapter before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedTuning {
    /// The adapter: [`OpenDevice::name`].
    pub adapter: String,
    /// Its kernels: [`OpenDevice::kernels`].
    pub kernels: Tuning,
}

/// An open device and why it was chosen.
#[derive(Clone, Debug)]
pub struct OpenDevice {
    /// Burn's handle.
    pub device: Device,
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// The adapter's name, if the browser gives it.
    pub name: String,
    /// Whether the adapter is software: no faster than the CPU.
    pub software: bool,
    /// Which kernels a GPU runs.
    pub kernels: Option<Tuning>,
    /// One sentence: which device and why.
    pub reason: String,
    /// What the self-test of a GPU measured.
    pub check: Option<SelfTest>,
}

/// Tokens per batch on a hardware GPU: enough work per submission to hide its cost.
const BUDGET_GPU: usize = 8192;
/// Tokens per batch on a software adapter: keeps each submission short.
const BUDGET_SOFTWARE: usize = 1024;

impl OpenDevice {
    /// The CPU, with a sentence on why it was chosen.
    #[must_use]
    pub fn cpu(reason: impl Into<String>) -> Self {
        Self {
            device: Device::flex(),
            kind: DeviceKind::Cpu,
            name: "CPU".into(),
            software: false,
            kernels: None,
            reason: reason.into(),
            check: None,
        }
    }

    /// Whether it is a GPU.
    #[must_use]
    pub fn is_gpu(&self) -> bool {
        self.kind == DeviceKind::WebGpu
    }

    /// Tokens that one forward pass should hold. On the CPU sequences run one by one: batching
    /// wins nothing there.
    #[must_use]
    pub fn token_budget(&self) -> usize {
        match (self.kind, self.software) {
            (DeviceKind::Cpu, _) => 0,
            (DeviceKind::WebGpu, true) => BUDGET_SOFTWARE,
            (DeviceKind::WebGpu, false) => BUDGET_GPU,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_json() {
        let choices = [DeviceChoice::Auto, DeviceChoice::WebGpu, DeviceChoice::Cpu];
        assert_eq!(serde_json::json!(choices), serde_json::json!(["auto", "webgpu", "cpu"]));
        for kind in [DeviceKind::WebGpu, DeviceKind::Cpu] {
            assert_eq!(serde_json::json!(kind), kind.name());
        }
    }
}
