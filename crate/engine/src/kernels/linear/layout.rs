//! Weights `[n, k]` as the linear kernel of each device reads them.
//!
//! | precision | CPU, per panel of [`WIDTH`] outputs | GPU, per output |
//! |---|---|---|
//! | f32 | natively `[n, k]` as it is, in wasm `[k, WIDTH]` | `[n, k]` as it is |
//! | f16 | `[k, WIDTH]` halves | halves, two per word |
//! | int8 | `[quads, WIDTH]` words of four codes | four codes per word |
//! | int4 | `[quads, WIDTH / 2]`: codes of outputs `c` (low) and `c + 4` (high) | eight codes per word |
//!
//! 4-bit codes are stored plus 8. One vector of floats belongs to the words, **bias and scales**: first
//! the bias `[n]`; for integers then the scales and the sums of the codes. On the CPU both have the shape
//! `[groups, panels · WIDTH]`; on the GPU the scales are `[n, groups]`, and only int8 has sums, `[n]`.

use crate::kernels::panel::{WIDTH, pack};
use crate::quant::{Precision, QuantizedWeight};
use burn::tensor::TensorData;
use half::f16;

/// Codes of inputs or weights in one word.
pub(super) const QUAD: usize = 4;

/// Shape and precision of a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Number format of the weight.
    pub precision: Precision,
    /// Inputs, `k`.
    pub inputs: usize,
    /// Outputs, `n`.
    pub outputs: usize,
}

impl Format {
    /// Number of panels on the CPU.
    pub(super) fn panels(self) -> usize {
        self.outputs.div_ceil(WIDTH)
    }

    /// Quads per row on the CPU: each group is filled up to whole quads.
    pub(super) fn quads(self) -> usize {
        self.groups() * self.quads_per_group()
    }

    /// Groups of inputs with a scale of their own, per output.
    pub(super) fn groups(self) -> usize {
        self.precision.scheme().map_or(1, |scheme| scheme.groups(self.inputs))
    }

    /// Quads per group on the CPU.
    pub(super) fn quads_per_group(self) -> usize {
        self.precision.scheme().map_or(self.inputs, |scheme| scheme.group_of(self.inputs)).div_ceil(QUAD)
    }
}

/// A weight in words `[rows, columns]`, with its bias and scales.
pub(super) struct PackedWeight {
    pub words: Vec<i32>,
    pub rows: usize,
    pub bias_and_scales: Vec<f32>,
}

/// Lays out floats. In wasm they become panels for [`super::gemm`]; burn-flex's product, which is
/// faster natively, reads the weight as it is.
///
/// # Shape
/// `weight [n, k]` → `[n, k]`; on the CPU in wasm `[⌈n / WIDTH⌉, k·WIDTH]`.
pub(super) fn floats(weight: Vec<f32>, inputs: usize, gpu: bool) -> TensorData {
    let rows = weight.len() / inputs;
    if cfg!(target_arch = "wasm32") && !gpu {
        let panels = pack(rows, inputs, |j| &weight[j * inputs..][..inputs]);
        TensorData::new(panels, [rows.div_ceil(WIDTH), inputs * WIDTH])
    } else {
        TensorData::new(weight, [rows, inputs])
    }
}

/// Lays out a weight as halves for the CPU or the GPU.
///
/// # Shape
/// `weight [n, k]`, `bias [n]`.
pub(super) fn halves(weight: &[f32], bias: Vec<f32>, format: Format, gpu: bool) -> PackedWeight {
    if !gpu {
        return halves_in_panels(weight, bias, format);
    }
    let half = |v: &f32| u32::from(f16::from_f32(*v).to_bits());
    let word = |pair: &[f32]| pair.iter().rev().fold(0, |word, v| word << 16 | half(v)) as i32;
    let words = weight.chunks_exact(format.inputs).flat_map(|row| row.chunks(2)).map(word).collect();
    PackedWeight { words, rows: format.outputs, bias_and_scales: bias }
}

/// Lays out codes for the CPU or the GPU.
///
/// # Shape
/// `quantized [n, k]`, `bias [n]`.
pub(super) fn codes(quantized: QuantizedWeight, bias: Vec<f32>, format: Format, gpu: bool) -> PackedWeight {
    match gpu {
        false => codes_in_panels(&quantized, bias, format),
        true => codes_in_rows(quantized, bias),
    }
}

fn halves_in_panels(weight: &[f32], bias: Vec<f32>, format: Format) -> PackedWeight {
    let (k, panels) = (format.inputs, format.panels());
    let mut words = vec![0_i32; panels * k * WIDTH / 2];
    let halves: &mut [u16] = bytemuck::cast_slice_mut(&mut words);
    for (j, row) in weight.chunks_exact(k).enumerate() {
        let panel = &mut halves[j / WIDTH * k * WIDTH..][..k * WIDTH];
        for (slot, v) in panel.iter_mut().skip(j % WIDTH).step_by(WIDTH).zip(row) {
            *slot = f16::from_f32(*v).to_bits();
        }
    }
    PackedWeight { words, rows: panels, bias_and_scales: bias }
}

