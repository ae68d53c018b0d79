//! Progress on a terminal: one line that is written over.

use crossgrain_core::progress::{Progress, Stage};
use std::io::{IsTerminal, Write, stderr};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Time between two updates.
const INTERVAL: Duration = Duration::from_millis(200);

/// A progress line on a terminal; silent elsewhere.
pub struct ProgressBar {
    stage: Option<Stage>,
    started: Instant,
    shown: Instant,
    terminal: bool,
}

impl ProgressBar {
    /// A line that starts now.
    pub fn new() -> Self {
        let now = Instant::now();
        Self { stage: None, started: now, shown: now, terminal: stderr().is_terminal() }
    }

    /// Seconds since the start of the stage.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

impl Progress for ProgressBar {
    fn begin(&mut self, stage: Stage) {
        self.stage = Some(stage);
        self.started = Instant::now();
    }

    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        if self.terminal && self.shown.elapsed() > INTERVAL {
            self.shown = Instant::now();
            let rate = done as f64 / self.seconds().max(1e-3);
            let left = total.saturating_sub(done) as f64 / rate.max(1e-3);
            let unit = self.stage.map_or("steps", Stage::unit);
            // The run goes on if stderr is closed.
            let _ = write!(stderr(), "\r{done} of {total} {unit}, {rate:.0} {unit}/s, {left:.0} s left   ");
        }
        ControlFlow::Continue(())
    }
}

impl Drop for ProgressBar {
    fn drop(&mut self) {
        if self.terminal {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
