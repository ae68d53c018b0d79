//! Lines, byte by byte: where each begins, what it is, and where it ends.
//!
//! All state lives between bytes, so pieces may be cut anywhere, also inside CRLF or `<mask>`.

use super::{
    super::{SeqError, SeqProblem, diagnostic::Diagnostic, format, gzip::Sink, letter::is_blank},
    header,
    raw::{OpenRecord, RawFile},
};
use crate::limits::{LETTERS_PER_FILE, LINE_BYTES, RECORDS};

/// Bytes at the start of a file by which its format is checked.
pub(super) const HEAD_BYTES: usize = 4096;

/// Letters up to here are copied out of the buffer, which is then used again; above, the buffer is
/// handed over. Keeps a million short records from growing a buffer each.
const COPIED_LETTERS: usize = 64 << 10;

/// The state between two bytes.
#[derive(Debug)]
pub(super) struct Parser {
    /// The first bytes, until the format is known.
    head: Option<Vec<u8>>,
    line_kind: LineKind,
    after_cr: bool,
    /// Bytes of this line that were taken as letters.
    line_bytes: usize,
    header: header::Buffer,
    open: Option<OpenRecord>,
    buffer: Vec<u8>,
    letters: u64,
    raw: RawFile,
}

impl Default for Parser {
    fn default() -> Self {
        Self {
            head: Some(Vec::new()),
            line_kind: LineKind::Start,
            after_cr: false,
            line_bytes: 0,
            header: header::Buffer::default(),
            open: None,
            buffer: Vec::new(),
            letters: 0,
            raw: RawFile::default(),
        }
    }
}

/// What the current line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineKind {
    /// Nothing but blanks so far.
    Start,
    Header,
    Comment,
    Letters,
}

impl Sink for Parser {
    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.feed(bytes)
    }
}

impl Parser {
    /// Takes the next bytes, after decompression.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        let Some(head) = &mut self.head else { return self.read(bytes) };
        let (now, later) = bytes.split_at(HEAD_BYTES.saturating_sub(head.len()).min(bytes.len()));
        head.extend_from_slice(now);
        if head.len() < HEAD_BYTES {
            return Ok(());
        }
        self.read_head()?;
        self.read(later)
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<RawFile, SeqError> {
        self.read_head()?;
        if self.line_kind != LineKind::Start {
            self.end_line();
        }
        if self.open.is_none() {
            // A file of comments alone is not empty, but it is not FASTA.
            let problem = if self.raw.comment.is_some() { SeqProblem::NoHeader } else { SeqProblem::Empty };
            return Err(SeqError::new(problem));
        }
        self.close_record()?;
        Ok(self.raw)
    }

    fn read_head(&mut self) -> Result<(), SeqError> {
        let Some(head) = self.head.take() else { return Ok(()) };
        let mark = format::check(&head).map_err(|format| SeqError::new(SeqProblem::Format(format)))?;
        self.read(head.get(mark..).unwrap_or_default())
    }

    fn read(&mut self, mut bytes: &[u8]) -> Result<(), SeqError> {
        while let Some((&byte, rest)) = bytes.split_first() {
            let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
            bytes = rest;
            match (byte, self.line_kind) {
                (b'\n', _) if after_cr => {}
                (b'\n' | b'\r', _) => self.end_line(),
                (_, LineKind::Start) if is_blank(byte) => {}
                (b'>', LineKind::Start) => self.begin_record()?,
                (b';', LineKind::Start) => self.begin_comment(),
                // ColabFold and HH-suite begin an A3M file with such a line.
                (b'#', LineKind::Start) if self.open.is_none() => self.begin_comment(),
                (_, kind) => {
                    let more = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                    let (_, after) = rest.split_at(more);
                    bytes = after;
                    match kind {
                        LineKind::Comment => {}
                        LineKind::Header => {
                            self.header.push(&[byte]);
                            self.header.push(rest.get(..more).unwrap_or_default());
                        }
                        LineKind::Start | LineKind::Letters => {
                            self.line_kind = LineKind::Letters;
                            self.take_letters(&[byte])?;
                            self.take_letters(rest.get(..more).unwrap_or_default())?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn line(&self) -> u64 {
        self.raw.lines.saturating_add(1)
    }

    fn begin_record(&mut self) -> Result<(), SeqError> {
        self.close_record()?;
        let index = self.raw.records.len();
        if index >= RECORDS {
            return Err(SeqError::new(SeqProblem::TooManyRecords).on_line(self.line()));
        }
        self.line_kind = LineKind::Header;
        self.open = Some(OpenRecord::new(index, self.line(), std::mem::take(&mut self.buffer)));
        Ok(())
    }

    fn begin_comment(&mut self) {
        self.line_kind = LineKind::Comment;
        let line = self.line();
        match &self.open {
            Some(open) => open.note(Diagnostic::Comment, line, &mut self.raw.pending),
            None => _ = self.raw.comment.get_or_insert(line),
        }
    }

    fn take_letters(&mut self, piece: &[u8]) -> Result<(), SeqError> {
        let line = self.line();
        let Some(open) = &mut self.open else {
            return Err(SeqError::new(SeqProblem::NoHeader).on_line(line));
        };
        let room = LINE_BYTES.saturating_sub(self.line_bytes);
        self.line_bytes = self.line_bytes.saturating_add(piece.len());
        let (piece, over) = piece.split_at(room.min(piece.len()));
        open.take(piece, line, &mut self.raw.pending);
        if !over.is_empty() {
            open.refuse(Diagnostic::LineTooLong, line, &mut self.raw.pending);
        }
        Ok(())
    }

    fn end_line(&mut self) {
        let line = self.line();
        if let Some(open) = &mut self.open {
            match self.line_kind {
                LineKind::Letters => open.end_line(line, &mut self.raw.pending),
                LineKind::Header => self.header.finish(open, &mut self.raw.pending),
                LineKind::Start | LineKind::Comment => {}
            }
        }
        self.line_kind = LineKind::Start;
        self.line_bytes = 0;
        self.raw.lines = line;
    }

    fn close_record(&mut self) -> Result<(), SeqError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.close(&mut self.raw.pending);
        open.count(&self.raw.pending, &mut self.raw.counts, &mut self.raw.signs);
        let mut raw = open.raw;
        self.letters = self.letters.saturating_add(raw.letters.len() as u64);
        if self.letters > LETTERS_PER_FILE {
            return Err(SeqError::new(SeqProblem::TooManyLetters).on_line(raw.line));
        }
        if raw.letters.len() <= COPIED_LETTERS {
            let copy = raw.letters.as_slice().to_vec();
            self.buffer = std::mem::replace(&mut raw.letters, copy);
            self.buffer.clear();
        } else {
            raw.letters.shrink_to_fit();
        }
        self.raw.records.push(raw);
        Ok(())
    }
}
