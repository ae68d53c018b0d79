//! A file after its last byte: raw letters and pending diagnostics, before the kind is known.

use super::super::{
    alignment_signs::AlignmentSigns, diagnostic::Diagnostic, letter, letter_counts::LetterCounts,
};
use crate::limits::LETTERS_PER_RECORD;

/// All records of a file with their raw letters.
#[derive(Debug, Default)]
pub(super) struct RawFile {
    pub records: Vec<RawRecord>,
    /// In the order of the records, and within a record in the order of the bytes.
    pub pending: Vec<PendingDiagnostic>,
    pub counts: LetterCounts,
    pub signs: AlignmentSigns,
    pub lines: u64,
    /// Line of the first comment before all headers.
    pub comment: Option<u64>,
}

/// One record with its letters as the file has them.
#[derive(Debug)]
pub(super) struct RawRecord {
    pub id: String,
    pub description: String,
    pub line: u64,
    /// See [`letter`]; empty if a diagnostic refuses the record.
    pub letters: Vec<u8>,
}

/// A diagnostic of a record, kept for its first occurrence; the kind of file decides later what it means.
///
/// Twelve bytes: a file may have several for each of a million records. Both numbers fit, as
/// [`crate::limits::RECORDS`] and [`crate::limits::GZIP_UNPACKED_BYTES`] are below 2³².
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingDiagnostic {
    /// Index into [`RawFile::records`].
    record: u32,
    /// Lines below the header.
    below: u32,
    pub diagnostic: Diagnostic,
}

impl PendingDiagnostic {
    fn new(record: &OpenRecord, line: u64, diagnostic: Diagnostic) -> Self {
        let below = line.saturating_sub(record.raw.line);
        Self {
            record: u32::try_from(record.index).unwrap_or(u32::MAX),
            below: u32::try_from(below).unwrap_or(u32::MAX),
            diagnostic,
        }
    }

    /// Whether the diagnostic is about the record of this index.
    pub(super) fn is_about(&self, index: usize) -> bool {
        usize::try_from(self.record) == Ok(index)
    }

    /// Line of the file, given that of the header.
    pub(super) fn line(&self, header: u64) -> u64 {
        header.saturating_add(u64::from(self.below))
    }
}

/// The record whose sequence lines are being read.
#[derive(Debug)]
pub(super) struct OpenRecord {
    pub index: usize,
    pub raw: RawRecord,
    /// Line of the first `*` after the last letter: whether it is inside or at the end is not known yet.
    stops: Option<u64>,
    /// The same of the first `.`.
    dots: Option<u64>,
    /// How many `-` there were.
    dashes: usize,
    /// How much of `<mask>` was matched so far.
    mask: usize,
    refused: bool,
}

impl OpenRecord {
    /// A record without letters; `buffer` is an old one to be used again.
    pub(super) fn new(index: usize, line: u64, buffer: Vec<u8>) -> Self {
        let raw = RawRecord { id: String::new(), description: String::new(), line, letters: buffer };
        Self { index, raw, stops: None, dots: None, dashes: 0, mask: 0, refused: false }
    }

    /// Notes a diagnostic, unless this record has one of the same code.
    pub(super) fn note(&self, diagnostic: Diagnostic, line: u64, pending: &mut Vec<PendingDiagnostic>) {
        if !self.noted(diagnostic, pending) {
            pending.push(PendingDiagnostic::new(self, line, diagnostic));
        }
    }

    /// Refuses the record: drops its letters and takes no more.
    pub(super) fn refuse(&mut self, diagnostic: Diagnostic, line: u64, pending: &mut Vec<PendingDiagnostic>) {
        if !self.refused {
            self.refused = true;
            self.raw.letters.clear();
            pending.push(PendingDiagnostic::new(self, line, diagnostic));
        }
    }

