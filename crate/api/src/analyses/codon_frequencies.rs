//! Shares of codons: a baseline for the score of a model.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::analysis::baseline::codons;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the share of each of the 64 codons, AAA to TTT, in each coding sequence in frame.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonFrequenciesRequest"))]
pub struct Request {
    /// Coding sequences. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
}

/// One row of features per record.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonFrequenciesResponse"))]
pub struct Response {
    /// Names of the records.
    pub ids: Vec<String>,
    /// Features of a record.
    pub columns: usize,
    /// Share of each codon among all codons, 0 to 1, `[records, columns]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }
}

impl Method for Request {
    const NAME: &'static str = "codonFrequencies";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Dna))?;
        let numbers = codons(&sequences.letters())?;
        Ok(Response { ids: sequences.ids(), columns: numbers.cols(), numbers: numbers.into() })
    }
}
