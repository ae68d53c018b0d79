//! Sequences by their names, as they were read: for a FASTA file of a selection, or to show one.

use super::fasta::fasta;
use crate::array::Answer;
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Asks for sequences by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RecordsRequest"))]
pub struct Request {
    /// On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Names of the wanted sequences, in the order of the answer. Default: all sequences.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME", value_delimiter = ','))]
    pub ids: Option<Vec<String>>,
}

/// The sequences that were found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RecordsResponse"))]
pub struct Response {
    /// One per name that is known.
    pub records: Vec<NamedSequence>,
    /// Wanted names that no sequence has.
    pub unknown: Vec<String>,
}

/// A sequence as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NamedSequence {
    /// Its name.
    pub id: String,
    /// Rest of its header line.
    pub description: String,
    /// Residues, nucleotides, or domains with `;` between them.
    pub sequence: String,
}

impl Answer for Response {
    fn text(&self) -> Option<String> {
        Some(fasta(self.records.iter().map(|record| (record.id.as_str(), record.sequence.as_str()))))
    }
}

impl Method for Request {
    const NAME: &'static str = "records";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, None)?;
        let named = |at: usize| {
            sequences.records.get(at).map(|record| NamedSequence {
                id: record.id.clone(),
                description: record.description.clone(),
                sequence: record.letters.clone(),
            })
        };
        let Some(wanted) = self.ids else {
            let records = (0..sequences.records.len()).filter_map(named).collect();
            return Ok(Response { records, unknown: Vec::new() });
        };
        let places: HashMap<&str, usize> =
            sequences.records.iter().enumerate().map(|(at, record)| (record.id.as_str(), at)).collect();
        let (mut records, mut unknown) = (Vec::new(), Vec::new());
        for id in wanted {
            match places.get(id.as_str()).and_then(|&at| named(at)) {
                Some(record) => records.push(record),
                None => unknown.push(id),
            }
        }
        Ok(Response { records, unknown })
    }
}
