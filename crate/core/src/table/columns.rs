//! Which columns of a table of numbers hold what: ids, numbers, the numbers of rows.

use crate::delimited::{
    Dialect, decimal_comma, finite, is_id_head, is_index_head, is_missing, shape, text_of,
};
use csv::ByteRecord;

/// The columns of a table, by their places.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NumberColumns {
    /// The names of the columns, if the first row has them.
    pub header: Option<Vec<String>>,
    /// Cells of a row.
    pub width: usize,
    /// The ids.
    pub id: Option<usize>,
    /// A column that only counts the rows and is left out.
    pub index: Option<usize>,
    /// The numbers.
    pub numbers: Vec<usize>,
    /// Numbers may have a decimal comma.
    pub decimal_commas: bool,
}

impl NumberColumns {
    /// The columns, as the first rows show them; `None` without a column of numbers.
    pub fn of(dialect: &Dialect, sample: &[(u64, ByteRecord)]) -> Option<Self> {
        let rows: Vec<Vec<String>> = sample
            .iter()
            .map(|(_, record)| record.iter().map(|cell| text_of(cell).0.trim().to_owned()).collect())
            .collect();
        let (first, below) = rows.split_first()?;
        let header = (dialect.short_head || names_columns(first, below)).then(|| {
            let mut cells = first.clone();
            if dialect.short_head {
                cells.insert(0, String::new());
            }
            cells
        });
        let body = if header.is_some() { below } else { &rows[..] };
        let cells = header.as_ref().map_or(dialect.cells, Vec::len);
        let used = |at: usize| {
            let filled = |cells: &Vec<String>| cells.get(at).is_some_and(|cell| !cell.is_empty());
            header.as_ref().is_some_and(filled) || body.iter().any(filled)
        };
        let width = (1..=cells).rev().find(|width| used(width.saturating_sub(1)))?;
        let (index, id) = names(header.as_deref(), body, width, dialect.short_head);
        let numbers: Vec<usize> = (0..width).filter(|at| Some(*at) != id && Some(*at) != index).collect();
        let points = body.iter().flatten().any(|cell| cell.contains('.') && finite(cell).is_some());
        let found = Self { header, width, id, index, decimal_commas: !points, numbers };
        (!found.numbers.is_empty()).then_some(found)
    }

    /// The name of a column, or its number from 1.
    pub fn name(&self, at: usize) -> String {
        let named = self.header.as_ref().and_then(|header| header.get(at)).filter(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| at.saturating_add(1).to_string())
    }

    /// Separator, header, ids and shape, in one line.
    pub fn describe(&self, dialect: &Dialect, (rows, cols): (usize, usize)) -> String {
        let mut parts = vec![dialect.separator.to_string()];
        if dialect.skipped_lines > 0 {
            let lines = if dialect.skipped_lines == 1 { "line" } else { "lines" };
            parts.push(format!("{} {lines} above the table left out", dialect.skipped_lines));
        }
        let header = if self.header.is_some() { "the first row names the columns" } else { "no header" };
        parts.push(header.to_owned());
        parts.push(match self.id {
            Some(at) => format!("ids in column {}", at.saturating_add(1)),
            None => "no ids: rows go by their order".to_owned(),
        });
        if let Some(at) = self.index {
            parts.push(format!("column {} only counts the rows", at.saturating_add(1)));
        }
        parts.push(format!("{rows} rows of {cols} numbers"));
        parts.join(", ")
    }
}

fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok() || decimal_comma(cell).is_some()
}

fn cell(row: &[String], at: usize) -> &str {
    row.get(at).map_or("", String::as_str)
}

/// Whether the first row names the columns.
fn names_columns(first: &[String], below: &[Vec<String>]) -> bool {
    let word = |at: usize| !is_number(cell(first, at)) && !is_missing(cell(first, at));
    if below.is_empty() {
        return (1..first.len()).any(word) || (first.len() == 1 && word(0));
    }
    let numbers = |at: usize| {
        let mut cells = below.iter().map(|row| cell(row, at)).filter(|cell| !is_missing(cell)).peekable();
        cells.peek().is_some() && cells.all(is_number)
    };
    if (0..first.len()).any(|at| word(at) && numbers(at)) {
        return true;
    }
    // The first of the names may be a word by itself: `id,101,102`.
    let own = cell(first, 0);
    if is_id_head(own) || (own.is_empty() && first.len() > 1) || (1..first.len()).any(word) {
        return true;
    }
    // pandas calls columns 0, 1, 2, … if they have no names.
    let skip = usize::from(!is_number(own));
    let mut heads = first.iter().skip(skip).map(|head| head.parse::<u64>().ok());
    let Some(start) = heads.next().flatten().filter(|start| *start <= 1) else { return false };
    let counts = heads.zip(start.saturating_add(1)..).all(|(head, number)| head == Some(number));
    let fractions = below.iter().flat_map(|row| row.iter().skip(skip)).any(|cell| is_fraction(cell));
    counts && first.len() > skip.saturating_add(1) && fractions
}

fn is_fraction(cell: &str) -> bool {
    decimal_comma(cell).is_some() || finite(cell).is_some_and(|number| number.fract() != 0.0)
}

/// The column that only counts the rows, and the column of ids.
fn names(
    header: Option<&[String]>,
    body: &[Vec<String>],
    width: usize,
    short_head: bool,
) -> (Option<usize>, Option<usize>) {
    let is_word = |cell: &str| !is_number(cell) && !is_missing(cell);
    let words = |at: usize| body.iter().any(|row| is_word(cell(row, at)));
    let head = header.map_or("", |header| cell(header, 0));
    if width < 2 {
        return (None, (header.is_some() && (is_id_head(head) || words(0))).then_some(0));
    }
    let counts = counts_rows(body);
    let fractions = || body.iter().flat_map(|row| row.iter().skip(1)).any(|cell| is_fraction(cell));
    let first_is_id = match header {
        None => words(0) || (counts && width > 2 && fractions()),
        Some(header) => {
            let other = shape(head) != shape(cell(header, 1));
            short_head
                || head.is_empty()
                || is_id_head(head)
                || words(0)
                || body.is_empty()
                || (counts && is_index_head(head))
                || (counts && other && width > 2 && fractions())
        }
    };
    let nameless = header.is_some_and(|_| short_head || is_index_head(head));
    if nameless && counts && width > 2 && body.iter().all(|row| !is_number(cell(row, 1))) {
        return (Some(0), Some(1));
    }
    (None, first_is_id.then_some(0))
}

/// Whether the first cells are 0, 1, 2, … or 1, 2, 3, …, in at least two rows.
fn counts_rows(body: &[Vec<String>]) -> bool {
    let mut numbers = body.iter().map(|row| cell(row, 0).parse::<u64>().ok());
    let Some(start) = numbers.next().flatten().filter(|start| *start <= 1) else { return false };
    body.len() > 1 && numbers.zip(start.saturating_add(1)..).all(|(found, number)| found == Some(number))
}
