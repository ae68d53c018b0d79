//! A list of notices that cannot grow without bound.

use std::collections::BTreeMap;

use crate::{
    error::{Notice, Where},
    limits::{NOTICES_PER_CODE, SHOWN_CHARACTERS},
};

/// Diagnostics, the first few of each code.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    kept: Vec<Notice>,
    counts: BTreeMap<String, usize>,
    omitted: u64,
}

impl Diagnostics {
    /// Keeps what `notice` makes, or only counts it if there are enough of this code.
    pub(crate) fn add(&mut self, code: &str, notice: impl FnOnce() -> Notice) {
        if !self.counts.contains_key(code) {
            self.counts.insert(code.to_owned(), 0);
        }
        let Some(count) = self.counts.get_mut(code) else { return };
        if *count < NOTICES_PER_CODE {
            *count = count.saturating_add(1);
            self.kept.push(notice());
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }

    /// The notices in the order of their lines, and how many were left out.
    pub(crate) fn finish(mut self) -> (Vec<Notice>, u64) {
        self.kept.sort_by_key(|notice| notice.at.line);
        (self.kept, self.omitted)
    }
}

/// A place in a file, with the record's id cut to what can be shown.
pub(super) fn located(file: Option<&str>, line: u64, id: Option<&str>) -> Where {
    Where { file: file.map(str::to_owned), line: Some(line), record: id.map(shown) }
}

/// A byte in a form that can be read: itself if it is visible ASCII, else `\x1b`.
pub(super) fn visible(byte: u8) -> String {
    if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("\\x{byte:02x}") }
}

/// The beginning of a text, marked where it was cut.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_bytes() {
        fn t(byte: u8, expected: &str) {
            assert_eq!(visible(byte), expected);
        }
        t(b'{', "{");
        t(b'~', "~");
        t(b' ', "\\x20");
        t(0, "\\x00");
        t(0x7f, "\\x7f");
        t(0xff, "\\xff");
    }

    #[test]
    fn names_are_cut_between_characters() {
        fn t(characters: usize, expected: usize) {
            let shown = shown(&"é".repeat(characters));
            assert_eq!(shown.chars().count(), expected);
        }
        t(0, 0);
        t(SHOWN_CHARACTERS, SHOWN_CHARACTERS);
        t(SHOWN_CHARACTERS + 1, SHOWN_CHARACTERS + 1); // the mark stands for the last one
        t(10 * SHOWN_CHARACTERS, SHOWN_CHARACTERS + 1);
    }

    #[test]
    fn each_code_has_its_own_cap() {
        let mut notices = Diagnostics::default();
        let add = |notices: &mut Diagnostics, code: &'static str, line| {
            notices.add(code, || Notice {
                code: code.to_owned(),
                message: String::new(),
                at: located(None, line, None),
                hint: String::new(),
            });
        };
        for line in 0..NOTICES_PER_CODE as u64 + 7 {
            add(&mut notices, "a", line);
        }
        add(&mut notices, "b", 3);
        let (kept, omitted) = notices.finish();
        assert_eq!((kept.len(), omitted), (NOTICES_PER_CODE + 1, 7));
        assert!(kept.is_sorted_by_key(|notice| notice.at.line));
    }
}
