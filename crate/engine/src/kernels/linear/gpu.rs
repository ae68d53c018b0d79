//! The linear layer (GEMM) on a GPU: `registers.wgsl`, or `shared.wgsl` in tiles, see
//! [`crate::kernels::tuning`].
//!
//! A shader is composed of parts: the weights of a precision, the product, and an epilogue. If int8
//! weights are multiplied with 8-bit codes of the inputs, `quantize_rows.wgsl` runs first.

use super::epilogue::Epilogue;
use super::layout::Format;
use super::weight::{Numbers, Weight};
use crate::kernels::tile::Tile;
use crate::kernels::tuning::{self, Tuning};
use crate::kernels::wgsl::{Constant, ROWS, Shader, empty_like, launch};
use crate::quant::Precision;
use burn::backend::TensorMetadata;
use burn::tensor::DType;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

/// Rows and columns of `y` per thread, without workgroup memory.
const TILE: usize = 8;
/// Threads of a workgroup in a row, without workgroup memory.
const THREADS_ACROSS: usize = 16;
/// Codes that a step of the integer kernel loads at once.
const CODES: usize = 16;
/// Threads that quantize one row.
const THREADS_PER_ROW: u32 = 64;

/// A linear layer, whose shader depends on shape, precision and epilogue.
#[derive(Clone, Copy, Debug)]
struct LinearShader {
    format: Format,
    /// `None`: the layer adds a residual.
    epilogue: Option<Epilogue>,
}

impl LinearShader {
    /// The kernel without workgroup memory.
    fn registers(self) -> Shader {
        let (mut constants, epilogue) = self.parts();
        constants.push(("TILE", TILE.into()));
        Shader {
            name: "linear",
            body: [vec![self.weight(), include_str!("registers.wgsl")], epilogue].concat(),
            constants,
            unrolled: vec![("TILE", TILE)],
            group: (THREADS_ACROSS as u32, (ROWS / TILE) as u32),
        }
    }

    /// The kernel that goes through workgroup memory.
    fn tiled(self, tile: Tile) -> Shader {
        let sums = vec![self.weight(), include_str!("sums_f32.wgsl")];
        self.in_tiles("linear_shared", sums, tile)
    }

    /// The kernel for inputs that are codes as well.
    fn tiled_dot(self, tile: Tile) -> Shader {
        self.in_tiles("linear_dot", vec![include_str!("sums_dot.wgsl")], tile)
    }

    fn in_tiles(self, name: &'static str, mut body: Vec<&'static str>, tile: Tile) -> Shader {
        let (mut constants, epilogue) = self.parts();
        let numbers = tile.numbers();
        constants.extend(numbers.map(|(name, value)| (name, value.into())));
        body.push(include_str!("shared.wgsl"));
        body.extend(epilogue);
        Shader { name, body, constants, unrolled: numbers.to_vec(), group: tile.group() }
    }

    /// The parts that all kernels of the layer share: constants and epilogue.
    fn parts(self) -> (Vec<(&'static str, Constant)>, Vec<&'static str>) {
        let bits = match self.format.precision {
            Precision::F32 => 32,
            Precision::F16 => 16,
            Precision::Int8 => 8,
            Precision::Int4 => 4,
        };
        let mut constants: Vec<(&str, Constant)> =
            vec![("BITS", bits.into()), ("K", self.format.inputs.into()), ("N", self.format.outputs.into())];
        let epilogue = match self.epilogue {
            Some(Epilogue::Activation(activation)) => {
                constants.push(activation.constant());
                vec![include_str!("../activation.wgsl"), include_str!("epilogue_activation.wgsl")]
            }
            Some(Epilogue::Gate(gate)) => {
                // The constants must differ: they are the key of a compiled pipeline.
                constants.extend([gate.constant(), ("GATED", 1_usize.into())]);
                vec![include_str!("../activation.wgsl"), include_str!("epilogue_gate.wgsl")]
            }
            None => vec![include_str!("epilogue_residual.wgsl")],
        };
        (constants, epilogue)
    }

    /// The part that reads the weight.
    fn weight(self) -> &'static str {
        match self.format.precision {
            Precision::F32 => include_str!("weight_f32.wgsl"),
            Precision::F16 => include_str!("weight_f16.wgsl"),
            Precision::Int8 => include_str!("weight_int8.wgsl"),
            Precision::Int4 => include_str!("weight_int4.wgsl"),
        }
    }

