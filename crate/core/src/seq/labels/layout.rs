//! What the rows of a label table are: the header, the ids, missing values, decimal commas.

use super::{LabelTable, Notices, SeqError, SeqProblem};
use crate::delimited::{
    Dialect, Separator, decimal_comma, finite, has_header, is_id_head, is_index_head, is_missing, shape,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Rows that are looked at for a header.
const LOOKED_AT: usize = 2000;
/// Share of the cells of a column that must look alike for it to hold names.
const ALIKE: f64 = 0.8;

/// A row of the file with its line.
pub(super) struct RawRow {
    pub line: u64,
    pub cells: Vec<String>,
}

/// Where the ids of a table are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LabelIds {
    /// In a column: its number in the file, from 1, and its head.
    Column(usize, String),
    /// Nowhere: rows go by their order.
    #[default]
    Order,
}

/// What was decided about a label table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelLayout {
    /// How cells are separated, such as `separated by commas`.
    pub separator: String,
    /// The cells of the first row, in the order id, columns, if it names the columns.
    pub header: Option<Vec<String>>,
    /// Lines above the first row that were left out: comments, titles, `sep=`.
    pub lines_above: u64,
    /// Where the ids are.
    pub ids: LabelIds,
    /// Number of the column that only counts the rows and was left out, from 1.
    pub index: Option<usize>,
    /// Columns whose numbers have a decimal comma.
    pub decimal_commas: Vec<String>,
    /// Missing values of each column, rows that are too short included.
    pub missing: Vec<usize>,
    /// The words that stand for them.
    pub missing_words: Vec<String>,
}

impl LabelLayout {
    /// Separator, header, ids and what was left out, in one line.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut parts = vec![self.separator.clone()];
        if self.lines_above > 0 {
            let lines = if self.lines_above == 1 { "line" } else { "lines" };
            parts.push(format!("{} {lines} above the table left out", self.lines_above));
        }
        parts.push(
            if self.header.is_some() { "the first row names the columns" } else { "no header" }.to_owned(),
        );
        parts.push(match &self.ids {
            LabelIds::Column(number, head) if head.is_empty() => format!("ids in column {number}"),
            LabelIds::Column(number, head) => format!("ids in column {number} ({head})"),
            LabelIds::Order => "no ids: labels go by the order of the rows".to_owned(),
        });
        if let Some(number) = self.index {
            parts.push(format!("column {number} only counts the rows"));
        }
        if !self.decimal_commas.is_empty() {
            parts.push(format!("decimal commas in {}", self.decimal_commas.join(", ")));
        }
        if !self.missing_words.is_empty() {
            let words: Vec<String> = self.missing_words.iter().map(|word| format!("`{word}`")).collect();
            parts.push(format!("missing: empty cells and {}", words.join(", ")));
        }
        parts.join(", ")
    }
}

/// Makes the table of the rows of a file.
pub(super) fn table_of(
    mut raw: Vec<RawRow>,
    dialect: &Dialect,
    missing: Option<&[String]>,
    notices: &mut Notices,
) -> Result<LabelTable, SeqError> {
    let Some(first) = raw.first() else { return Err(SeqError::new(SeqProblem::LabelsEmpty)) };
    let line = first.line;
    let one_column = dialect.separator == Separator::None;
    if one_column && is_id_head(first.cells.first().map_or("", String::as_str)) {
        return Err(SeqError::new(SeqProblem::LabelsOneColumn));
    }
    let header = (!one_column && (dialect.short_head || names_columns(&raw))).then(|| {
        let mut cells = raw.remove(0).cells;
        if dialect.short_head {
            cells.insert(0, String::new());
        }
        cells
    });
    let width = header.as_ref().map_or(dialect.cells, Vec::len).max(1);
    if raw.is_empty() {
        return Err(SeqError::new(SeqProblem::LabelsNoRows));
    }
    let width = without_empty_columns(width, header.as_deref(), &raw);
    let found = columns_of(width, header.as_deref(), &raw, one_column);
    let mut labels = LabelTable::default();
    name_columns(&mut labels, &found, header.as_deref(), line, notices);
    add_rows(&mut labels, &found, width, raw, notices);
    if labels.rows.is_empty() {
        return Err(SeqError::new(SeqProblem::LabelsNoRows));
    }
    let head = |at: &usize| header.as_ref().and_then(|cells| cells.get(*at)).cloned().unwrap_or_default();
    let missing_words = mark_missing(&mut labels, missing);
    labels.layout = LabelLayout {
        separator: dialect.separator.to_string(),
        header: header.as_ref().map(|_| found.id.iter().chain(&found.labels).map(head).collect()),
        lines_above: dialect.skipped_lines,
        ids: found.id.map_or(LabelIds::Order, |at| LabelIds::Column(at.saturating_add(1), head(&at))),
        index: found.index.map(|at| at.saturating_add(1)),
        decimal_commas: commas_to_points(&mut labels),
        missing: labels.columns.iter().enumerate().map(|(at, _)| missing_in(&labels, at)).collect(),
        missing_words,
    };
    Ok(labels)
}

