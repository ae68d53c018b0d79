//! Every kernel against its plain reference, over random shapes, on every device of this machine.
//!
//! Numbers of rows lie around the row granularity of the GPU (1, 31, 32, 33, …), widths around its
//! vectors and tiles; head widths are those of the published models. This file holds what the tests
//! share; each kernel has a file of its own.

mod attention;
mod layer_norm;
mod linear;
mod lookup;
mod rotary;
mod span_sum;
mod unfold;

use crate::support::devices;
use burn::tensor::{Device, Tensor, TensorData};
use crossgrain_engine::batch::Batch;
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::kernels::{TileChoice, Tuning, WorkgroupTuning, set_tuning};
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

/// Appends rows of zeros up to the row granularity of the device.
fn padded(mut flat: Vec<f32>, columns: usize, opened: &OpenDevice) -> Vec<f32> {
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

/// Kernels with workgroup memory; autotuning does not choose them for software adapters.
const WORKGROUP: Tuning = Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::AtLeast(4), dot: false });

/// The span of each row of a batch.
fn row_spans(batch: &Batch) -> Vec<[i32; 2]> {
    batch.spans().zip(&batch.lengths).flat_map(|(span, l)| std::iter::repeat_n(span, *l)).collect()
}

/// Runs a property on every device and prints the largest difference seen.
fn property<S: Strategy>(name: &str, cases: u32, strategy: S, check: impl Fn(&OpenDevice, S::Value) -> f32)
where
    S::Value: Clone,
{
    for opened in devices() {
        property_on(&opened, name, cases, &strategy, &check);
    }
}

/// As [`property`], for kernels in two versions, without and with workgroup memory. The second gets a
/// third of the cases, because software adapters compile it slowly.
fn property_of_both<S: Strategy>(
    name: &str,
    cases: u32,
    strategy: S,
    check: impl Fn(&OpenDevice, S::Value) -> f32,
) where
    S::Value: Clone,
{
    for opened in devices() {
        set_tuning(&opened.device, Tuning::Registers);
        property_on(&opened, name, cases, &strategy, &check);
        if opened.is_gpu() {
            set_tuning(&opened.device, WORKGROUP);
            property_on(&opened, &format!("{name}, {WORKGROUP}"), cases / 3, &strategy, &check);
        }
    }
}

fn property_on<S: Strategy>(
    opened: &OpenDevice,
    name: &str,
    cases: u32,
    strategy: &S,
    check: impl Fn(&OpenDevice, S::Value) -> f32,
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

/// Numbers of rows: mostly small ones, often right at the granularity.
fn rows() -> impl Strategy<Value = usize> {
    prop_oneof![1..=70_usize, Just(1), Just(31), Just(32), Just(33), Just(64)]
}
