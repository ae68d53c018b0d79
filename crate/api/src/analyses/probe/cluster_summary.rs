//! The clusters of an answer: how many, how large, and at what identity.

use serde::Serialize;

/// The clusters of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClusterSummary {
    /// Clusters of the labelled rows, at least 2.
    pub count: usize,
    /// How many clusters there are of each size, the largest first.
    pub sizes: Vec<ClusterSize>,
    /// Estimated identity from which two sequences are linked, 0 to 1.
    pub identity: f64,
    /// Letters, or domains, of a word.
    pub word: usize,
}

/// Clusters of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClusterSize {
    /// Sequences of each of these clusters.
    pub sequences: usize,
    /// Clusters of this size.
    pub clusters: usize,
}