fn names_columns(raw: &[RawRow]) -> bool {
    let rows: Vec<&[String]> = raw.iter().skip(1).take(LOOKED_AT).map(|row| row.cells.as_slice()).collect();
    raw.first().is_some_and(|first| has_header(&first.cells, &rows))
}

/// The width without columns at the end that have no head and no values, as spreadsheets leave them.
fn without_empty_columns(width: usize, header: Option<&[String]>, raw: &[RawRow]) -> usize {
    let filled = |cells: &[String], at: usize| cells.get(at).is_some_and(|cell| !cell.is_empty());
    let used = |at: usize| {
        header.is_some_and(|cells| filled(cells, at)) || raw.iter().any(|row| filled(&row.cells, at))
    };
    (1..=width).rev().find(|width| used(width.saturating_sub(1))).unwrap_or(1)
}

/// What the columns are, by their places in a row.
struct Columns {
    /// The ids; `None` if rows go by their order.
    id: Option<usize>,
    /// A column that only counts the rows.
    index: Option<usize>,
    labels: Vec<usize>,
}

fn columns_of(width: usize, header: Option<&[String]>, raw: &[RawRow], one_column: bool) -> Columns {
    let head = |at: usize| header.and_then(|cells| cells.get(at)).map_or("", String::as_str);
    let cells =
        |at: usize| raw.iter().filter_map(move |row| row.cells.get(at)).filter(|cell| !cell.is_empty());
    let distinct = |at: usize| cells(at).collect::<HashSet<_>>().len();
    let unique = |at: usize| distinct(at) == cells(at).count() && cells(at).next().is_some();
    let all = |index: Option<usize>, id: Option<usize>| Columns {
        id,
        index,
        labels: (0..width).filter(|at| Some(*at) != id && Some(*at) != index).collect(),
    };
    if one_column {
        return all(None, None);
    }
    let other = (1..width).find(|&at| is_id_head(head(at)) && unique(at));
    if header.is_some() && is_index_head(head(0)) && counts_rows(cells(0)) {
        // pandas and R write the numbers of rows first; the ids may stand beside them.
        let named = other.or_else(|| Some(1).filter(|_| width > 2 && unique(1) && look_alike(cells(1))));
        if named.is_some() {
            return all(Some(0), named);
        }
    }
    if header.is_some() && !is_id_head(head(0)) && !unique(0) {
        if other.is_some() {
            return all(None, other);
        }
        if !is_index_head(head(0)) && distinct(0).saturating_mul(2) <= raw.len() {
            return all(None, None);
        }
    }
    all(None, Some(0))
}

/// Whether cells are 0, 1, 2, … or 1, 2, 3, ….
fn counts_rows<'a>(mut cells: impl Iterator<Item = &'a String>) -> bool {
    let first = cells.next().and_then(|cell| cell.parse::<u64>().ok());
    let Some(first) = first.filter(|first| *first <= 1) else { return false };
    cells.zip(first.saturating_add(1)..).all(|(cell, number)| *cell == number.to_string())
}

/// Whether cells look like names: words with a digit and of the same shape.
fn look_alike<'a>(cells: impl Iterator<Item = &'a String>) -> bool {
    let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = 0_usize;
    for cell in cells {
        if finite(cell).is_some() {
            return false;
        }
        count = count.saturating_add(1);
        let number = shapes.entry(shape(cell)).or_default();
        *number = number.saturating_add(1);
    }
    let most = shapes.iter().max_by_key(|(_, number)| **number);
    most.is_some_and(|(shape, number)| shape.contains('9') && *number as f64 >= ALIKE * count as f64)
}

