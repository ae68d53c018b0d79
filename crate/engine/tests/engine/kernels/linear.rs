//! Linear layers in all precisions, with every epilogue and every tile.

use super::{TOLERANCE, matrix, numbers, padded, property, read, rows};
use crate::support::{devices, largest_difference};
use burn::tensor::Tensor;
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::kernels::{
    Activation, Epilogue, Tile, TileChoice, Tuning, Weight, WorkgroupTuning, gate_reference, linear,
    linear_add, linear_reference, rounded_inputs, rounded_weight, set_tuning,
};
use crossgrain_engine::quant::Precision;
use proptest::prelude::*;

#[test]
fn linear_agrees_with_its_reference() {
    let widths = prop_oneof![1..=40_usize, Just(80), Just(81)].prop_map(|k| 4 * k);
    let outputs = prop_oneof![1..=140_usize, Just(127), Just(128), Just(129), Just(8), Just(7), Just(9)];
    for precision in Precision::ALL {
        property(
            &format!("linear {precision}"),
            24,
            (rows(), widths.clone(), outputs.clone(), any::<u32>(), any::<bool>()),
            |opened, (t, k, n, seed, gelu)| {
                set_tuning(&opened.device, Tuning::Registers);
                // On the CPU integer weights are multiplied with integer inputs.
                let codes = precision.scheme().is_some() && !opened.is_gpu();
                let layer = Layer { precision, codes, shape: [t, k, n], seed };
                layer.activated(opened, gelu).max(layer.added(opened)).max(layer.gated(opened, gelu))
            },
        );
    }
}

/// If the last bit of a reciprocal differs, an input in the middle of two codes gets the other code.
const TOLERANCE_CODES: f32 = 2e-3;

/// The same through workgroup memory: each tile with each precision, rows and outputs around the size of
/// the tile, and inputs that do not fill its last step.
#[test]
fn linear_in_tiles_agrees_with_its_reference() {
    let arithmetic =
        Precision::ALL.map(|precision| (precision, false)).into_iter().chain([(Precision::Int8, true)]);
    for opened in devices().iter().filter(|opened| opened.is_gpu()) {
        for (precision, dot) in arithmetic.clone() {
            let mut worst = 0.0_f32;
            for tile in Tile::ALL {
                set_tuning(
                    &opened.device,
                    Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::Only(tile), dot }),
                );
                let (down, across) = tile.size();
                let shapes = [(across + 1, 80), (across - 1, 48), (1, 16), (across, 4)];
                // Software adapters take seconds to compile each; precisions differ before the tile.
                let count = if precision == Precision::F32 {
                    4
                } else if tile == Tile::SMALL {
                    3
                } else {
                    1
                };
                for (i, (n, k)) in shapes.into_iter().take(count).enumerate() {
                    for t in [1, down - 1, down, down + 1] {
                        let layer =
                            Layer { precision, codes: dot && k % 16 == 0, shape: [t, k, n], seed: t as u32 };
                        let difference = match i {
                            0 => layer.activated(opened, true),
                            2 => layer.gated(opened, false),
                            _ => layer.added(opened),
                        };
                        worst = worst.max(difference);
                    }
                }
            }
            println!(
                "linear {precision} in tiles, codes: {dot}, on {}: largest difference {worst:.2e}",
                opened.name
            );
            assert!(worst <= if dot { TOLERANCE_CODES } else { TOLERANCE }, "{precision} {dot}: {worst:.2e}");
        }
    }
}

/// Tiles of all sizes give the same bits, so that a device may choose one by the size of a batch.
#[test]
fn tiles_agree_to_the_bit() {
    for opened in devices().iter().filter(|opened| opened.is_gpu()) {
        let (t, k, n) = (160, 132, 136);
        let device = &opened.device;
        let weight = Weight::new(numbers(1, n * k), numbers(2, n), Precision::F32, device, true);
        let x = matrix(&numbers(3, t * k), k, device);
        let results = Tile::ALL.map(|tile| {
            set_tuning(
                device,
                Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::Only(tile), dot: false }),
            );
            read(linear(x.clone(), &weight, Activation::None), t * n)
        });
        assert!(results.iter().all(|y| *y == results[0]), "on {}", opened.name);
    }
}

/// A linear layer `[t, k]` → `[t, n]` of random numbers.
struct Layer {
    precision: Precision,
    /// Whether inputs are quantized too.
    codes: bool,
    shape: [usize; 3],
    seed: u32,
}

impl Layer {
    fn numbers(&self) -> [Vec<f32>; 3] {
        let ([t, k, n], seed) = (self.shape, self.seed);
        let mut w = numbers(seed ^ 1, n * k);
        w.iter_mut().for_each(|v| *v /= (k as f32).sqrt());
        [numbers(seed, t * k), w, numbers(seed ^ 2, n)]
    }

    /// Inputs and weight on the device.
    fn upload(&self, opened: &OpenDevice) -> (Tensor<2>, Weight) {
        let [x, w, b] = self.numbers();
        let k = self.shape[1];
        let weight = Weight::new(w, b, self.precision, &opened.device, opened.is_gpu());
        (matrix(&padded(x, k, opened), k, &opened.device), weight)
    }

    fn reference(&self, activation: Activation) -> Vec<f32> {
        let [x, w, b] = self.numbers();
        let k = self.shape[1];
        let x = if self.codes { rounded_inputs(&x, k) } else { x };
        linear_reference(&x, &rounded_weight(&w, k, self.precision), &b, activation)
    }

    /// The largest difference to the reference, with an activation.
    fn activated(&self, opened: &OpenDevice, gelu: bool) -> f32 {
        let activation = if gelu { Activation::Gelu } else { Activation::None };
        let (x, weight) = self.upload(opened);
        let expected = self.reference(activation);
        largest_difference(&read(linear(x, &weight, activation), expected.len()), &expected)
    }

    /// The largest difference to the reference of a gated layer, with twice the outputs.
    fn gated(&self, opened: &OpenDevice, gelu: bool) -> f32 {
        let gate = if gelu { Activation::Gelu } else { Activation::Silu };
        let [t, k, n] = self.shape;
        let n = n.next_multiple_of(2);
        let wide = Self { shape: [t, k, 2 * n], ..*self };
        let (x, weight) = wide.upload(opened);
        let expected = gate_reference(&wide.reference(Activation::None), n, gate);
        largest_difference(&read(linear(x, &weight, Epilogue::Gate(gate)), expected.len()), &expected)
    }

    /// The largest difference to the reference, with a residual.
    fn added(&self, opened: &OpenDevice) -> f32 {
        let [t, _, n] = self.shape;
        let residual = numbers(self.seed ^ 3, t * n);
        let (x, weight) = self.upload(opened);
        let on_device = matrix(&padded(residual.clone(), n, opened), n, &opened.device);
        let expected = self.reference(Activation::None);
        let expected: Vec<f32> = expected.iter().zip(&residual).map(|(y, r)| y + r).collect();
        largest_difference(&read(linear_add(x, &weight, on_device), expected.len()), &expected)
    }
}
