//! Reads a file of sequences or domains, in any format, as records of one kind.
//!
//! The first bytes of a file say what it is ([`InputFormat`]), never its name. FASTA gives its
//! letters; a list of domains, a domtblout table or a table of another tool gives domains, as records whose letters are the
//! domains with semicolons between them; a GenBank file gives domains of clusters, proteins or genes,
//! by the kind asked for (see `genbank`). All of them may be compressed with gzip. A [`Conversion`]
//! translates coding sequences into proteins, or takes the residues of single domains from a GenBank file.

// Untrusted bytes: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod conversion;
mod genbank;

pub use conversion::{Conversion, translated};

use crate::codon::Code;
use crate::error::Notice;
use crate::limits::DOMAIN_LIST_BYTES;
use crate::seq::{
    DomainSentence, DomtbloutOptions, FastaReader, GenbankReader, INPUT_HEAD_BYTES, InputFormat, Parsed,
    ReadOptions, Record, SeqError, SeqProblem, SequenceKind, Source, Text, read_domain_table, read_domains,
    read_domtblout,
};
use genbank::Extract;

/// A streaming reader for a file of any format: push bytes, finish, get records.
///
/// ```
/// use crossgrain_core::reader::SequenceReader;
/// use crossgrain_core::seq::{ReadOptions, SequenceKind};
///
/// let mut reader = SequenceReader::new(ReadOptions::default(), None);
/// reader.push(b"c1\tnrps;PF00668;PF00550\n")?;
/// let parsed = reader.finish()?;
/// assert_eq!(parsed.kind, SequenceKind::Domains);
/// assert_eq!(parsed.records[0].letters, "nrps;PF00668;PF00550");
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
#[derive(Debug)]
pub struct SequenceReader {
    options: ReadOptions,
    genbank_kind: Option<SequenceKind>,
    conversion: Conversion,
    format: Format,
}

/// The reader of the file's format, once enough bytes were seen to know it.
#[derive(Debug)]
enum Format {
    Unknown(Vec<u8>),
    Fasta(Box<FastaReader>),
    Genbank(Box<GenbankReader>),
    Domains(Source<Text>),
    Domtblout(Source<Text>),
    DomainTable(Source<Text>),
}

impl SequenceReader {
    /// A reader. `options.kind` says what the letters are; without it, `genbank_kind` says which records
    /// to take from a GenBank file, which holds all kinds.
    #[must_use]
    pub fn new(options: ReadOptions, genbank_kind: Option<SequenceKind>) -> Self {
        Self { options, genbank_kind, conversion: Conversion::None, format: Format::Unknown(Vec::new()) }
    }

    /// The same reader with a conversion of its records.
    #[must_use]
    pub fn converting(self, conversion: Conversion) -> Self {
        Self { conversion, ..self }
    }

