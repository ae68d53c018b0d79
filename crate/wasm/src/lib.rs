//! The browser border of the engine: everything JavaScript can call, and nothing else.
//!
//! The module lives in a dedicated worker (blobs are read by range with `FileReaderSync`, which only workers have).
//! [`Session`] opens a device, loads a model, reads sequences, embeds and exports. [`Analyses`] holds tables and answers
//! the questions of `crossgrain-api` about them, in a worker of its own. What goes in and comes out is declared there;
//! here blobs become bytes, matrices typed arrays, and refusals `Error` objects with `code`, `message`, `where`, `hint`.

mod analyses;
mod answer;
mod blob;
mod error;
mod event_loop;
mod files;
mod pack;
mod parts;
mod progress;
mod relaxed;
mod request;
mod session;
mod sources;

pub use analyses::Analyses;
pub use pack::{check_packed, pack_model};
pub use session::Session;

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes a panic readable in the console; the page restarts the worker after one.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
