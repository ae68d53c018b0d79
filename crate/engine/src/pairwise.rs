//! Products of all pairs of rows on a GPU, for the searches and similarities of `core::analysis`.
//!
//! The linear kernel computes them, so no other kernel is compiled. Tiles of rows are uploaded
//! once and stay while there is room; products come back tile by tile, so that memory grows with
//! the rows, never with their square. The results are those of the CPU: neighbours to the last bit,
//! because products only rule out; similarities to the rounding of f32.
//!
//! | file | what it holds |
//! |---|---|
//! | `gpu` | a search and a batch of layers, driven tile by tile |
//! | `tiles` | tiles of rows on the device |

mod gpu;
mod tiles;

use crate::device::{CachedTuning, DeviceChoice, DeviceKind, OpenDevice, open_with};
use crate::error::EngineError;
use crate::progress::pause_and_report;
use crossgrain_core::analysis::{CpuGram, LayerBatch, Neighbours, Search};
use crossgrain_core::progress::{Progress, Stage};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// Multiply-adds below which the CPU is done before a GPU would have been opened: about a second of one
/// core in a browser.
pub const WORTHWHILE: f64 = 4e9;

/// The device that computed the products of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Computed {
    /// GPU or CPU.
    pub device: DeviceKind,
    /// One sentence: which device and why.
    pub reason: String,
}

/// Multiplies rows: on the CPU, or on a GPU, which the first large question opens and which stays open.
///
/// The memory of a question is given back at its end.
///
/// A software adapter is the same CPU behind a translator: only [`DeviceChoice::WebGpu`] takes one. A GPU that
/// fails delays an answer but does not lose it: the CPU starts again, and [`Computed`] says so.
#[derive(Debug, Default)]
pub struct Multiplier {
    cached: Option<CachedTuning>,
    opened: RefCell<Option<Rc<OpenDevice>>>,
}

impl Multiplier {
    /// Nothing is opened yet; `cached` are the kernels that suited an adapter before.
    #[must_use]
    pub fn new(cached: Option<CachedTuning>) -> Self {
        Self { cached, opened: RefCell::default() }
    }

    /// Drives a search to its end; `progress` counts rows.
    ///
    /// # Errors
    /// `device.unavailable` or `device.failed`, for [`DeviceChoice::WebGpu`] only and before the search;
    /// `engine.cancelled`.
    pub async fn search(
        &self,
        choice: DeviceChoice,
        mut search: Search<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(Neighbours, Computed), EngineError> {
        progress.begin(Stage::Neighbours);
        let (gpu, mut computed) = self.choose(choice, search.work()).await?;
        if let Some(gpu) = gpu {
            match gpu::search(search.clone(), &gpu.device, progress).await {
                Ok(found) => {
                    gpu.device.memory_cleanup();
                    return Ok((found, computed));
                }
                Err(EngineError::Cancelled) => {
                    gpu.device.memory_cleanup();
                    return Err(EngineError::Cancelled);
                }
                Err(error) => computed = self.given_up(&error),
            }
        }
        let mut products = CpuGram;
        while search.step(&mut products) {
            pause_and_report(progress, search.done() as u64, search.total() as u64).await?;
        }
        Ok((search.finish(), computed))
    }

    /// Drives a batch of layers to its end; `progress` counts tiles.
    ///
    /// # Errors
    /// As [`Multiplier::search`].
    pub async fn layers(
        &self,
        choice: DeviceChoice,
        mut batch: LayerBatch,
        progress: &mut dyn Progress,
    ) -> Result<(LayerBatch, Computed), EngineError> {
        progress.begin(Stage::Cka);
        let (gpu, mut computed) = self.choose(choice, batch.work()).await?;
        if let Some(gpu) = gpu {
            match gpu::layers(batch.clone(), &gpu.device, progress).await {
                Ok(batch) => {
                    gpu.device.memory_cleanup();
                    return Ok((batch, computed));
                }
                Err(EngineError::Cancelled) => {
                    gpu.device.memory_cleanup();
                    return Err(EngineError::Cancelled);
                }
                Err(error) => computed = self.given_up(&error),
            }
        }
        let mut products = CpuGram;
        while batch.step(&mut products) {
            pause_and_report(progress, batch.done() as u64, batch.total() as u64).await?;
        }
        Ok((batch, computed))
    }

    /// The GPU for `work` multiply-adds, if they are worth one.
    async fn choose(
        &self,
        choice: DeviceChoice,
        work: f64,
    ) -> Result<(Option<Rc<OpenDevice>>, Computed), EngineError> {
        let opened = match choice {
            DeviceChoice::Cpu => return Ok((None, on_cpu("without asking for a GPU"))),
            DeviceChoice::Auto if work < WORTHWHILE => {
                return Ok((None, on_cpu("because a GPU would not be faster with so little to do")));
            }
            DeviceChoice::Auto | DeviceChoice::WebGpu => self.open(choice).await?,
        };
        let computed = Computed { device: opened.kind, reason: opened.reason.clone() };
        Ok((opened.is_gpu().then_some(opened), computed))
    }

    async fn open(&self, choice: DeviceChoice) -> Result<Rc<OpenDevice>, EngineError> {
        let known = self.opened.borrow().clone();
        let fits = |opened: &Rc<OpenDevice>| match choice {
            DeviceChoice::WebGpu => opened.is_gpu(),
            DeviceChoice::Auto | DeviceChoice::Cpu => !opened.software,
        };
        if let Some(opened) = known.filter(fits) {
            return Ok(opened);
        }
        let opened = Rc::new(open_with(choice, self.cached.clone()).await?);
        self.opened.replace(Some(Rc::clone(&opened)));
        Ok(opened)
    }

    fn given_up(&self, error: &EngineError) -> Computed {
        self.opened.replace(None);
        // Causes and backtraces follow after the first line.
        let error = error.to_string();
        on_cpu(&format!("because the GPU gave up ({})", error.lines().next().unwrap_or_default()))
    }
}

fn on_cpu(why: &str) -> Computed {
    Computed { device: DeviceKind::Cpu, reason: format!("CPU, {why}") }
}
