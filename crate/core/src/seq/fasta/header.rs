//! The header line: `>id description`.
//!
//! Blanks around the id do not matter. Bytes that are no UTF-8, and control characters, become `�`;
//! the control character `^A`, which NCBI's nr puts between merged headers, is a blank.

use super::{
    super::diagnostic::Diagnostic,
    raw::{OpenRecord, PendingDiagnostic},
};
use crate::limits::{DESCRIPTION_BYTES, NAME_BYTES};

/// Longest header that is kept: an id, a description, and room for the blanks around them.
const HEADER_BYTES: usize = NAME_BYTES + DESCRIPTION_BYTES + 1024;

/// Collects the bytes of a header line.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// Whether bytes were left out.
    over: bool,
}

impl Buffer {
    /// Adds a piece of the line.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let room = HEADER_BYTES.saturating_sub(self.bytes.len());
        let (kept, over) = piece.split_at(room.min(piece.len()));
        self.bytes.extend_from_slice(kept);
        self.over |= !over.is_empty();
    }

    /// Ends the line: names the record and notes what is odd. The buffer is empty afterwards.
    pub(super) fn finish(&mut self, record: &mut OpenRecord, pending: &mut Vec<PendingDiagnostic>) {
        if self.over {
            drop_partial_character(&mut self.bytes);
        }
        let (text, replaced) = readable(&self.bytes);
        let text = text.trim();
        let (id, description) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let (id, long_id) = cut(id, NAME_BYTES);
        let (description, long_description) = cut(description.trim(), DESCRIPTION_BYTES);

        let line = record.raw.line;
        let mut note = |is: bool, diagnostic| {
            if is {
                record.note(diagnostic, line, pending);
            }
        };
        note(id.is_empty(), Diagnostic::NoId);
        note(long_id, Diagnostic::LongName);
        note(long_description || (self.over && !description.is_empty()), Diagnostic::LongDescription);
        note(replaced, Diagnostic::HeaderBytes);

        record.raw.id =
            if id.is_empty() { format!("record-{}", record.index.saturating_add(1)) } else { id.to_owned() };
        record.raw.description = description.to_owned();
        self.bytes.clear();
        self.over = false;
    }
}

/// The bytes as text, and whether some of them were not text.
fn readable(bytes: &[u8]) -> (String, bool) {
    let mut replaced = std::str::from_utf8(bytes).is_err();
    let text = String::from_utf8_lossy(bytes)
        .chars()
        .map(|character| match character {
            '\x01' => ' ',
            '\t' | '\x0b' | '\x0c' => character,
            _ if character.is_control() => {
                replaced = true;
                char::REPLACEMENT_CHARACTER
            }
            _ => character,
        })
        .collect();
    (text, replaced)
}

/// The longest beginning of `text` with at most `bytes` bytes, and whether that left something out.
fn cut(text: &str, bytes: usize) -> (&str, bool) {
    let end = text.floor_char_boundary(bytes);
    (text.get(..end).unwrap_or(text), end < text.len())
}

/// Removes a UTF-8 character that was cut at the end of the bytes.
fn drop_partial_character(bytes: &mut Vec<u8>) {
    let tail = bytes.iter().rev().take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    let start = bytes.len().saturating_sub(tail).saturating_sub(1);
    if bytes.get(start).is_some_and(|byte| *byte >= 0xc0)
        && std::str::from_utf8(bytes.get(start..).unwrap_or_default()).is_err()
    {
        bytes.truncate(start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_to_id_and_description() {
        fn t(header: &[u8], id: &str, description: &str, diagnostics: &[Diagnostic]) {
            let mut record = OpenRecord::new(6, 9, Vec::new());
            let mut pending = Vec::new();
            let mut buffer = Buffer::default();
            buffer.push(header);
            buffer.finish(&mut record, &mut pending);
            assert_eq!((record.raw.id.as_str(), record.raw.description.as_str()), (id, description));
            assert_eq!(
                pending.iter().map(|pending| pending.diagnostic).collect::<Vec<_>>(),
                diagnostics,
                "{id}"
            );
            assert!(buffer.bytes.is_empty() && !buffer.over);
        }
        t(b"a", "a", "", &[]);
        t(b"a b c", "a", "b c", &[]);
        t(b" \ta  b\tc \t", "a", "b\tc", &[]);
        t(b"", "record-7", "", &[Diagnostic::NoId]);
        t(b" \t ", "record-7", "", &[Diagnostic::NoId]);
        t(b"a\x01b", "a", "b", &[]);
        t("β é".as_bytes(), "β", "é", &[]);
        t(b"a\xe9 b", "a\u{fffd}", "b", &[Diagnostic::HeaderBytes]);
        t(b"a\0 \x1b[0m", "a\u{fffd}", "\u{fffd}[0m", &[Diagnostic::HeaderBytes]);
        t(b"\xff", "\u{fffd}", "", &[Diagnostic::HeaderBytes]);
    }

    #[test]
    fn long_headers_are_cut() {
        fn t(header: &str, id: usize, description: usize, diagnostics: &[Diagnostic]) {
            let mut record = OpenRecord::new(0, 1, Vec::new());
            let mut pending = Vec::new();
            let mut buffer = Buffer::default();
            buffer.push(header.as_bytes());
            buffer.finish(&mut record, &mut pending);
            assert_eq!((record.raw.id.len(), record.raw.description.len()), (id, description));
            assert_eq!(pending.iter().map(|pending| pending.diagnostic).collect::<Vec<_>>(), diagnostics);
        }
        let (n, d) = (NAME_BYTES, DESCRIPTION_BYTES);
        t(&"a".repeat(n), n, 0, &[]);
        t(&"a".repeat(n + 1), n, 0, &[Diagnostic::LongName]);
        t(&"a".repeat(2 * HEADER_BYTES), n, 0, &[Diagnostic::LongName]);
        t(&format!("a {}", "b".repeat(d)), 1, d, &[]);
        t(&format!("a {}", "b".repeat(d + 1)), 1, d, &[Diagnostic::LongDescription]);
        t(&format!("a {}", "b".repeat(2 * d)), 1, d, &[Diagnostic::LongDescription]);
        t(
            &format!("{} {}", "é".repeat(n), "€".repeat(d)),
            n,
            d - 1,
            &[Diagnostic::LongName, Diagnostic::LongDescription],
        );
    }
}
