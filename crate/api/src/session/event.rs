//! Progress on its way to JavaScript.

use crossgrain_core::progress::Stage;
use serde::Serialize;

/// How far a long call has come; at most ten of these a second.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProgressEvent {
    /// What is being done.
    pub stage: Stage,
    /// Units that are done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// What is counted.
    pub unit: &'static str,
    /// Residues (words, domains) per second, while embedding.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub residues_per_second: Option<f64>,
    /// Seconds that the stage still takes at this speed, while embedding.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub seconds_left: Option<f64>,
}
