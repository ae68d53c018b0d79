//! All single mutants of a protein or of a coding sequence.

use super::fasta::fasta;
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::codon::{Cds, Code, Consequence, Refused, mutants};
use crossgrain_core::error::Notice;
use crossgrain_core::grain::in_frame;
use crossgrain_core::mutant::protein_mutants;
use crossgrain_core::seq::{Record, SequenceKind};
use serde::{Deserialize, Serialize};

/// Asks for every sequence that differs in one residue or one codon.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MutantsRequest"))]
pub struct Request {
    /// Proteins, or coding sequences in frame or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Only the mutants of this record, counted from 0.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "NUMBER"))]
    pub record: Option<usize>,
    /// Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria. A table that all headers name counts first.
    #[serde(default = "defaults::genetic_code")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::GENETIC_CODE))]
    pub table: u8,
    /// Codons: most bases that a mutant may change, 1 to 3.
    #[serde(default = "defaults::base_changes")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::BASE_CHANGES))]
    pub base_changes: usize,
    /// Codons: only mutants that change one residue into another, without stops.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub missense_only: bool,
}

/// The mutants, in order of sequence, position and replacement.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MutantsResponse"))]
pub struct Response {
    /// One per change.
    pub mutants: Vec<MutantRecord>,
    /// What is odd: a translation table that the headers name, for example.
    pub warnings: Vec<Notice>,
    /// Sequences that could not be used, each with its reason.
    pub refused: Vec<Notice>,
    /// Refused sequences beyond those listed.
    pub refused_omitted: usize,
}

/// One mutant.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MutantRecord {
    /// Its name, such as `TEM1_A123V`; of a codon `TEM1_A123V_GTT`.
    pub id: String,
    /// Name of the original.
    pub original: String,
    /// Residue or codon, counted from 1.
    pub position: usize,
    /// The codon before; `null` for proteins.
    pub from: Option<String>,
    /// The codon after; `null` for proteins.
    pub to: Option<String>,
    /// The residue before; a stop is `*`.
    pub residue_from: char,
    /// The residue after; a stop is `*`.
    pub residue_to: char,
    /// What the change does to the protein.
    pub consequence: Consequence,
    /// Bases that differ, 1 to 3; 0 for proteins.
    pub base_changes: usize,
    /// The whole mutant.
    pub sequence: String,
}

impl Answer for Response {
    fn refused(&self) -> &[Notice] {
        &self.refused
    }

    fn warnings(&self) -> &[Notice] {
        &self.warnings
    }

    fn text(&self) -> Option<String> {
        Some(fasta(self.mutants.iter().map(|mutant| (mutant.id.as_str(), mutant.sequence.as_str()))))
    }
}

impl Method for Request {
    const NAME: &'static str = "mutants";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        Code::ncbi(self.table)?;
        let sequences = context.sources.sequences(&self.sequences, None)?;
        let records: &[Record] = match self.record {
            None => &sequences.records,
            Some(at) => std::slice::from_ref(sequences.records.get(at).ok_or_else(|| {
                Refusal::new("analysis.no_record", format!("there is no record {at}"), "choose a sequence")
            })?),
        };
        let (mut found, mut refused, mut warnings) = (Vec::new(), Refused::default(), Vec::new());
        if sequences.kind == SequenceKind::Dna {
            let coding = in_frame(records, self.table);
            let code = Code::ncbi(coding.table)?;
            for (record, letters) in coding.rows.iter().map(|&(row, letters)| (&records[row], letters)) {
                match Cds::parse(letters) {
                    Ok(cds) => found.extend(self.of_codons(record, &cds, &code)),
                    // A sequence that was asked for by its number is not left out.
                    Err(error) if self.record.is_some() => return Err(error.into()),
                    Err(error) => refused.add(&record.id, &error),
                }
            }
            match coding.refusals.first() {
                Some(notice) if self.record.is_some() => return Err(Refusal(Box::new(notice.clone()))),
                _ => refused.extend(coding.refusals),
            }
            warnings = coding.warnings;
        } else {
            records.iter().for_each(|record| found.extend(of_residues(record)));
        }
        let (refused, refused_omitted) = (refused.notices, refused.omitted);
        Ok(Response { mutants: found, warnings, refused, refused_omitted })
    }
}

impl Request {
    fn of_codons(&self, record: &Record, cds: &Cds, code: &Code) -> Vec<MutantRecord> {
        mutants(cds, code)
            .filter(|mutant| mutant.base_changes <= self.base_changes)
            .filter(|mutant| !self.missense_only || mutant.consequence == Consequence::Missense)
            .map(|mutant| {
                let (from, to) = mutant.residues;
                MutantRecord {
                    id: format!("{}_{from}{}{to}_{}", record.id, mutant.position, mutant.to.word()),
                    original: record.id.clone(),
                    position: mutant.position,
                    from: Some(mutant.from.word()),
                    to: Some(mutant.to.word()),
                    residue_from: from,
                    residue_to: to,
                    consequence: mutant.consequence,
                    base_changes: mutant.base_changes,
                    sequence: mutant.apply(cds).letters(),
                }
            })
            .collect()
    }
}

fn of_residues(record: &Record) -> Vec<MutantRecord> {
    protein_mutants(&record.letters)
        .map(|mutant| MutantRecord {
            id: format!("{}_{}{}{}", record.id, mutant.from, mutant.position, mutant.to),
            original: record.id.clone(),
            position: mutant.position,
            from: None,
            to: None,
            residue_from: mutant.from,
            residue_to: mutant.to,
            consequence: Consequence::Missense,
            base_changes: 0,
            sequence: mutant.sequence,
        })
        .collect()
}
