//! Progress on a terminal, and the one line that remains.

use crossgrain_engine::embed::Embedded;
use crossgrain_engine::pulse::{Progress, Pulse};
use std::io::{IsTerminal, Write, stderr};
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
    pub fn show(&mut self, progress: Progress) {
        if self.terminal && self.shown.elapsed() > Duration::from_millis(200) {
            self.shown = Instant::now();
            let rate = progress.done / self.started.elapsed().as_secs_f64();
            let left = (progress.total - progress.done) / rate.max(1e-3);
            eprint!(
                "\r{:.0} of {:.0} residues, {rate:.0} residues/s, {left:.0} s left   ",
                progress.done, progress.total
            );
            // A closed stderr is no reason to stop.
            let _ = stderr().flush();
        }
    }
}

impl Pulse for Bar {
    async fn beat(&mut self, progress: Progress) -> bool {
        self.show(progress);
        true
    }
}
