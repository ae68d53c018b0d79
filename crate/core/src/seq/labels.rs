//! Label tables: an id, and what is known about it.
//!
//! ```text
//! id,family,species          the first row names the columns, the first column holds the ids
//! P69905,globin,human        separated by tabs, commas or semicolons, whichever the first row has
//! P68871,globin,
//! ```

use std::collections::HashMap;

use super::{
    ForeignFormat, SeqError, SeqProblem,
    diagnostics::{Diagnostics, located},
    format,
};
use crate::{
    error::Notice,
    limits::{LABEL_COLUMNS, LABEL_FILE_BYTES, RECORDS},
};

/// A table of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelTable {
    /// Names of the columns after the id, all different.
    pub columns: Vec<String>,
    /// Id and one value per column, in file order, each id once; an absent value is empty.
    pub rows: Vec<(String, Vec<String>)>,
    /// What was changed or is odd, in file order.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
}

/// Reads a label table: TSV or CSV, in UTF-8, with or without a byte-order mark.
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
/// `labels.no_rows`, `labels.too_big`, `labels.too_wide`.
pub fn read_labels(bytes: &[u8], file: Option<&str>) -> Result<LabelTable, SeqError> {
    read(bytes, file).map_err(|error| error.in_file(file))
}

fn read(bytes: &[u8], file: Option<&str>) -> Result<LabelTable, SeqError> {
    if bytes.len() > LABEL_FILE_BYTES {
        return Err(SeqError::new(SeqProblem::LabelsTooBig));
    }
    let (text, bad) = text_of(bytes)?;
    let first =
        text.lines().find(|line| !line.trim().is_empty()).ok_or(SeqError::new(SeqProblem::LabelsEmpty))?;
    if first.starts_with('>') {
        return Err(SeqError::new(SeqProblem::LabelsFasta));
    }
    let delimiter = delimiter(first).ok_or(SeqError::new(SeqProblem::LabelsOneColumn))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        // In TSV a quotation mark is a letter like any other, such as in 5"; see `unquoted`.
        .quoting(delimiter != b'\t')
        .trim(csv::Trim::All)
        .has_headers(false)
        .from_reader(text.as_bytes());

    let mut table =
        Table { file, notices: Diagnostics::default(), seen: HashMap::new(), labels: LabelTable::default() };
    if let Some(line) = bad {
        let message = "bytes that are not text are shown as �".to_owned();
        table.warn("labels.not_utf8", message, "save the table as UTF-8", line, None);
    }
    let mut row = csv::StringRecord::new();
    let mut named = false;
    let mut last = 1;
    // Reading text that is in memory and valid UTF-8, with rows of any length, cannot fail.
    while reader.read_record(&mut row).unwrap_or(false) {
        let line = row.position().map_or(last, |position| line_of(position, &text));
        last = line;
        let cells = row.iter().map(|cell| if delimiter == b'\t' { unquoted(cell) } else { cell });
        if row.iter().all(str::is_empty) {
            continue;
        }
        if named {
            table.add_row(cells, line)?;
        } else {
            table.name_columns(cells, line)?;
            named = true;
        }
    }
    if delimiter != b'\t' && memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 1 {
        let message = "a quotation mark is never closed: rows after it may be part of one cell".to_owned();
        table.warn("labels.unclosed_quote", message, "close it, or write it twice", last, None);
    }
    if table.labels.rows.is_empty() {
        return Err(SeqError::new(SeqProblem::LabelsNoRows));
    }
    (table.labels.warnings, table.labels.warnings_omitted) = table.notices.finish();
    Ok(table.labels)
}

