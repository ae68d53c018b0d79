//! What makes a whole file unreadable.
//!
//! Problems of single records are notices in [`super::Parsed`], never errors.

use std::fmt;

use super::foreign_table::ForeignTable;
use super::format::ForeignFormat;
use crate::{
    error::{Coded, Where},
    limits::{
        DOMAIN_LIST_BYTES, GZIP_EXPANSION, LABEL_COLUMNS, LABEL_FILE_BYTES, RECORDS, SEQUENCE_FILE_BYTES,
    },
};

/// The reason a file is refused, one for each thing the user can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeqProblem {
    /// No bytes, or nothing but blanks.
    Empty,
    /// Proteins or domains where coding sequences were to be translated.
    NotCoding,
    /// A translation table that is not known.
    NoSuchTable(u8),
    /// Domain slices asked of a file that is not GenBank.
    SlicesOfOther,
    /// Text before the first line that begins with `>`.
    NoHeader,
    /// No LOCUS line in what should be a GenBank file.
    NoLocus,
    /// What should be a list of domains has no line with a name, a tab and domains.
    NotDomains,
    /// What should be a domtblout table has no hit.
    NotDomtblout,
    /// A table of domains that does not say in which order they lie.
    DomainTable(ForeignTable),
    /// What should be a table of domains is none that is known.
    NotDomainTable,
    /// A table of domains without a domain of Pfam.
    NoPfam,
    /// A list or table of domains with more bytes than [`DOMAIN_LIST_BYTES`].
    DomainsTooBig,
    /// A file of another format.
    Format(ForeignFormat),
    /// The compressed bytes do not match their check sum, or are not gzip.
    GzipDamaged,
    /// The compressed bytes end too early.
    GzipTruncated,
    /// The file grows beyond all reason when unpacked.
    GzipBomb,
    /// More bytes than [`SEQUENCE_FILE_BYTES`].
    FileTooBig,
    /// More records than [`RECORDS`].
    TooManyRecords,
    /// More letters than [`crate::limits::LETTERS_PER_FILE`].
    TooManyLetters,
    /// A label table without anything in it.
    LabelsEmpty,
    /// A label table with one column only.
    LabelsOneColumn,
    /// A label table with a header and nothing else.
    LabelsNoRows,
    /// A label table with more bytes than [`LABEL_FILE_BYTES`], or more rows than [`RECORDS`].
    LabelsTooBig,
    /// A label table with more columns than [`LABEL_COLUMNS`].
    LabelsTooWide,
    /// A file of another format where a label table was expected.
    LabelsFormat(ForeignFormat),
    /// A file that is no text where a label table was expected, and what it is.
    LabelsForeign(&'static str),
    /// A FASTA file where a label table was expected.
    LabelsFasta,
}

/// A refusal of a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeqError {
    problem: SeqProblem,
    at: Where,
}

impl SeqError {
    /// A refusal for which no place is known yet.
    pub(crate) fn new(problem: SeqProblem) -> Self {
        Self { problem, at: Where::default() }
    }

    /// The same refusal with its line.
    pub(super) fn on_line(mut self, line: u64) -> Self {
        self.at.line = Some(line);
        self
    }

    /// The same refusal with the name of the file.
    pub(crate) fn in_file(mut self, file: Option<&str>) -> Self {
        self.at.file = file.map(str::to_owned);
        self
    }

    /// Why the file is refused.
    pub fn problem(&self) -> SeqProblem {
        self.problem
    }
}

impl fmt::Display for SeqError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            SeqProblem::Empty => write!(f, "the file is empty"),
            SeqProblem::NotCoding => {
                write!(f, "these letters are not nucleotides, so they cannot be translated")
            }
            SeqProblem::NoSuchTable(table) => write!(f, "translation table {table} is not known"),
            SeqProblem::SlicesOfOther => write!(f, "the file does not say where domains lie in its proteins"),
            SeqProblem::NoHeader => write!(f, "text before the first header line"),
            SeqProblem::NotDomains => write!(f, "the file is not a list of domains"),
            SeqProblem::NotDomtblout => write!(f, "the file is not a domtblout table with hits"),
            SeqProblem::DomainTable(table) => write!(f, "the file is {}", table.name()),
            SeqProblem::NotDomainTable => write!(f, "the file is not a table of domains"),
            SeqProblem::NoPfam => write!(f, "the table has no domain of Pfam"),
            SeqProblem::DomainsTooBig => {
                write!(f, "the table of domains has more than {DOMAIN_LIST_BYTES} bytes")
            }
            SeqProblem::NoLocus => write!(f, "the file has no GenBank record: no line begins with LOCUS"),
            SeqProblem::Format(format) | SeqProblem::LabelsFormat(format) => {
                write!(f, "the file is {}", format.name())
            }
            SeqProblem::GzipDamaged => write!(f, "the gzip file is damaged"),
            SeqProblem::GzipTruncated => write!(f, "the gzip file ends too early"),
            SeqProblem::GzipBomb => {
                write!(f, "the gzip file unpacks to more than {GZIP_EXPANSION} times its size")
            }
            SeqProblem::FileTooBig => write!(f, "the file has more than {SEQUENCE_FILE_BYTES} bytes"),
            SeqProblem::TooManyRecords => write!(f, "the file has more than {RECORDS} records"),
            SeqProblem::TooManyLetters => write!(f, "the file has more letters than fit in memory"),
            SeqProblem::LabelsForeign(name) => write!(f, "the file is {name}"),
            SeqProblem::LabelsEmpty => write!(f, "the label table is empty"),
            SeqProblem::LabelsFasta => write!(f, "the file is FASTA, not a label table"),
            SeqProblem::LabelsOneColumn => write!(f, "the label table has only one column"),
            SeqProblem::LabelsNoRows => write!(f, "the label table has no rows"),
            SeqProblem::LabelsTooBig => {
                write!(f, "the label table has more than {LABEL_FILE_BYTES} bytes or {RECORDS} rows")
            }
            SeqProblem::LabelsTooWide => write!(f, "the label table has more than {LABEL_COLUMNS} columns"),
        }
    }
}

