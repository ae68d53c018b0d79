//! One file per model family, in the order in which data flows.

pub mod esm;

pub use esm::Esm;
