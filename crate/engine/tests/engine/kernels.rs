//! Every kernel against its plain twin, over random shapes, on every device of this machine.
//!
//! Row counts go around the GPU's row granularity (1, 31, 32, 33, …), widths around its vectors
//! and tiles, head widths over all that published models have.

use crate::support::{devices, largest_difference};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use crossgrain_engine::batch::{Batch, int_tensor};
use crossgrain_engine::device::OpenDevice as Opened;
use crossgrain_engine::kernels::{
    Activation, Bias, Block, Blocks, Ending, Ops, Shared, Tuning, Weight, angles, attention_plain,
    attention_weights_plain, gate_plain, layer_norm_plain, linear_plain, lookup_plain, rotary_plain,
    rounded_inputs, rounded_weight, span_sum_plain, taps_plain, tune,
};
use crossgrain_engine::quant::Precision;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// f32 sums of up to a few hundred products of numbers around one.
const TOLERANCE: f32 = 2e-5;
const HEAD_WIDTHS: [usize; 8] = [4, 8, 16, 24, 32, 48, 64, 128];

/// Numbers in -1..1 that depend on the seed only.
fn numbers(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn matrix(flat: &[f32], columns: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(flat.to_vec(), [flat.len() / columns, columns]), device)
}

fn vector(flat: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(flat.to_vec(), [flat.len()]), device)
}

/// Appends rows of zeros up to what the device wants.
fn padded(mut flat: Vec<f32>, columns: usize, opened: &Opened) -> Vec<f32> {
    let t = flat.len() / columns;
    let rows = Batch { tokens: vec![0; t], lengths: vec![t] }.rows(opened.is_gpu());
    flat.resize(rows * columns, 0.0);
    flat
}

/// The tensor's numbers, cut to `count`.
fn read<const D: usize>(tensor: Tensor<D>, count: usize) -> Vec<f32> {
    let mut flat = tensor.into_data().try_into_vec::<f32>().expect("f32");
    flat.truncate(count);
    flat
}

/// Kernels with workgroup memory, which software adapters do not choose by themselves.
const SHARED: Tuning = Tuning::Shared(Shared { blocks: Blocks::Fill(4), dot: false });

/// Runs a property on every device and prints the largest difference seen.
fn property<S: Strategy>(name: &str, cases: u32, strategy: S, check: impl Fn(&Opened, S::Value) -> f32)
where
    S::Value: Clone,
{
    for opened in devices() {
        property_on(&opened, name, cases, &strategy, &check);
    }
}

/// The same for kernels of which a GPU has two kinds; a third of the cases for those that software
/// adapters translate slowly.
fn property_of_both<S: Strategy>(
    name: &str,
    cases: u32,
    strategy: S,
    check: impl Fn(&Opened, S::Value) -> f32,
) where
    S::Value: Clone,
{
    for opened in devices() {
        tune(&opened.device, Tuning::Registers);
        property_on(&opened, name, cases, &strategy, &check);
        if opened.is_gpu() {
            tune(&opened.device, SHARED);
            property_on(&opened, &format!("{name}, {SHARED}"), cases / 3, &strategy, &check);
        }
    }
}

fn property_on<S: Strategy>(
    opened: &Opened,
    name: &str,
    cases: u32,
    strategy: &S,
    check: impl Fn(&Opened, S::Value) -> f32,
) where
    S::Value: Clone,
{
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let worst = std::cell::Cell::new(0.0_f32);
    let run = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    )
    .run(strategy, |value| {
        let difference = check(opened, value);
        worst.set(worst.get().max(difference));
        prop_assert!(difference <= TOLERANCE, "differs by {difference:.2e}");
        Ok(())
    });
    println!("{name} on {}: largest difference {:.2e}", opened.name, worst.get());
    run.unwrap_or_else(|error| panic!("{name} on {}: {error}", opened.name));
}

/// Rows: mostly anything small, often right at the granularity.
fn rows() -> impl Strategy<Value = usize> {
    prop_oneof![1..=70_usize, Just(1), Just(31), Just(32), Just(33), Just(64)]
}