    /// Takes a piece of a sequence line, without its line end.
    pub(super) fn take(&mut self, mut piece: &[u8], line: u64, pending: &mut Vec<PendingDiagnostic>) {
        while let Some((&byte, rest)) = piece.split_first()
            && !self.refused
        {
            if self.mask > 0 {
                self.take_mask(byte, line, pending);
                piece = rest;
                continue;
            }
            piece = rest;
            match letter::class(byte) {
                letter::Class::Letter => {
                    let more = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    let (run, after) = rest.split_at(more);
                    self.take_letters(&[byte], line, pending);
                    self.take_letters(run, line, pending);
                    piece = after;
                }
                letter::Class::Stop => {
                    self.note(Diagnostic::NotNucleotide(byte), line, pending);
                    self.stops.get_or_insert(line);
                    self.append(&[byte], line, pending);
                }
                letter::Class::Open => self.mask = 1,
                letter::Class::Gap => {
                    self.dashes = self.dashes.saturating_add(1);
                    self.note(Diagnostic::Gaps, line, pending);
                }
                letter::Class::Dot => {
                    self.dots.get_or_insert(line);
                    self.append(&[byte], line, pending);
                }
                letter::Class::Digit => self.note(Diagnostic::Digits, line, pending),
                letter::Class::Blank => {}
                letter::Class::Close => self.refuse(Diagnostic::HeaderInLine, line, pending),
                letter::Class::Bad => self.refuse(Diagnostic::BadByte(byte), line, pending),
            }
        }
    }

    /// Ends a sequence line: a mask cannot go on in the next.
    pub(super) fn end_line(&mut self, line: u64, pending: &mut Vec<PendingDiagnostic>) {
        if self.mask > 0 {
            self.refuse(Diagnostic::BadByte(letter::MASK), line, pending);
        }
    }

    /// Ends the record.
    pub(super) fn close(&mut self, pending: &mut Vec<PendingDiagnostic>) {
        if let (false, Some(line)) = (self.refused, self.stops) {
            self.note(Diagnostic::EndStop, line, pending);
        }
        if let (false, Some(line)) = (self.refused, self.dots) {
            self.note(Diagnostic::EndDot, line, pending);
        }
    }

    /// Adds the record to what is known of the file.
    pub(super) fn count(
        &self,
        pending: &[PendingDiagnostic],
        counts: &mut LetterCounts,
        signs: &mut AlignmentSigns,
    ) {
        counts.count(&self.raw.letters);
        if !self.refused {
            let lower_case = self.noted(Diagnostic::LowerCase, pending);
            signs.count(&self.raw.letters, self.dashes, lower_case);
        }
    }

    /// A residue follows the stops so far: they are inside.
    fn pass_stops(&mut self, pending: &mut Vec<PendingDiagnostic>) {
        if let Some(line) = self.stops.take() {
            self.note(Diagnostic::InnerStop, line, pending);
        }
        if let Some(line) = self.dots.take() {
            self.note(Diagnostic::InnerDot, line, pending);
        }
    }

    fn take_letters(&mut self, run: &[u8], line: u64, pending: &mut Vec<PendingDiagnostic>) {
        if run.is_empty() {
            return;
        }
        self.pass_stops(pending);
        if !self.noted(Diagnostic::LowerCase, pending) && run.iter().any(u8::is_ascii_lowercase) {
            self.note(Diagnostic::LowerCase, line, pending);
        }
        if !self.noted(Diagnostic::NotNucleotide(0), pending)
            && let Some(&byte) = run.iter().find(|byte| !letter::is_nucleotide(**byte))
        {
            self.note(Diagnostic::NotNucleotide(byte), line, pending);
        }
        self.append(run, line, pending);
    }

    fn take_mask(&mut self, byte: u8, line: u64, pending: &mut Vec<PendingDiagnostic>) {
        if letter::MASK_WORD.get(self.mask) != Some(&byte) {
            self.refuse(Diagnostic::BadByte(letter::MASK), line, pending);
            return;
        }
        self.mask = self.mask.saturating_add(1);
        if self.mask == letter::MASK_WORD.len() {
            self.mask = 0;
            self.pass_stops(pending);
            self.append(&[letter::MASK], line, pending);
        }
    }

    fn append(&mut self, run: &[u8], line: u64, pending: &mut Vec<PendingDiagnostic>) {
        if self.raw.letters.len().saturating_add(run.len()) > LETTERS_PER_RECORD {
            self.refuse(Diagnostic::RecordTooLong, line, pending);
        } else {
            self.raw.letters.extend_from_slice(run);
        }
    }

    /// Whether this record has a diagnostic of the same code. A record has few, so a scan is fast.
    fn noted(&self, diagnostic: Diagnostic, pending: &[PendingDiagnostic]) -> bool {
        let kind = std::mem::discriminant(&diagnostic);
        let own = pending.iter().rev().take_while(|pending| pending.is_about(self.index));
        own.map(|pending| pending.diagnostic).any(|other| std::mem::discriminant(&other) == kind)
    }
}
