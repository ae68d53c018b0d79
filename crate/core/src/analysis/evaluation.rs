//! How predictions are evaluated: which rows are tested, how good the predictions are, and how sure that is.
//!
//! Nothing here knows which model made the predictions.
//!
//! | file | what it holds |
//! |---|---|
//! | [`folds`] | which rows are tested together |
//! | [`metrics`] | how good predictions are |
//! | [`half_samples`] | 95 % intervals and comparisons that hold for new samples |
//! | [`interval`] | 95 % intervals over seeds, and with fitted models held fixed |
//! | [`units`] | rows that depend on one another, and are drawn, permuted and left out together |
//! | `target` | the truth: classes, labels or numbers |
//! | `error` | why an evaluation is refused |

mod error;
pub mod folds;
pub mod half_samples;
pub mod interval;
pub mod metrics;
mod target;
pub mod units;

pub use error::EvaluationError;
pub use target::Target;
