//! Label tables: an id, and what is known about it.
//!
//! ```text
//! id,family,species          the first row may name the columns, a column holds the ids
//! P69905,globin,human        separated by tabs, commas, semicolons, bars or blanks
//! P68871,globin,NA           NA, nan, NULL, -, . and nothing are missing
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `layout` | which row names the columns, which column holds the ids, what is missing |
//! | `matching` | rows of an embedding → rows of the table |

mod layout;
mod matching;

pub use layout::{LabelIds, LabelLayout};
pub use matching::LabelMatch;

use super::{
    ForeignFormat, SeqError, SeqProblem,
    diagnostics::{Diagnostics, located},
    format,
};
use crate::{
    delimited::{Rows, Unreadable, text_of, unpacked},
    error::Notice,
    limits::{LABEL_COLUMNS, LABEL_FILE_BYTES, RECORDS},
};
use layout::RawRow;
use std::io::{self, Read};

/// Bytes by which other formats are recognised.
const HEAD_BYTES: u64 = 4096;

/// A table of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTable {
    /// Names of the columns without that of the ids, all different.
    pub columns: Vec<String>,
    /// Id and one value per column, in file order, each id once; an absent or missing value is empty. Without a
    /// column of ids the id is the number of the row, from 1.
    pub rows: Vec<(String, Vec<String>)>,
    /// What was decided about the table.
    pub layout: LabelLayout,
    /// What was changed or is odd, in file order.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
}

/// Reads a label table as text, packed with gzip or not, in UTF-8, UTF-16 or Windows-1252.
///
/// ```
/// let labels = crossgrain_core::seq::read_labels(b"id\tfamily\nP69905\tglobin\n", None)?;
/// assert_eq!(labels.columns, ["family"]);
/// assert_eq!(labels.rows, [("P69905".to_owned(), vec!["globin".to_owned()])]);
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
///
/// # Errors
///
/// `labels.empty_file`, `labels.fasta`, `labels.not_a_table`, `labels.one_column`,
/// `labels.no_rows`, `labels.too_big`, `labels.too_wide`, `gzip.damaged`, `gzip.truncated`.
pub fn read_labels(bytes: &[u8], file: Option<&str>) -> Result<LabelTable, SeqError> {
    read_labels_with(bytes, file, None)
}

/// Reads a label table in which these words stand for a missing value, instead of `NA`, `nan`, `NULL`, `-` and others.
///
/// # Errors
///
/// Those of [`read_labels`].
pub fn read_labels_with(
    bytes: &[u8],
    file: Option<&str>,
    missing: Option<&[String]>,
) -> Result<LabelTable, SeqError> {
    read(bytes, file, missing).map_err(|error| error.in_file(file))
}

fn read(bytes: &[u8], file: Option<&str>, missing: Option<&[String]>) -> Result<LabelTable, SeqError> {
    if bytes.len() > LABEL_FILE_BYTES {
        return Err(SeqError::new(SeqProblem::LabelsTooBig));
    }
    check_format(bytes)?;
    let mut rows = Rows::open(bytes, LABEL_FILE_BYTES as u64).map_err(|error| refused(&error))?;
    if rows.empty {
        return Err(SeqError::new(SeqProblem::LabelsEmpty));
    }
    let mut notices = Notices { file, list: Diagnostics::default() };
    let (mut raw, mut bad, mut open): (Vec<RawRow>, bool, bool) = (Vec::new(), false, false);
    let quoting = rows.dialect.quoting;
    while let Some((line, record)) = rows.next().map_err(|error| refused(&error))? {
        let mut cells = Vec::with_capacity(record.len());
        for cell in record {
            let (text, not_utf8) = text_of(cell);
            if not_utf8 && !std::mem::replace(&mut bad, true) {
                let message =
                    "the table is not UTF-8: other bytes are read as Windows-1252 (Latin-1)".to_owned();
                notices.warn("labels.not_utf8", message, "save the table as UTF-8", line, None);
            }
            let text = text.trim();
            cells.push(if quoting { text } else { unquoted(text) }.to_owned());
        }
        if raw.is_empty() && cells.first().is_some_and(|cell| cell.starts_with('>')) {
            return Err(SeqError::new(SeqProblem::LabelsFasta));
        }
        if cells.len() > LABEL_COLUMNS.saturating_add(1) && raw.is_empty() {
            return Err(SeqError::new(SeqProblem::LabelsTooWide).on_line(line));
        }
        // The last row has a header before it.
        if raw.len() > RECORDS {
            return Err(SeqError::new(SeqProblem::LabelsTooBig).on_line(line));
        }
        open = quoting && record.iter().next_back().is_some_and(|cell| cell.ends_with(b"\n"));
        raw.push(RawRow { line, cells });
    }
    let last = raw.last().map_or(1, |row| row.line);
    let mut labels = layout::table_of(raw, &rows.dialect, missing, &mut notices)?;
    if open {
        let message = "a quotation mark is never closed: rows after it may be part of one cell".to_owned();
        notices.warn("labels.unclosed_quote", message, "close it, or write it twice", last, None);
    }
    (labels.warnings, labels.warnings_omitted) = notices.list.finish();
    Ok(labels)
}

/// A cell without the quotation marks around it, where marks are letters like any other, such as in 5".
fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

/// Refuses other formats by name.
fn check_format(bytes: &[u8]) -> Result<(), SeqError> {
    let mut head = Vec::new();
    let source = unpacked(bytes, LABEL_FILE_BYTES as u64).map_err(|error| refused(&error))?;
    source.take(HEAD_BYTES).read_to_end(&mut head).map_err(|error| refused(&error))?;
    match format::check(&head) {
        Err(format) if !may_be_a_table(format) => Err(SeqError::new(SeqProblem::LabelsFormat(format))),
        _ => Ok(()),
    }
}

/// Formats that are known by a first word, which may also be the name of a column, and UTF-16, which is read.
fn may_be_a_table(format: ForeignFormat) -> bool {
    use ForeignFormat::{Alignment, Embl, Genbank, Gff, Sam, Structure, Table, Utf16, Vcf};
    matches!(format, Alignment | Embl | Genbank | Gff | Sam | Structure | Table | Utf16 | Vcf)
}

fn refused(error: &io::Error) -> SeqError {
    SeqError::new(match Unreadable::of(error) {
        Some(Unreadable::GzipTruncated) => SeqProblem::GzipTruncated,
        Some(Unreadable::GzipDamaged) => SeqProblem::GzipDamaged,
        Some(Unreadable::TooLarge) => SeqProblem::LabelsTooBig,
        Some(Unreadable::Foreign(name)) => SeqProblem::LabelsForeign(name),
        // The bytes are in memory: nothing else can fail.
        None => SeqProblem::LabelsFormat(ForeignFormat::Binary),
    })
}

/// Warnings as they come.
pub(super) struct Notices<'a> {
    file: Option<&'a str>,
    list: Diagnostics,
}

impl Notices<'_> {
    fn warn(&mut self, code: &'static str, message: String, hint: &str, line: u64, id: Option<&str>) {
        let at = || located(self.file, line, id);
        self.list.add(code, || Notice { code: code.to_owned(), message, at: at(), hint: hint.to_owned() });
    }
}

#[cfg(test)]
mod tests;
