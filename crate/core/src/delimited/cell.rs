//! The text of a cell: UTF-8, and where it is not, Windows-1252 (which holds Latin-1).

use std::borrow::Cow;

/// Windows-1252 from 0x80 to 0x9f; the rest of it are the code points of Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a cell, and whether some of its bytes are not UTF-8.
pub(crate) fn text_of(cell: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(cell) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => {
            let mut text = String::with_capacity(cell.len());
            for chunk in cell.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|&byte| latin(byte)));
            }
            (Cow::Owned(text), true)
        }
    }
}

fn latin(byte: u8) -> char {
    WINDOWS_1252.get(usize::from(byte).wrapping_sub(0x80)).copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_to_text() {
        fn t(cell: &[u8], expected: &str, bad: bool) {
            assert_eq!(text_of(cell), (Cow::Borrowed(expected), bad));
        }
        t("größe".as_bytes(), "größe", false);
        t(b"gr\xf6\xdfe", "größe", true);
        t(b"\x80 5", "€ 5", true);
        t("µ\u{b0}".as_bytes(), "µ°", false);
        t(b"\xc3\xb6\xf6", "öö", true);
    }
}
