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
//! Reference: the INSDC feature table definition 11.3; dialects of antiSMASH 4 (`cluster`), 5 to 8
//! (`region`), DeepBGC, GECCO (domains are `misc_feature`s), Prokka and Bakta (see `locus`). Of the
//! features only those in [`KEYS`] are kept. Lines may end in LF, CRLF
//! or CR; gzip is known by its first two bytes. An unreadable line costs its feature or its record, never
//! the file; a warning or refusal names the line.
//!
//! Memory: at most 3 × the unpacked file + 16 MiB, and the parsed entries: 512 bytes per record, 256
//! per kept feature, 128 per kept qualifier.

mod duplicates;
mod feature;
mod location;
mod locus;
mod parser;
mod raw;

pub use feature::{Feature, KEYS};
pub use location::{Location, LocationPart, Partial};

use super::SeqError;
use super::source::Source;
use crate::error::Notice;
use parser::Parser;

/// One entry of a GenBank file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenbankRecord {
    /// The name in the LOCUS line. If it runs into the length, is cut or missing: that after ACCESSION
    /// or VERSION, or what is left without the length; `record-<n>` without any name.
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
    /// The translation table of genes that name none; `None` for the standard code.
    pub table: Option<u8>,
    /// The kept features, in file order; of the same feature twice the first.
    pub features: Vec<Feature>,
    /// What antiSMASH says that the record was called before its name was shortened; may be empty.
    pub original_id: String,
    /// Regions and clusters whose location cannot be read.
    pub regions_left_out: usize,
    /// Line of the LOCUS line, counted from 1.
    pub line: u64,
}

impl GenbankRecord {
    /// The number of the one region or cluster that the record has, as antiSMASH's files of single
    /// regions do.
    #[must_use]
    pub fn region_number(&self) -> Option<usize> {
        let is_region = |feature: &&Feature| ["region", "cluster"].contains(&feature.key);
        let mut regions = self.features.iter().filter(is_region);
        let region = regions.next()?;
        if regions.next().is_some() { None } else { region.number() }
    }
}

/// The outcome of reading a GenBank file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenbankParsed {
    /// The records that were read, in file order.
    pub records: Vec<GenbankRecord>,
    /// Warnings about odd lines and about what was left out, by line.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
    /// The records that could not be read, by line.
    pub refusals: Vec<Notice>,
    /// Refusals beyond the same cap.
    pub refusals_omitted: u64,
    /// Whether the file was gzip-compressed.
    pub gzip: bool,
    /// Number of lines, after decompression.
    pub lines: u64,
    /// Size of the file as it was pushed, in bytes, before decompression.
    pub bytes: u64,
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
    source: Source<Parser>,
}

impl GenbankReader {
    /// A reader that has seen nothing yet; `file` is the file's name in every notice.
    #[must_use]
    pub fn new(file: Option<&str>) -> Self {
        Self { file: file.map(str::to_owned), source: Source::new(Parser::new(file)) }
    }

    /// Takes the next bytes of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// What makes the whole file unreadable: `fasta.file_too_big`, `fasta.too_many_records`,
    /// `fasta.too_many_letters`, `gzip.damaged`, `gzip.bomb`. Every later call repeats it.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.source.push(bytes).map_err(|error| error.in_file(self.file.as_deref()))
    }

    /// Ends the file and gives what it held.
    ///
    /// # Errors
    ///
    /// As [`Self::push`], and `genbank.no_locus` if there is no record at all, `sequences.empty_file`,
    /// `gzip.truncated`.
    pub fn finish(self) -> Result<GenbankParsed, SeqError> {
        let in_file = |error: SeqError| error.in_file(self.file.as_deref());
        let read = self.source.finish().map_err(in_file)?;
        let parsed = read.sink.finish().map_err(in_file)?;
        Ok(GenbankParsed { gzip: read.gzip, bytes: read.bytes, ..parsed })
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
