//! A sequence for a model, and where it comes from.

use serde::{Deserialize, Serialize};

/// What a row's letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A gene cluster as its domains, with semicolons.
    Cluster,
    /// A protein.
    Protein,
    /// The part of a protein that is one domain.
    Domain,
    /// A coding sequence.
    Cds,
}

/// Where a row comes from. Rows of different grains with equal parts belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The record of the file.
    pub record: String,
    /// The gene cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The gene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gene: Option<String>,
    /// The place of a domain in its cluster's sentence, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// First letter in the record, counted from 1.
    pub start: usize,
    /// Last letter in the record.
    pub end: usize,
    /// `+`, `-`, or `.` for both or none.
    pub strand: char,
}

/// A sequence for a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its name, different from all others of the same grain and file.
    pub id: String,
    /// What the model reads.
    pub letters: String,
    /// What that is.
    pub grain: Grain,
    /// Where it comes from.
    pub origin: Origin,
}
