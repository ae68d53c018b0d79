//! Steps of the engine's computations, as a progress observer sees them.

use crate::error::EngineError;
use crossgrain_core::progress::Progress;

/// Reports a step.
///
/// # Errors
/// `engine.cancelled` if the observer cancels.
pub fn report(progress: &mut dyn Progress, done: u64, total: u64) -> Result<(), EngineError> {
    match progress.report(done, total).is_break() {
        true => Err(EngineError::Cancelled),
        false => Ok(()),
    }
}

/// Pauses for the observer, then reports a step: a run that was cancelled meanwhile ends here.
///
/// # Errors
/// `engine.cancelled` if the observer cancels.
pub async fn pause_and_report(progress: &mut dyn Progress, done: u64, total: u64) -> Result<(), EngineError> {
    progress.pause().await;
    report(progress, done, total)
}
