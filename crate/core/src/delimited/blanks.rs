//! Cells separated by any number of blanks: runs of blanks become one tab, outside of quotation marks.

use super::transform::Step;

/// `  1.0   2.0 \n` → `1.0\t2.0\n`. A blank or tab inside `"…"` stays.
#[derive(Default)]
pub(super) struct Blanks {
    quoted: bool,
    escaped: bool,
    /// A cell of this line was begun.
    begun: bool,
    /// Blanks were seen after it.
    blank: bool,
}

impl Step for Blanks {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            if self.quoted {
                out.push(byte);
                self.quoted = byte != b'"' || self.escaped;
                self.escaped = byte == b'\\' && !self.escaped;
                continue;
            }
            match byte {
                b' ' | b'\t' => self.blank = self.begun,
                b'\n' => {
                    (self.begun, self.blank) = (false, false);
                    out.push(byte);
                }
                _ => {
                    if std::mem::take(&mut self.blank) {
                        out.push(b'\t');
                    }
                    self.begun = true;
                    self.quoted = byte == b'"';
                    out.push(byte);
                }
            }
        }
    }

    fn end(&mut self, _: &mut Vec<u8>) {}
}

#[cfg(test)]
mod tests {
    use super::super::transform::in_pieces;
    use super::*;

    #[test]
    fn runs_become_tabs() {
        fn t(bytes: &str, expected: &str) {
            let found = in_pieces(bytes.as_bytes(), Blanks::default);
            assert_eq!(String::from_utf8(found).unwrap(), expected);
        }
        t("  1.0   2.0 \n3 4\n", "1.0\t2.0\n3\t4\n");
        t("\"a b\"  \"\"\n", "\"a b\"\t\"\"\n");
        t("\"a \\\" b\" 1\n", "\"a \\\" b\"\t1\n");
        t("\n\n a\n", "\n\na\n");
    }
}
