//! Shares of k-mers: a baseline for the score of a model.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::amino_acids::AMINO_ACID_LETTERS;
use crossgrain_core::analysis::baseline::kmers;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the share of each word of k letters in each sequence, words in alphabetical order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "KmersRequest"))]
pub struct Request {
    /// Proteins or DNA. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Letters of a word: 1 is the composition; at most 4 for proteins, 8 for DNA.
    #[serde(default = "defaults::kmer")]
    #[cfg_attr(feature = "cli", arg(short, long, default_value_t = defaults::KMER))]
    pub k: usize,
}

/// One row of features per record.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "KmersResponse"))]
pub struct Response {
    /// Names of the records.
    pub ids: Vec<String>,
    /// Features of a record.
    pub columns: usize,
    /// Share of each word among all words, 0 to 1, `[records, columns]`.
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
    const NAME: &'static str = "kmers";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, None)?;
        let alphabet = match sequences.kind {
            SequenceKind::Dna => "ACGT",
            SequenceKind::Protein => AMINO_ACID_LETTERS,
            SequenceKind::Domains => {
                let what = "the rows are lists of domains, which have no words of letters";
                return Err(Refusal::new("analysis.no_letters", what, "ask for vectors of the domains"));
            }
        };
        let numbers = kmers(&sequences.letters(), alphabet, self.k)?;
        Ok(Response { ids: sequences.ids(), columns: numbers.cols(), numbers: numbers.into() })
    }
}
