//! Tables of numbers, as `crossgrain embed`, the page, NumPy and spreadsheets write them.
//!
//! | ending | rows | ids | layers |
//! |---|---|---|---|
//! | `.npy` | `[n, d]`, floats or whole numbers, C or Fortran order | none: labels go by order | one |
//! | `.csv`, `.tsv`, `.tab`, `.txt`, also `.gz` | d numbers, with or without a header | a column, or none: labels go by order | one |
//! | `.safetensors` | every `[n, d]` tensor | `ids` in the metadata, a JSON list | one per tensor |
//!
//! [`LayerTable::read`] reads all layers of a file, and [`TokenTable::read`] reads rows per residue or token. `FILE#NAME` names one tensor of a `.safetensors`
//! file ([`split_name`]). A file that `embed --pool none` wrote holds one tensor
//! `{record}/layer_{i}` per record; it becomes one table per layer, with rows called `id/position`.
//!
//! What else a `.safetensors` file says of its rows (pooling, precision, model …) is in `texts`.
//!
//! Numbers are f32; numbers that are infinite or not a number are refused. Memory: the numbers once
//! (twice for Fortran order), the ids, and a buffer of 1 MiB.

// Parsers of untrusted bytes: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod byte_reader;
mod columns;
mod csv;
mod error;
mod format;
mod layer;
mod layers;
mod npy;
mod residues;
mod safetensors;
mod tokens;

pub use error::{TableError, TableProblem};
pub use format::{TableFormat, split_name};
pub use layer::TableLayer;
pub use layers::LayerTable;
pub use tokens::TokenTable;
