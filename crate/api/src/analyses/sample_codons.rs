//! Other coding sequences of the same proteins (Boshar et al. 2024: true, permuted, uniform).

use super::fasta::fasta;
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sequence_record::SequenceRecord;
use crate::sources::SequenceSource;
use crossgrain_core::codon::{Cds, Code, Sampling, internal_stops, sample_sequences};
use crossgrain_core::error::Notice;
use crossgrain_core::grain::in_frame;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for another coding sequence of each protein, with the same start codon.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SampleCodonsRequest"))]
pub struct Request {
    /// Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria. A table that all headers name counts first.
    #[serde(default = "defaults::genetic_code")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::GENETIC_CODE))]
    pub table: u8,
    /// How codons are chosen: shuffle the codons of each amino acid among its positions, draw uniformly from the
    /// synonyms, or leave them as they are.
    #[serde(default = "permuted")]
    #[cfg_attr(feature = "cli", arg(long, default_value = "permuted"))]
    pub how: Sampling,
    /// Draw stop codons too; without it they stay as they are. A start codon in the first place always stays.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub stops: bool,
    /// Seed of the draws; each sequence has draws of its own.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

fn permuted() -> Sampling {
    Sampling::Permuted
}

/// The new sequences; each is checked to give the same protein.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SampleCodonsResponse"))]
pub struct Response {
    /// The sequences, in the order given.
    pub records: Vec<SequenceRecord>,
    /// Codons that differ from the originals, over all sequences.
    pub changed: usize,
    /// What is odd: a translation table that the headers name, or stops inside sequences.
    pub warnings: Vec<Notice>,
    /// Sequences that could not be used, each with its reason.
    pub refused: Vec<Notice>,
    /// Refused sequences beyond those listed.
    pub refused_omitted: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Answer for Response {
    fn refused(&self) -> &[Notice] {
        &self.refused
    }

    fn warnings(&self) -> &[Notice] {
        &self.warnings
    }

    fn text(&self) -> Option<String> {
        Some(fasta(self.records.iter().map(|record| (record.id.as_str(), record.sequence.as_str()))))
    }
}

impl Method for Request {
    const NAME: &'static str = "sampleCodons";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        Code::ncbi(self.table)?;
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Dna))?;
        let coding = in_frame(&sequences.records, self.table);
        let (code, named) = (Code::ncbi(coding.table)?, coding.named(&sequences.records));
        let mut found = sample_sequences(&named, &code, self.how, self.stops, self.seed, context.progress)?;
        found.refused.extend(coding.refusals);
        let mut warnings = coding.warnings;
        let sampled: Vec<(&str, &str)> =
            named.iter().filter(|(_, letters)| Cds::parse(letters).is_ok()).copied().collect();
        warnings.extend(internal_stops(&sampled, &code));
        let record = |(id, cds): (String, Cds)| SequenceRecord { id, sequence: cds.letters() };
        Ok(Response {
            records: found.records.into_iter().map(record).collect(),
            changed: found.changed,
            warnings,
            refused: found.refused.notices,
            refused_omitted: found.refused.omitted,
            seed: self.seed,
        })
    }
}
