//! How the cells of a table are separated and quoted, found from the whole head of the file.
//!
//! Each separator splits the head into lines of cells. The one whose lines have the same number of cells wins, the
//! first line included (R leaves the name of the row names out, so its first line may be one cell shorter). Between
//! separators that fit as well, a comma inside numbers is a decimal comma, and otherwise the separator that comes
//! first in the lines wins.

use super::blanks::Blanks;
use super::number::{decimal_comma, finite};
use super::transform::whole;
use std::fmt;

/// Lines of the head that are looked at.
const LINES: usize = 400;
/// Most lines above the first row, such as the title of a supplementary table.
const PREAMBLE_LINES: usize = 20;
/// Share of the lines that must be longer than the first line for it to lack the name of the row names.
const NEARLY_ALL: f64 = 0.9;

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    /// A byte.
    Byte(u8),
    /// Any number of blanks or tabs.
    Blanks,
    /// Nothing: each line is one cell.
    None,
}

impl Separator {
    /// The byte that the reader of cells sees.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Byte(byte) => byte,
            Self::Blanks => b'\t',
            // A byte that no text has.
            Self::None => 0x1f,
        }
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(b'\t') => write!(f, "separated by tabs"),
            Self::Byte(b',') => write!(f, "separated by commas"),
            Self::Byte(b';') => write!(f, "separated by semicolons"),
            Self::Byte(byte) => write!(f, "separated by {}", char::from(*byte)),
            Self::Blanks => write!(f, "separated by blanks"),
            Self::None => write!(f, "one column"),
        }
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between cells.
    pub separator: Separator,
    /// Quotation marks hold cells together.
    pub quoting: bool,
    /// `\"` is a quotation mark inside of them, as R writes it.
    pub escape: bool,
    /// Bytes of the head before the first row.
    pub skipped_bytes: usize,
    /// Lines before the first row: titles, comments, `sep=`.
    pub skipped_lines: u64,
    /// Cells of most rows.
    pub cells: usize,
    /// The first row is one cell shorter than the others: it does not name the first column.
    pub short_head: bool,
}

/// A line of cells in the head.
struct Line {
    /// Its line, counted from 0.
    number: u64,
    cells: Vec<Vec<u8>>,
}

/// How well a separator splits the head.
struct Candidate {
    dialect: Dialect,
    points: f64,
    /// Of the cells with a comma, all are numbers with a decimal comma.
    decimal_commas: bool,
    /// Share of the lines in which it comes before the other separators.
    first: f64,
    /// The last cell was never closed by a quotation mark.
    open: bool,
}

impl Dialect {
    /// The dialect of the head of a file: lines that end in `\n`. `whole` says that the head is the whole file.
    pub(crate) fn of(head: &[u8], whole: bool) -> Self {
        if let Some((separator, start)) = sep_line(head) {
            let found = candidate(head, start, Separator::Byte(separator), whole);
            let plain = Self { separator: Separator::Byte(separator), ..single(head, start) };
            return found.map_or(plain, |found| found.dialect);
        }
        let start = after_comments(head);
        let mut found = best(head, start, whole);
        // The last comment may be the header, as in `# id family`.
        if let Some(header) = comment_header(head, start) {
            let with = best(head, header, whole);
            if with.cells == found.cells && with.cells > 1 && with.skipped_bytes == header {
                found = with;
            }
        }
        found
    }
}

/// The best dialect of the lines from `start` on.
fn best(head: &[u8], start: usize, whole: bool) -> Dialect {
    const SEPARATORS: [Separator; 5] = [
        Separator::Byte(b'\t'),
        Separator::Byte(b';'),
        Separator::Byte(b','),
        Separator::Byte(b'|'),
        Separator::Blanks,
    ];
    let mut found: Vec<Candidate> =
        SEPARATORS.into_iter().filter_map(|separator| candidate(head, start, separator, whole)).collect();
    // Numbers with a decimal comma are split by it as well: `1,5;2,5`.
    let decimals = found.iter().any(|one| one.decimal_commas && one.points >= 1.0);
    for one in &mut found {
        if decimals && one.dialect.separator == Separator::Byte(b',') {
            one.points -= 1.5;
        }
    }
    let better =
        |a: &&Candidate, b: &&Candidate| a.points.total_cmp(&b.points).then(a.first.total_cmp(&b.first));
    // `max_by` takes the last of several: the list begins with the likeliest.
    found.iter().rev().max_by(better).map_or_else(|| single(head, start), |one| one.dialect)
}

