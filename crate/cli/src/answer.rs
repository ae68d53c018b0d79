//! What the analyses print: JSON on stdout, progress on a terminal, arrays in files.

use crate::problem::Failure;
use crossgrain_core::export::{Tensor, csv, npy, safetensors};
use crossgrain_core::matrix::View;
use crossgrain_core::progress::Progress;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// Prints the answer. A closed pipe ends quietly: `crossgrain … | head` is no mistake.
pub fn print(answer: &Value) {
    let _ = writeln!(stdout(), "{answer:#}");
}

/// Writes rows as `.npy`, `.csv` (with ids) or `.safetensors`.
pub fn write(path: &Path, name: &str, ids: &[String], rows: View) -> Result<(), Failure> {
    write_layers(path, ids, &[(name, rows)])
}

/// The same of several layers of the same rows, of which only `.safetensors` holds more than one.
pub fn write_layers(path: &Path, ids: &[String], layers: &[(&str, View)]) -> Result<(), Failure> {
    let bytes = match (path.extension().and_then(|end| end.to_str()), layers) {
        (Some("npy"), [(_, rows)]) => npy(*rows)?,
        // Columns of a layer are called as `embed` calls them.
        (Some("csv"), [(name, rows)]) => {
            csv(ids, *rows, if name.starts_with("layer_") { "d" } else { name })?
        }
        (Some("safetensors"), _) => {
            let shapes: Vec<[usize; 2]> = layers.iter().map(|(_, rows)| [rows.rows(), rows.cols()]).collect();
            let tensors = layers.iter().zip(&shapes);
            let tensors = tensors.map(|((name, rows), shape)| Tensor { name, shape, data: rows.data() });
            let ids = BTreeMap::from([("ids".to_owned(), Value::from(ids.to_vec()).to_string())]);
            safetensors(&tensors.collect::<Vec<_>>(), &ids)?
        }
        _ => {
            let what = format!("'{}' does not end in .npy, .csv or .safetensors", path.display());
            return Err(Failure::arguments("output.unknown_format", what, "the ending chooses the format"));
        }
    };
    std::fs::write(path, bytes).map_err(|error| Failure::file("output.unwritable", path, &error))
}

/// A progress line on a terminal.
pub struct Bar {
    what: &'static str,
    shown: Instant,
    terminal: bool,
}

impl Bar {
    pub fn new(what: &'static str) -> Self {
        Self { what, shown: Instant::now(), terminal: stderr().is_terminal() }
    }

    /// Shows that `done` of `total` steps are done, a few times per second.
    pub fn show(&mut self, done: usize, total: usize) -> ControlFlow<()> {
        if self.terminal && self.shown.elapsed() > Duration::from_millis(200) {
            self.shown = Instant::now();
            // A closed stderr is no reason to stop.
            let _ = write!(stderr(), "\r{}: {done} of {total}   ", self.what);
        }
        ControlFlow::Continue(())
    }
}

impl Progress for Bar {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        self.show(done as usize, total as usize)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.terminal {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
