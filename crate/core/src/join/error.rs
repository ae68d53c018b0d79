//! Why tables are not joined, or positions not pooled.

use crate::error::{Coded, Where};
use thiserror::Error;

/// A refusal of the join zone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JoinError {
    /// Fewer than two tables.
    #[error("there are fewer than two tables to join")]
    Tables,
    /// Keys and rows of different number.
    #[error("the table {table} has {keys} names for {rows} rows")]
    Rows {
        /// The table.
        table: String,
        /// Names given.
        keys: usize,
        /// Rows given.
        rows: usize,
    },
    /// A key that stands for two rows.
    #[error("two rows of the table {table} are called '{key}'")]
    DuplicateKey {
        /// The table.
        table: String,
        /// The key.
        key: String,
    },
    /// No key is in all tables.
    #[error("no name is in all of the tables")]
    Nothing,
    /// A name without a position where rows are matched by position.
    #[error("the row '{key}' of the table {table} has no position")]
    NoPosition {
        /// The table.
        table: String,
        /// The name.
        key: String,
    },
    /// Not enough memory.
    #[error("there is not enough memory for the joined table")]
    Memory,
    /// Not a table of positions.
    #[error("the file is not a table of positions")]
    NotPositions,
    /// A position before the first or after the last row of a sequence.
    #[error("'{id}' has no position {position}: it has {rows}")]
    Outside {
        /// The sequence.
        id: String,
        /// The position, counted from 1.
        position: usize,
        /// Rows of the sequence.
        rows: usize,
    },
    /// A number of positions that differs from the sequences before, although all are concatenated.
    #[error("'{id}' has {positions} positions, unlike the sequences before it")]
    OtherCount {
        /// The sequence.
        id: String,
        /// Its positions.
        positions: usize,
    },
    /// No sequence has its chosen positions.
    #[error("no sequence has its chosen positions")]
    NoneLeft,
    /// No positions for a sequence.
    #[error("no positions are given for '{id}'")]
    NoPositions {
        /// The sequence.
        id: String,
    },
}

impl Coded for JoinError {
    fn code(&self) -> &'static str {
        match self {
            Self::Tables => "join.tables",
            Self::Rows { .. } => "join.rows",
            Self::DuplicateKey { .. } => "join.duplicate_key",
            Self::Nothing => "join.nothing",
            Self::NoPosition { .. } => "join.no_position",
            Self::Memory => "join.memory",
            Self::NotPositions => "positions.not_a_table",
            Self::Outside { .. } => "positions.outside",
            Self::OtherCount { .. } => "positions.count",
            Self::NoneLeft => "positions.none",
            Self::NoPositions { .. } => "positions.missing",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Tables => "choose embeddings of two models",
            Self::Rows { .. } => "give the table as it was exported",
            Self::DuplicateKey { .. } => {
                "rename one of them and embed again: rows are matched by their names"
            }
            Self::Nothing => {
                "embed the same records with both models; names must be equal, letter for letter"
            }
            Self::NoPosition { .. } => {
                "embed with one row per residue or domain, or domain slices: their rows are called name/position"
            }
            Self::Memory => "join fewer rows, or use the command line, which has more memory",
            Self::NotPositions => {
                "write one line per sequence: its name, a tab, and positions with commas: p1<TAB>235,236,239"
            }
            Self::Outside { .. } => "positions are counted from 1 along the sequence that was embedded",
            Self::OtherCount { .. } => "give every sequence the same number of positions, or take their mean",
            Self::NoneLeft => "the first column holds the names of the sequences, letter for letter",
            Self::NoPositions { .. } => "add a line with its name to the table of positions",
        }
        .to_owned()
    }

    fn at(&self) -> Where {
        let record = match self {
            Self::Outside { id, .. } | Self::OtherCount { id, .. } | Self::NoPositions { id } => {
                Some(id.clone())
            }
            _ => None,
        };
        Where { record, ..Where::default() }
    }
}
