//! The linear layer on a GPU: `linear.wgsl`, or `linear_shared.wgsl` in blocks, see [`super::tuning`].
//!
//! Any precision of the weights goes with any shape; a shader is put together from parts. Where codes
//! meet codes, `quantize.wgsl` runs first.

use super::activation::Ending;
use super::block::Block;
use super::layout::Format;
use super::tuning::{self, Tuning};
use super::wgsl::{Constant, Shader, empty_like, launch};
use crate::quant::Precision;
use burn::backend::TensorMetadata;
use burn::tensor::DType;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

/// Rows and columns of `y` that one thread covers without workgroup memory.
const TILE: usize = 8;
/// Threads of a workgroup that stand side by side there.
const THREADS_ACROSS: usize = 16;
/// Codes in the vector that a step of the integer kernel loads.
const CODES: usize = 16;
/// Threads that turn one row into codes.
const THREADS_PER_ROW: u32 = 64;

/// A product and its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layer {
    pub format: Format,
    /// `None`: the layer ends by adding a residual.
    pub ending: Option<Ending>,
}

impl Layer {
    /// The kernel without workgroup memory.
    pub fn registers(self) -> Shader {
        let (mut constants, end) = self.parts();
        constants.push(("TILE", TILE.into()));
        Shader {
            name: "linear",
            body: [vec![self.weight(), include_str!("linear.wgsl")], end].concat(),
            constants,
            unrolled: vec![("TILE", TILE)],
            group: (THREADS_ACROSS as u32, (super::ROWS / TILE) as u32),
        }
    }

    /// The kernel that goes through workgroup memory.
    pub fn shared(self, block: Block) -> Shader {
        let sums = vec![self.weight(), include_str!("sums_f32.wgsl")];
        self.in_blocks("linear_shared", sums, block)
    }

    /// The kernel for inputs that are codes as well.
    pub fn dot(self, block: Block) -> Shader {
        self.in_blocks("linear_dot", vec![include_str!("sums_dot.wgsl")], block)
    }

    fn in_blocks(self, name: &'static str, mut body: Vec<&'static str>, block: Block) -> Shader {
        let (mut constants, end) = self.parts();
        let numbers = block.numbers();
        constants.extend(numbers.map(|(name, value)| (name, value.into())));
        body.push(include_str!("linear_shared.wgsl"));
        body.extend(end);
        Shader { name, body, constants, unrolled: numbers.to_vec(), group: block.group() }
    }

    /// What the shapes have in common: constants and the end.
    fn parts(self) -> (Vec<(&'static str, Constant)>, Vec<&'static str>) {
        let bits = match self.format.precision {
            Precision::F32 => 32,
            Precision::F16 => 16,
            Precision::Int8 => 8,
            Precision::Int4 => 4,
        };
        let mut constants: Vec<(&str, Constant)> =
            vec![("BITS", bits.into()), ("K", self.format.inputs.into()), ("N", self.format.outputs.into())];
        let end = match self.ending {
            Some(Ending::Activated(activation)) => {
                constants.push(activation.constant());
                vec![include_str!("activation.wgsl"), include_str!("linear_act.wgsl")]
            }
            Some(Ending::Gated(gate)) => {
                // Pipelines are told apart by their constants.
                constants.extend([gate.constant(), ("GATED", 1_usize.into())]);
                vec![include_str!("activation.wgsl"), include_str!("linear_gate.wgsl")]
            }
            None => vec![include_str!("linear_add.wgsl")],
        };
        (constants, end)
    }

    fn weight(self) -> &'static str {
        match self.format.precision {
            Precision::F32 => include_str!("weight_f32.wgsl"),
            Precision::F16 => include_str!("weight_f16.wgsl"),
            Precision::Int8 => include_str!("weight_int8.wgsl"),
            Precision::Int4 => include_str!("weight_int4.wgsl"),
        }
    }

    /// Whether codes can meet codes in this layer.
    fn takes_codes(self) -> bool {
        self.format.precision == Precision::Int8 && self.format.inputs.is_multiple_of(CODES)
    }
}

/// `x · weightᵀ + bias` and an end; `affine` starts with the bias.
pub(super) fn linear(
    x: CubeTensor,
    weight: &CubeTensor,
    affine: &CubeTensor,
    format: Format,
    ending: Ending,
) -> CubeTensor {
    run(x, weight, affine, Layer { format, ending: Some(ending) }, None)
}

/// `residual + x · weightᵀ + bias`.
pub(super) fn linear_add(
    x: CubeTensor,
    weight: &CubeTensor,
    affine: &CubeTensor,
    format: Format,
    residual: CubeTensor,
) -> CubeTensor {
    run(x, weight, affine, Layer { format, ending: None }, Some(&into_contiguous(residual)))
}

fn run(
    x: CubeTensor,
    weight: &CubeTensor,
    affine: &CubeTensor,
    layer: Layer,
    residual: Option<&CubeTensor>,
) -> CubeTensor {
    let (t, n) = (x.shape()[0], layer.format.outputs);
    let mut x = into_contiguous(x);
    let outputs = if matches!(layer.ending, Some(Ending::Gated(_))) { n / 2 } else { n };
    let y = empty_like(&x, [t, outputs]);
    let (shader, groups) = match tuning::of(&x.device) {
        Tuning::Registers => (layer.registers(), (n.div_ceil(THREADS_ACROSS * TILE), t / super::ROWS)),
        Tuning::Shared(shared) => {
            let block = shared.block(t, n);
            let dot = shared.dot && layer.takes_codes();
            if dot {
                x = quantized(&x);
            }
            (if dot { layer.dot(block) } else { layer.shared(block) }, block.count(t, n))
        }
    };
    let mut buffers = vec![&x, weight, affine, &y];
    buffers.extend(residual);
    launch(shader, groups, &buffers);
    y
}

/// The codes of inputs `[t, k]`, and behind each row its scale and zero: `[t, k / 4 + 4]` words.
fn quantized(x: &CubeTensor) -> CubeTensor {
    let (t, k) = (x.shape()[0], x.shape()[1]);
    // Words, in a tensor of whatever has four bytes.
    let mut codes = empty_like(x, [t, k / 4 + 4]);
    codes.dtype = DType::I32;
    launch(quantize(k), (t, 1), &[x, &codes]);
    codes
}

pub(super) fn quantize(k: usize) -> Shader {
    Shader {
        name: "quantize",
        body: vec![include_str!("quantize.wgsl")],
        constants: vec![("K", k.into())],
        unrolled: Vec::new(),
        group: (THREADS_PER_ROW, 1),
    }
}
