//! Launching hand-written WGSL through cubecl, which owns the queue and the buffers.
//!
//! A [`Shader`] is a body plus named `u32` constants; the constants are written in front of the
//! body, so that sizes are known to the shader compiler and each distinct set compiles once.
//! Each kernel must bind distinct tensors: WebGPU forbids one range to be bound writable twice.
//! All buffers are `read_write`: cubecl carves tensors out of shared pools, and WebGPU forbids one
//! buffer to be read-only and writable in the same dispatch.

use super::unroll::unroll;
use burn::tensor::DType;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::{ElemType, UIntKind, metadata::Info};
use cubecl::prelude::*;
use cubecl::server::KernelArguments;
use cubecl::{CubeKernel, PrecompiledSource};
use std::fmt::Write;

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
/// Natively it runs without the counters that wgpu adds to loops, which cost a tenth to a half of the
/// time: every loop of ours counts up to a bound. Browsers keep their own checks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shader {
    /// What the body is; part of the compilation key.
    pub name: &'static str,
    /// WGSL with an entry point `main`, and `GROUP_X`, `GROUP_Y` as its workgroup size, in one or
    /// more parts.
    pub body: Vec<&'static str>,
    /// Constants, emitted in front of the body.
    pub constants: Vec<(&'static str, Constant)>,
    /// Counts of the repetitions in the body, see [`super::unroll`].
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

/// A fresh f32 tensor of this shape on the device of `like`; contents undefined.
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
mod tests {
    use crate::kernels::block::Block;
    use crate::kernels::linear_gpu::{Layer, quantize};
    use crate::kernels::{Activation, Bias, Ending, Format};
    use crate::quant::Precision;
    use naga::valid::{Capabilities, ValidationFlags, Validator};

    /// Every `.wgsl` file with typical constants goes through naga: a broken shader must not wait
    /// for a user.
    #[test]
    fn every_shader_validates() {
        let mut shaders = vec![
            super::super::layer_norm::shader(64, 1e-5, Activation::None),
            super::super::layer_norm::shared(64, 1e-5, Activation::Gelu),
            super::super::rotary::shader(64, 4),
            super::super::lookup::shader(64),
            super::super::taps::shader(64, 5, 16),
            super::super::attention_weights::shader(64, 4, 17),
            super::super::span_sum::shader(64),
            quantize(64),
        ];
        for width in [8, 16, 24, 32, 48, 64, 128] {
            for bias in [Bias::None, Bias::Alibi] {
                shaders.push(super::super::attention::shader(4 * width, 4, bias));
                shaders.push(super::super::attention::shared(4 * width, 4, bias));
            }
        }
        let endings = [
            Some(Ending::Activated(Activation::Gelu)),
            Some(Ending::Gated(Activation::Silu)),
            None, // a residual
        ];
        for ending in endings {
            for precision in Precision::ALL {
                let layer = Layer { format: Format { precision, inputs: 64, outputs: 36 }, ending };
                shaders.push(layer.registers());
                shaders.extend(Block::ALL.map(|block| layer.shared(block)));
                shaders.extend(Block::ALL.map(|block| layer.dot(block)));
            }
        }
        for shader in shaders {
            assert!(!shader.text().contains("//@"), "{}: a directive was not understood", shader.name);
            let module = naga::front::wgsl::parse_str(&shader.text())
                .unwrap_or_else(|error| panic!("{}: {}", shader.name, error.emit_to_string(&shader.text())));
            // Halves unpacked from words are core WGSL; naga counts them as a capability.
            Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32)
                .validate(&module)
                .unwrap_or_else(|error| panic!("{}: {error:?}", shader.name));
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/kernels"))
            .expect("the kernels' folder")
            .filter(|entry| entry.as_ref().is_ok_and(|e| e.path().extension().is_some_and(|x| x == "wgsl")))
            .count();
        assert_eq!(files, 22, "a new .wgsl file needs a line in this test");
    }
}
