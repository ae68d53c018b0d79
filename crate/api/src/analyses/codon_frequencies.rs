//! Shares of codons: a baseline for the score of a model.

use crate::analyses::feature_rows::FeatureRows;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::analysis::baseline::codons;
use crossgrain_core::codon::{Code, oddities};
use crossgrain_core::grain::{in_frame, letters_in_frame};
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the share of each of the 64 codons, AAA to TTT, in each coding sequence in frame. Codons with other letters do
/// not count; the answer names them, and sequences whose frame is broken.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonFrequenciesRequest"))]
pub struct Request {
    /// Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Number of the genetic code in the NCBI's list, by which stops inside a sequence are found. A table that all headers name
    /// counts first.
    #[serde(default = "defaults::genetic_code")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::GENETIC_CODE))]
    pub table: u8,
}

impl Method for Request {
    const NAME: &'static str = "codonFrequencies";
    const EXAMPLE: &'static str = "{}";
    type Response = FeatureRows;

    async fn run(self, context: &mut Context<'_>) -> Result<FeatureRows, Refusal> {
        Code::ncbi(self.table)?;
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Dna))?;
        let letters: Vec<&str> = sequences.records.iter().map(letters_in_frame).collect();
        let numbers = codons(&letters)?;
        let ids = sequences.ids();
        let named: Vec<(&str, &str)> = ids.iter().map(String::as_str).zip(letters).collect();
        let coding = in_frame(&sequences.records, self.table);
        let mut warnings = coding.warnings;
        warnings.extend(oddities(&named, &Code::ncbi(coding.table)?));
        Ok(FeatureRows { columns: numbers.cols(), warnings, numbers: numbers.into(), ids })
    }
}
