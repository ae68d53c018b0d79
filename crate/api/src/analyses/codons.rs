//! Codon usage: counts, RSCU, GC and GC3.

use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, SequenceSource};
use crossgrain_core::codon::{Cds, Code, Codon, Usage, internal_stops, rscu, usage_by_group};
use crossgrain_core::error::Notice;
use crossgrain_core::grain::in_frame;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks how often each codon is used, by sequence or by group of sequences.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CodonsRequest"))]
pub struct Request {
    /// Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria. A table that all headers name counts first.
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
    /// What is odd: a translation table that the headers name, or stops inside sequences.
    pub warnings: Vec<Notice>,
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
    /// Coding sequences in the group.
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

    fn warnings(&self) -> &[Notice] {
        &self.warnings
    }
}

impl Method for Request {
    const NAME: &'static str = "codons";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        Code::ncbi(self.table)?;
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Dna))?;
        let rows = sequences.rows()?;
        let groups = self.groups.as_ref().map(|groups| context.sources.column(groups, &rows)).transpose()?;
        let coding = in_frame(&sequences.records, self.table);
        let code = Code::ncbi(coding.table)?;
        let groups: Option<Vec<Option<&str>>> = groups.as_ref().map(|groups| {
            let group = |(row, _): &(usize, &str)| groups.get(*row).and_then(Option::as_deref);
            coding.rows.iter().map(group).collect()
        });
        let named: Vec<(&str, &str)> = coding.named(&sequences.records);
        let (found, mut refused) = usage_by_group(&named, groups.as_deref(), context.progress)?;
        refused.extend(coding.refusals);
        let mut warnings = coding.warnings;
        let counted: Vec<(&str, &str)> =
            named.iter().filter(|(_, letters)| Cds::parse(letters).is_ok()).copied().collect();
        warnings.extend(internal_stops(&counted, &code));
        let mut all = Usage { counts: [0; 64] };
        found.iter().for_each(|group| all.add(&group.usage));
        let group = |name: &str, sequences: usize, usage: &Usage| GroupUsage {
            name: name.to_owned(),
            sequences,
            codons: usage.counts.iter().sum(),
            gc: usage.gc(),
            gc3: usage.gc3(),
            counts: usage.counts.to_vec(),
            per_thousand: usage.frequencies().map(|share| share * 1000.0).to_vec(),
            rscu: rscu(usage, &code),
        };
        Ok(Response {
            table: coding.table,
            codons: Codon::all().map(Codon::word).collect(),
            amino_acids: Codon::all().map(|codon| code.residue(codon)).collect(),
            groups: found.iter().map(|one| group(&one.name, one.sequences, &one.usage)).collect(),
            all: group("all", found.iter().map(|one| one.sequences).sum(), &all),
            warnings,
            refused: refused.notices,
            refused_omitted: refused.omitted,
        })
    }
}
