//! Any file of sequences or domains as records of one kind.
//!
//! What a file is, is told by its first bytes ([`InputFormat`]), never by its name. FASTA gives its
//! letters; a list of domains or a domtblout table gives domains, as records whose letters are the
//! domains with semicolons between them; a GenBank file gives domains of clusters, proteins or genes,
//! as wanted (see `excerpt`).
//! gzip is seen through for all of them. On request coding sequences come out as their proteins, and a
//! GenBank file gives the residues of single domains ([`Derive`]).

// Untrusted bytes: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod derive;
mod excerpt;

pub use derive::{Derive, translated};

use crate::error::Notice;
use crate::limits::DOMAIN_LIST_BYTES;
use crate::seq::{
    DomainSentence, DomtbloutOptions, FastaReader, GenbankReader, INPUT_HEAD_BYTES, InputFormat, Kind,
    Parsed, Problem, ReadOptions, Record, SeqError, read_domains, read_domtblout,
};
use flate2::read::MultiGzDecoder;
use std::io::Read;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A reader for any of the files above: push bytes, finish, get records.
///
/// ```
/// use crossgrain_core::intake::Intake;
/// use crossgrain_core::seq::{Kind, ReadOptions};
///
/// let mut intake = Intake::new(ReadOptions::default(), None);
/// intake.push(b"c1\tnrps;PF00668;PF00550\n")?;
/// let parsed = intake.finish()?;
/// assert_eq!((parsed.kind, parsed.records[0].letters.as_str()), (Kind::Domains, "nrps;PF00668;PF00550"));
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
#[derive(Debug)]
pub struct Intake {
    options: ReadOptions,
    wanted: Option<Kind>,
    derive: Derive,
    bytes: u64,
    gzip: bool,
    source: Source,
}

/// Where the bytes go, once enough of them have told.
#[derive(Debug)]
enum Source {
    Unknown(Vec<u8>),
    Fasta(Box<FastaReader>),
    Genbank(Box<GenbankReader>),
    Table(Table, Vec<u8>),
}

/// The formats that are read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Domains,
    Domtblout,
}

impl Intake {
    /// A reader. `options.kind` says what the letters are; `wanted` what a GenBank file, which holds
    /// all kinds, should give where nothing is said.
    #[must_use]
    pub fn new(options: ReadOptions, wanted: Option<Kind>) -> Self {
        let source = Source::Unknown(Vec::new());
        Self { options, wanted, derive: Derive::AsGiven, bytes: 0, gzip: false, source }
    }

    /// The same reader that makes something else of what it reads.
    #[must_use]
    pub fn deriving(self, derive: Derive) -> Self {
        Self { derive, ..self }
    }

