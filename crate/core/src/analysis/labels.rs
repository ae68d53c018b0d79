//! Class codes of words.
//!
//! Names are in alphabetical order (by bytes), and the code of a word is the index of its name.

use std::collections::BTreeSet;

/// A column of words as codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassCodes {
    /// The rows that have a word, ascending. `[m]`
    pub rows: Vec<usize>,
    /// The code of the word of each of these rows. `[m]`
    pub codes: Vec<u32>,
    /// The name of each code, in alphabetical order. `[k]`
    pub names: Vec<String>,
}

impl ClassCodes {
    /// Codes of the rows that have a word; an empty word is a word.
    ///
    /// # Shape
    ///
    /// `words` `[n]` → m rows and codes, k names
    #[must_use]
    pub fn new<S: AsRef<str>>(words: &[Option<S>]) -> Self {
        let names = distinct(words);
        let (mut rows, mut codes) = (Vec::new(), Vec::new());
        for (row, word) in words.iter().enumerate() {
            if let Some(code) = word.as_ref().and_then(|word| code_of(&names, word.as_ref())) {
                rows.push(row);
                codes.push(code);
            }
        }
        Self { rows, codes, names: names.into_iter().map(str::to_owned).collect() }
    }

    /// The name of a code; `None` for a code that is not one of them.
    #[must_use]
    pub fn name(&self, code: u32) -> Option<&str> {
        self.names.get(code as usize).map(String::as_str)
    }
}

/// The group of each row as a code. A row without a group is a group of its own.
///
/// # Shape
///
/// `groups` `[n]` → `[n]`
#[must_use]
pub fn group_codes<S: AsRef<str>>(groups: &[Option<S>]) -> Vec<u32> {
    let names = distinct(groups);
    let mut own_groups = names.len()..;
    let code = |group: &Option<S>| match group {
        Some(group) => code_of(&names, group.as_ref()).unwrap_or(u32::MAX),
        None => own_groups.next().and_then(|code| u32::try_from(code).ok()).unwrap_or(u32::MAX),
    };
    groups.iter().map(code).collect()
}

/// The words that occur, in alphabetical order.
fn distinct<S: AsRef<str>>(words: &[Option<S>]) -> Vec<&str> {
    words.iter().flatten().map(AsRef::as_ref).collect::<BTreeSet<_>>().into_iter().collect()
}

fn code_of(names: &[&str], word: &str) -> Option<u32> {
    names.binary_search(&word).ok().and_then(|code| u32::try_from(code).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_codes_in_alphabetical_order() {
        fn t(words: &[Option<&str>], rows: &[usize], codes: &[u32], names: &[&str]) {
            let found = ClassCodes::new(words);
            assert_eq!((found.rows.as_slice(), found.codes.as_slice()), (rows, codes), "{words:?}");
            assert_eq!(found.names, names, "{words:?}");
        }
        t(&[Some("b"), None, Some("a"), Some("b")], &[0, 2, 3], &[1, 0, 1], &["a", "b"]);
        t(&[Some(""), Some("a")], &[0, 1], &[0, 1], &["", "a"]);
        t(&[None, None], &[], &[], &[]);
        t(&[], &[], &[], &[]);
        assert_eq!(ClassCodes::new(&[Some("x")]).name(0), Some("x"));
        assert_eq!(ClassCodes::new(&[Some("x")]).name(1), None);
    }

    #[test]
    fn a_row_without_a_group_is_alone() {
        assert_eq!(group_codes(&[Some("b"), None, Some("a"), None, Some("b")]), [1, 2, 0, 3, 1]);
        assert_eq!(group_codes::<&str>(&[None, None]), [0, 1]);
        assert!(group_codes::<&str>(&[]).is_empty());
    }
}
