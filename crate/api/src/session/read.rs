//! The sequences of a session.

use crate::array::{Answer, AnswerMatrix, Array};
use crossgrain_core::error::Notice;
use crossgrain_core::reader::Conversion;
use crossgrain_core::seq::{Parsed, Record, SequenceKind};
use serde::{Deserialize, Serialize};

/// Most header fields that are offered as labels.
const FIELDS_MAX: usize = 64;

/// How a file or a list of sequences is read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReadRequest"))]
pub struct Request {
    /// Name of the file, for messages.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub name: Option<String>,
    /// What the letters are. `auto` lets the reader decide for each file.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "auto"))]
    pub kind: KindChoice,
    /// Translate coding sequences by this NCBI table (1 standard, 11 bacteria) for a protein model. A table that the file
    /// names for a gene counts before it.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TABLE"))]
    pub translate: Option<u8>,
}

/// What the letters of a file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum KindChoice {
    /// The reader decides.
    #[default]
    Auto,
    /// Residues.
    Protein,
    /// Nucleotides.
    Dna,
    /// Pfam domains.
    Domains,
    /// The residues of each Pfam domain of a GenBank file.
    DomainSlices,
}

impl Request {
    /// The kind that was asked for.
    #[must_use]
    pub fn kind(&self) -> Option<SequenceKind> {
        match self.kind {
            KindChoice::Auto => None,
            KindChoice::Protein | KindChoice::DomainSlices => Some(SequenceKind::Protein),
            KindChoice::Dna => Some(SequenceKind::Dna),
            KindChoice::Domains => Some(SequenceKind::Domains),
        }
    }

    /// The conversion of the records.
    #[must_use]
    pub fn conversion(&self) -> Conversion {
        match (self.translate, self.kind) {
            (Some(table), _) => Conversion::Translate(table),
            (None, KindChoice::DomainSlices) => Conversion::DomainSlices,
            (None, _) => Conversion::None,
        }
    }
}

/// The accepted records of a file, with the warnings and refusals of the reader.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SequencesReport"))]
pub struct Response {
    /// What the records are.
    pub kind: SequenceKind,
    /// What the letters of the file are, before any translation.
    pub detected: SequenceKind,
    /// Whether the file was compressed.
    pub gzip: bool,
    /// Records that were accepted.
    pub count: usize,
    /// Residues, nucleotides or domains of all records.
    pub residues: u64,
    /// Names of the records.
    pub ids: Vec<String>,
    /// Rest of their header lines.
    pub descriptions: Vec<String>,
    /// Residues, nucleotides or domains of each record, `[records, 1]`.
    #[serde(skip_serializing)]
    pub lengths: AnswerMatrix<u32>,
    /// `key=value` words of the headers.
    pub fields: Vec<HeaderField>,
    /// Warnings: records that were changed or look wrong.
    pub warnings: Vec<Notice>,
    /// Warnings beyond those listed.
    pub warnings_omitted: u64,
    /// Records that were left out, each with its reason.
    pub refusals: Vec<Notice>,
    /// Refusals beyond those listed.
    pub refusals_omitted: u64,
}

/// One `key=value` field of the headers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HeaderField {
    /// The key.
    pub name: String,
    /// The value of each record, or `null`.
    pub values: Vec<Option<String>>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.lengths.array("lengths")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }
}

impl Response {
    /// The summary of a parse.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a record is shorter than 2³² letters")]
    pub fn of(parsed: &Parsed) -> Self {
        let records = &parsed.records;
        let lengths: Vec<u32> = records.iter().map(|record| parsed.length(record) as u32).collect();
        Self {
            kind: parsed.kind,
            detected: parsed.detected,
            gzip: parsed.gzip,
            count: records.len(),
            residues: parsed.residues(),
            ids: records.iter().map(|record| record.id.clone()).collect(),
            descriptions: records.iter().map(|record| record.description.clone()).collect(),
            lengths: AnswerMatrix::new(lengths, records.len(), 1),
            fields: fields(records),
            warnings: parsed.warnings.clone(),
            warnings_omitted: parsed.warnings_omitted,
            refusals: parsed.refusals.clone(),
            refusals_omitted: parsed.refusals_omitted,
        }
    }
}

/// Fields in the order in which they first appear.
fn fields(records: &[Record]) -> Vec<HeaderField> {
    let mut fields: Vec<HeaderField> = Vec::new();
    for (row, record) in records.iter().enumerate() {
        for (name, value) in record.fields() {
            let known = fields.iter().position(|field| field.name == name);
            let at = match known {
                Some(at) => at,
                None if fields.len() < FIELDS_MAX => {
                    fields.push(HeaderField { name: name.to_owned(), values: vec![None; records.len()] });
                    fields.len() - 1
                }
                None => continue,
            };
            // The first value of a repeated key counts.
            fields[at].values[row].get_or_insert_with(|| value.to_owned());
        }
    }
    fields
}