    /// Whether this layer can multiply codes with codes.
    fn takes_codes(self) -> bool {
        self.format.precision == Precision::Int8 && self.format.inputs.is_multiple_of(CODES)
    }
}

/// `x · weightᵀ + bias`, then the epilogue or the residual.
///
/// # Shape
/// `x [t, k]`, `weight [n, k]`, `residual [t, n]` → `[t, n]`, or `[t, n/2]` with a gate.
pub(super) fn linear(
    x: CubeTensor,
    weight: &Weight<CubeBackend>,
    epilogue: Option<Epilogue>,
    residual: Option<CubeTensor>,
) -> CubeTensor {
    let layer = LinearShader { format: weight.format, epilogue };
    let (t, n) = (x.shape()[0], layer.format.outputs);
    let mut x = into_contiguous(x);
    let residual = residual.map(into_contiguous);
    let outputs = if matches!(epilogue, Some(Epilogue::Gate(_))) { n / 2 } else { n };
    let y = empty_like(&x, [t, outputs]);
    let (shader, groups) = match tuning::of(&x.device) {
        Tuning::Registers => (layer.registers(), (n.div_ceil(THREADS_ACROSS * TILE), t / ROWS)),
        Tuning::Workgroup(workgroup) => {
            let tile = workgroup.tile(t, n);
            let dot = workgroup.dot && layer.takes_codes();
            if dot {
                x = quantize_rows(&x);
            }
            (if dot { layer.tiled_dot(tile) } else { layer.tiled(tile) }, tile.count(t, n))
        }
    };
    let (Numbers::Floats(numbers) | Numbers::Words(numbers)) = &weight.numbers;
    let mut buffers = vec![&x, numbers, &weight.bias_and_scales, &y];
    buffers.extend(&residual);
    launch(shader, groups, &buffers);
    y
}

/// Quantizes rows of inputs; each row of codes is followed by its scale and zero.
///
/// # Shape
/// `x [t, k]` → `[t, k / 4 + 4]` words.
fn quantize_rows(x: &CubeTensor) -> CubeTensor {
    let (t, k) = (x.shape()[0], x.shape()[1]);
    // An f32 has four bytes, as a word has.
    let mut codes = empty_like(x, [t, k / 4 + 4]);
    codes.dtype = DType::I32;
    launch(quantize_rows_shader(k), (t, 1), &[x, &codes]);
    codes
}

fn quantize_rows_shader(k: usize) -> Shader {
    Shader {
        name: "quantize_rows",
        body: vec![include_str!("quantize_rows.wgsl")],
        constants: vec![("K", k.into())],
        unrolled: Vec::new(),
        group: (THREADS_PER_ROW, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Activation;
    use crate::kernels::wgsl::tests::validate;

    #[test]
    fn shaders_are_valid() {
        validate(&quantize_rows_shader(64));
        let epilogues = [
            Some(Epilogue::Activation(Activation::Gelu)),
            Some(Epilogue::Gate(Activation::Silu)),
            None, // a residual
        ];
        for epilogue in epilogues {
            for precision in Precision::ALL {
                let layer = LinearShader { format: Format { precision, inputs: 64, outputs: 36 }, epilogue };
                validate(&layer.registers());
                for tile in Tile::ALL {
                    validate(&layer.tiled(tile));
                    validate(&layer.tiled_dot(tile));
                }
            }
        }
    }
}