fn codes_in_panels(quantized: &QuantizedWeight, bias: Vec<f32>, format: Format) -> PackedWeight {
    let (k, panels, quads, groups) = (format.inputs, format.panels(), format.quads(), format.groups());
    let columns = panels * WIDTH;
    let mut bytes = vec![0_i8; columns * quads * QUAD];
    let (mut scales, mut sums) = (vec![0.0; groups * columns], vec![0.0; groups * columns]);
    for (j, codes) in quantized.codes.chunks_exact(k).enumerate() {
        let panel = &mut bytes[j / WIDTH * quads * WIDTH * QUAD..][..quads * WIDTH * QUAD];
        for (quad, codes) in panel.chunks_exact_mut(WIDTH * QUAD).zip(codes.chunks(QUAD)) {
            quad[j % WIDTH * QUAD..][..codes.len()].copy_from_slice(codes);
        }
        for (g, codes) in codes.chunks(format.quads_per_group() * QUAD).enumerate() {
            scales[g * columns + j] = quantized.scales[j * groups + g];
            // At most 127 · 10,240: an f32 holds it exactly.
            sums[g * columns + j] = codes.iter().map(|q| i32::from(*q)).sum::<i32>() as f32;
        }
    }
    let words = match format.precision {
        Precision::Int4 => bytes.chunks_exact(WIDTH * QUAD).flat_map(nibbles).collect(),
        _ => bytemuck::pod_collect_to_vec(&bytes),
    };
    PackedWeight { words, rows: panels, bias_and_scales: [bias, scales, sums].concat() }
}

/// Packs one quad of a panel, `[WIDTH, QUAD]` codes, in `WIDTH / 2` words.
fn nibbles(codes: &[i8]) -> impl Iterator<Item = i32> + '_ {
    let (low, high) = codes.split_at(codes.len() / 2);
    let word = |(low, high): (&[i8], &[i8])| {
        let byte = |i: usize| ((low[i] + 8) | ((high[i] + 8) << 4)) as u8;
        i32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
    };
    low.chunks_exact(QUAD).zip(high.chunks_exact(QUAD)).map(word)
}

/// Unpacks the words of [`nibbles`] to words of four codes.
///
/// # Shape
/// `packed [quads, WIDTH / 2]` → `words [quads, WIDTH]`.
pub(super) fn unpack_nibbles(packed: &[i32], words: &mut [i32]) {
    // Subtracts 8 from all four codes of a word at once: 0x80 keeps the bytes from borrowing.
    let codes = |word: i32| ((word & 0x0f0f_0f0f) | OVER).wrapping_sub(0x0808_0808) ^ OVER;
    for (packed, words) in packed.chunks_exact(WIDTH / 2).zip(words.chunks_exact_mut(WIDTH)) {
        let (low, high) = words.split_at_mut(WIDTH / 2);
        for ((packed, low), high) in packed.iter().zip(low).zip(high) {
            (*low, *high) = (codes(*packed), codes(*packed >> 4));
        }
    }
}

/// The highest bit of each byte.
const OVER: i32 = i32::from_le_bytes([0x80; 4]);

/// Converts halves to floats. The bits of a half, shifted, are the float divided by 2¹¹²; this holds for
/// subnormals too, and no weight is infinite.
///
/// # Shape
/// `packed [k, WIDTH / 2]` → `floats [k, WIDTH]`.
pub(super) fn unpack_halves(packed: &[i32], floats: &mut [f32]) {
    const FACTOR: f32 = f32::from_bits((127 + 112) << 23);
    let float = |half: u32| {
        let magnitude = f32::from_bits((half & 0x7fff) << 13) * FACTOR;
        f32::from_bits(magnitude.to_bits() | (half & 0x8000) << 16)
    };
    for (pair, word) in floats.chunks_exact_mut(2).zip(packed) {
        let word = *word as u32;
        pair.copy_from_slice(&[float(word & 0xffff), float(word >> 16)]);
    }
}

fn codes_in_rows(quantized: QuantizedWeight, bias: Vec<f32>) -> PackedWeight {
    let QuantizedWeight { scheme, inputs, outputs, codes, scales } = quantized;
    let rows = codes.chunks_exact(inputs);
    // If inputs are codes too, the kernel multiplies the zero point of a row with these sums.
    let sum = |codes: &[i8]| codes.iter().map(|q| i32::from(*q)).sum::<i32>() as f32;
    let sums: Vec<f32> = if scheme.group.is_none() { rows.clone().map(sum).collect() } else { Vec::new() };
    let (words, scales): (Vec<i32>, Vec<f32>) = if scheme.largest < 8 {
        let word = |codes: &[i8]| codes.iter().rev().fold(0_u32, |word, q| word << 4 | (q + 8) as u32) as i32;
        (rows.flat_map(|row| row.chunks(8)).map(word).collect(), scales)
    } else {
        let word =
            |codes: &[i8]| codes.iter().rev().fold(0_u32, |word, q| word << 8 | u32::from(*q as u8)) as i32;
        // The shader reads a code as a share of 127.
        (
            rows.flat_map(|row| row.chunks(QUAD)).map(word).collect(),
            scales.iter().map(|s| s * 127.0).collect(),
        )
    };
    PackedWeight { words, rows: outputs, bias_and_scales: [bias, scales, sums].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_come_back() {
        for bits in (0..0x7c00_u16).chain(0x8000..0xfc00) {
            let mut floats = [0.0; 2];
            unpack_halves(&[i32::from(bits) | 0x3c00 << 16], &mut floats);
            assert_eq!(floats, [f16::from_bits(bits).to_f32(), 1.0]);
        }
    }

    #[test]
    fn nibbles_come_back() {
        let codes: Vec<i8> = (0..64).map(|i| (i * 5 % 16) as i8 - 8).collect();
        let packed: Vec<i32> = codes.chunks(32).flat_map(nibbles).collect();
        let mut words = vec![0; 16];
        unpack_nibbles(&packed, &mut words);
        assert_eq!(bytemuck::cast_slice::<i32, i8>(&words), codes);
    }
}
