//! Why rows cannot be written.

use crate::error::Coded;
use thiserror::Error;

/// A refused export.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Not as many ids as rows.
    #[error("{ids} ids for {rows} rows")]
    Ids {
        /// Ids given.
        ids: usize,
        /// Rows given.
        rows: usize,
    },
    /// Numbers that do not fill the shape they are said to have.
    #[error("tensor {name:?} has {found} numbers, which do not fill its shape")]
    Shape {
        /// The tensor.
        name: String,
        /// Numbers given.
        found: usize,
    },
    /// Two tensors with one name, or a tensor with the name of the metadata.
    #[error("the tensor name {name:?} is taken")]
    Name {
        /// The name.
        name: String,
    },
    /// More bytes than one file in memory can have.
    #[error("the file would be too large to hold in memory")]
    TooLarge,
    /// The library that writes the format failed.
    #[error("the file could not be written: {reason}")]
    Write {
        /// Its reason.
        reason: String,
    },
}

impl Coded for ExportError {
    fn code(&self) -> &'static str {
        match self {
            Self::Ids { .. } => "export.ids",
            Self::Shape { .. } => "export.shape",
            Self::Name { .. } => "export.name",
            Self::TooLarge => "export.too_large",
            Self::Write { .. } => "export.write",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::TooLarge => "export fewer sequences, or pooled vectors instead of one row per residue",
            Self::Ids { .. } => "give one id per row",
            Self::Shape { .. } | Self::Name { .. } => {
                "give every tensor its own name and as many numbers as its shape has"
            }
            Self::Write { .. } => "try again; if it happens again, please report it",
        }
        .to_owned()
    }
}
