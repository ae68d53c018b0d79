//! Progress on a terminal, and the one line that remains.

use crossgrain_core::progress::Progress;
use crossgrain_engine::embed::Embedded;
use std::io::{IsTerminal, Write, stderr};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// A progress line on a terminal.
pub struct Bar {
    started: Instant,
    shown: Instant,
    terminal: bool,
}

impl Bar {
    /// One that starts now.
    pub fn new() -> Self {
        let now = Instant::now();
        Self { started: now, shown: now, terminal: stderr().is_terminal() }
    }

    /// Ends the line with what was done.
    pub fn finish(&self, embedded: &Embedded) {
        let seconds = self.started.elapsed().as_secs_f64();
        let residues: f64 = embedded.residues.iter().map(|n| f64::from(*n)).sum();
        eprintln!(
            "{}{} records, {residues} residues in {seconds:.1} s ({:.0} residues/s)",
            if self.terminal { "\r" } else { "" },
            embedded.residues.len(),
            residues / seconds.max(1e-3)
        );
    }

    /// Shows how far the run is, a few times a second.
    pub fn show(&mut self, done: u64, total: u64) {
        if self.terminal && self.shown.elapsed() > Duration::from_millis(200) {
            self.shown = Instant::now();
            let rate = done as f64 / self.started.elapsed().as_secs_f64();
            let left = total.saturating_sub(done) as f64 / rate.max(1e-3);
            eprint!("\r{done} of {total} residues, {rate:.0} residues/s, {left:.0} s left   ");
            // A closed stderr is no reason to stop.
            let _ = stderr().flush();
        }
    }
}

impl Progress for Bar {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        self.show(done, total);
        ControlFlow::Continue(())
    }
}
