//! The same sequences with their letters in random order: the control for what a model reads beyond the composition.

use super::fasta::fasta;
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sequence_record::SequenceRecord;
use crate::sources::SequenceSource;
use crossgrain_core::seq::{SequenceKind, shuffled};
use serde::{Deserialize, Serialize};

/// Asks for the same sequences with the letters of each in random order; of lists of domains, with the domains of each
/// in random order. Whatever these sequences score as well as the real ones is not read from their order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ShuffleSequencesRequest"))]
pub struct Request {
    /// Proteins, DNA or lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Seed of the order; each sequence has draws of its own.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

/// The shuffled sequences, under the names of the originals.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ShuffleSequencesResponse"))]
pub struct Response {
    /// The sequences, in the order given.
    pub records: Vec<SequenceRecord>,
    /// What they are.
    pub kind: SequenceKind,
    /// Seed of the order.
    pub seed: u64,
}

impl Answer for Response {
    /// FASTA, or a table of domains.
    fn text(&self) -> Option<String> {
        let records = self.records.iter().map(|record| (record.id.as_str(), record.sequence.as_str()));
        Some(match self.kind {
            SequenceKind::Domains => records.map(|(id, domains)| format!("{id}\t{domains}\n")).collect(),
            _ => fasta(records),
        })
    }
}

impl Method for Request {
    const NAME: &'static str = "shuffleSequences";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, None)?;
        let records = sequences.records.iter().enumerate().map(|(at, record)| SequenceRecord {
            id: record.id.clone(),
            sequence: shuffled(&record.letters, sequences.kind, self.seed, at),
        });
        Ok(Response { records: records.collect(), kind: sequences.kind, seed: self.seed })
    }
}
