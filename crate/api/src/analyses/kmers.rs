//! Shares of k-mers: a baseline for the score of a model.

use crate::analyses::feature_rows::FeatureRows;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::amino_acids::AMINO_ACID_LETTERS;
use crossgrain_core::analysis::baseline::{kmers, left_out_words};
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the share of each word of k letters in each sequence, words in alphabetical order. Words with other letters do not
/// count, and the answer says how many there are.
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

impl Method for Request {
    const NAME: &'static str = "kmers";
    const EXAMPLE: &'static str = "{}";
    type Response = FeatureRows;

    async fn run(self, context: &mut Context<'_>) -> Result<FeatureRows, Refusal> {
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
        Ok(FeatureRows {
            ids: sequences.ids(),
            columns: numbers.cols(),
            warnings: left_out_words(&sequences.named(), alphabet, self.k),
            numbers: numbers.into(),
        })
    }
}
