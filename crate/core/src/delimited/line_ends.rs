//! Line ends of any system become `\n`, and the last line gets one.

use super::transform::Step;

/// `\r\n` and `\r` become `\n`.
#[derive(Default)]
pub(super) struct LineEnds {
    after_cr: bool,
    last: Option<u8>,
}

impl Step for LineEnds {
    fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr)
                && let Some(rest) = bytes.strip_prefix(b"\n")
            {
                bytes = rest;
                continue;
            }
            let end = memchr::memchr(b'\r', bytes).unwrap_or(bytes.len());
            let (plain, rest) = bytes.split_at(end);
            out.extend_from_slice(plain);
            self.last = plain.last().copied().or(self.last);
            bytes = rest;
            if let Some((_, rest)) = rest.split_first() {
                out.push(b'\n');
                (self.after_cr, self.last, bytes) = (true, Some(b'\n'), rest);
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if self.last.is_some_and(|last| last != b'\n') {
            out.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::transform::in_pieces;
    use super::*;

    #[test]
    fn all_become_one() {
        fn t(bytes: &str, expected: &str) {
            let found = in_pieces(bytes.as_bytes(), LineEnds::default);
            assert_eq!(String::from_utf8(found).unwrap(), expected);
        }
        t("", "");
        t("a", "a\n");
        t("a\r\nb\rc\nd\r\n", "a\nb\nc\nd\n");
        t("\r\r\n\n", "\n\n\n");
    }
}
