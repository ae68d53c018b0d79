//! Rows → files that other programs read.
//!
//! | format | for | file |
//! |---|---|---|
//! | `.npy` | NumPy: `numpy.load` | `npy` |
//! | `.csv` | spreadsheets, R, anything | `csv` |
//! | `.safetensors` | many tensors with texts beside them | `safetensors` |
//!
//! All of them are functions of their input alone: the same rows give the same bytes.

mod csv;
mod error;
mod npy;
mod safetensors;

pub use csv::csv;
pub(crate) use csv::reads_as_formula;
pub use error::ExportError;
pub use npy::{NpyNumbers, npy, npy_of};
pub use safetensors::{Tensor, safetensors};
