//! A matrix → an answer.
//!
//! Pure functions of a [`View`](crate::matrix::View). Sums are taken in f64 and in a fixed order,
//! so the same numbers give the same answer on every machine.
//!
//! | function | answers |
//! |---|---|
//! | [`pca()`] | in which few directions do the rows differ most? |
//! | [`standardise`] | the same rows with every column on one scale |

mod error;
mod pca;
mod standardise;

pub use error::AnalysisError;
pub use pca::{Pca, pca};
pub use standardise::standardise;
