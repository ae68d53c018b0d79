//! Codon usage: counts, RSCU, GC and GC3.

use super::refused::Refused;
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, SequenceSource};
use crossgrain_core::codon::{Cds, Code, Codon, Usage, rscu};
use crossgrain_core::error::Notice;
use crossgrain_core::progress::Stage;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Asks how often each codon is used, by sequence or by group of sequences.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonsRequest"))]
pub struct Request {
    /// Coding sequences in frame. A file on the command line; those of the session where they are left out.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria.
    #[serde(default = "defaults::genetic_code")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::GENETIC_CODE))]
    pub table: u8,
    /// One group per sequence; without it, each sequence is counted by itself.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub groups: Option<Column>,
}

/// Codon usage of each sequence or group, and of all together.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonsResponse"))]
pub struct Response {
    /// Number of the genetic code.
    pub table: u8,
    /// The 64 codons, AAA to TTT: the order of all lists of 64.
    pub codons: Vec<String>,
    /// The residue of each codon; stops are `*`.
    pub amino_acids: String,
    /// In the order in which they first appear.
    pub groups: Vec<GroupUsage>,
    /// All sequences together.
    pub all: GroupUsage,
    /// Sequences that could not be used, each with its reason.
    pub refused: Vec<Notice>,
    /// Refused sequences beyond those listed.
    pub refused_omitted: usize,
}

/// Codon usage of one group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GroupUsage {
    /// The group, or the name of the sequence.
    pub name: String,
    /// Sequences.
    pub sequences: usize,
    /// Codons of all sequences.
    pub codons: u64,
    /// Share of G and C among all letters, 0 to 1; `null` without a codon.
    pub gc: Option<f64>,
    /// Share of G and C among third letters, 0 to 1; `null` without a codon.
    pub gc3: Option<f64>,
    /// Count of each codon, 64 numbers.
    pub counts: Vec<u64>,
    /// Each codon per thousand codons, 64 numbers.
    pub per_thousand: Vec<f64>,
    /// Relative synonymous codon usage (Sharp and Li 1986): the count over the mean count of the synonyms, 64 numbers;
    /// `null` where the residue does not occur.
    pub rscu: Vec<Option<f64>>,
}

impl Answer for Response {
    fn refused(&self) -> &[Notice] {
        &self.refused
    }
}

impl Method for Request {
    const NAME: &'static str = "codons";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let code = Code::ncbi(self.table)?;
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Dna))?;
        let rows = sequences.rows()?;
        let groups = self.groups.as_ref().map(|groups| context.sources.column(groups, &rows)).transpose()?;
        let (mut order, mut refused) = (Vec::new(), Refused::default());
        let mut counted: BTreeMap<String, (usize, Usage)> = BTreeMap::new();
        let mut all = (0, Usage { counts: [0; 64] });
        context.progress.begin(Stage::Codons);
        for (row, record) in sequences.records.iter().enumerate() {
            if context.progress.report(row as u64, sequences.records.len() as u64).is_break() {
                return Err(crossgrain_core::analysis::AnalysisError::Cancelled.into());
            }
            let cds = match Cds::parse(&record.letters) {
                Ok(cds) => cds,
                Err(error) => {
                    refused.add(&record.id, &error);
                    continue;
                }
            };
            let name = match &groups {
                None => record.id.clone(),
                Some(groups) => groups.get(row).cloned().flatten().unwrap_or_else(|| "no label".to_owned()),
            };
            let usage = Usage::of([&cds]);
            let group = counted.entry(name.clone()).or_insert_with(|| {
                order.push(name);
                (0, Usage { counts: [0; 64] })
            });
            for (sequences, sums) in [(&mut group.0, &mut group.1), (&mut all.0, &mut all.1)] {
                *sequences += 1;
                sums.counts.iter_mut().zip(usage.counts).for_each(|(sum, count)| *sum += count);
            }
        }
        if counted.is_empty() {
            let first = refused.notices.first().map_or("there is none", |notice| notice.message.as_str());
            let what = format!("no sequence is a coding sequence: {first}");
            return Err(Refusal::new("codon.none", what, "give whole coding sequences of DNA, in frame"));
        }
        let group = |name: &str, (sequences, usage): &(usize, Usage)| GroupUsage {
            name: name.to_owned(),
            sequences: *sequences,
            codons: usage.counts.iter().sum(),
            gc: usage.gc(),
            gc3: usage.gc3(),
            counts: usage.counts.to_vec(),
            per_thousand: usage.frequencies().map(|share| share * 1000.0).to_vec(),
            rscu: rscu(usage, &code),
        };
        Ok(Response {
            table: self.table,
            codons: Codon::all().map(|codon| codon.letters().iter().collect()).collect(),
            amino_acids: Codon::all().map(|codon| code.residue(codon)).collect(),
            groups: order.iter().filter_map(|name| Some(group(name, counted.get(name)?))).collect(),
            all: group("all", &all),
            refused: refused.notices,
            refused_omitted: refused.omitted,
        })
    }
}
