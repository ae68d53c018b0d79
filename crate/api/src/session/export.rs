//! Formats of files of rows.

use serde::{Deserialize, Serialize};

/// A format by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RowFormat {
    /// One layer as a NumPy array, without names.
    Npy,
    /// One layer as a table: a name and the numbers of each row.
    Csv,
    /// Any number of layers, with names.
    Safetensors,
}

impl RowFormat {
    /// The format of a file by the ending of its name.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "npy" => Some(Self::Npy),
            "csv" => Some(Self::Csv),
            "safetensors" => Some(Self::Safetensors),
            _ => None,
        }
    }
}
