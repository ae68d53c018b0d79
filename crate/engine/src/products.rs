//! Rows times rows on a GPU, for the searches and similarities of `core::analysis`.
//!
//! It is what the linear kernel computes, so nothing else is compiled for it. Blocks of rows go up
//! once and stay, as far as there is room; products come back tile by tile, so that memory grows with
//! the rows, never with their square. What is found is what the CPU finds: neighbours to the last bit,
//! because products only rule out; similarities to the rounding of f32.
//!
//! | file | what it holds |
//! |---|---|
//! | `gpu` | a search and a batch of layers, driven tile by tile |
//! | `blocks` | blocks of rows on the device |

mod blocks;
mod gpu;

use crate::device::{Choice, Kind, Opened, Remembered, open_remembering};
use crate::error::EngineError;
use crate::pulse::Pulse;
use crossgrain_core::analysis::{CpuGram, LayerBatch, Neighbours, Search};
use gpu::beat;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Multiply-adds below which the CPU is done before a GPU would have been opened: about a second of one
/// core in a browser.
pub const WORTHWHILE: f64 = 4e9;

/// What made the products of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// GPU or CPU.
    pub kind: Kind,
    /// One sentence: which device and why.
    pub reason: String,
}

impl Computed {
    /// `{ device, reason }`, as reports say it.
    #[must_use]
    pub fn report(&self) -> Value {
        json!({ "device": self.kind.name(), "reason": self.reason })
    }
}

/// Who multiplies rows: the CPU, or a GPU that the first question worth it opens and that stays open.
///
/// The memory of a question is given back at its end.
///
/// A software adapter is the same CPU behind a translator: only [`Choice::WebGpu`] takes one. A GPU that
/// fails costs a question its time, not its answer: the CPU starts anew, and [`Computed`] says so.
#[derive(Debug, Default)]
pub struct Multiplier {
    remembered: Option<Remembered>,
    opened: RefCell<Option<Rc<Opened>>>,
}

impl Multiplier {
    /// Nothing is opened yet; `remembered` are the kernels that suited an adapter before.
    #[must_use]
    pub fn new(remembered: Option<Remembered>) -> Self {
        Self { remembered, opened: RefCell::default() }
    }

    /// Drives a search to its end; `None` if the pulse, which beats at every tile, cancelled.
    ///
    /// # Errors
    /// `device.unavailable` or `device.failed`, for [`Choice::WebGpu`] only and before the search.
    pub async fn search(
        &self,
        choice: Choice,
        mut search: Search<'_>,
        pulse: &mut impl Pulse,
    ) -> Result<Option<(Neighbours, Computed)>, EngineError> {
        let (gpu, mut computed) = self.choose(choice, search.work()).await?;
        if let Some(gpu) = gpu {
            match gpu::search(search.clone(), &gpu.device, pulse).await {
                Ok(found) => {
                    gpu.device.memory_cleanup();
                    return Ok(found.map(|found| (found, computed)));
                }
                Err(error) => computed = self.given_up(&error),
            }
        }
        let mut products = CpuGram::default();
        while search.step(&mut products) {
            if !beat(pulse, search.done(), search.total()).await {
                return Ok(None);
            }
        }
        Ok(Some((search.finish(), computed)))
    }

    /// The same for a batch of layers.
    ///
    /// # Errors
    /// As [`Multiplier::search`].
    pub async fn layers(
        &self,
        choice: Choice,
        mut batch: LayerBatch,
        pulse: &mut impl Pulse,
    ) -> Result<Option<(LayerBatch, Computed)>, EngineError> {
        let (gpu, mut computed) = self.choose(choice, batch.work()).await?;
        if let Some(gpu) = gpu {
            match gpu::layers(batch.clone(), &gpu.device, pulse).await {
                Ok(batch) => {
                    gpu.device.memory_cleanup();
                    return Ok(batch.map(|batch| (batch, computed)));
                }
                Err(error) => computed = self.given_up(&error),
            }
        }
        let mut products = CpuGram::default();
        while batch.step(&mut products) {
            if !beat(pulse, batch.done(), batch.total()).await {
                return Ok(None);
            }
        }
        Ok(Some((batch, computed)))
    }

    /// The GPU for so many multiply-adds, if one should make them.
    async fn choose(&self, choice: Choice, work: f64) -> Result<(Option<Rc<Opened>>, Computed), EngineError> {
        let opened = match choice {
            Choice::Cpu => return Ok((None, on_cpu("without asking for a GPU"))),
            Choice::Auto if work < WORTHWHILE => {
                return Ok((None, on_cpu("because a GPU would not be faster with so little to do")));
            }
            Choice::Auto | Choice::WebGpu => self.open(choice).await?,
        };
        let computed = Computed { kind: opened.kind, reason: opened.reason.clone() };
        Ok((opened.is_gpu().then_some(opened), computed))
    }

    async fn open(&self, choice: Choice) -> Result<Rc<Opened>, EngineError> {
        let known = self.opened.borrow().clone();
        let fits = |opened: &Rc<Opened>| match choice {
            Choice::WebGpu => opened.is_gpu(),
            Choice::Auto | Choice::Cpu => !opened.software,
        };
        if let Some(opened) = known.filter(fits) {
            return Ok(opened);
        }
        let opened = Rc::new(open_remembering(choice, self.remembered.clone()).await?);
        self.opened.replace(Some(Rc::clone(&opened)));
        Ok(opened)
    }

    fn given_up(&self, error: &EngineError) -> Computed {
        self.opened.replace(None);
        // Behind the first line come causes and backtraces.
        let error = error.to_string();
        on_cpu(&format!("because the GPU gave up ({})", error.lines().next().unwrap_or_default()))
    }
}

fn on_cpu(why: &str) -> Computed {
    Computed { kind: Kind::Cpu, reason: format!("CPU, {why}") }
}