/// The bytes as text, and the line of the first byte that is not UTF-8. CR line ends become LF.
fn text_of(bytes: &[u8]) -> Result<(String, Option<u64>), SeqError> {
    match format::check(bytes.get(..4096).unwrap_or(bytes)) {
        Err(format) if !may_be_a_table(format) => {
            return Err(SeqError::new(SeqProblem::LabelsFormat(format)));
        }
        _ => {}
    }
    let bad = std::str::from_utf8(bytes).err().map(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        (memchr::memchr_iter(b'\n', good).count() as u64).saturating_add(1)
    });
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok((if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") }, bad))
}

/// Formats that are known by a first word, which may also be the name of a column.
fn may_be_a_table(format: ForeignFormat) -> bool {
    use ForeignFormat::{Alignment, Embl, Genbank, Gff, Sam, Structure, Table, Vcf};
    matches!(format, Alignment | Embl | Genbank | Gff | Sam | Structure | Table | Vcf)
}

/// The line of a row: the reader gives the first of the empty lines before it.
fn line_of(position: &csv::Position, text: &str) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|start| text.as_bytes().get(start..));
    let empty = rest.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line().saturating_add(empty.filter(|byte| **byte == b'\n').count() as u64)
}

/// What separates the cells of the first row.
fn delimiter(first: &str) -> Option<u8> {
    [b'\t', b',', b';'].into_iter().find(|byte| first.trim().as_bytes().contains(byte))
}

/// A TSV cell without the quotation marks that spreadsheets put around it.
fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

/// A table as it grows.
struct Table<'a> {
    file: Option<&'a str>,
    notices: Diagnostics,
    /// Line of each id.
    seen: HashMap<String, u64>,
    labels: LabelTable,
}

impl Table<'_> {
    fn name_columns<'c>(&mut self, cells: impl Iterator<Item = &'c str>, line: u64) -> Result<(), SeqError> {
        for (number, cell) in (2_usize..).zip(cells.skip(1)) {
            if self.labels.columns.len() >= LABEL_COLUMNS {
                return Err(SeqError::new(SeqProblem::LabelsTooWide).on_line(line));
            }
            let mut name = if cell.is_empty() { format!("column {number}") } else { cell.to_owned() };
            if self.labels.columns.contains(&name) {
                let old = name.clone();
                // The number of the column may itself be taken, but not by more columns than there are.
                while self.labels.columns.contains(&name) {
                    name = format!("{name} ({number})");
                }
                let message = format!("two columns are named `{old}`: one was renamed to `{name}`");
                self.warn("labels.duplicate_column", message, "give each column its own name", line, None);
            }
            self.labels.columns.push(name);
        }
        Ok(())
    }

    fn add_row<'c>(&mut self, mut cells: impl Iterator<Item = &'c str>, line: u64) -> Result<(), SeqError> {
        let id = cells.next().unwrap_or_default();
        if id.is_empty() {
            let message = "the row has no id and was left out".to_owned();
            self.warn("labels.no_id", message, "write the id into the first column", line, None);
            return Ok(());
        }
        if let Some(first) = self.seen.get(id) {
            let message = format!("the id has a row already in line {first}: this one was left out");
            self.warn("labels.duplicate_id", message, "remove one of the rows", line, Some(id));
            return Ok(());
        }
        if self.labels.rows.len() >= RECORDS {
            return Err(SeqError::new(SeqProblem::LabelsTooBig).on_line(line));
        }
        let wanted = self.labels.columns.len();
        let mut values: Vec<String> = cells.by_ref().take(wanted).map(str::to_owned).collect();
        let over = cells.count();
        if over > 0 || values.len() < wanted {
            let found = values.len().saturating_add(over);
            let message = format!("the row has {found} values and the table {wanted} columns");
            self.warn(
                "labels.ragged_row",
                message,
                "absent values are empty, others left out",
                line,
                Some(id),
            );
        }
        values.resize(wanted, String::new());
        self.seen.insert(id.to_owned(), line);
        self.labels.rows.push((id.to_owned(), values));
        Ok(())
    }

    fn warn(&mut self, code: &'static str, message: String, hint: &str, line: u64, id: Option<&str>) {
        let at = || located(self.file, line, id);
        self.notices.add(code, || Notice { code: code.to_owned(), message, at: at(), hint: hint.to_owned() });
    }
}

#[cfg(test)]
mod tests;
