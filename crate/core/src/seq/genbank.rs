//! The GenBank reader: push bytes, finish, get records with their sequence and the features that
//! gene clusters are made of.
//!
//! ```text
//! LOCUS       BGC0002609  18619 bp    DNA     linear   PLN    name, length, topology
//! DEFINITION  Aspergillus welwitschiae …
//! FEATURES             Location/Qualifiers
//!      PFAM_domain     complement(join(1344..1353,            key in column 6, location in 22
//!                      1414..1706))
//!                      /db_xref="PF00106.27"                  qualifiers, over as many lines
//! ORIGIN                                                      as it takes
//!         1 gatcctccat atacaacggt
//! //
//! ```
//!
//! Reference: the INSDC feature table definition 11.3; dialects of antiSMASH 4 (`cluster`), 5 to 7
//! (`region`) and DeepBGC. Of the features only those in [`KEYS`] are kept. Lines may end in LF, CRLF
//! or CR; gzip is known by its first two bytes. Whatever cannot be read costs its feature, at worst
//! its record, never the file, and is told with its line.
//!
//! Memory: at most 3 × the unpacked file + 16 MiB, and what there is itself: 512 bytes per record, 256
//! per kept feature, 128 per kept qualifier.

mod draft;
mod feature;
mod location;
mod machine;

pub use feature::{Feature, KEYS};
pub use location::{Location, Part};

use super::gzip::Gunzip;
use super::{Problem, SeqError};
use crate::error::Notice;
use crate::limits::SEQUENCE_FILE_BYTES;
use machine::Machine;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// One entry of a GenBank file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenbankRecord {
    /// The name in the LOCUS line, or `record-<n>` where there is none.
    pub id: String,
    /// The first word after VERSION, or else after ACCESSION; may be empty.
    pub accession: String,
    /// The DEFINITION, on one line, without its last full stop.
    pub description: String,
    /// Whether the molecule is circular.
    pub circular: bool,
    /// The sequence in upper case; empty if the record has none.
    pub letters: String,
    /// The length in the LOCUS line, or of the sequence.
    pub length: usize,
    /// The kept features, in file order.
    pub features: Vec<Feature>,
    /// Line of the LOCUS line, counted from 1.
    pub line: u64,
}

/// The outcome of reading a GenBank file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenbankParsed {
    /// The records that were read, in file order.
    pub records: Vec<GenbankRecord>,
    /// What was left out or is odd, by line.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
    /// The records that could not be read, by line.
    pub refusals: Vec<Notice>,
    /// Refusals beyond the same cap.
    pub refusals_omitted: u64,
    /// Number of lines, after decompression.
    pub lines: u64,
}

/// A streaming reader for one GenBank file.
///
/// ```
/// use crossgrain_core::seq::read_genbank;
///
/// let file = b"LOCUS       X  12 bp DNA\nFEATURES\n     CDS             complement(1..6)\n                     /locus_tag=\"g1\"\nORIGIN\n        1 acgtttgatt ac\n//\n";
/// let record = &read_genbank(file, None)?.records[0];
/// let cds = &record.features[0];
/// assert_eq!((cds.get("locus_tag"), cds.location.letters(&record.letters)), (Some("g1"), Some("AAACGT".to_owned())));
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
#[derive(Debug)]
pub struct GenbankReader {
    file: Option<String>,
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

impl GenbankReader {
    /// A reader that has seen nothing yet; `file` names the place of every notice.
    #[must_use]
    pub fn new(file: Option<&str>) -> Self {
        Self { file: file.map(str::to_owned), source: Source::Unknown(Vec::new()), bytes: 0, failed: None }
    }

    /// Takes the next bytes of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// What makes the whole file unreadable: `fasta.file_too_big`, `fasta.too_many_records`,
    /// `fasta.too_many_letters`, `gzip.damaged`, `gzip.bomb`. Every later call repeats it.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        self.take(bytes).map_err(|error| {
            let error = error.in_file(self.file.as_deref());
            self.failed = Some(error.clone());
            self.source = Source::Unknown(Vec::new());
            error
        })
    }

    /// Ends the file and gives what it held.
    ///
    /// # Errors
    ///
    /// As [`Self::push`], and `genbank.no_locus` if there is no record at all, `fasta.empty_file`,
    /// `gzip.truncated`.
    pub fn finish(self) -> Result<GenbankParsed, SeqError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let file = self.file.as_deref();
        let machine = match self.source {
            Source::Unknown(start) => {
                let mut machine = Machine::new(file);
                machine.feed(&start).map(|()| machine)
            }
            Source::Plain(machine) => Ok(*machine),
            Source::Gzip(gunzip) => gunzip.finish(),
        };
        machine.and_then(Machine::finish).map_err(|error| error.in_file(file))
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > SEQUENCE_FILE_BYTES {
            return Err(SeqError::new(Problem::FileTooBig));
        }
        match &mut self.source {
            Source::Plain(machine) => machine.feed(bytes),
            Source::Gzip(gunzip) => gunzip.feed(bytes),
            Source::Unknown(start) => {
                start.extend_from_slice(bytes);
                if start.len() < GZIP_MAGIC.len() {
                    return Ok(());
                }
                let start = std::mem::take(start);
                let machine = Machine::new(self.file.as_deref());
                self.source = match start.starts_with(&GZIP_MAGIC) {
                    true => Source::Gzip(Box::new(Gunzip::new(machine))),
                    false => Source::Plain(Box::new(machine)),
                };
                self.take_again(&start)
            }
        }
    }

    fn take_again(&mut self, start: &[u8]) -> Result<(), SeqError> {
        match &mut self.source {
            Source::Plain(machine) => machine.feed(start),
            Source::Gzip(gunzip) => gunzip.feed(start),
            Source::Unknown(_) => Ok(()),
        }
    }
}

/// Reads a whole file that is already in memory.
///
/// # Errors
///
/// As [`GenbankReader::push`] and [`GenbankReader::finish`].
pub fn read_genbank(bytes: &[u8], file: Option<&str>) -> Result<GenbankParsed, SeqError> {
    let mut reader = GenbankReader::new(file);
    reader.push(bytes)?;
    reader.finish()
}

#[cfg(test)]
mod tests;
