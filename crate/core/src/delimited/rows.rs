//! The rows of a table, one after the other.

use super::blanks::Blanks;
use super::dialect::{Dialect, Separator};
use super::source::{Bytes, fill, lines};
use super::transform::Transformed;
use csv::ByteRecord;
use std::io::{self, Cursor, Read};

/// Bytes of the head that decide the dialect: a row of 5,120 numbers has about 60 KB.
const HEAD_BYTES: usize = 1 << 20;
const BUFFER_BYTES: usize = 1 << 20;

/// A stream of rows. Rows without anything in them are left out.
pub(crate) struct Rows<'a> {
    reader: csv::Reader<Bytes<'a>>,
    record: ByteRecord,
    /// Lines that the reader of cells does not see.
    above: u64,
    /// How the table is written.
    pub(crate) dialect: Dialect,
    /// Whether the file has anything in it.
    pub(crate) empty: bool,
}

impl<'a> Rows<'a> {
    /// Opens a table of no more than `most` unpacked bytes.
    ///
    /// # Errors
    ///
    /// Errors of the source, with a reason inside (`Unreadable`) where the bytes are no text.
    pub(crate) fn open(source: impl Read + 'a, most: u64) -> io::Result<Self> {
        let mut text = lines(source, most)?;
        let head = fill(&mut text, HEAD_BYTES)?;
        let whole = head.len() < HEAD_BYTES;
        let dialect = Dialect::of(&head, whole);
        let empty = head.trim_ascii().is_empty();
        let mut head = Cursor::new(head);
        head.set_position(dialect.skipped_bytes as u64);
        let text: Bytes<'a> = match dialect.separator {
            Separator::Blanks => Box::new(Transformed::new(head.chain(text), Blanks::default())),
            _ => Box::new(head.chain(text)),
        };
        let reader = csv::ReaderBuilder::new()
            .delimiter(dialect.separator.byte())
            .quoting(dialect.quoting)
            .escape(dialect.escape.then_some(b'\\'))
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(text);
        Ok(Self { reader, record: ByteRecord::new(), above: dialect.skipped_lines, dialect, empty })
    }

    /// The next row and its line, counted from 1.
    ///
    /// # Errors
    ///
    /// Errors of the source.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, &ByteRecord)>> {
        loop {
            let before = self.reader.position().line();
            let more =
                self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
                    csv::ErrorKind::Io(error) => error,
                    other => io::Error::other(format!("{other:?}")),
                })?;
            if !more {
                return Ok(None);
            }
            if self.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            let inside = memchr::memchr_iter(b'\n', self.record.as_slice()).count() as u64;
            // Every row ends in \n; empty lines before it belong to none.
            let ended = self.reader.position().line();
            let line = ended.saturating_sub(1).saturating_sub(inside).max(before);
            return Ok(Some((self.above.saturating_add(line), &self.record)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_their_lines() {
        fn t(text: &str, expected: &[(u64, &[&str])]) {
            let mut rows = Rows::open(text.as_bytes(), 1 << 20).unwrap();
            let mut found = Vec::new();
            while let Some((line, record)) = rows.next().unwrap() {
                let cells = record.iter().map(|cell| String::from_utf8(cell.to_vec()).unwrap());
                found.push((line, cells.collect::<Vec<_>>()));
            }
            let expected: Vec<(u64, Vec<String>)> = expected
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(|&cell| cell.to_owned()).collect()))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
        t("a,b\r\n\r\n\r\nc,d", &[(1, &["a", "b"]), (4, &["c", "d"])]);
        t("a,b\rc,d\r", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        t("a,b\n\"x\ny\",d\ne,f\n", &[(1, &["a", "b"]), (2, &["x\ny", "d"]), (4, &["e", "f"])]);
        t("sep=;\n\na;b\nc;d\n", &[(3, &["a", "b"]), (4, &["c", "d"])]);
        t("  1  2\n 3  4\n", &[(1, &["1", "2"]), (2, &["3", "4"])]);
    }
}
