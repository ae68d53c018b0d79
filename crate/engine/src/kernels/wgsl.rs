//! Launches hand-written WGSL through cubecl, which owns the queue and the buffers.
//!
//! A [`Shader`] is a body and named constants. The constants are written in front of the body, so that
//! the shader compiler knows all sizes; each distinct set of constants is compiled once.
//! A kernel must bind distinct tensors: WebGPU forbids to bind one range twice for writing.
//! All buffers are `read_write`: cubecl carves tensors out of shared pools, and WebGPU forbids to bind
//! one buffer for reading and for writing in the same dispatch.

use super::unroll::unroll;
use burn::tensor::DType;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::{ElemType, UIntKind, metadata::Info};
use cubecl::prelude::*;
use cubecl::server::KernelArguments;
use cubecl::{CubeKernel, PrecompiledSource};
use std::fmt::Write;

/// Row granularity on the GPU: the rows of a batch are a multiple of it, and the kernels rely on that.
pub const ROWS: usize = 32;

/// A number that the shader compiler sees as a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// `const NAME: u32`.
    U32(u32),
    /// `const NAME: f32`, by its bits (which can be compared and hashed).
    F32(u32),
}

impl From<usize> for Constant {
    fn from(value: usize) -> Self {
        Self::U32(value as u32)
    }
}

impl From<f32> for Constant {
    fn from(value: f32) -> Self {
        Self::F32(value.to_bits())
    }
}

/// One kernel: a WGSL body, its constants and its workgroup size.
///
/// Natively it runs without the counters that wgpu adds to loops: they cost a tenth to a half of the
/// time, and every loop here counts up to a bound. Browsers keep their own checks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shader {
    /// Name of the kernel; part of the compilation key.
    pub name: &'static str,
    /// WGSL with an entry point `main`, and `GROUP_X`, `GROUP_Y` as its workgroup size, in one or
    /// more parts.
    pub body: Vec<&'static str>,
    /// Constants, written in front of the body.
    pub constants: Vec<(&'static str, Constant)>,
    /// Named counts of the `//@repeat` directives in the body, see [`super::unroll`].
    pub unrolled: Vec<(&'static str, usize)>,
    /// Workgroup size in x and y.
    pub group: (u32, u32),
}

impl Shader {
    /// The complete WGSL text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let group = [("GROUP_X", Constant::U32(self.group.0)), ("GROUP_Y", Constant::U32(self.group.1))];
        for (name, value) in group.iter().chain(&self.constants) {
            // Writing to a String cannot fail.
            let _ = match value {
                Constant::U32(value) => writeln!(text, "const {name}: u32 = {value}u;"),
                Constant::F32(bits) => writeln!(text, "const {name}: f32 = {:e};", f32::from_bits(*bits)),
            };
        }
        for part in &self.body {
            text.push_str(&unroll(part, &self.unrolled));
        }
        text
    }
}

impl KernelMetadata for Shader {
    fn id(&self) -> KernelId {
        KernelId::new::<Self>()
            .cube_dim(CubeDim::new_2d(self.group.0, self.group.1).0)
            .mode(ExecutionMode::Unchecked)
            .info((self.name, self.constants.clone()))
    }
    fn address_type(&self) -> ElemType {
        UIntKind::U32.into()
    }
}

impl CubeKernel for Shader {
    fn define(&self) -> KernelDefinition {
        let dim = CubeDim::new_2d(self.group.0, self.group.1);
        let settings = KernelSettings::new(dim.0, ExecutionMode::Unchecked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }
    fn source(&self) -> Option<PrecompiledSource> {
        Some(PrecompiledSource { source: self.text(), entrypoint_name: "main".to_owned(), lang: "wgsl" })
    }
}

/// A new f32 tensor on the device of `like`; its contents are undefined.
///
/// # Shape
/// `shape`.
pub fn empty_like<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let count: usize = shape.iter().product();
    let handle = like.client.empty(count * size_of::<f32>());
    CubeTensor::new_contiguous(like.client.clone(), like.device.clone(), shape.into(), handle, DType::F32)
}

/// Runs `shader` over `groups` workgroups with `buffers` bound in order at `@group(0)`.
pub fn launch(shader: Shader, groups: (usize, usize), buffers: &[&CubeTensor]) {
    let Some(first) = buffers.first() else { return };
    let mut arguments = KernelArguments::new();
    for tensor in buffers {
        arguments = arguments.with_buffer(tensor.handle.clone().binding());
    }
    let count = CubeCount::Static(groups.0 as u32, groups.1 as u32, 1);
    first.client.launch(Box::new(shader), count, arguments);
}

#[cfg(test)]
pub(super) mod tests {
    use super::Shader;
    use naga::valid::{Capabilities, ValidationFlags, Validator};
    use std::fs::read_to_string;
    use std::path::{Path, PathBuf};

    /// Sends a shader through naga, as wgpu does. Every kernel calls it in a test of its own: no user
    /// should be the first to compile a shader.
    pub fn validate(shader: &Shader) {
        let (name, text) = (shader.name, shader.text());
        assert!(!text.contains("//@"), "{name}: a directive was not understood");
        let module = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&text)));
        // Halves unpacked from words are core WGSL; naga counts them as a capability.
        Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32)
            .validate(&module)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }

    /// The files of a folder and the folders in it.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder of kernels");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    /// Every `.wgsl` file is included by a Rust file that calls [`validate`].
    #[test]
    fn every_shader_is_validated() {
        let all = files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/kernels")));
        let with = |extension: &str| {
            all.iter().filter(|path| path.extension().is_some_and(|x| x == extension)).collect::<Vec<_>>()
        };
        let validated: Vec<String> = with("rs")
            .into_iter()
            .map(|path| read_to_string(path).expect("a source file"))
            .filter(|text| text.contains("validate(&"))
            .collect();
        for path in with("wgsl") {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let include = format!("{name}\")");
            assert!(validated.iter().any(|text| text.contains(&include)), "{name}: no test validates it");
        }
    }
}