impl std::error::Error for SeqError {}

impl Coded for SeqError {
    fn code(&self) -> &'static str {
        match self.problem {
            SeqProblem::Empty => "sequences.empty_file",
            SeqProblem::NotCoding => "cds.not_nucleotides",
            SeqProblem::NoSuchTable(_) => "codon.table",
            SeqProblem::SlicesOfOther => "domains.no_slices",
            SeqProblem::NoHeader => "fasta.no_header",
            SeqProblem::NoLocus => "genbank.no_locus",
            SeqProblem::NotDomains => "domains.not_a_list",
            SeqProblem::NotDomtblout => "domtblout.not_a_table",
            SeqProblem::DomainTable(table) => table.code(),
            SeqProblem::NotDomainTable => "domains.not_a_table",
            SeqProblem::NoPfam => "domains.no_pfam",
            SeqProblem::DomainsTooBig => "domains.too_big",
            SeqProblem::Format(format) => format.code(),
            SeqProblem::GzipDamaged => "gzip.damaged",
            SeqProblem::GzipTruncated => "gzip.truncated",
            SeqProblem::GzipBomb => "gzip.bomb",
            SeqProblem::FileTooBig => "fasta.file_too_big",
            SeqProblem::TooManyRecords => "fasta.too_many_records",
            SeqProblem::TooManyLetters => "fasta.too_many_letters",
            SeqProblem::LabelsEmpty => "labels.empty_file",
            SeqProblem::LabelsOneColumn => "labels.one_column",
            SeqProblem::LabelsNoRows => "labels.no_rows",
            SeqProblem::LabelsTooBig => "labels.too_big",
            SeqProblem::LabelsTooWide => "labels.too_wide",
            SeqProblem::LabelsFormat(_) | SeqProblem::LabelsForeign(_) => "labels.not_a_table",
            SeqProblem::LabelsFasta => "labels.fasta",
        }
    }

    fn hint(&self) -> String {
        match self.problem {
            SeqProblem::Empty => "choose a file with sequences in it",
            SeqProblem::NotDomains => {
                "write one line per cluster: a name, a tab, and domains with semicolons"
            }
            SeqProblem::NotDomtblout => "give the file that hmmscan or hmmsearch wrote with --domtblout",
            SeqProblem::DomainTable(table) => table.hint(),
            SeqProblem::NotDomainTable => {
                "give a table of hmmscan's --domtblout, InterProScan, pfam_scan.pl, GECCO or DeepBGC"
            }
            SeqProblem::NoPfam => "run the scan with Pfam among its databases",
            SeqProblem::DomainsTooBig => "split the file and read the parts one after another",
            SeqProblem::NoLocus => {
                "choose a GenBank file (.gbk, .gb), such as antiSMASH writes for each region"
            }
            SeqProblem::NotCoding => "read them as they are; only DNA or RNA can be translated",
            SeqProblem::NoSuchTable(_) => "give 1 to 6, 9 to 16 or 21 to 33",
            SeqProblem::SlicesOfOther => {
                "give a GenBank file with PFAM_domain features, as antiSMASH writes it"
            }
            SeqProblem::NoHeader => "put a line such as `>name` before each sequence",
            SeqProblem::Format(format) => format.hint(),
            SeqProblem::GzipDamaged | SeqProblem::GzipTruncated => "download or copy the file again",
            SeqProblem::GzipBomb => "unpack the file yourself if you trust it",
            SeqProblem::FileTooBig | SeqProblem::TooManyRecords | SeqProblem::TooManyLetters => {
                "split the file and read the parts one after another"
            }
            SeqProblem::LabelsOneColumn => "write a label beside each id, separated by a tab or a comma",
            SeqProblem::LabelsEmpty => "choose a table with an id and labels in each row",
            SeqProblem::LabelsNoRows => "the first row names the columns; add one row per sequence below it",
            SeqProblem::LabelsTooBig | SeqProblem::LabelsTooWide => {
                "keep only the ids and the labels you need"
            }
            SeqProblem::LabelsFasta => "open it as sequences",
            SeqProblem::LabelsFormat(_) | SeqProblem::LabelsForeign(_) => {
                "save the table as text, separated by tabs or commas, in UTF-8"
            }
        }
        .to_owned()
    }

    fn at(&self) -> Where {
        self.at.clone()
    }
}
