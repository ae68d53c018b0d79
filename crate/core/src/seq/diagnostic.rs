//! Diagnostics of one FASTA record: one variant per code.

use super::{SequenceKind, diagnostics::visible, letter::Dots};
use crate::{
    error::{Notice, Where},
    limits::{DESCRIPTION_BYTES, LETTERS_PER_RECORD, LINE_BYTES, NAME_BYTES},
};

/// Something odd in a record, before the kind of the file is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Diagnostic {
    NoId,
    LongName,
    LongDescription,
    HeaderBytes,
    Comment,
    LowerCase,
    Digits,
    Gaps,
    /// A `*` with residues behind it.
    InnerStop,
    /// A `*` with none behind it.
    EndStop,
    /// A `.` with residues behind it: a stop or a gap.
    InnerDot,
    /// A `.` with none behind it: a stop or a gap.
    EndDot,
    /// A row that HH-suite adds to an alignment.
    AnnotationRow,
    NotNucleotide(u8),
    BadByte(u8),
    HeaderInLine,
    LineTooLong,
    RecordTooLong,
    Empty,
}

/// What a diagnostic means for its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// The record cannot be used.
    Refusal,
    /// The record is used, with a warning.
    Warning,
    /// It is ignored in this kind of file.
    None,
}

impl Diagnostic {
    /// What the diagnostic means in a file of this kind.
    pub(super) fn severity(self, kind: SequenceKind) -> Severity {
        match (self, kind) {
            (Self::BadByte(_) | Self::HeaderInLine | Self::LineTooLong, _)
            | (Self::RecordTooLong | Self::Empty | Self::AnnotationRow, _)
            | (Self::NotNucleotide(_), SequenceKind::Dna) => Severity::Refusal,
            (Self::NotNucleotide(_), SequenceKind::Protein)
            | (Self::LowerCase | Self::InnerStop | Self::EndStop, SequenceKind::Dna) => Severity::None,
            _ => Severity::Warning,
        }
    }

    /// Stable code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::NoId => "fasta.no_id",
            Self::LongName => "fasta.long_name",
            Self::LongDescription => "fasta.long_description",
            Self::HeaderBytes => "fasta.header_bytes",
            Self::Comment => "fasta.comment",
            Self::LowerCase => "fasta.lower_case",
            Self::Digits => "fasta.digits",
            Self::Gaps => "fasta.gaps",
            Self::InnerStop | Self::InnerDot => "fasta.inner_stop",
            Self::EndStop | Self::EndDot => "fasta.end_stop",
            Self::AnnotationRow => "fasta.annotation_row",
            Self::NotNucleotide(_) => "fasta.not_nucleotide",
            Self::BadByte(_) => "fasta.bad_byte",
            Self::HeaderInLine => "fasta.header_in_line",
            Self::LineTooLong => "fasta.line_too_long",
            Self::RecordTooLong => "fasta.record_too_long",
            Self::Empty => "fasta.empty_record",
        }
    }

    /// The diagnostic of a `.` once it is known what it means, of any other itself.
    pub(super) fn with(self, dots: Dots) -> Self {
        match (self, dots) {
            (Self::InnerDot, Dots::Stops) => Self::InnerStop,
            (Self::EndDot, Dots::Stops) => Self::EndStop,
            (Self::InnerDot | Self::EndDot, Dots::Gaps) => Self::Gaps,
            _ => self,
        }
    }

    /// The diagnostic as a notice.
    pub(super) fn notice(self, at: Where) -> Notice {
        Notice { code: self.code().to_owned(), message: self.message(), at, hint: self.hint().to_owned() }
    }

    fn message(self) -> String {
        match self {
            Self::NoId => "the header has no name, so the record was given one".to_owned(),
            Self::LongName => format!("the name was cut to {NAME_BYTES} bytes"),
            Self::LongDescription => format!("the description was cut to {DESCRIPTION_BYTES} bytes"),
            Self::HeaderBytes => "bytes of the header that are not text are shown as �".to_owned(),
            Self::Comment => {
                "lines that begin with `;` or `#` were taken for comments and left out".to_owned()
            }
            Self::LowerCase => "lower-case letters were read as upper case".to_owned(),
            Self::Digits => "digits were left out".to_owned(),
            Self::Gaps => "gaps (`-` or `.`) were left out".to_owned(),
            Self::InnerStop | Self::InnerDot => {
                "stops inside the sequence were read as unknown residues (`X`)".to_owned()
            }
            Self::EndStop | Self::EndDot => "the stop at the end was left out".to_owned(),
            Self::AnnotationRow => {
                "HH-suite's prediction for the alignment, not a sequence: the row is left out".to_owned()
            }
            Self::NotNucleotide(byte) => format!("`{}` is not a nucleotide letter", visible(byte)),
            Self::BadByte(byte) => format!("`{}` cannot be part of a sequence", visible(byte)),
            Self::HeaderInLine => "`>` inside a line: two records have run together".to_owned(),
            Self::LineTooLong => format!("the line has more than {LINE_BYTES} bytes"),
            Self::RecordTooLong => format!("the sequence has more than {LETTERS_PER_RECORD} letters"),
            Self::Empty => "the record has no letters".to_owned(),
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::NoId => "write a name directly after the `>`",
            Self::LongName | Self::LongDescription => "shorten the header if the rest matters",
            Self::HeaderBytes => "save the file as UTF-8",
            Self::Comment | Self::LowerCase | Self::Digits => "nothing to do if that is what you meant",
            Self::Gaps => {
                "an alignment is read as its unaligned sequences; where `.` repeats the first row, export its letters"
            }
            Self::InnerStop | Self::InnerDot => "check the reading frame if you did not expect stops",
            Self::EndStop | Self::EndDot | Self::AnnotationRow => "nothing to do",
            Self::NotNucleotide(_) => "correct the letter, or read the file as protein",
            Self::BadByte(b'<') => "only the word `<mask>` may stand in angle brackets",
            Self::BadByte(b'_' | b'#' | b'+') => {
                "where it stands for a stop, write `*`; else correct or remove it"
            }
            Self::BadByte(0) => "the file may be damaged, or saved as UTF-16; save it as UTF-8",
            Self::BadByte(_) => "sequences hold letters, `*`, gaps and `<mask>`; correct or remove the byte",
            Self::HeaderInLine => "put the `>` at the beginning of a line",
            Self::LineTooLong => "wrap the sequence into shorter lines",
            Self::RecordTooLong => "cut the sequence into parts",
            Self::Empty => "add the sequence below the header, or remove the header",
        }
    }
}
