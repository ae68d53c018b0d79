//! The adapter and the one `wgpu::Device`.

use super::open_device::{DeviceKind, OpenDevice};
use crate::error::EngineError;
use crate::kernels::Tuning;
use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;

/// Asks for the fastest adapter, with its own limits instead of the specification's minima; also answers
/// whether its shaders may multiply 8-bit codes four at a time.
pub async fn open() -> Result<(OpenDevice, bool), EngineError> {
    let unavailable = |why: String| EngineError::NoDevice(why);
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance
        .request_adapter(&wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        })
        .await
        .map_err(|_| unavailable("there is no WebGPU adapter".into()))?;
    let info = adapter.get_info();
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor {
            label: Some("crossgrain"),
            required_limits: adapter.limits(),
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        })
        .await
        .map_err(|error| unavailable(error.to_string()))?;
    let software = info.device_type == wgpu::DeviceType::Cpu || is_software(&info.name);
    // Browsers rarely give a name.
    let name = match (info.name.as_str(), software) {
        ("", true) => "a GPU emulated in software".to_owned(),
        ("", false) => "a GPU that the browser does not name".to_owned(),
        (name, _) => name.to_owned(),
    };
    let dot =
        instance.wgsl_language_features().contains(wgpu::WgslLanguageFeatures::Packed4x8IntegerDotProduct);
    let setup = WgpuSetup { instance, adapter, device, queue, backend: info.backend };
    let device =
        Device::wgpu_options().setup(setup).init().map_err(|error| unavailable(format!("{error:?}")))?;
    let kernels = Some(Tuning::default());
    let opened = OpenDevice {
        device,
        kind: DeviceKind::WebGpu,
        name,
        software,
        kernels,
        reason: String::new(),
        check: None,
    };
    Ok((opened, dot))
}

/// Whether a name belongs to one of the known software adapters.
fn is_software(name: &str) -> bool {
    let name = name.to_lowercase();
    ["swiftshader", "llvmpipe", "lavapipe", "basic render"].iter().any(|known| name.contains(known))
}
