//! Why a table is refused.

use crate::error::{Coded, Where};
use crate::limits::TABLE_FILE_BYTES;
use crate::weights::WeightsError;
use thiserror::Error;

/// A refused table.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// A file that cannot be read, or a `.safetensors` file that is damaged.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// Anything else that is wrong with a table.
    #[error("{problem}")]
    Table {
        /// The file, as the user knows it; empty if the problem is not in one file.
        file: String,
        /// Line of the file, counted from 1.
        line: Option<u64>,
        /// What is wrong with it.
        problem: TableProblem,
    },
}

/// What is wrong with a table. Names from the file are shown as they are.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is its message")]
pub enum TableProblem {
    #[error("its name does not end in .npy, .csv, .tsv, .txt or .safetensors")]
    UnknownFormat,
    #[error("its name does not end in .safetensors, .csv, .tsv or .txt")]
    NoTokenFormat,
    #[error("it is packed, and only tables as text are unpacked here")]
    Packed,
    #[error("{what}")]
    NotText { what: String },
    #[error("{reason}")]
    Gzip { reason: String },
    #[error("the file has more than {TABLE_FILE_BYTES} bytes, or more numbers than fit in memory")]
    TooLarge,
    #[error("{reason}")]
    Npy { reason: String },
    #[error("{reason}")]
    Csv { reason: String },
    #[error("{ids} ids for {rows} rows")]
    Ids { ids: usize, rows: usize },
    #[error("{tensor} has {rows} rows, unlike the tensors before it")]
    Rows { tensor: String, rows: usize },
    #[error("{tensor} has {axes} axes, not rows and columns")]
    Axes { tensor: String, axes: usize },
    #[error("{tensor} has {columns} columns, unlike the tensors before it")]
    Columns { tensor: String, columns: usize },
    #[error("it holds no tensor of rows and columns of that name")]
    NoRows,
    #[error("it holds no rows of residues or tokens")]
    NoTokens,
}

impl TableProblem {
    /// The problem in a file.
    #[must_use]
    pub fn in_file(self, file: &str) -> TableError {
        TableError::Table { file: file.to_owned(), line: None, problem: self }
    }

    /// The problem on a line of a file, counted from 1.
    pub(super) fn on_line(self, file: &str, line: u64) -> TableError {
        TableError::Table { file: file.to_owned(), line: Some(line), problem: self }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat | Self::NoTokenFormat => "table.unknown_format",
            Self::Packed => "table.packed",
            Self::NotText { .. } => "table.not_text",
            Self::Gzip { .. } => "table.gzip",
            Self::TooLarge => "table.too_large",
            Self::Npy { .. } => "table.npy",
            Self::Csv { .. } => "table.csv",
            Self::Ids { .. } => "table.ids",
            Self::Rows { .. } | Self::Axes { .. } => "table.rows",
            Self::Columns { .. } => "table.columns",
            Self::NoRows | Self::NoTokens => "table.no_rows",
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "the ending names the format; save a spreadsheet as CSV",
            Self::NoTokenFormat | Self::NoTokens => "write it with `embed --pool none`",
            Self::Packed => "unpack it with gunzip",
            Self::NotText { .. } => "save the table as text, separated by commas or tabs",
            Self::Gzip { .. } => "download or copy the file again",
            Self::TooLarge => "give fewer rows or layers, or use the command line, which has more memory",
            Self::Npy { .. } => "write it as numpy.save(file, numpy.asarray(rows, 'float32'))",
            Self::Csv { .. } => {
                "write as many finite numbers as there are columns in each row; leave out rows without one"
            }
            Self::Ids { .. } | Self::Axes { .. } | Self::Columns { .. } => "write the file again",
            Self::Rows { .. } => "name one of them as FILE#NAME",
            Self::NoRows => "give the file that `embed` wrote",
        }
    }
}

impl Coded for TableError {
    fn code(&self) -> &'static str {
        match self {
            Self::Weights(error) => error.code(),
            Self::Table { problem, .. } => problem.code(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Weights(error) => error.hint(),
            Self::Table { problem, .. } => problem.hint().to_owned(),
        }
    }

    fn at(&self) -> Where {
        match self {
            Self::Weights(error) => error.at(),
            Self::Table { file, line, .. } => {
                Where { file: Some(file.clone()).filter(|file| !file.is_empty()), line: *line, record: None }
            }
        }
    }
}