    /// Takes the next bytes of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// The codes of the format's own reader, `domains.too_big`.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        match &mut self.source {
            Source::Unknown(start) => {
                start.extend_from_slice(bytes);
                if start.len() >= INPUT_HEAD_BYTES { self.decide() } else { Ok(()) }
            }
            Source::Fasta(reader) => reader.push(bytes),
            Source::Genbank(reader) => reader.push(bytes),
            Source::Table(_, content) => {
                if content.len().saturating_add(bytes.len()) > DOMAIN_LIST_BYTES {
                    return Err(SeqError::new(Problem::DomainsTooBig).in_file(self.options.file.as_deref()));
                }
                content.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Ends the file and gives its records.
    ///
    /// # Errors
    ///
    /// The codes of the format's own reader.
    pub fn finish(mut self) -> Result<Parsed, SeqError> {
        if matches!(self.source, Source::Unknown(_)) {
            self.decide()?;
        }
        let file = self.options.file.as_deref();
        let mut parsed = match self.source {
            Source::Unknown(_) => return Err(SeqError::new(Problem::Empty).in_file(file)),
            Source::Fasta(_) | Source::Table(..) if self.derive == Derive::DomainSlices => {
                return Err(SeqError::new(Problem::SlicesOfOther).in_file(file));
            }
            Source::Fasta(reader) => {
                let parsed = reader.finish()?;
                return match self.derive {
                    Derive::Translated(table) => translated(parsed, table, file),
                    Derive::AsGiven | Derive::DomainSlices => Ok(parsed),
                };
            }
            Source::Genbank(reader) => {
                let wanted = match self.derive {
                    Derive::AsGiven => excerpt::Wanted::Kind(self.options.kind.or(self.wanted)),
                    // Its genes say themselves by which table they are read.
                    Derive::Translated(_) => excerpt::Wanted::Kind(Some(Kind::Protein)),
                    Derive::DomainSlices => excerpt::Wanted::Slices,
                };
                excerpt::records(reader.finish()?, wanted, file)
            }
            Source::Table(..) if self.derive != Derive::AsGiven => {
                return Err(SeqError::new(Problem::NotCoding).in_file(file));
            }
            Source::Table(table, content) => {
                let content = unpacked(content, self.gzip).map_err(|error| error.in_file(file))?;
                match table {
                    Table::Domains => {
                        let read = read_domains(&content, file)?;
                        of_rows(
                            read.rows,
                            (read.warnings, read.warnings_omitted),
                            (read.refusals, read.refusals_omitted),
                        )
                    }
                    Table::Domtblout => {
                        let read = read_domtblout(&content, &DomtbloutOptions::default(), file)?;
                        of_rows(
                            read.rows,
                            (read.warnings, read.warnings_omitted),
                            (read.refusals, read.refusals_omitted),
                        )
                    }
                }
            }
        };
        (parsed.bytes, parsed.gzip) = (self.bytes, self.gzip);
        Ok(parsed)
    }

    /// Chooses the reader and gives it what was held back.
    fn decide(&mut self) -> Result<(), SeqError> {
        let Source::Unknown(start) = &mut self.source else { return Ok(()) };
        let start = std::mem::take(start);
        self.gzip = start.starts_with(&GZIP_MAGIC);
        self.source = match InputFormat::detect(&start) {
            InputFormat::Genbank => {
                Source::Genbank(Box::new(GenbankReader::new(self.options.file.as_deref())))
            }
            InputFormat::Domains => Source::Table(Table::Domains, Vec::new()),
            InputFormat::Domtblout => Source::Table(Table::Domtblout, Vec::new()),
            InputFormat::Fasta => {
                // What is to be translated may look like a protein: a short gene, ambiguous letters.
                let said = match self.derive {
                    Derive::Translated(_) => self.options.kind.filter(|kind| *kind != Kind::Protein),
                    Derive::AsGiven | Derive::DomainSlices => self.options.kind,
                };
                let letters = said.filter(|kind| *kind != Kind::Domains);
                let options = ReadOptions { kind: letters, ..self.options.clone() };
                Source::Fasta(Box::new(FastaReader::new(options)))
            }
        };
        self.bytes = self.bytes.saturating_sub(start.len() as u64);
        self.push(&start)
    }
}

fn unpacked(content: Vec<u8>, gzip: bool) -> Result<Vec<u8>, SeqError> {
    if !gzip {
        return Ok(content);
    }
    let mut plain = Vec::new();
    let most = (DOMAIN_LIST_BYTES as u64).saturating_add(1);
    MultiGzDecoder::new(content.as_slice())
        .take(most)
        .read_to_end(&mut plain)
        .map_err(|_| SeqError::new(Problem::GzipDamaged))?;
    Ok(plain)
}

/// Rows of domains as records.
fn of_rows(rows: Vec<DomainSentence>, warnings: (Vec<Notice>, u64), refusals: (Vec<Notice>, u64)) -> Parsed {
    let record = |row: DomainSentence| Record {
        letters: row.text(),
        id: row.id,
        description: String::new(),
        line: row.line,
    };
    let lines = rows.last().map_or(0, |row| row.line);
    Parsed {
        kind: Kind::Domains,
        detected: Kind::Domains,
        records: rows.into_iter().map(record).collect(),
        warnings: warnings.0,
        warnings_omitted: warnings.1,
        refusals: refusals.0,
        refusals_omitted: refusals.1,
        gzip: false,
        lines,
        bytes: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use std::io::Write;

    const GENBANK: &str = "LOCUS       X  12 bp DNA\nFEATURES\n     CDS             complement(1..6)\n                     /locus_tag=\"g1\"\n                     /translation=\"MK\"\nORIGIN\n        1 acgtttgatt ac\n//\n";

    fn read(bytes: &[u8], kind: Option<Kind>, wanted: Option<Kind>) -> Result<Parsed, SeqError> {
        derived(bytes, kind, wanted, Derive::AsGiven)
    }

    fn derived(
        bytes: &[u8],
        kind: Option<Kind>,
        wanted: Option<Kind>,
        derive: Derive,
    ) -> Result<Parsed, SeqError> {
        let mut intake = Intake::new(ReadOptions { file: None, kind }, wanted).deriving(derive);
        for piece in bytes.chunks(7) {
            intake.push(piece)?;
        }
        intake.finish()
    }

    #[test]
    fn records_of_each_kind() {
        let letters =
            |parsed: Parsed| (parsed.kind, parsed.records.iter().map(|r| r.letters.clone()).collect());
        let t = |bytes: &[u8], kind, wanted, expected: (Kind, Vec<String>)| {
            assert_eq!(letters(read(bytes, kind, wanted).expect("read")), expected);
        };
        let one = |kind, text: &str| (kind, vec![text.to_owned()]);
        t(b">a\nMKTAYI\n", None, None, one(Kind::Protein, "MKTAYI"));
        t(b">a\nACGT\n", Some(Kind::Protein), None, one(Kind::Protein, "ACGT"));
        t(b"c1\tPF00668;PF00550\n", None, None, one(Kind::Domains, "PF00668;PF00550"));
        t(GENBANK.as_bytes(), None, Some(Kind::Protein), one(Kind::Protein, "MK"));
        t(GENBANK.as_bytes(), None, Some(Kind::Dna), one(Kind::Dna, "AAACGT"));
        t(GENBANK.as_bytes(), Some(Kind::Dna), Some(Kind::Protein), one(Kind::Dna, "AAACGT"));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"c1\tPF00668;PF00550\n").expect("gzip");
        t(&gzip.finish().expect("gzip"), None, None, one(Kind::Domains, "PF00668;PF00550"));
    }

    #[test]
    fn refusals_keep_their_codes() {
        let t = |bytes: &[u8], code: &str| assert_eq!(read(bytes, None, None).expect_err(code).code(), code);
        t(b"", "fasta.empty_file");
        t(b"MKTAYI\n", "fasta.no_header");
        t(b"\x1f\x8bnot gzip at all", "gzip.damaged");
        t(b"%PDF-1.4\n", "fasta.pdf");
    }
    #[test]
    fn what_is_made_of_a_file() {
        let t = |bytes: &[u8], derive, expected: Result<&str, &str>| {
            let found = derived(bytes, None, Some(Kind::Protein), derive);
            let found = found.map(|parsed| (parsed.kind, parsed.records[0].letters.clone()));
            let found = found.as_ref().map_err(Coded::code);
            assert_eq!(
                found,
                expected.map(|letters| &*Box::leak(Box::new((Kind::Protein, letters.to_owned()))))
            );
        };
        t(b">a\nGTGAAATGA\n", Derive::Translated(11), Ok("MK"));
        t(b">a\nGTGAAATGA\n", Derive::Translated(4), Ok("MKW"));
        t(b">a\nMKTAYIAKQRQISFVK\n", Derive::Translated(11), Err("cds.not_nucleotides"));
        t(b">a\nGTGAAATGA\n", Derive::Translated(7), Err("codon.table"));
        t(b"c1\tPF00668;PF00550\n", Derive::Translated(11), Err("cds.not_nucleotides"));
        t(b">a\nMKTAYIAKQRQISFVK\n", Derive::DomainSlices, Err("domains.no_slices"));
        t(b"c1\tPF00668;PF00550\n", Derive::DomainSlices, Err("domains.no_slices"));
        t(GENBANK.as_bytes(), Derive::Translated(11), Ok("MK"));
    }
}
