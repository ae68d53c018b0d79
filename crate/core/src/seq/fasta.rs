//! The FASTA reader: push bytes, finish, get records.
//!
//! ```text
//! >id description            header: `>`, the id up to the first blank, the description
//! MSIQHFRVALIPFFAAFCLPVFAHP  letters, on as many lines as it takes
//! ; anything                 a comment line
//! ```
//!
//! Lines end in LF, CRLF or CR, in any mixture. Blanks before a `>` or `;` at the beginning of a
//! line do not matter, nor do empty lines. gzip is known by its first two bytes, never by name.

mod finish;
mod header;
mod parser;
mod raw;

use parser::Parser;

use super::source::Source;
use super::{Parsed, SeqError, SequenceKind};

/// How to read a sequence file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Name of the file, for the place of every notice.
    pub file: Option<String>,
    /// What the letters are; found by counting if not given.
    pub kind: Option<SequenceKind>,
}

/// A streaming reader for one sequence file.
///
/// ```
/// use crossgrain_core::seq::{FastaReader, SequenceKind, ReadOptions};
///
/// let mut reader = FastaReader::new(ReadOptions::default());
/// reader.push(b">p1 first\nMKT")?;
/// reader.push(b"AYI*\n>p2\n")?;
/// let parsed = reader.finish()?;
///
/// assert_eq!(parsed.kind, SequenceKind::Protein);
/// assert_eq!(parsed.records[0].letters, "MKTAYI");
/// assert_eq!(parsed.warnings[0].code, "fasta.end_stop");
/// assert_eq!(parsed.refusals[0].code, "fasta.empty_record");
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
#[derive(Debug)]
pub struct FastaReader {
    options: ReadOptions,
    source: Source<Parser>,
}

impl FastaReader {
    /// A reader that has seen nothing yet.
    pub fn new(options: ReadOptions) -> Self {
        Self { options, source: Source::new(Parser::default()) }
    }

    /// Takes the next bytes of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// What makes the whole file unreadable: `fasta.no_header`, `fasta.file_too_big`,
    /// `fasta.too_many_records`, `fasta.too_many_letters`, `gzip.damaged`, `gzip.bomb`, or the code
    /// of a [`super::ForeignFormat`]. Every later call repeats the same error.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.source.push(bytes).map_err(|error| error.in_file(self.options.file.as_deref()))
    }

    /// Ends the file and gives its records.
    ///
    /// # Errors
    ///
    /// As [`FastaReader::push`], and `sequences.empty_file` and `gzip.truncated`.
    pub fn finish(self) -> Result<Parsed, SeqError> {
        let in_file = |error: SeqError| error.in_file(self.options.file.as_deref());
        let read = self.source.finish().map_err(in_file)?;
        let raw = read.sink.finish().map_err(in_file)?;
        Ok(finish::finish(raw, &self.options, read.gzip, read.bytes))
    }
}

/// Reads a whole file that is already in memory.
///
/// # Errors
///
/// As [`FastaReader::push`] and [`FastaReader::finish`].
pub fn read_fasta(bytes: &[u8], options: ReadOptions) -> Result<Parsed, SeqError> {
    let mut reader = FastaReader::new(options);
    reader.push(bytes)?;
    reader.finish()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
