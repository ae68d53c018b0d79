//! What a file held.

use super::{Record, SequenceKind};
use crate::error::Notice;

/// The outcome of reading a sequence file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What the letters were read as: the detected kind unless the caller overrode it.
    pub kind: SequenceKind,
    /// What the letters look like.
    pub detected: SequenceKind,
    /// The records that were read, in file order.
    pub records: Vec<Record>,
    /// What was changed or is odd, in file order; at most one per record and code.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
    /// The records that could not be read, in file order: one refusal each.
    pub refusals: Vec<Notice>,
    /// Refusals beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub refusals_omitted: u64,
    /// Whether the file was gzip-compressed.
    pub gzip: bool,
    /// Number of lines, after decompression.
    pub lines: u64,
    /// Size of the file as it was pushed, before decompression.
    pub bytes: u64,
}

impl Parsed {
    /// Number of residues, or domains, of a record.
    pub fn length(&self, record: &Record) -> usize {
        match self.kind {
            SequenceKind::Domains => record.domains().count(),
            SequenceKind::Protein | SequenceKind::Dna => record.residues(),
        }
    }

    /// Number of residues, or domains, in all records together.
    pub fn residues(&self) -> u64 {
        self.records.iter().fold(0, |sum: u64, record| sum.saturating_add(self.length(record) as u64))
    }

    /// Number of refused records, kept and omitted.
    pub fn refused(&self) -> u64 {
        self.refusals_omitted.saturating_add(self.refusals.len() as u64)
    }
}
