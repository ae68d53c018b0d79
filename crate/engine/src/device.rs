//! Opens a device and proves that it computes.
//!
//! There is one `wgpu::Device`, made here and handed to burn; kernels and burn share it. Before a
//! GPU is used it embeds one short sequence with a tiny built-in model ([`canary`]) and the result
//! must agree with stored numbers: drivers that compute wrong numbers without an error exist. Before
//! that the kernels that suit it are chosen by trying them ([`contest`]).

mod canary;
mod contest;
mod gpu;

pub use canary::{Check, TOLERANCE};

use crate::error::EngineError;
use crate::kernels::{Tuning, set_tuning};
use burn::tensor::Device;

/// Which device is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// WebGPU if there is one and it passes the check, else the CPU.
    #[default]
    Auto,
    /// WebGPU or an error.
    WebGpu,
    /// The CPU.
    Cpu,
}

/// What kind of device was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// WebGPU (natively: Vulkan, Metal or DX12 through wgpu).
    WebGpu,
    /// The CPU, with SIMD.
    Cpu,
}

impl Kind {
    /// The name in options, reports and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::Cpu => "cpu",
        }
    }
}

/// An open device and why it was chosen.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Burn's handle.
    pub device: Device,
    /// GPU or CPU.
    pub kind: Kind,
    /// The adapter's name, as far as the browser tells.
    pub name: String,
    /// Whether the adapter is software: no faster than the CPU.
    pub software: bool,
    /// Which kernels a GPU runs.
    pub kernels: Option<Tuning>,
    /// One sentence: which device and why.
    pub reason: String,
    /// What the start-up check measured.
    pub check: Option<Check>,
}

/// Tokens per batch on a real GPU: enough work per submission to hide its cost.
const BUDGET_GPU: usize = 8192;
/// Tokens per batch on a software adapter: keeps each submission short.
const BUDGET_SOFTWARE: usize = 1024;

impl Opened {
    /// Whether it is a GPU.
    #[must_use]
    pub fn is_gpu(&self) -> bool {
        self.kind == Kind::WebGpu
    }

    /// Tokens that one forward pass should hold. On the CPU sequences run one by one: batching
    /// wins nothing there.
    #[must_use]
    pub fn token_budget(&self) -> usize {
        match (self.kind, self.software) {
            (Kind::Cpu, _) => 0,
            (Kind::WebGpu, true) => BUDGET_SOFTWARE,
            (Kind::WebGpu, false) => BUDGET_GPU,
        }
    }
}

/// Opens the wanted device.
///
/// # Errors
/// `device.unavailable` or `device.failed`, for [`Choice::WebGpu`] only.
pub async fn open(choice: Choice) -> Result<Opened, EngineError> {
    open_remembering(choice, None).await
}

/// What [`Opened::kernels`] was for an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// [`Opened::name`].
    pub adapter: String,
    /// The kernels that suited it.
    pub kernels: Tuning,
}

/// As [`open`], but if it is the remembered adapter, nothing is tried out.
///
/// # Errors
/// As [`open`].
pub async fn open_remembering(choice: Choice, remembered: Option<Remembered>) -> Result<Opened, EngineError> {
    match choice {
        Choice::Cpu => Ok(cpu("CPU, as chosen".into())),
        Choice::WebGpu => checked_gpu(remembered).await,
        Choice::Auto => match checked_gpu(remembered).await {
            // A software adapter runs on the same CPU, behind a translator: slower than our own code.
            Ok(gpu) if gpu.software => {
                Ok(cpu(format!("CPU, because the only WebGPU adapter ({}) is software and slower", gpu.name)))
            }
            Ok(gpu) => Ok(gpu),
            Err(EngineError::NoDevice(why) | EngineError::Device(why)) => {
                Ok(cpu(format!("CPU, because {why}")))
            }
            Err(error) => Ok(cpu(format!("CPU, because {error}"))),
        },
    }
}

fn cpu(reason: String) -> Opened {
    Opened {
        device: Device::flex(),
        kind: Kind::Cpu,
        name: "CPU".into(),
        software: false,
        kernels: None,
        reason,
        check: None,
    }
}

async fn checked_gpu(remembered: Option<Remembered>) -> Result<Opened, EngineError> {
    let (mut opened, dot) = gpu::open().await?;
    let kernels = match remembered {
        // To translate all candidates would take a software adapter seconds, and the outcome is known.
        _ if opened.software => Tuning::Registers,
        Some(remembered) if remembered.adapter == opened.name => remembered.kernels,
        _ => contest::run(&opened, dot).await?,
    };
    let mut check = checked_with(&mut opened, kernels).await?;
    if !check.passed() && kernels != Tuning::Registers {
        // The simpler kernels may still be right.
        check = checked_with(&mut opened, Tuning::Registers).await?;
    }
    if !check.passed() {
        return Err(EngineError::Device(format!(
            "{} computes wrong numbers (off by {:.1e} in the start-up check)",
            opened.name, check.difference
        )));
    }
    opened.reason = format!("WebGPU on {}, which passed the start-up check", opened.name);
    opened.check = Some(check);
    Ok(opened)
}

async fn checked_with(opened: &mut Opened, kernels: Tuning) -> Result<Check, EngineError> {
    set_tuning(&opened.device, kernels);
    opened.kernels = Some(kernels);
    canary::check(opened).await
}