/// A table of one column.
fn single(head: &[u8], start: usize) -> Dialect {
    Dialect {
        separator: Separator::None,
        quoting: true,
        escape: false,
        skipped_bytes: start,
        skipped_lines: newlines(head.get(..start).unwrap_or_default()),
        cells: 1,
        short_head: false,
    }
}

fn candidate(head: &[u8], start: usize, separator: Separator, whole: bool) -> Option<Candidate> {
    let text = head.get(start..)?;
    let has = |byte: u8| memchr::memchr(byte, text).is_some();
    match separator {
        Separator::Byte(byte) if !has(byte) => return None,
        Separator::Blanks if !has(b' ') && !has(b'\t') => return None,
        _ => {}
    }
    let mut found = split(head, start, separator, true, whole);
    // In a table with tabs a quotation mark may be a letter, as in 5".
    if separator == Separator::Byte(b'\t') && has(b'"') {
        let plain = split(head, start, separator, false, whole);
        if let Some(plain) = plain
            && found.as_ref().is_none_or(|found| found.open || plain.points > found.points)
        {
            found = Some(plain);
        }
    }
    found
}

fn split(head: &[u8], start: usize, separator: Separator, quoting: bool, whole: bool) -> Option<Candidate> {
    let text = head.get(start..)?;
    let escape = quoting && memchr::memmem::find(text, b"\\\"").is_some();
    let lines = lines_of(text, separator, quoting, escape, whole);
    let above = preamble(&lines, separator);
    let lines = lines.get(above..)?;
    let (first, body) = lines.split_first()?;
    let header = first.cells.len();
    let body = if body.is_empty() { lines } else { body };
    let count = |cells: usize| body.iter().filter(|line| line.cells.len() == cells).count();
    let most = body
        .iter()
        .map(|line| line.cells.len())
        .max_by_key(|&cells| (count(cells), cells == header, cells))?;
    if most < 2 && header < 2 {
        return None;
    }
    let fit = count(most) as f64 / body.len() as f64;
    let short_head = header.checked_add(1) == Some(most) && fit >= NEARLY_ALL;
    let head_fit = if header == most {
        1.0
    } else if short_head {
        0.8
    } else {
        0.0
    };
    if separator == Separator::Blanks && (head_fit == 0.0 || !blanks_separate(body)) {
        return None;
    }
    let cells = || lines.iter().flat_map(|line| &line.cells).filter(|cell| cell.contains(&b','));
    let decimal =
        |cell: &Vec<u8>| std::str::from_utf8(cell).is_ok_and(|cell| decimal_comma(cell.trim()).is_some());
    let penalty = match separator {
        Separator::Blanks => 0.05,
        // A bar stands inside of ids, as in sp|P12345|HBA_HUMAN.
        Separator::Byte(b'|') => 0.1,
        _ => 0.0,
    };
    let lines_before = first.number;
    let skipped = start.saturating_add(after_lines(text, lines_before));
    Some(Candidate {
        points: fit + head_fit - penalty,
        decimal_commas: separator != Separator::Byte(b',')
            && cells().next().is_some()
            && cells().all(decimal),
        first: comes_first(text, separator),
        open: whole
            && lines.last().and_then(|line| line.cells.last()).is_some_and(|cell| cell.ends_with(b"\n")),
        dialect: Dialect {
            separator,
            quoting,
            escape,
            skipped_bytes: skipped,
            skipped_lines: newlines(head.get(..skipped).unwrap_or_default()),
            cells: most,
            short_head,
        },
    })
}

