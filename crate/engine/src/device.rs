//! Opens a device and proves that it computes.
//!
//! There is one `wgpu::Device`, made here and handed to burn; kernels and burn share it. Before a GPU is used,
//! `autotune` times a few kernels and takes the fastest, and `self_test` embeds one short sequence with a tiny built-in
//! model: the result must agree with stored numbers, because drivers that compute wrong numbers without an error exist.

mod autotune;
mod check;
mod gpu;
mod open_device;
mod self_test;

pub use check::{SelfTest, TOLERANCE};
pub use open_device::{CachedTuning, DeviceChoice, DeviceKind, OpenDevice};

use crate::error::EngineError;
use crate::kernels::{Tuning, set_tuning};

/// Opens the wanted device.
///
/// # Errors
/// `device.unavailable` or `device.failed`, for [`DeviceChoice::WebGpu`] only.
pub async fn open(choice: DeviceChoice) -> Result<OpenDevice, EngineError> {
    open_with(choice, None).await
}

/// As [`open`], but nothing is timed if the adapter is the one that `cached` names.
///
/// # Errors
/// As [`open`].
pub async fn open_with(
    choice: DeviceChoice,
    cached: Option<CachedTuning>,
) -> Result<OpenDevice, EngineError> {
    match choice {
        DeviceChoice::Cpu => Ok(OpenDevice::cpu("CPU, as chosen")),
        DeviceChoice::WebGpu => tested_gpu(cached).await,
        DeviceChoice::Auto => match tested_gpu(cached).await {
            // A software adapter runs on the same CPU, behind a translator: slower than our own code.
            Ok(gpu) if gpu.software => Ok(OpenDevice::cpu(format!(
                "CPU, because the only WebGPU adapter ({}) is software and slower",
                gpu.name
            ))),
            Ok(gpu) => Ok(gpu),
            Err(EngineError::NoDevice(why) | EngineError::Device(why)) => {
                Ok(OpenDevice::cpu(format!("CPU, because {why}")))
            }
            Err(error) => Ok(OpenDevice::cpu(format!("CPU, because {error}"))),
        },
    }
}

async fn tested_gpu(cached: Option<CachedTuning>) -> Result<OpenDevice, EngineError> {
    let (mut opened, dot) = gpu::open().await?;
    let kernels = match cached {
        // A software adapter needs seconds to compile all candidates, and the outcome is known.
        _ if opened.software => Tuning::Registers,
        Some(cached) if cached.adapter == opened.name => cached.kernels,
        _ => autotune::run(&opened, dot).await?,
    };
    let mut check = tested_with(&mut opened, kernels).await?;
    if !check.passed() && kernels != Tuning::Registers {
        // The simpler kernels may still be right.
        check = tested_with(&mut opened, Tuning::Registers).await?;
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

async fn tested_with(opened: &mut OpenDevice, kernels: Tuning) -> Result<SelfTest, EngineError> {
    set_tuning(&opened.device, kernels);
    opened.kernels = Some(kernels);
    self_test::run(opened).await
}