#[test]
fn linear_agrees_with_its_twin() {
    let widths = prop_oneof![1..=40_usize, Just(80), Just(81)].prop_map(|k| 4 * k);
    let outputs = prop_oneof![1..=140_usize, Just(127), Just(128), Just(129), Just(8), Just(7), Just(9)];
    for precision in Precision::ALL {
        property(
            &format!("linear {precision}"),
            24,
            (rows(), widths.clone(), outputs.clone(), any::<u32>(), any::<bool>()),
            |opened, (t, k, n, seed, gelu)| {
                tune(&opened.device, Tuning::Registers);
                // On the CPU integers meet integers.
                let codes = precision.scheme().is_some() && !opened.is_gpu();
                let layer = Layer { precision, codes, shape: [t, k, n], seed };
                layer.activated(opened, gelu).max(layer.added(opened)).max(layer.gated(opened, gelu))
            },
        );
    }
}

/// A reciprocal that is off by its last bit moves an input that lies between two codes to the other.
const TOLERANCE_CODES: f32 = 2e-3;

/// The same through workgroup memory: each block with each precision, rows and outputs around its
/// size, and inputs that do not fill its last step.
#[test]
fn linear_in_blocks_agrees_with_its_twin() {
    let arithmetic =
        Precision::ALL.map(|precision| (precision, false)).into_iter().chain([(Precision::Int8, true)]);
    for opened in devices().iter().filter(|opened| opened.is_gpu()) {
        for (precision, dot) in arithmetic.clone() {
            let mut worst = 0.0_f32;
            for block in Block::ALL {
                tune(&opened.device, Tuning::Shared(Shared { blocks: Blocks::Only(block), dot }));
                let (down, across) = block.size();
                let shapes = [(across + 1, 80), (across - 1, 48), (1, 16), (across, 4)];
                // Software adapters take seconds to translate each; precisions differ before the block.
                let count = if precision == Precision::F32 {
                    4
                } else if block == Block::SMALL {
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
                "linear {precision} in blocks, codes: {dot}, on {}: largest difference {worst:.2e}",
                opened.name
            );
            assert!(worst <= if dot { TOLERANCE_CODES } else { TOLERANCE }, "{precision} {dot}: {worst:.2e}");
        }
    }
}

/// Blocks of all sizes give the same bits, so that a device may choose by the size of a batch.
#[test]
fn blocks_agree_to_the_bit() {
    for opened in devices().iter().filter(|opened| opened.is_gpu()) {
        let (t, k, n) = (160, 132, 136);
        let device = &opened.device;
        let weight = Weight::new(numbers(1, n * k), numbers(2, n), Precision::F32, device, true);
        let x = matrix(&numbers(3, t * k), k, device);
        let results = Block::ALL.map(|block| {
            tune(device, Tuning::Shared(Shared { blocks: Blocks::Only(block), dot: false }));
            read(x.clone().linear(&weight, Activation::None), t * n)
        });
        assert!(results.iter().all(|y| *y == results[0]), "on {}", opened.name);
    }
}

/// A linear layer `[t, k]` → `[t, n]` of random numbers.
struct Layer {
    precision: Precision,
    /// Whether inputs become codes too.
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
    fn upload(&self, opened: &Opened) -> (Tensor<2>, Weight) {
        let [x, w, b] = self.numbers();
        let k = self.shape[1];
        let weight = Weight::new(w, b, self.precision, &opened.device, opened.is_gpu());
        (matrix(&padded(x, k, opened), k, &opened.device), weight)
    }

    fn plain(&self, activation: Activation) -> Vec<f32> {
        let [x, w, b] = self.numbers();
        let k = self.shape[1];
        let x = if self.codes { rounded_inputs(&x, k) } else { x };
        linear_plain(&x, &rounded_weight(&w, k, self.precision), &b, activation)
    }

    /// The largest difference to the twin, with an activation.
    fn activated(&self, opened: &Opened, gelu: bool) -> f32 {
        let activation = if gelu { Activation::Gelu } else { Activation::None };
        let (x, weight) = self.upload(opened);
        let plain = self.plain(activation);
        largest_difference(&read(x.linear(&weight, activation), plain.len()), &plain)
    }

    /// The largest difference to the twin of a gated layer, twice as high.
    fn gated(&self, opened: &Opened, gelu: bool) -> f32 {
        let gate = if gelu { Activation::Gelu } else { Activation::Silu };
        let [t, k, n] = self.shape;
        let n = n.next_multiple_of(2);
        let wide = Self { shape: [t, k, 2 * n], ..*self };
        let (x, weight) = wide.upload(opened);
        let plain = gate_plain(&wide.plain(Activation::None), n, gate);
        largest_difference(&read(x.linear(&weight, Ending::Gated(gate)), plain.len()), &plain)
    }

    /// The largest difference to the twin, with a residual.
    fn added(&self, opened: &Opened) -> f32 {
        let [t, _, n] = self.shape;
        let residual = numbers(self.seed ^ 3, t * n);
        let (x, weight) = self.upload(opened);
        let on_device = matrix(&padded(residual.clone(), n, opened), n, &opened.device);
        let plain = self.plain(Activation::None);
        let plain: Vec<f32> = plain.iter().zip(&residual).map(|(y, r)| y + r).collect();
        largest_difference(&read(x.linear_add(&weight, on_device), plain.len()), &plain)
    }
}

#[test]
fn layer_norm_agrees_with_its_twin() {
    let widths = (1..=90_usize).prop_map(|d| 4 * d);
    let activations = prop::sample::select(vec![Activation::None, Activation::Gelu, Activation::Silu]);
    property_of_both(
        "layer norm",
        36,
        (rows(), widths, any::<u32>(), 0..3_u8, activations),
        |opened, (t, d, seed, shift, activation)| {
            // A large mean is where a one-pass variance would fail; large outputs are where exponentials would.
            let x: Vec<f32> = numbers(seed, t * d).iter().map(|v| v + f32::from(shift) * 4.0).collect();
            let spread = [1.0, 8.0, 100.0][seed as usize % 3];
            let gamma: Vec<f32> = numbers(seed ^ 1, d).iter().map(|v| v * spread).collect();
            let beta = numbers(seed ^ 2, d);
            let device = &opened.device;
            let y = matrix(&padded(x.clone(), d, opened), d, device).layer_norm(
                &vector(&gamma, device),
                &vector(&beta, device),
                1e-5,
                activation,
            );
            let plain: Vec<f32> =
                layer_norm_plain(&x, &gamma, &beta, 1e-5).iter().map(|v| activation.plain(*v)).collect();
            let largest = plain.iter().fold(1.0_f32, |worst, v| worst.max(v.abs()));
            largest_difference(&read(y, t * d), &plain) / largest
        },
    );
}

#[test]
fn rotary_agrees_with_its_twin() {
    let shape = (rows(), 1..=5_usize, prop::sample::select(HEAD_WIDTHS.to_vec()), any::<u32>());
    property("rotary", 24, shape, |opened, (t, heads, width, seed)| {
        let d = heads * width;
        let frequencies: Vec<f32> = (0..width / 2).map(|j| 1.0 / (1.0 + j as f32)).collect();
        let table: Vec<f32> = (0..t).flat_map(|position| angles(position, &frequencies)).collect();
        let mut qkv = numbers(seed, t * 3 * d);
        let device = &opened.device;
        let y = matrix(&padded(qkv.clone(), 3 * d, opened), 3 * d, device)
            .rotary(&matrix(&padded(table.clone(), width, opened), width, device), heads);
        rotary_plain(&mut qkv, &table, heads, width);
        largest_difference(&read(y, t * 3 * d), &qkv)
    });
}

#[test]
fn attention_agrees_with_its_twin() {
    let lengths = prop::collection::vec(prop_oneof![1..=40_usize, Just(1), Just(32), Just(33)], 1..4);
    let heads = prop_oneof![1..=4_usize, Just(6), Just(12)];
    let bias = prop::sample::select(vec![Bias::None, Bias::Alibi]);
    let shape = (lengths, heads, prop::sample::select(HEAD_WIDTHS.to_vec()), bias, any::<u32>());
    property_of_both("attention", 36, shape, |opened, (lengths, heads, width, bias, seed)| {
        let (t, d) = (lengths.iter().sum::<usize>(), heads * width);
        // On the CPU a batch holds whole sequences as well.
        let batch = Batch { tokens: vec![0; t], lengths };
        let rows = batch.rows(opened.is_gpu());
        let qkv = numbers(seed, t * 3 * d);
        let spans: Vec<[i32; 2]> =
            batch.spans().zip(&batch.lengths).flat_map(|(span, l)| std::iter::repeat_n(span, *l)).collect();
        let device = &opened.device;
        let on_device = matrix(&padded(qkv.clone(), 3 * d, opened), 3 * d, device);
        let y = on_device.clone().attention(&batch.row_spans(rows, device), heads, bias);
        let worst = largest_difference(&read(y, t * d), &attention_plain(&qkv, &spans, heads, bias));

        let first = batch.lengths[0];
        let maps = on_device.attention_weights(heads, first);
        let plain = attention_weights_plain(&qkv, d, heads, first);
        worst.max(largest_difference(&read(maps, plain.len()), &plain))
    });
}

#[test]
fn span_sum_agrees_with_its_twin() {
    let shape = (rows(), (1..=70_usize).prop_map(|d| 4 * d), any::<u32>());
    property("span sum", 24, shape, |opened, (t, d, seed)| {
        let (x, weights) = (numbers(seed, t * d), numbers(seed ^ 1, t));
        let weights: Vec<f32> = weights.iter().map(|w| w / t as f32).collect();
        let middle = (t / 2) as i32;
        let spans = vec![0, middle, middle, t as i32, 0, t as i32];
        let device = &opened.device;
        let on_device: Tensor<2, Int> =
            Tensor::from_data(TensorData::new(spans.clone(), [3, 2]), (device, DType::I32));
        let y = matrix(&padded(x.clone(), d, opened), d, device)
            .span_sum(&vector(&padded(weights.clone(), 1, opened), device), &on_device);
        let spans: Vec<[i32; 2]> = spans.chunks(2).map(|s| [s[0], s[1]]).collect();
        largest_difference(&read(y, 3 * d), &span_sum_plain(&x, &weights, &spans))
    });
}

/// The taps themselves, and with a linear layer behind them a whole convolution against three loops.
#[test]
fn taps_make_a_dilated_convolution() {
    let lengths = prop::collection::vec(prop_oneof![1..=40_usize, Just(1), Just(32), Just(300)], 1..4);
    let dilation = (0..=7_u32).prop_map(|power| 1_usize << power);
    let shape = (lengths, 1..=9_usize, 1..=20_usize, prop::sample::select(vec![3_usize, 5]), dilation);
    property("taps", 24, (shape, any::<u32>()), |opened, ((lengths, c, n, taps, dilation), seed)| {
        let (t, c) = (lengths.iter().sum::<usize>(), 4 * c);
        let batch = Batch { tokens: vec![0; t], lengths };
        let spans: Vec<[i32; 2]> =
            batch.spans().zip(&batch.lengths).flat_map(|(span, l)| std::iter::repeat_n(span, *l)).collect();
        let (x, bias) = (numbers(seed, t * c), numbers(seed ^ 2, n));
        let weight: Vec<f32> =
            numbers(seed ^ 1, n * taps * c).iter().map(|w| w / (c as f32).sqrt()).collect();
        let device = &opened.device;
        let rows = batch.rows(opened.is_gpu());
        let side = matrix(&padded(x.clone(), c, opened), c, device).taps(
            &batch.row_spans(rows, device),
            taps,
            dilation,
        );
        let worst =
            largest_difference(&read(side.clone(), t * taps * c), &taps_plain(&x, &spans, taps, dilation));
        let on_device = Weight::new(weight.clone(), bias.clone(), Precision::F32, device, opened.is_gpu());
        let y = side.linear(&on_device, Activation::None);
        let mut plain = Vec::with_capacity(t * n);
        for (r, [first, last]) in spans.iter().enumerate() {
            for (w, b) in weight.chunks_exact(taps * c).zip(&bias) {
                let mut sum = f64::from(*b);
                for (tap, w) in w.chunks_exact(c).enumerate() {
                    let source = (r + tap * dilation) as i64 - (taps / 2 * dilation) as i64;
                    if source >= i64::from(*first) && source < i64::from(*last) {
                        let x = &x[source as usize * c..][..c];
                        sum += x.iter().zip(w).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum::<f64>();
                    }
                }
                plain.push(sum as f32);
            }
        }
        worst.max(largest_difference(&read(y, t * n), &plain))
    });
}

#[test]
fn lookup_agrees_with_its_twin() {
    let shape = (rows(), 1..=50_usize, (1..=70_usize).prop_map(|d| 4 * d), any::<u32>());
    property("lookup", 24, shape, |opened, (t, v, d, seed)| {
        let table = numbers(seed, v * d);
        let pick = |i: usize| ((seed as usize).wrapping_add(i * 7919) % v) as i32;
        let mut ids: Vec<i32> = (0..t).map(pick).collect();
        let plain = lookup_plain(&table, &ids, d);
        ids.resize(Batch { tokens: vec![0; t], lengths: vec![t] }.rows(opened.is_gpu()), 0);
        let device = &opened.device;
        let ids = int_tensor(ids.clone(), [ids.len(), 1], device);
        let y = matrix(&table, d, device).lookup(&ids);
        largest_difference(&read(y, t * d), &plain)
    });
}
