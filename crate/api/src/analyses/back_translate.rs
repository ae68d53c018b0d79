//! The likeliest coding sequence of a protein under a codon usage.

use super::fasta::fasta;
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::codon::{Cds, Code, Refused, Usage, UsageTable, back_translate};
use crossgrain_core::error::Notice;
use crossgrain_core::grain::in_frame;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the most used codon of each residue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BackTranslateRequest"))]
pub struct Request {
    /// Proteins. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Coding sequences whose codon usage is followed. Give these or `usage`.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "FILE"))]
    pub like: Option<SequenceSource>,
    /// Codons and how often each is used, in any unit; codons that are not named are never used.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub usage: Option<Vec<(String, f64)>>,
    /// Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria.
    #[serde(default = "defaults::genetic_code")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::GENETIC_CODE))]
    pub table: u8,
}

/// The coding sequences.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BackTranslateResponse"))]
pub struct Response {
    /// In the order of the proteins.
    pub records: Vec<CodingSequence>,
    /// Sequences that could not be used, each with its reason.
    pub refused: Vec<Notice>,
    /// Refused sequences beyond those listed.
    pub refused_omitted: usize,
}

/// A coding sequence of a protein.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodingSequence {
    /// Name of the protein.
    pub id: String,
    /// Its coding sequence.
    pub sequence: String,
    /// Share of G and C among all letters, 0 to 1.
    pub gc: Option<f64>,
    /// Share of G and C among third letters, 0 to 1.
    pub gc3: Option<f64>,
}

impl Answer for Response {
    fn refused(&self) -> &[Notice] {
        &self.refused
    }

    fn text(&self) -> Option<String> {
        Some(fasta(self.records.iter().map(|record| (record.id.as_str(), record.sequence.as_str()))))
    }
}

impl Method for Request {
    const NAME: &'static str = "backTranslate";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let code = Code::ncbi(self.table)?;
        let usage = match (&self.usage, &self.like) {
            (Some(usage), None) => {
                UsageTable::new(usage.iter().map(|(codon, usage)| (codon.as_str(), *usage)))?
            }
            (None, Some(like)) => {
                let like = context.sources.sequences(like, Some(SequenceKind::Dna))?;
                let coding: Vec<Cds> = in_frame(&like.records, self.table)
                    .rows
                    .iter()
                    .filter_map(|(_, letters)| Cds::parse(letters).ok())
                    .collect();
                if coding.is_empty() {
                    let what = "no sequence to take the codon usage from is a coding sequence";
                    return Err(Refusal::new("codon.none", what, "give whole coding sequences, in frame"));
                }
                UsageTable::of(&Usage::of(&coding))
            }
            _ => {
                let what = "exactly one of usage and like is needed";
                let hint = "give a table of codons, or coding sequences whose usage is followed";
                return Err(Refusal::new("options.invalid", what, hint));
            }
        };
        let proteins = context.sources.sequences(&self.sequences, Some(SequenceKind::Protein))?;
        let (mut records, mut refused) = (Vec::new(), Refused::default());
        for record in proteins.records.iter() {
            match back_translate(&record.letters, &code, &usage) {
                Ok(cds) => {
                    let usage = Usage::of([&cds]);
                    let (gc, gc3) = (usage.gc(), usage.gc3());
                    records.push(CodingSequence { id: record.id.clone(), sequence: cds.letters(), gc, gc3 });
                }
                Err(error) => refused.add(&record.id, &error),
            }
        }
        Ok(Response { records, refused: refused.notices, refused_omitted: refused.omitted })
    }
}