    /// Takes the next bytes of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// The codes of the format's own reader, `domains.too_big`, `gzip.damaged`, `gzip.bomb`.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        match &mut self.format {
            Format::Unknown(start) => {
                start.extend_from_slice(bytes);
                if start.len() >= INPUT_HEAD_BYTES { self.choose_format() } else { Ok(()) }
            }
            Format::Fasta(reader) => reader.push(bytes),
            Format::Genbank(reader) => reader.push(bytes),
            Format::Domains(source) | Format::Domtblout(source) | Format::DomainTable(source) => {
                source.push(bytes).map_err(|error| error.in_file(self.options.file.as_deref()))
            }
        }
    }

    /// Ends the file and gives its records.
    ///
    /// # Errors
    ///
    /// The codes of the format's own reader, `gzip.truncated`; with a conversion `cds.not_nucleotides`,
    /// `codon.table` and `domains.no_slices`.
    pub fn finish(mut self) -> Result<Parsed, SeqError> {
        if matches!(self.format, Format::Unknown(_)) {
            self.choose_format()?;
        }
        let file = self.options.file.as_deref();
        let refused = |problem| Err(SeqError::new(problem).in_file(file));
        match (self.format, self.conversion) {
            (Format::Unknown(_), _) => refused(SeqProblem::Empty),
            // A table that is refused anyway is refused by its own name.
            (Format::DomainTable(source), conversion) => {
                let read = source.finish().map_err(|error| error.in_file(file))?;
                let table = read_domain_table(&read.sink.bytes, file)?;
                match conversion {
                    Conversion::Translate(_) => return refused(SeqProblem::NotCoding),
                    Conversion::DomainSlices => return refused(SeqProblem::SlicesOfOther),
                    Conversion::None => {}
                }
                let warnings = (table.warnings, table.warnings_omitted);
                let records = of_rows(table.rows, warnings, (table.refusals, table.refusals_omitted));
                Ok(Parsed { gzip: read.gzip, bytes: read.bytes, ..records })
            }
            (Format::Fasta(_) | Format::Domains(_) | Format::Domtblout(_), Conversion::DomainSlices) => {
                refused(SeqProblem::SlicesOfOther)
            }
            (Format::Fasta(reader), Conversion::Translate(table)) => {
                translated(reader.finish()?, table, file)
            }
            (Format::Fasta(reader), Conversion::None) => reader.finish(),
            (Format::Genbank(reader), conversion) => {
                let (extract, table) = match conversion {
                    Conversion::None => (Extract::Kind(self.options.kind.or(self.genbank_kind)), None),
                    Conversion::Translate(table) => {
                        let known = Code::ncbi(table).is_ok();
                        if !known {
                            return refused(SeqProblem::NoSuchTable(table));
                        }
                        (Extract::Kind(Some(SequenceKind::Protein)), Some(table))
                    }
                    Conversion::DomainSlices => (Extract::Slices, None),
                };
                Ok(genbank::records(reader.finish()?, extract, table, file))
            }
            (Format::Domains(_) | Format::Domtblout(_), Conversion::Translate(_)) => {
                refused(SeqProblem::NotCoding)
            }
            (Format::Domains(source), Conversion::None) => {
                let read = source.finish().map_err(|error| error.in_file(file))?;
                let list = read_domains(&read.sink.bytes, file)?;
                let warnings = (list.warnings, list.warnings_omitted);
                let records = of_rows(list.rows, warnings, (list.refusals, list.refusals_omitted));
                Ok(Parsed { gzip: read.gzip, bytes: read.bytes, ..records })
            }
            (Format::Domtblout(source), Conversion::None) => {
                let read = source.finish().map_err(|error| error.in_file(file))?;
                let table = read_domtblout(&read.sink.bytes, &DomtbloutOptions::default(), file)?;
                let warnings = (table.warnings, table.warnings_omitted);
                let records = of_rows(table.rows, warnings, (table.refusals, table.refusals_omitted));
                Ok(Parsed { gzip: read.gzip, bytes: read.bytes, ..records })
            }
        }
    }

    /// Chooses the reader and pushes the bytes that were held back.
    fn choose_format(&mut self) -> Result<(), SeqError> {
        let Format::Unknown(start) = &mut self.format else { return Ok(()) };
        let start = std::mem::take(start);
        let list = || Source::new(Text::new(DOMAIN_LIST_BYTES, SeqProblem::DomainsTooBig));
        self.format = match InputFormat::detect(&start) {
            InputFormat::Genbank => {
                Format::Genbank(Box::new(GenbankReader::new(self.options.file.as_deref())))
            }
            InputFormat::Domains => Format::Domains(list()),
            InputFormat::Domtblout => Format::Domtblout(list()),
            InputFormat::DomainTable => Format::DomainTable(list()),
            InputFormat::Fasta => {
                // Coding sequences may look like proteins: a short gene, ambiguous letters.
                let given = match self.conversion {
                    Conversion::Translate(_) => {
                        self.options.kind.filter(|kind| *kind != SequenceKind::Protein)
                    }
                    Conversion::None | Conversion::DomainSlices => self.options.kind,
                };
                let letters = given.filter(|kind| *kind != SequenceKind::Domains);
                let options = ReadOptions { kind: letters, ..self.options.clone() };
                Format::Fasta(Box::new(FastaReader::new(options)))
            }
        };
        self.push(&start)
    }
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
        kind: SequenceKind::Domains,
        detected: SequenceKind::Domains,
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

    fn read(
        bytes: &[u8],
        kind: Option<SequenceKind>,
        wanted: Option<SequenceKind>,
    ) -> Result<Parsed, SeqError> {
        converted(bytes, kind, wanted, Conversion::None)
    }

    fn converted(
        bytes: &[u8],
        kind: Option<SequenceKind>,
        wanted: Option<SequenceKind>,
        conversion: Conversion,
    ) -> Result<Parsed, SeqError> {
        let mut reader = SequenceReader::new(ReadOptions { file: None, kind }, wanted).converting(conversion);
        for piece in bytes.chunks(7) {
            reader.push(piece)?;
        }
        reader.finish()
    }

    #[test]
    fn records_of_each_kind() {
        let letters =
            |parsed: Parsed| (parsed.kind, parsed.records.iter().map(|r| r.letters.clone()).collect());
        let t = |bytes: &[u8], kind, wanted, expected: (SequenceKind, Vec<String>)| {
            assert_eq!(letters(read(bytes, kind, wanted).expect("read")), expected);
        };
        let one = |kind, text: &str| (kind, vec![text.to_owned()]);
        t(b">a\nMKTAYI\n", None, None, one(SequenceKind::Protein, "MKTAYI"));
        t(b">a\nACGT\n", Some(SequenceKind::Protein), None, one(SequenceKind::Protein, "ACGT"));
        t(b"c1\tPF00668;PF00550\n", None, None, one(SequenceKind::Domains, "PF00668;PF00550"));
        t(GENBANK.as_bytes(), None, Some(SequenceKind::Protein), one(SequenceKind::Protein, "MK"));
        t(GENBANK.as_bytes(), None, Some(SequenceKind::Dna), one(SequenceKind::Dna, "AAACGT"));
        t(
            GENBANK.as_bytes(),
            Some(SequenceKind::Dna),
            Some(SequenceKind::Protein),
            one(SequenceKind::Dna, "AAACGT"),
        );
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"c1\tPF00668;PF00550\n").expect("gzip");
        t(&gzip.finish().expect("gzip"), None, None, one(SequenceKind::Domains, "PF00668;PF00550"));
    }

    #[test]
    fn refusals_keep_their_codes() {
        let t = |bytes: &[u8], code: &str| assert_eq!(read(bytes, None, None).expect_err(code).code(), code);
        t(b"", "sequences.empty_file");
        t(b"MKTAYI\n", "fasta.no_header");
        t(b"\x1f\x8bnot gzip at all", "gzip.damaged");
        t(b"%PDF-1.4\n", "fasta.pdf");
    }

    #[test]
    fn conversions_of_a_file() {
        let t = |bytes: &[u8], conversion, expected: Result<&str, &str>| {
            let found = converted(bytes, None, Some(SequenceKind::Protein), conversion);
            let found = found.map(|parsed| (parsed.kind, parsed.records[0].letters.clone()));
            let found = found.as_ref().map_err(Coded::code);
            assert_eq!(
                found,
                expected.map(|letters| &*Box::leak(Box::new((SequenceKind::Protein, letters.to_owned()))))
            );
        };
        t(b">a\nGTGAAATGA\n", Conversion::Translate(11), Ok("MK"));
        t(b">a\nGTGAAATGA\n", Conversion::Translate(4), Ok("MKW"));
        t(b">a\nMKTAYIAKQRQISFVK\n", Conversion::Translate(11), Err("cds.not_nucleotides"));
        t(b">a\nGTGAAATGA\n", Conversion::Translate(7), Err("codon.table"));
        t(b"c1\tPF00668;PF00550\n", Conversion::Translate(11), Err("cds.not_nucleotides"));
        t(b">a\nMKTAYIAKQRQISFVK\n", Conversion::DomainSlices, Err("domains.no_slices"));
        t(b"c1\tPF00668;PF00550\n", Conversion::DomainSlices, Err("domains.no_slices"));
        t(GENBANK.as_bytes(), Conversion::Translate(11), Ok("MK"));
        t(GENBANK.as_bytes(), Conversion::Translate(7), Err("codon.table"));
    }
}