fn name_columns(
    labels: &mut LabelTable,
    found: &Columns,
    header: Option<&[String]>,
    line: u64,
    notices: &mut Notices,
) {
    for &at in &found.labels {
        let number = at.saturating_add(1);
        let cell = header.and_then(|cells| cells.get(at)).map_or("", String::as_str);
        let mut name = if cell.is_empty() { format!("column {number}") } else { cell.to_owned() };
        if labels.columns.contains(&name) {
            let old = name.clone();
            // The number of the column may itself be taken, but not by more columns than there are.
            while labels.columns.contains(&name) {
                name = format!("{name} ({number})");
            }
            let message = format!("two columns are named `{old}`: one was renamed to `{name}`");
            notices.warn("labels.duplicate_column", message, "give each column its own name", line, None);
        }
        labels.columns.push(name);
    }
}

fn add_rows(labels: &mut LabelTable, found: &Columns, width: usize, raw: Vec<RawRow>, notices: &mut Notices) {
    let mut seen: HashMap<String, u64> = HashMap::new();
    for (number, RawRow { line, mut cells }) in (1_usize..).zip(raw) {
        let id = match found.id {
            Some(at) => cells.get(at).cloned().unwrap_or_default(),
            None => number.to_string(),
        };
        if id.is_empty() {
            let message = "the row has no id and was left out".to_owned();
            notices.warn("labels.no_id", message, "write the id into the column of ids", line, None);
            continue;
        }
        if let Some(first) = seen.get(&id) {
            let message = format!("the id has a row already in line {first}: this one was left out");
            notices.warn("labels.duplicate_id", message, "remove one of the rows", line, Some(&id));
            continue;
        }
        let over = cells.len() > width && cells.iter().skip(width).any(|cell| !cell.is_empty());
        if over || cells.len() < width {
            let besides = usize::from(found.id.is_some());
            let (found, wanted) = (cells.len().saturating_sub(besides), width.saturating_sub(besides));
            let message = format!("the row has {found} values and the table {wanted} columns");
            let hint = "absent values are empty, others left out";
            notices.warn("labels.ragged_row", message, hint, line, Some(&id));
        }
        let mut value = |at: &usize| cells.get_mut(*at).map(std::mem::take).unwrap_or_default();
        let values = found.labels.iter().map(&mut value).collect();
        seen.insert(id.clone(), line);
        labels.rows.push((id, values));
    }
}

/// Empties the values that stand for nothing; the words that did so.
fn mark_missing(labels: &mut LabelTable, words: Option<&[String]>) -> Vec<String> {
    let mut used = HashSet::new();
    for at in 0..labels.columns.len() {
        // Beside + a - is a sign, as of strands and charges.
        let sign = labels.rows.iter().any(|(_, values)| values.get(at).is_some_and(|value| value == "+"));
        for (_, values) in &mut labels.rows {
            let Some(value) = values.get_mut(at) else { continue };
            let is = match words {
                Some(words) => words.contains(value),
                None => is_missing(value) && !(sign && value == "-"),
            };
            if is && !value.is_empty() {
                used.insert(std::mem::take(value));
            }
        }
    }
    let mut used: Vec<String> = used.into_iter().collect();
    used.sort_unstable();
    used
}

fn missing_in(labels: &LabelTable, at: usize) -> usize {
    labels.rows.iter().filter(|(_, values)| values.get(at).is_none_or(String::is_empty)).count()
}

/// Writes decimal commas as points in columns of numbers; the names of these columns.
fn commas_to_points(labels: &mut LabelTable) -> Vec<String> {
    let mut found = Vec::new();
    for (at, name) in labels.columns.iter().enumerate() {
        let values =
            || labels.rows.iter().filter_map(|(_, values)| values.get(at)).filter(|value| !value.is_empty());
        let numbers = values()
            .all(|value| decimal_comma(value).is_some() || (finite(value).is_some() && !value.contains('.')));
        if !numbers || !values().any(|value| value.contains(',')) {
            continue;
        }
        found.push(name.clone());
        for (_, values) in &mut labels.rows {
            if let Some(value) = values.get_mut(at)
                && let Some(number) = decimal_comma(value)
            {
                *value = number;
            }
        }
    }
    found
}
