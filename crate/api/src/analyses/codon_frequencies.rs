//! Shares of codons: a baseline for the score of a model.

use crate::analyses::feature_rows::FeatureRows;
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::analysis::baseline::codons;
use crossgrain_core::grain::letters_in_frame;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the share of each of the 64 codons, AAA to TTT, in each coding sequence in frame.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonFrequenciesRequest"))]
pub struct Request {
    /// Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
}

impl Method for Request {
    const NAME: &'static str = "codonFrequencies";
    const EXAMPLE: &'static str = "{}";
    type Response = FeatureRows;

    async fn run(self, context: &mut Context<'_>) -> Result<FeatureRows, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Dna))?;
        let letters: Vec<&str> = sequences.records.iter().map(letters_in_frame).collect();
        let numbers = codons(&letters)?;
        Ok(FeatureRows { ids: sequences.ids(), columns: numbers.cols(), numbers: numbers.into() })
    }
}