/// Lines of cells at the beginning of a text, without lines of blanks.
fn lines_of(text: &[u8], separator: Separator, quoting: bool, escape: bool, whole_file: bool) -> Vec<Line> {
    let squeezed;
    let text = match separator {
        Separator::Blanks => {
            squeezed = whole(text, Blanks::default());
            squeezed.as_slice()
        }
        _ => text,
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.byte())
        .quoting(quoting)
        .escape(escape.then_some(b'\\'))
        .flexible(true)
        .has_headers(false)
        .from_reader(text);
    let (mut lines, mut record, mut seen) = (Vec::new(), csv::ByteRecord::new(), 0_u64);
    // Reading from memory, with rows of any length, cannot fail.
    while lines.len() < LINES && reader.read_byte_record(&mut record).unwrap_or(false) {
        let inside = newlines(record.as_slice());
        let number = reader.position().line().saturating_sub(2).saturating_sub(inside).max(seen);
        seen = reader.position().line().saturating_sub(1);
        if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
            lines.push(Line { number, cells: record.iter().map(<[u8]>::to_vec).collect() });
        }
    }
    // The last line of a head may be cut.
    if !whole_file && lines.len() > 1 && lines.len() < LINES {
        lines.pop();
    }
    lines
}

/// Lines above the first row: one cell, where the rows below have several.
fn preamble(lines: &[Line], separator: Separator) -> usize {
    let filled = |line: &Line| {
        let cell = line.cells.first().filter(|cell| !cell.trim_ascii().is_empty());
        cell.filter(|_| line.cells.iter().skip(1).all(|cell| cell.trim_ascii().is_empty())).cloned()
    };
    let wide = lines.iter().filter(|line| line.cells.len() > 1).count();
    if separator == Separator::Blanks || wide.saturating_mul(2) < lines.len() {
        return 0;
    }
    let titles =
        lines.iter().take(PREAMBLE_LINES).take_while(|line| filled(line).is_some()).collect::<Vec<_>>();
    let next = lines.get(titles.len()).map_or(0, |line| line.cells.len());
    // One word above rows of two cells is the header of a table whose rows have names.
    let word = titles.iter().all(|line| filled(line).is_some_and(|cell| !cell.contains(&b' ')));
    if next < 2 || (word && next == 2) { 0 } else { titles.len() }
}

