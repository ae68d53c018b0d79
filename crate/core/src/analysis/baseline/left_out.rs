//! Words that do not count, because they hold letters of no alphabet.

use crate::error::{Notice, Where};

/// Sequences that a notice names.
const NAMED: usize = 5;

/// What [`kmers`](super::kmers) leaves out: `words.ambiguous`, words with other letters than those of the alphabet, and
/// `words.none`, sequences without a word.
///
/// # Shape
///
/// `sequences` `[n]`, each an id with its letters
#[must_use]
pub fn left_out_words(sequences: &[(&str, &str)], alphabet: &str, k: usize) -> Vec<Notice> {
    let mut known = [false; 256];
    for letter in alphabet.bytes() {
        for letter in [letter.to_ascii_uppercase(), letter.to_ascii_lowercase()] {
            if let Some(known) = known.get_mut(usize::from(letter)) {
                *known = true;
            }
        }
    }
    let windows = |letters: usize| (letters + 1).saturating_sub(k.max(1));
    let (mut whole, mut sum) = (0, 0);
    let (mut ambiguous, mut none) = (Vec::new(), Vec::new());
    for &(id, letters) in sequences {
        let all = windows(letters.len());
        let runs = letters.as_bytes().split(|&letter| known.get(usize::from(letter)) != Some(&true));
        let counted: usize = runs.map(|run| windows(run.len())).sum();
        whole += all;
        sum += all - counted;
        if counted < all {
            ambiguous.push((id, all - counted));
        }
        if counted == 0 {
            none.push((id, letters.len()));
        }
    }
    let mut found = Vec::new();
    if !ambiguous.is_empty() {
        let words = if k == 1 { "letters".to_owned() } else { format!("words of {k} letters") };
        let message = format!(
            "{sum} of {whole} {words} are not of {alphabet} alone and are left out, in {} of {} sequences",
            ambiguous.len(),
            sequences.len()
        );
        let hint = "shares are of the words that remain; leave these sequences out if that matters";
        found.push(notice("words.ambiguous", &message, &ambiguous, "", hint));
    }
    if !none.is_empty() {
        let message = format!(
            "{} of {} sequences {} no word, and a row of zeros",
            none.len(),
            sequences.len(),
            if none.len() == 1 { "has" } else { "have" }
        );
        found.push(notice(
            "words.none",
            &message,
            &none,
            " letters",
            "leave them out, or ask for shorter words",
        ));
    }
    found
}

fn notice(code: &str, message: &str, odd: &[(&str, usize)], unit: &str, hint: &str) -> Notice {
    let named: Vec<String> =
        odd.iter().take(NAMED).map(|(id, count)| format!("{id} ({count}{unit})")).collect();
    let more = odd.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let record = odd.first().map(|(id, _)| (*id).to_owned());
    Notice {
        code: code.to_owned(),
        message: format!("{message}: {}{more}", named.join(", ")),
        at: Where { record, ..Where::default() },
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_do_not_count_are_reported() {
        fn t(sequences: &[(&str, &str)], k: usize, expected: &[(&str, &str)]) {
            let found = left_out_words(sequences, "ACGT", k);
            let found: Vec<(&str, &str)> =
                found.iter().map(|notice| (notice.code.as_str(), notice.message.as_str())).collect();
            assert_eq!(found, expected, "{sequences:?}");
        }
        t(&[("a", "ACGT"), ("b", "acgt")], 2, &[]);
        t(
            &[("a", "ACNGT"), ("b", "ACGT"), ("c", "NACGR")],
            1,
            &[(
                "words.ambiguous",
                "3 of 14 letters are not of ACGT alone and are left out, in 2 of 3 sequences: a (1), c (2)",
            )],
        );
        t(
            &[("a", "ACNGTA"), ("b", "ACGT")],
            3,
            &[(
                "words.ambiguous",
                "3 of 6 words of 3 letters are not of ACGT alone and are left out, in 1 of 2 sequences: a (3)",
            )],
        );
        t(
            &[("a", "NNNN"), ("b", "AC"), ("c", "ACG")],
            3,
            &[
                (
                    "words.ambiguous",
                    "2 of 3 words of 3 letters are not of ACGT alone and are left out, in 1 of 3 sequences: a (2)",
                ),
                (
                    "words.none",
                    "2 of 3 sequences have no word, and a row of zeros: a (4 letters), b (2 letters)",
                ),
            ],
        );
    }

    #[test]
    fn the_first_few_are_named() {
        let ids: Vec<String> = (1..=7).map(|at| format!("s{at}")).collect();
        let sequences: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "AXC")).collect();
        let found = left_out_words(&sequences, "AC", 1);
        assert!(found[0].message.ends_with("s4 (1), s5 (1) and 2 more"), "{}", found[0].message);
        assert_eq!((found.len(), found[0].at.record.as_deref()), (1, Some("s1")));
    }
}
