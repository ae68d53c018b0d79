//! Which kernels are the fastest on a device: a few are timed, a few milliseconds each.
//!
//! Three questions. Is the linear kernel with workgroup memory faster than the one without? How many
//! tiles of 64 × 64 are needed before they are faster than tiles of 32 × 32? Are products of 8-bit codes
//! faster than products of floats? The outcome is remembered per adapter for as long as the process lives; a page
//! may keep it for longer, see [`super::open_with`].
//!
//! No outcome changes f32, f16 or int4 results by more than rounding. Where codes are multiplied, int8 layers
//! also round their inputs, to 255 steps of each row's range, exactly as on the CPU.

use super::open_device::OpenDevice;
use crate::batch::int_tensor;
use crate::error::EngineError;
use crate::kernels::{
    self, Activation, Tile, TileChoice, Tuning, Weight, WorkgroupTuning, linear, lookup, set_tuning,
};
use crate::quant::Precision;
use crate::readback::read_back;
use burn::tensor::{Device, Tensor, TensorData};
use std::sync::Mutex;
use web_time::Instant;

/// Inputs and outputs of the layer that is timed.
const INPUTS: usize = 512;
const OUTPUTS: usize = 1024;
/// Rows that occupy any device.
const MANY: usize = 2048;
/// Numbers of rows at which the two tiles are compared.
const ROWS: [usize; 9] = [64, 96, 128, 192, 256, 384, 512, 1024, 1536];
/// Most runs in one measurement: on a fast card they outweigh the readback.
const RUNS: usize = 24;
/// A measurement need not be longer.
const ENOUGH_S: f64 = 0.004;
/// Measurements per candidate; the fastest counts.
const TAKES: usize = 2;
/// Rounds in which two kinds of kernels take turns.
const ROUNDS: usize = 3;
/// Time that a graphics card at rest takes to raise its clocks.
const WARMING_S: f64 = 0.04;

/// Adapters' names and what suited them.
static TUNED: Mutex<Vec<(String, Tuning)>> = Mutex::new(Vec::new());

/// Finds the kernels for a device; `dot`: its shaders may multiply 8-bit codes.
///
/// # Errors
/// `device.failed` if the device stops answering.
pub async fn run(opened: &OpenDevice, dot: bool) -> Result<Tuning, EngineError> {
    let known = |list: &Vec<(String, Tuning)>| {
        list.iter().find(|(name, _)| *name == opened.name).map(|(_, tuning)| *tuning)
    };
    if let Some(tuning) = TUNED.lock().ok().as_deref().and_then(known) {
        return Ok(tuning);
    }
    let tuning = choose(&opened.device, dot).await?;
    if let Ok(mut list) = TUNED.lock() {
        list.push((opened.name.clone(), tuning));
    }
    Ok(tuning)
}

async fn choose(device: &Device, dot: bool) -> Result<Tuning, EngineError> {
    let floats = Trial::new(device, Precision::F32);
    let only = |tile, dot| Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::Only(tile), dot });
    let medium = only(Tile::MEDIUM, false);
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < WARMING_S {
        floats.seconds(MANY, medium).await?;
    }
    if floats.is_faster(MANY, Tuning::Registers, medium).await? {
        return Ok(Tuning::Registers);
    }
    // By bisection: the more rows, the better for the larger tile.
    let (mut low, mut high) = (0, ROWS.len());
    while low < high {
        let middle = (low + high) / 2;
        match floats.is_faster(ROWS[middle], medium, only(Tile::SMALL, false)).await? {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    let (down, across) = Tile::MEDIUM.size();
    let rows = ROWS.get(low).copied().unwrap_or(MANY);
    let fill = rows.div_ceil(down) * OUTPUTS.div_ceil(across);
    let codes = Trial::new(device, Precision::Int8);
    let dot = dot && codes.is_faster(MANY, only(Tile::MEDIUM, true), medium).await?;
    Ok(Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::AtLeast(fill), dot }))
}

/// A layer that is timed.
struct Trial<'a> {
    device: &'a Device,
    weight: Weight,
}

impl<'a> Trial<'a> {
    fn new(device: &'a Device, precision: Precision) -> Self {
        let weight = Weight::new(numbers(INPUTS * OUTPUTS), numbers(OUTPUTS), precision, device, true);
        Self { device, weight }
    }

    /// Whether some kernels are at least as fast as others. They run in turn: a card goes to rest while
    /// the first ones are compiled, and the next run would be measured at its lowest clock.
    async fn is_faster(&self, rows: usize, these: Tuning, those: Tuning) -> Result<bool, EngineError> {
        let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            ours = ours.min(self.seconds(rows, these).await?);
            theirs = theirs.min(self.seconds(rows, those).await?);
        }
        Ok(ours <= theirs)
    }

    /// Seconds of one run with these kernels.
    async fn seconds(&self, rows: usize, tuning: Tuning) -> Result<f64, EngineError> {
        set_tuning(self.device, tuning);
        let data = TensorData::new(numbers(rows * INPUTS), [rows, INPUTS]);
        let x: Tensor<2> = Tensor::from_data(data, self.device);
        // Reading a few rows back is the only sign that the run has ended.
        let first = int_tensor(vec![0; kernels::ROWS], [kernels::ROWS, 1], self.device);
        let timed = async |runs: usize| -> Result<f64, EngineError> {
            let start = Instant::now();
            let mut y = linear(x.clone(), &self.weight, Activation::None);
            for _ in 1..runs {
                y = linear(x.clone(), &self.weight, Activation::None);
            }
            read_back(lookup(y, &first)).await?;
            Ok(start.elapsed().as_secs_f64() / runs as f64)
        };
        timed(1).await?; // compiles
        let runs = ((ENOUGH_S / timed(1).await?) as usize).clamp(1, RUNS);
        let mut fastest = f64::INFINITY;
        for _ in 0..TAKES {
            fastest = fastest.min(timed(runs).await?);
        }
        Ok(fastest)
    }
}

/// Numbers around zero: some devices are faster on zeros than on the numbers of a model.
fn numbers(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}
