//! How far a long computation is, and whether it should go on.

use super::error::AnalysisError;
use std::ops::ControlFlow;

/// Told how many of how many steps are done; answers whether to go on.
///
/// A `Break` ends the computation with `analysis.cancelled`.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

/// A [`Progress`] that listens to nobody.
pub fn unheard(_done: usize, _total: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Reports, and turns a `Break` into the error.
pub(super) fn report(progress: Progress, done: usize, total: usize) -> Result<(), AnalysisError> {
    if progress(done, total).is_break() { Err(AnalysisError::Cancelled) } else { Ok(()) }
}