/// Whether blanks stand between cells and not inside of a text: all cells but the first are numbers, or cells are
/// quoted, or the first cells are names, all different and each with a digit.
fn blanks_separate(body: &[Line]) -> bool {
    let text = |cell: &[u8]| std::str::from_utf8(cell).unwrap_or_default().trim().to_owned();
    let number = |cell: &Vec<u8>| {
        let cell = text(cell);
        finite(&cell).is_some() || decimal_comma(&cell).is_some() || super::is_missing(&cell)
    };
    if body.iter().all(|line| line.cells.iter().skip(1).all(number)) {
        return true;
    }
    let first = |line: &Line| line.cells.first().map(|cell| text(cell)).unwrap_or_default();
    let names: std::collections::BTreeSet<String> = body.iter().map(first).collect();
    names.len() == body.len() && names.iter().all(|name| name.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Share of the lines in which a separator comes before tabs, semicolons, commas and bars.
fn comes_first(text: &[u8], separator: Separator) -> f64 {
    let Separator::Byte(wanted) = separator else { return 0.0 };
    let (mut own, mut all) = (0_u32, 0_u32);
    for line in text.split(|byte| *byte == b'\n').take(LINES) {
        if let Some(found) = line.iter().find(|byte| b"\t;,|".contains(byte)) {
            all = all.saturating_add(1);
            own = own.saturating_add(u32::from(*found == wanted));
        }
    }
    f64::from(own) / f64::from(all.max(1))
}

/// The separator that a first line `sep=;` names, and where the next line begins.
fn sep_line(head: &[u8]) -> Option<(u8, usize)> {
    let end = memchr::memchr(b'\n', head)?;
    let line = head.get(..end)?;
    let line = line.strip_prefix(b"\"").map_or(line, |line| line.strip_suffix(b"\"").unwrap_or(line));
    let (word, rest) = line.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    // Cells of a spreadsheet may follow: `sep=;;;`.
    let (&separator, _) = rest.split_first()?;
    let separator = if rest.starts_with(b"\\t") { b'\t' } else { separator };
    Some((separator, end.saturating_add(1)))
}

/// Where the first line begins that is no comment; 0 if all are.
fn after_comments(head: &[u8]) -> usize {
    let mut at = 0_usize;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        if !text.is_empty() && !text.starts_with(b"#") {
            return at;
        }
        at = at.saturating_add(line.len());
    }
    0
}

/// Where the text of the last comment above `start` begins.
fn comment_header(head: &[u8], start: usize) -> Option<usize> {
    let comments = head.get(..start)?;
    let hash = comments.rsplit(|byte| *byte == b'\n').find(|line| line.trim_ascii().starts_with(b"#"))?;
    let after = memchr::memmem::rfind(comments, hash)?;
    let marks = hash.iter().take_while(|byte| matches!(byte, b'#' | b' ')).count();
    Some(after.saturating_add(marks))
}

/// Where the line of this number begins, counted from 0.
fn after_lines(text: &[u8], lines: u64) -> usize {
    match lines.checked_sub(1).and_then(|at| usize::try_from(at).ok()) {
        None => 0,
        Some(at) => memchr::memchr_iter(b'\n', text).nth(at).map_or(0, |end| end.saturating_add(1)),
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_found_from_the_whole_head() {
        fn t(head: &str, separator: char, cells: usize) -> Dialect {
            let found = Dialect::of(head.as_bytes(), true);
            let shown = match found.separator {
                Separator::Byte(byte) => char::from(byte),
                Separator::Blanks => ' ',
                Separator::None => '0',
            };
            assert_eq!((shown, found.cells), (separator, cells), "{head}");
            found
        }
        t("id,family\nP1,a\n", ',', 2);
        t("id;family, old name\nP1;a\nP2;b\n", ';', 2);
        t("id;d0;d1\nP1;1,5;2,5\n", ';', 3);
        t("1,5;2,5;3,5\n1,5;2,5;3,5\n", ';', 3);
        t("1,5 2,5 3,5\n1,5 2,5 3,5\n", ' ', 3);
        t("a,NRP;PKS\nb,PKS;NRP\n", ',', 2);
        t("a;x,1\nb;y,2\n", ';', 2);
        t("id\tname\na,b\tx\n", '\t', 2);
        t("id|family\nP1|a\n", '|', 2);
        t("Homo sapiens\nMus musculus\nHomo sapiens\n", '0', 1);
        t("word0\nword1\n", '0', 1);
        t("P1 kinase\nP2 lectin\n", ' ', 2);
        t("sp|P1|A,kinase\nsp|P2|B,lectin\n", ',', 2);
        t("1.0, 2.0, 3.0\n1.0, 2.0, 3.0\n", ',', 3);
        assert!(t("d0 d1\n\"P 1\" 1 2\n\"P 2\" 3 4\n", ' ', 3).short_head);
        assert_eq!(t("sep=;\nid;a,b\nP1;x,y\n", ';', 2).skipped_lines, 1);
        assert_eq!(t("\"sep=|\"\nid|a\nP1|x\n", '|', 2).skipped_lines, 1);
        assert_eq!(t("# made by a tool, once\n#id,family\nP1,a\nP2,b\n", ',', 2).skipped_lines, 1);
        assert_eq!(t("# 3 columns, 2 rows\n1 2 3\n4 5 6\n", ' ', 3).skipped_lines, 1);
        assert_eq!(t("Table S1. Labels of proteins\n\nid,family\nP1,a\nP2,b\n", ',', 2).skipped_lines, 2);
        assert_eq!(t("Table S1;;\nid;family;Tm\nP1;a;1\nP2;b;2\n", ';', 3).skipped_lines, 1);
        let inches = t("id\tend\na\t\"5\nb\t7\n", '\t', 2);
        assert!(!inches.quoting);
        assert!(t("id\tend\na\t\"one\ntwo\"\nb\t7\n", '\t', 2).quoting);
    }
}
