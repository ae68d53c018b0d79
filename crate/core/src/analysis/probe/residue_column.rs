//! A column of strings, one letter per residue, → what a probe of residues can learn.
//!
//! Every letter is a class. Several tables of tokens may stand beside one another (residues of a
//! protein, 6-mers of its gene): kept are the labelled residues that all of them have, so that every
//! table is trained and tested on the same ones.
//!
//! A string has one letter per residue. A string of another length would shift every label behind the difference, so
//! it is refused. Rows of several residues say their number only nearly: words of letters that are left over at the
//! end may be one row each, and a coding sequence may have a stop. The one way that fits most sequences must then fit
//! all of them.

use super::{ProbeError, Residue, ResidueLengths, residues_of_tokens};
use crate::analysis::evaluation::folds::{Folds, given};
use crate::analysis::evaluation::{EvaluationError, Target};
use std::collections::{BTreeMap, BTreeSet};

/// How the rows of a table of tokens belong to the sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLayout {
    /// Rows of each sequence, in order. `[sequences]`
    pub tokens: Vec<usize>,
    /// Residues of one token.
    pub per_token: usize,
}

/// A column of strings made ready.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidueColumn {
    /// The class of each kept residue. `[n]`
    pub target: Target,
    /// The letters that are classes, in alphabetical order.
    pub names: Vec<String>,
    /// Where each table has the kept residues. `[tables][n]`
    pub residues: Vec<Vec<Residue>>,
    /// Residues that are marked as without a label.
    pub unlabelled: usize,
    /// The letters that mark them, with their counts.
    pub marks: Vec<(char, usize)>,
    /// Labelled residues that a table has no token for.
    pub without_token: usize,
    /// Sequences without a string.
    pub unlabelled_sequences: usize,
}

/// Reads a column; `None` is a sequence without labels, and a letter of `unlabelled` a residue
/// without one.
///
/// # Shape
///
/// `words` `[sequences]` → a target of n residues
///
/// # Errors
///
/// `probe.nothing` without a table or a labelled residue, `probe.rows` if a table has another
/// number of sequences, `probe.setting` for no residues per token, `probe.one_class`, `probe.residue_lengths` for
/// strings of another length than their sequence.
pub fn read_residues(
    words: &[Option<&str>],
    tables: &[TokenLayout],
    unlabelled: &[char],
) -> Result<ResidueColumn, ProbeError> {
    let labels: Vec<Vec<char>> =
        words.iter().map(|word| word.unwrap_or_default().trim().chars().collect()).collect();
    let lengths: Vec<usize> = labels.iter().map(Vec::len).collect();
    let lists: Vec<Vec<Residue>> = tables
        .iter()
        .map(|table| residues_of_tokens(&table.tokens, &lengths, table.per_token))
        .collect::<Result<_, _>>()?;
    for table in tables {
        check_lengths(&lengths, table)?;
    }
    // A table covers the first residues of each sequence; the shortest table decides how many are shared.
    let mut shared = lengths.clone();
    for table in tables {
        for (shared, tokens) in shared.iter_mut().zip(&table.tokens) {
            *shared = (*shared).min(tokens.saturating_mul(table.per_token));
        }
    }
    let letter = |at: &Residue| labels.get(at.sequence as usize)?.get(at.residue).copied();
    let kept = |at: &&Residue| {
        shared.get(at.sequence as usize).is_some_and(|&shared| at.residue < shared)
            && letter(at).is_some_and(|letter| !unlabelled.contains(&letter))
    };
    let residues: Vec<Vec<Residue>> =
        lists.iter().map(|list| list.iter().filter(kept).copied().collect()).collect();
    let first = residues.first().ok_or(EvaluationError::Nothing { what: "table" })?;
    let letters: Vec<char> = first.iter().filter_map(letter).collect();
    let names: Vec<char> = letters.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    match names.len() {
        0 => return Err(EvaluationError::Nothing { what: "label" }.into()),
        1 => return Err(EvaluationError::OneClass.into()),
        _ => (),
    }
    let place = |letter: &char| names.binary_search(letter).ok().and_then(|at| u32::try_from(at).ok());
    let all: usize = lengths.iter().sum();
    let mut marks: BTreeMap<char, usize> = BTreeMap::new();
    for letter in labels.iter().flatten().filter(|letter| unlabelled.contains(letter)) {
        *marks.entry(*letter).or_default() += 1;
    }
    let marked: usize = marks.values().sum();
    Ok(ResidueColumn {
        target: Target::Classes { labels: letters.iter().filter_map(place).collect(), classes: names.len() },
        names: names.into_iter().map(String::from).collect(),
        unlabelled: marked,
        marks: marks.into_iter().collect(),
        unlabelled_sequences: lengths.iter().filter(|length| **length == 0).count(),
        without_token: (all - marked).saturating_sub(letters.len()),
        residues,
    })
}

