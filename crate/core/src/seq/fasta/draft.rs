//! A file in which every byte was seen but no verdict was given.

use super::super::{kind::Census, letter, remark::Remark};
use crate::limits::LETTERS_PER_RECORD;

/// All records of a file with their raw letters.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub records: Vec<RawRecord>,
    /// In the order of the records, and within a record in the order of the bytes.
    pub facts: Vec<Fact>,
    pub census: Census,
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
    /// See [`letter`]; empty if a fact refuses the record.
    pub letters: Vec<u8>,
}

/// Something noticed about a record: the first time only, of each kind.
///
/// Twelve bytes: a file may have several for each of a million records. Both numbers fit, as
/// [`crate::limits::RECORDS`] and [`crate::limits::GZIP_UNPACKED_BYTES`] are below 2³².
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    /// Index into [`Draft::records`].
    record: u32,
    /// Lines below the header.
    below: u32,
    pub remark: Remark,
}

impl Fact {
    fn new(record: &OpenRecord, line: u64, remark: Remark) -> Self {
        let below = line.saturating_sub(record.raw.line);
        Self {
            record: u32::try_from(record.index).unwrap_or(u32::MAX),
            below: u32::try_from(below).unwrap_or(u32::MAX),
            remark,
        }
    }

    /// Whether the fact is about the record of this index.
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
    /// How much of `<mask>` was matched so far.
    mask: usize,
    refused: bool,
}

impl OpenRecord {
    /// A record without letters; `buffer` is an old one to be used again.
    pub(super) fn new(index: usize, line: u64, buffer: Vec<u8>) -> Self {
        let raw = RawRecord { id: String::new(), description: String::new(), line, letters: buffer };
        Self { index, raw, stops: None, mask: 0, refused: false }
    }

    /// Notes a remark, unless this record has one like it.
    pub(super) fn note(&self, remark: Remark, line: u64, facts: &mut Vec<Fact>) {
        if !self.noted(remark, facts) {
            facts.push(Fact::new(self, line, remark));
        }
    }

    /// Gives the record up: its letters are dropped, and no more are taken.
    pub(super) fn refuse(&mut self, remark: Remark, line: u64, facts: &mut Vec<Fact>) {
        if !self.refused {
            self.refused = true;
            self.raw.letters.clear();
            facts.push(Fact::new(self, line, remark));
        }
    }

    /// Takes a piece of a sequence line, without its line end.
    pub(super) fn take(&mut self, mut piece: &[u8], line: u64, facts: &mut Vec<Fact>) {
        while let Some((&byte, rest)) = piece.split_first()
            && !self.refused
        {
            if self.mask > 0 {
                self.take_mask(byte, line, facts);
                piece = rest;
                continue;
            }
            piece = rest;
            match letter::class(byte) {
                letter::Class::Letter => {
                    let more = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    let (run, after) = rest.split_at(more);
                    self.take_letters(&[byte], line, facts);
                    self.take_letters(run, line, facts);
                    piece = after;
                }
                letter::Class::Stop => {
                    self.note(Remark::NotNucleotide(byte), line, facts);
                    self.stops.get_or_insert(line);
                    self.append(&[byte], line, facts);
                }
                letter::Class::Open => self.mask = 1,
                letter::Class::Gap => self.note(Remark::Gaps, line, facts),
                letter::Class::Digit => self.note(Remark::Digits, line, facts),
                letter::Class::Blank => {}
                letter::Class::Close => self.refuse(Remark::HeaderInLine, line, facts),
                letter::Class::Bad => self.refuse(Remark::BadByte(byte), line, facts),
            }
        }
    }

    /// Ends a sequence line: a mask cannot go on in the next.
    pub(super) fn end_line(&mut self, line: u64, facts: &mut Vec<Fact>) {
        if self.mask > 0 {
            self.refuse(Remark::BadByte(letter::MASK), line, facts);
        }
    }

    /// Ends the record.
    pub(super) fn close(&mut self, facts: &mut Vec<Fact>) {
        if let (false, Some(line)) = (self.refused, self.stops) {
            self.note(Remark::EndStop, line, facts);
        }
    }

    fn take_letters(&mut self, run: &[u8], line: u64, facts: &mut Vec<Fact>) {
        if run.is_empty() {
            return;
        }
        if let Some(line) = self.stops.take() {
            self.note(Remark::InnerStop, line, facts);
        }
        if !self.noted(Remark::LowerCase, facts) && run.iter().any(u8::is_ascii_lowercase) {
            self.note(Remark::LowerCase, line, facts);
        }
        if !self.noted(Remark::NotNucleotide(0), facts)
            && let Some(&byte) = run.iter().find(|byte| !letter::is_nucleotide(**byte))
        {
            self.note(Remark::NotNucleotide(byte), line, facts);
        }
        self.append(run, line, facts);
    }

    fn take_mask(&mut self, byte: u8, line: u64, facts: &mut Vec<Fact>) {
        if letter::MASK_WORD.get(self.mask) != Some(&byte) {
            self.refuse(Remark::BadByte(letter::MASK), line, facts);
            return;
        }
        self.mask = self.mask.saturating_add(1);
        if self.mask == letter::MASK_WORD.len() {
            self.mask = 0;
            if let Some(line) = self.stops.take() {
                self.note(Remark::InnerStop, line, facts);
            }
            self.append(&[letter::MASK], line, facts);
        }
    }

    fn append(&mut self, run: &[u8], line: u64, facts: &mut Vec<Fact>) {
        if self.raw.letters.len().saturating_add(run.len()) > LETTERS_PER_RECORD {
            self.refuse(Remark::RecordTooLong, line, facts);
        } else {
            self.raw.letters.extend_from_slice(run);
        }
    }

    /// Whether this record has a remark of the same kind; it has a handful at most.
    fn noted(&self, remark: Remark, facts: &[Fact]) -> bool {
        let kind = std::mem::discriminant(&remark);
        let own = facts.iter().rev().take_while(|fact| fact.is_about(self.index));
        own.map(|fact| fact.remark).any(|other| std::mem::discriminant(&other) == kind)
    }
}
