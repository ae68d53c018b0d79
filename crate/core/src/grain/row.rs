//! A sequence for a model, and where it comes from.

use serde::{Deserialize, Serialize};

/// What the letters of a row are: the grain, or granularity, of an embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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

/// The origin of a row. Rows of different grains with the same cluster, gene or position belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Origin {
    /// Id of the record in the file.
    pub record: String,
    /// Id of the gene cluster, if the row lies in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cluster: Option<String>,
    /// Id of the gene, if the row is one or lies in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub gene: Option<String>,
    /// For a domain: its position among the domains of its cluster, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub position: Option<usize>,
    /// First letter in the record, counted from 1; larger than `end` across the origin of a circular one.
    pub start: usize,
    /// Last letter in the record, counted from 1 and included.
    pub end: usize,
    /// Strand: `+`, `-`, or `.` for both or none.
    pub strand: char,
}

/// A sequence for a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GrainRow {
    /// Its id, different from all others of the same grain and file.
    pub id: String,
    /// What the model reads: residues, nucleotides, or domains with `;` between.
    pub letters: String,
    /// What the letters are.
    pub grain: Grain,
    /// Origin of the row in the file.
    pub origin: Origin,
}