/// Refuses strings that do not have the length of their sequence. Sequences without a string or without rows have
/// nothing to compare.
fn check_lengths(lengths: &[usize], table: &TokenLayout) -> Result<(), ProbeError> {
    let per_token = table.per_token;
    let given: Vec<(usize, usize, usize)> = lengths
        .iter()
        .zip(&table.tokens)
        .enumerate()
        .map(|(sequence, (&letters, &rows))| (sequence, letters, rows))
        .filter(|&(_, letters, rows)| letters > 0 && rows > 0)
        .collect();
    let differ = |way: &dyn Fn(usize) -> usize| -> Vec<ResidueLengths> {
        let other = given.iter().filter(|&&(_, letters, rows)| way(letters) != rows);
        let named = |&(sequence, letters, rows): &(usize, usize, usize)| ResidueLengths {
            sequence,
            letters,
            rows,
            per_token,
            name: None,
        };
        other.map(named).collect()
    };
    let rest = move |units: usize, letters: usize| letters / per_token + units * (letters % per_token);
    // Rows of several residues: a shorter last row or none; one row per letter or per base that is left over; a stop.
    let ways: [&dyn Fn(usize) -> usize; 6] = [
        &|letters| letters.div_ceil(per_token),
        &|letters| letters / per_token,
        &|letters| rest(1, letters),
        &|letters| rest(3, letters),
        &|letters| rest(1, letters + 1),
        &|letters| rest(3, letters + 1),
    ];
    // With one residue per row there is one way.
    let ways = if per_token == 1 { &ways[..1] } else { &ways[..] };
    let sequences = ways.iter().map(|way| differ(*way)).min_by_key(Vec::len).unwrap_or_default();
    if sequences.is_empty() {
        Ok(())
    } else {
        Err(ProbeError::ResidueLengths { sequences, given: given.len() })
    }
}

impl ResidueColumn {
    /// Folds of sequences as folds of residues: no sequence is divided.
    ///
    /// # Errors
    ///
    /// `folds.count` if one fold holds every residue.
    pub fn folds(&self, of_sequences: &Folds) -> Result<Folds, EvaluationError> {
        let of = |at: &Residue| of_sequences.of().get(at.sequence as usize).copied().flatten();
        given(&self.residues.iter().take(1).flatten().map(of).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::evaluation::folds::leave_one_out;
    use crate::error::Coded;

    #[test]
    fn letters_are_classes_of_the_residues_that_all_tables_have() {
        let words = [Some("HHE?"), None, Some("CEC")];
        let residues = TokenLayout { tokens: vec![4, 2, 3], per_token: 1 };
        let pairs = TokenLayout { tokens: vec![2, 1, 1], per_token: 2 };
        let found = read_residues(&words, &[residues, pairs], &['?']).unwrap();
        assert_eq!(found.names, ["C", "E", "H"]);
        assert_eq!(found.target, Target::Classes { labels: vec![2, 2, 1, 0, 1], classes: 3 });
        let rows = |table: usize| -> Vec<_> {
            found.residues[table]
                .iter()
                .map(|at| (at.sequence, at.residue, at.row, at.sub_token_index))
                .collect()
        };
        assert_eq!(rows(0), [(0, 0, 0, 0), (0, 1, 1, 0), (0, 2, 2, 0), (2, 0, 6, 0), (2, 1, 7, 0)]);
        assert_eq!(rows(1), [(0, 0, 0, 0), (0, 1, 0, 1), (0, 2, 1, 0), (2, 0, 3, 0), (2, 1, 3, 1)]);
        assert_eq!((found.unlabelled, found.without_token, found.unlabelled_sequences), (1, 1, 1));
        assert_eq!(found.marks, [('?', 1)]);
        let folds = found.folds(&leave_one_out(3).unwrap()).unwrap();
        assert_eq!(folds.of(), [Some(0), Some(0), Some(0), Some(1), Some(1)]);
    }

    #[test]
    fn rows_of_several_residues_have_their_own_lengths() {
        fn t(lengths: &[usize], tokens: &[usize], expected: usize) {
            let words: Vec<String> =
                lengths.iter().map(|&length| "HE".repeat(length)[..length].to_owned()).collect();
            let words: Vec<Option<&str>> = words.iter().map(|word| Some(word.as_str())).collect();
            let table = TokenLayout { tokens: tokens.to_vec(), per_token: 2 };
            let found = match read_residues(&words, &[table], &[]) {
                Err(ProbeError::ResidueLengths { sequences, .. }) => sequences.len(),
                _ => 0,
            };
            assert_eq!(found, expected, "{lengths:?} {tokens:?}");
        }
        t(&[4, 5, 7], &[2, 3, 4], 0); // a shorter last row
        t(&[4, 5, 7], &[2, 2, 3], 0); // or none
        t(&[4, 5, 7], &[2, 5, 6], 0); // the bases that are left over
        t(&[4, 5, 7], &[5, 3, 4], 0); // the same with a stop
        t(&[4, 5, 9], &[2, 3, 4], 1);
        t(&[4, 5, 40], &[2, 3, 18], 1);
    }

    #[test]
    fn what_cannot_be_learnt_is_refused() {
        let one = |tokens: Vec<usize>| [TokenLayout { tokens, per_token: 1 }];
        let t = |words: &[Option<&str>], tables: &[TokenLayout]| {
            read_residues(words, tables, &['?']).unwrap_err()
        };
        assert_eq!(t(&[Some("HE")], &[]), EvaluationError::Nothing { what: "table" }.into());
        assert_eq!(
            t(&[Some("??"), None], &one(vec![2, 2])),
            EvaluationError::Nothing { what: "label" }.into()
        );
        assert_eq!(t(&[Some("HH")], &one(vec![2])), EvaluationError::OneClass.into());
        let error = t(&[Some("HEH"), Some("HE"), None, Some("CCCC")], &one(vec![3, 4, 2, 3]));
        let found = "2 of 3 strings of labels have another length than their sequence: sequence 2 (4 residues, 2 \
                     letters), sequence 4 (3 residues, 4 letters)";
        assert_eq!((error.to_string().as_str(), error.code()), (found, "probe.residue_lengths"));
        assert!(t(&[Some("HE"), Some("H")], &one(vec![4, 3])).hint().contains("special tokens"));
        assert_eq!(
            t(&[Some("HE")], &one(vec![2, 2])),
            EvaluationError::Rows { expected: 1, found: 2 }.into()
        );
    }
}
