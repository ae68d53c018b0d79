//! What every refusal in the project carries: a stable code, a place, a sentence and a hint.
//!
//! Each zone has its own error enum, one variant per thing the user can act on. All of them turn
//! into a [`Notice`] at the border (page, module, command line) through [`Coded`]; the same type
//! carries the warnings and record-level refusals of a parse.

use serde::{Deserialize, Serialize};

/// The place of a problem. Parts that are unknown or do not apply are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Where {
    /// File name as the user knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub file: Option<String>,
    /// Line in that file, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub line: Option<u64>,
    /// Id of the record, cut to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub record: Option<String>,
}

/// A problem in a form that can be shown, stored and tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Notice {
    /// Stable identifier such as `fasta.empty_record`: a zone, a full stop and a problem.
    pub code: String,
    /// What happened: a lower-case sentence without a full stop.
    pub message: String,
    /// Where it happened.
    #[serde(rename = "where")]
    pub at: Where,
    /// What the user can do about it; may be empty.
    pub hint: String,
}

/// An error that knows its stable code, its place and a way out.
pub trait Coded: std::error::Error {
    /// Stable identifier, `zone.problem`.
    fn code(&self) -> &'static str;
    /// What the user can do about it.
    fn hint(&self) -> String;
    /// Where it happened; unknown unless the error says so.
    fn at(&self) -> Where {
        Where::default()
    }
    /// The error as a plain record for the border.
    fn notice(&self) -> Notice {
        Notice { code: self.code().to_owned(), message: self.to_string(), at: self.at(), hint: self.hint() }
    }
}
