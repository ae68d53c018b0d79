//! Letters as columns: a baseline without a model, for residues and for sequences whose positions correspond.

use crate::analyses::feature_rows::FeatureRows;
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::amino_acids::AMINO_ACID_LETTERS;
use crossgrain_core::analysis::baseline::{LetterEncoding, left_out_words, letter_rows, position_columns};
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the letters of sequences as one-hot columns or as rows of BLOSUM62.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EncodeLettersRequest"))]
pub struct Request {
    /// Proteins or DNA; of one length unless `perResidue`. On the command line: a file. In JavaScript: by default, those of
    /// the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// What a letter becomes.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "one-hot"))]
    pub encoding: LetterEncoding,
    /// A row for each letter, named `id/position`, instead of one for each sequence.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub per_residue: bool,
}

impl Method for Request {
    const NAME: &'static str = "encodeLetters";
    const EXAMPLE: &'static str = "{}";
    type Response = FeatureRows;

    async fn run(self, context: &mut Context<'_>) -> Result<FeatureRows, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, None)?;
        let alphabet = match sequences.kind {
            SequenceKind::Dna => "ACGT",
            SequenceKind::Protein => AMINO_ACID_LETTERS,
            SequenceKind::Domains => {
                let what = "the rows are lists of domains, which have no letters";
                return Err(Refusal::new("analysis.no_letters", what, "ask for vectors of the domains"));
            }
        };
        let letters = sequences.letters();
        let (ids, numbers) = if self.per_residue {
            let ids = sequences.ids().into_iter().zip(&letters);
            let ids = ids.flat_map(|(id, one)| (1..=one.len()).map(move |at| format!("{id}/{at}"))).collect();
            (ids, letter_rows(&letters, alphabet, self.encoding)?)
        } else {
            (sequences.ids(), position_columns(&letters, alphabet, self.encoding)?)
        };
        let known = if alphabet.len() == 20 { "ACDEFGHIKLMNPQRSTVWYBZJ" } else { "ACGTU" };
        let warnings = left_out_words(&sequences.named(), known, 1);
        Ok(FeatureRows { ids, columns: numbers.cols(), warnings, numbers: numbers.into() })
    }
}
