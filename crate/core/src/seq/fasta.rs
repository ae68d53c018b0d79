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

mod draft;
mod header;
mod machine;
mod verdict;

use draft::Draft;
use machine::Machine;

use super::{Kind, Parsed, Problem, SeqError, gzip::Gunzip};
use crate::limits::SEQUENCE_FILE_BYTES;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How to read a sequence file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Name of the file, for the place of every notice.
    pub file: Option<String>,
    /// What the letters are; found by counting if not given.
    pub kind: Option<Kind>,
}

/// A streaming reader for one sequence file.
///
/// ```
/// use crossgrain_core::seq::{FastaReader, Kind, ReadOptions};
///
/// let mut reader = FastaReader::new(ReadOptions::default());
/// reader.push(b">p1 first\nMKT")?;
/// reader.push(b"AYI*\n>p2\n")?;
/// let parsed = reader.finish()?;
///
/// assert_eq!(parsed.kind, Kind::Protein);
/// assert_eq!(parsed.records[0].letters, "MKTAYI");
/// assert_eq!(parsed.warnings[0].code, "fasta.end_stop");
/// assert_eq!(parsed.refusals[0].code, "fasta.empty_record");
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
#[derive(Debug)]
pub struct FastaReader {
    options: ReadOptions,
    source: Source,
    bytes: u64,
    failed: Option<SeqError>,
}

/// Where the bytes go, once the first two have told.
#[derive(Debug)]
enum Source {
    Unknown(Vec<u8>),
    Plain(Box<Machine>),
    Gzip(Box<Gunzip<Machine>>),
}

impl Source {
    fn feed(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        match self {
            Self::Unknown(start) => start.extend_from_slice(bytes),
            Self::Plain(machine) => machine.feed(bytes)?,
            Self::Gzip(gunzip) => gunzip.feed(bytes)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Draft, SeqError> {
        match self {
            // A file of one byte, or none, is plain.
            Self::Unknown(start) => {
                let mut machine = Machine::default();
                machine.feed(&start)?;
                machine.finish()
            }
            Self::Plain(machine) => machine.finish(),
            Self::Gzip(gunzip) => gunzip.finish()?.finish(),
        }
    }
}

impl FastaReader {
    /// A reader that has seen nothing yet.
    pub fn new(options: ReadOptions) -> Self {
        Self { options, source: Source::Unknown(Vec::new()), bytes: 0, failed: None }
    }

    /// Takes the next bytes of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// What makes the whole file unreadable: `fasta.no_header`, `fasta.file_too_big`,
    /// `fasta.too_many_records`, `fasta.too_many_letters`, `gzip.damaged`, `gzip.bomb`, or the code
    /// of a [`super::Format`]. Every later call repeats the same error.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.take(bytes).map_err(|error| self.fail(error))
    }

    /// Ends the file and gives its verdict.
    ///
    /// # Errors
    ///
    /// As [`FastaReader::push`], and `fasta.empty_file` and `gzip.truncated`.
    pub fn finish(self) -> Result<Parsed, SeqError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let gzip = matches!(self.source, Source::Gzip(_));
        let draft = self.source.finish().map_err(|error| error.in_file(self.options.file.as_deref()))?;
        Ok(verdict::judge(draft, &self.options, gzip, self.bytes))
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > SEQUENCE_FILE_BYTES {
            return Err(SeqError::new(Problem::FileTooBig));
        }
        match &mut self.source {
            known @ (Source::Plain(_) | Source::Gzip(_)) => known.feed(bytes),
            Source::Unknown(start) => {
                let missing = GZIP_MAGIC.len().saturating_sub(start.len());
                let (now, later) = bytes.split_at(missing.min(bytes.len()));
                start.extend_from_slice(now);
                if start.len() < GZIP_MAGIC.len() {
                    return Ok(());
                }
                let start = std::mem::take(start);
                self.source = if start == GZIP_MAGIC {
                    Source::Gzip(Box::new(Gunzip::new(Machine::default())))
                } else {
                    Source::Plain(Box::default())
                };
                self.source.feed(&start)?;
                self.source.feed(later)
            }
        }
    }

    /// Keeps an error for all later calls, and lets go of everything read.
    fn fail(&mut self, error: SeqError) -> SeqError {
        let error = error.in_file(self.options.file.as_deref());
        self.failed = Some(error.clone());
        self.source = Source::Unknown(Vec::new());
        error
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
