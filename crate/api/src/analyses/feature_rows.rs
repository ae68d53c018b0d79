//! Features made of the records themselves: the answer of every baseline that has one row per record.

use crate::array::{Answer, AnswerMatrix, Array};
use crossgrain_core::error::Notice;
use serde::Serialize;

/// One row of features per record.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FeatureRows {
    /// Names of the records.
    pub ids: Vec<String>,
    /// Features of a record.
    pub columns: usize,
    /// What is left out: words with unknown letters, broken frames, internal stops, each with its count and its first
    /// records.
    pub warnings: Vec<Notice>,
    /// The features, `[records, columns]`: shares from 0 to 1 of words or codons, columns of letters, or a mean
    /// vector of domains.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

impl Answer for FeatureRows {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }

    fn warnings(&self) -> &[Notice] {
        &self.warnings
    }
}
