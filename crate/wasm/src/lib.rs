//! The browser border of the engine: everything JavaScript can call, and nothing else.
//!
//! The module lives in a dedicated worker (blobs are read by range with `FileReaderSync`, which
//! only workers have). [`Session`] is its one door: open a device, load a model, read sequences,
//! embed, export. [`Analyses`] answers questions about finished rows, in a worker of its own. Options
//! are checked once, here; errors leave as `Error` objects with `code`, `message`, `where` and `hint`.

mod analysis;
mod blob;
mod error;
mod model;
mod options;
mod outcome;
mod pack;
mod progress;
mod relaxed;
mod sequences;
mod session;
mod turn;

pub use analysis::Analyses;
pub use pack::{check_packed, pack_model};
pub use session::Session;

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes a panic readable in the console; the page restarts the worker after one.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
