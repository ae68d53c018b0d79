//! What `.` means in a file of proteins: a gap in an alignment, else a stop (gffread writes it so).
//!
//! | the file | `.` is |
//! |---|---|
//! | rows of one length, with `-` or lower case as well (A2M, Pfam, Jalview) | a gap |
//! | rows of one length with `.` only (GCG) | a gap, unless each row ends in one `.` |
//! | match columns (upper case and `-`) of one number, insertions in lower case (A3M) | a gap |
//! | anything else with `-` and with `.` twice in a row: several alignments, or a row of one | a gap |
//! | anything else | a stop |
//!
//! No column of an alignment is a gap in all rows, so that a `.` at the end of each row is a stop.

use super::letter::{DOT, Dots};

/// Rows beyond this are no proteins, and are not looked at.
const ROW_LETTERS: usize = 100_000;

/// What was seen of all rows so far.
#[derive(Debug)]
pub(super) struct AlignmentSigns {
    rows: u64,
    /// Columns of each row; `None` once two differ.
    columns: Option<usize>,
    /// Upper-case letters and `-` of each row; `None` once two differ.
    matches: Option<usize>,
    dashes: bool,
    lower_case: bool,
    /// `.` twice in a row, or before the first letter.
    runs: bool,
    /// Whether each row ends in one `.`.
    all_end: bool,
}

impl Default for AlignmentSigns {
    fn default() -> Self {
        Self {
            rows: 0,
            columns: Some(0),
            matches: Some(0),
            dashes: false,
            lower_case: false,
            runs: false,
            all_end: true,
        }
    }
}

impl AlignmentSigns {
    /// Adds a row: its raw letters, and how many `-` stood between them.
    pub(super) fn count(&mut self, raw: &[u8], dashes: usize, lower_case: bool) {
        if raw.len() > ROW_LETTERS {
            (self.columns, self.matches) = (None, None);
            return;
        }
        let columns = raw.len().saturating_add(dashes);
        let dots = memchr::memchr_iter(DOT, raw).count();
        let inserted = if lower_case && self.matches.is_some() {
            raw.iter().filter(|byte| byte.is_ascii_lowercase()).count()
        } else {
            0
        };
        let matches = columns.saturating_sub(dots).saturating_sub(inserted);
        let same = |known: Option<usize>, now: usize, first: bool| {
            known.filter(|known| first || *known == now).map(|_| now)
        };
        let first = self.rows == 0;
        self.columns = same(self.columns, columns, first);
        self.matches = same(self.matches, matches, first);
        self.rows = self.rows.saturating_add(1);
        self.dashes |= dashes > 0;
        self.lower_case |= lower_case;
        self.all_end &= matches!(raw, [.., last, DOT] if *last != DOT);
        if dots > 0 && !self.runs {
            self.runs = raw.first() == Some(&DOT) || raw.array_windows().any(|pair| *pair == [DOT; 2]);
        }
    }

    /// What the full stops of the file are.
    pub(super) fn dots(&self) -> Dots {
        let several = self.rows > 1;
        let aligned = several && self.columns.is_some();
        let in_columns = aligned && (self.dashes || self.lower_case && self.runs || !self.all_end);
        let a3m = several && self.matches.is_some() && self.lower_case && self.dashes;
        if in_columns || a3m || self.dashes && self.runs { Dots::Gaps } else { Dots::Stops }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_of_a_file() {
        fn t(rows: &[&str], expected: Dots) {
            let mut signs = AlignmentSigns::default();
            for row in rows {
                let raw: Vec<u8> = row.bytes().filter(|byte| *byte != b'-').collect();
                signs.count(&raw, row.len() - raw.len(), row.bytes().any(|byte| byte.is_ascii_lowercase()));
            }
            assert_eq!(signs.dots(), expected, "{rows:?}");
        }
        t(&["MK.V."], Dots::Stops);
        t(&["MKV.", "MK.LLV."], Dots::Stops);
        t(&["MKAV.", "MK.V."], Dots::Stops); // variants of one protein
        t(&["MK..V", "MKLLV"], Dots::Gaps);
        t(&["MK.V", "MKLV"], Dots::Gaps);
        t(&["..MK", "LLMK"], Dots::Gaps);
        t(&["MKV-.", "MKVL."], Dots::Gaps);
        t(&["MK.V-A", "MKlVLA"], Dots::Gaps); // A2M
        t(&["MKV-A", "MKllVLA", "M.KVLA"], Dots::Gaps); // A3M
        t(&["MKllVLA.", "MK.VLA."], Dots::Stops); // soft-masked proteins
        t(&["M-K.", "MK.LLV."], Dots::Stops);
        t(&["MK--V", "..MK.L"], Dots::Gaps);
        t(&[], Dots::Stops);
    }
}
