//! What is odd about coding sequences that are counted codon by codon: letters that make no codon, lengths that break the
//! frame, and stops before the end.

use super::many::Named;
use super::{Code, Codon};
use crate::error::{Notice, Where};

/// Sequences that a notice names.
const NAMED: usize = 5;

/// All that is odd: `codon.ambiguous`, `codon.broken_frame`, `codon.internal_stop`, `codon.no_codon`.
///
/// # Shape
///
/// `sequences` `[n]`, in frame
#[must_use]
pub fn oddities(sequences: &[Named], code: &Code) -> Vec<Notice> {
    let found =
        [ambiguous(sequences), broken_frames(sequences), internal_stops(sequences, code), empty(sequences)];
    found.into_iter().flatten().collect()
}

/// Sequences with a stop before their last codon: `codon.internal_stop`.
#[must_use]
pub fn internal_stops(sequences: &[Named], code: &Code) -> Option<Notice> {
    let stop = |letters: &str| {
        let last = (letters.len() / 3).saturating_sub(1);
        let mut codons = codons(letters).take(last).enumerate();
        codons.find(|(_, codon)| codon.is_some_and(|codon| code.residue(codon) == '*')).map(|(at, _)| at)
    };
    let odd =
        sequences.iter().filter_map(|&(id, letters)| Some((id, format!("codon {}", stop(letters)? + 1))));
    let odd: Vec<(&str, String)> = odd.collect();
    let message = format!("{} a stop before the last codon", counted(odd.len(), sequences.len()));
    let hint = "check the frame and the genetic code; selenocysteines and genes that are read past a stop have one too";
    notice("codon.internal_stop", &message, &odd, hint)
}

/// Codons with letters other than A, C, G, T and U: `codon.ambiguous`.
fn ambiguous(sequences: &[Named]) -> Option<Notice> {
    let count = |letters: &str| codons(letters).filter(Option::is_none).count();
    let counts: Vec<usize> = sequences.iter().map(|(_, letters)| count(letters)).collect();
    let odd: Vec<(&str, String)> = (sequences.iter().zip(&counts).filter(|(_, count)| **count > 0))
        .map(|((id, _), count)| (*id, count.to_string()))
        .collect();
    let whole: usize = sequences.iter().map(|(_, letters)| letters.len() / 3).sum();
    let sum: usize = counts.iter().sum();
    let message = format!(
        "{sum} of {whole} codons hold letters other than A, C, G and T and are left out, in {} of {} sequences",
        odd.len(),
        sequences.len()
    );
    notice("codon.ambiguous", &message, &odd, "leave these sequences out if their codons matter")
}

/// Sequences that end inside a codon: `codon.broken_frame`.
fn broken_frames(sequences: &[Named]) -> Option<Notice> {
    let broken = |letters: &&str| !letters.len().is_multiple_of(3);
    let odd: Vec<(&str, String)> = (sequences.iter().filter(|(_, letters)| broken(letters)))
        .map(|(id, letters)| (*id, format!("{} letters", letters.len())))
        .collect();
    let message = format!(
        "{} a length that is not a multiple of three: the last letters are left out, and the frame may be broken",
        counted(odd.len(), sequences.len())
    );
    notice("codon.broken_frame", &message, &odd, "give whole coding sequences, in frame")
}

/// Sequences without any codon: `codon.no_codon`.
fn empty(sequences: &[Named]) -> Option<Notice> {
    let none = |letters: &str| !codons(letters).any(|codon| codon.is_some());
    let odd: Vec<(&str, String)> = (sequences.iter().filter(|(_, letters)| none(letters)))
        .map(|(id, letters)| (*id, format!("{} letters", letters.len())))
        .collect();
    let message = format!("{} no codon, and a row of zeros", counted(odd.len(), sequences.len()));
    notice("codon.no_codon", &message, &odd, "leave these sequences out")
}

/// Whole codons in frame; `None` for a codon with other letters.
fn codons(letters: &str) -> impl Iterator<Item = Option<Codon>> + '_ {
    letters.as_bytes().chunks_exact(3).map(Codon::parse)
}

/// `3 of 40 sequences have`
fn counted(odd: usize, all: usize) -> String {
    format!("{odd} of {all} sequences {}", if odd == 1 { "has" } else { "have" })
}

/// `message: a (1), b (2), …`, at the first of them; `None` without one.
fn notice(code: &str, message: &str, odd: &[(&str, String)], hint: &str) -> Option<Notice> {
    let (first, _) = odd.first()?;
    let named: Vec<String> = odd.iter().take(NAMED).map(|(id, what)| format!("{id} ({what})")).collect();
    let more = odd.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(Notice {
        code: code.to_owned(),
        message: format!("{message}: {}{more}", named.join(", ")),
        at: Where { record: Some((*first).to_owned()), ..Where::default() },
        hint: hint.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_odd_is_reported_once_with_its_sequences() {
        fn t(sequences: &[Named], table: u8, expected: &[(&str, &str)]) {
            let found = oddities(sequences, &Code::ncbi(table).unwrap());
            let found: Vec<(&str, &str)> =
                found.iter().map(|notice| (notice.code.as_str(), notice.message.as_str())).collect();
            assert_eq!(found, expected, "{sequences:?}");
        }
        t(&[("a", "ATGAAATAA"), ("b", "atgaaauaa"), ("c", "ATGAAA")], 1, &[]);
        t(
            &[("a", "ATGNNNTAA"), ("b", "ATGAAATAA"), ("c", "ATGRAYAAN")],
            1,
            &[(
                "codon.ambiguous",
                "3 of 9 codons hold letters other than A, C, G and T and are left out, in 2 of 3 sequences: a (1), c (2)",
            )],
        );
        t(
            &[("a", "ATGAAAT"), ("b", "ATGAAA")],
            1,
            &[(
                "codon.broken_frame",
                "1 of 2 sequences has a length that is not a multiple of three: the last letters are left out, and the frame \
                 may be broken: a (7 letters)",
            )],
        );
        let stop = "1 of 1 sequences has a stop before the last codon: a (codon 2)";
        t(&[("a", "ATGTGAAAATAA")], 1, &[("codon.internal_stop", stop)]);
        t(&[("a", "ATGTGAAAATAA")], 4, &[]);
        // In table 27 TGA is a residue, and a stop at the end alone.
        t(&[("a", "ATGTGATGA")], 27, &[]);
        t(
            &[("a", "NN"), ("b", "ATG")],
            1,
            &[
                (
                    "codon.broken_frame",
                    "1 of 2 sequences has a length that is not a multiple of three: the last letters are left out, and the \
                     frame may be broken: a (2 letters)",
                ),
                ("codon.no_codon", "1 of 2 sequences has no codon, and a row of zeros: a (2 letters)"),
            ],
        );
    }

    #[test]
    fn many_are_counted_and_a_few_named() {
        let ids: Vec<String> = (1..=8).map(|at| format!("s{at}")).collect();
        let sequences: Vec<Named> = ids.iter().map(|id| (id.as_str(), "ATGTAAAAA")).collect();
        let found = internal_stops(&sequences, &Code::standard()).unwrap();
        assert!(found.message.starts_with("8 of 8 sequences have a stop"), "{}", found.message);
        assert!(
            found
                .message
                .ends_with("s1 (codon 2), s2 (codon 2), s3 (codon 2), s4 (codon 2), s5 (codon 2) and 3 more")
        );
        assert_eq!(found.at.record.as_deref(), Some("s1"));
    }
}
