//! How predictions are evaluated: which rows are tested, how good the predictions are, and how sure that is.
//!
//! Nothing here knows which model made the predictions.
//!
//! | file | what it holds |
//! |---|---|
//! | [`folds`] | which rows are tested together |
//! | [`metrics`] | how good predictions are |
//! | [`interval`] | 95 % intervals and paired comparisons |
//! | `target` | the truth: classes, labels or numbers |
//! | `error` | why an evaluation is refused |

mod error;
pub mod folds;
pub mod interval;
pub mod metrics;
mod target;

pub use error::EvaluationError;
pub use target::Target;
