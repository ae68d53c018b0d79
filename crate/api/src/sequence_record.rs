//! A sequence as JavaScript writes it.

use serde::{Deserialize, Serialize};

/// A sequence and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SequenceRecord {
    /// Name of the sequence.
    pub id: String,
    /// Residues, nucleotides, or domains with `;` between them.
    pub sequence: String,
}
