//! Simple features to compare a model's score with.
//!
//! | function | features |
//! |---|---|
//! | [`random_vectors`] | a random vector for each name, averaged over the names of a row |
//! | [`skip_gram()`] | a vector for each name, learnt from its context, averaged in the same way |
//! | [`kmers`] | how often each word of k letters occurs |
//! | [`left_out_words`] | which words the last does not count |
//! | [`codons`] | how often each codon occurs, in frame |
//! | [`letter_rows`], [`position_columns`] | letters as one-hot columns or rows of BLOSUM62 |

mod error;
mod left_out;
mod letter_encoding;
mod names;
mod skip_gram;

use crate::matrix::Matrix;
use crate::random::Random;

pub use error::BaselineError;
pub use left_out::left_out_words;
pub use letter_encoding::{LetterEncoding, letter_rows, position_columns};
pub use names::NameVectors;
pub use skip_gram::{SkipGramOptions, skip_gram};

/// Most columns of a k-mer table: 20 letters to the power of 4.
const KMER_COLUMNS: usize = 160_000;

/// Draws a vector of N(0, 1) / √width for each name and averages the names of each row. The vectors
/// are drawn in the order of the names, so the order of rows does not matter. A row without names
/// is zero.
///
/// # Shape
///
/// n lists of names → `[n, width]`
///
/// # Errors
///
/// `probe.nothing` for no rows or no width.
pub fn random_vectors(rows: &[Vec<&str>], width: usize, seed: u64) -> Result<Matrix, BaselineError> {
    if rows.is_empty() || width == 0 {
        return Err(BaselineError::Nothing { what: if width == 0 { "column" } else { "row" } });
    }
    let mut names: Vec<&str> = rows.iter().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    let mut rng = Random::new(seed);
    let data = (0..names.len() * width).map(|_| narrow(rng.normal() / (width as f64).sqrt())).collect();
    Ok(NameVectors::new(&names, Matrix::from_parts(data, names.len(), width)).mean(rows))
}

/// The share of each word of `k` letters among the words of a sequence, in the order of the
/// alphabet; words with other letters do not count. A sequence without a word is zero. k = 1 is the
/// composition. Letters are compared in upper case.
///
/// # Shape
///
/// n sequences → `[n, alphabetᵏ]`
///
/// # Errors
///
/// `probe.nothing` for no rows, `probe.setting` for k = 0, no alphabet or more than 160 000 words.
pub fn kmers(sequences: &[&str], alphabet: &str, k: usize) -> Result<Matrix, BaselineError> {
    words(sequences, alphabet, k, 1)
}

/// The share of each codon among the codons of a coding sequence in frame, AAA to TTT; codons with
/// other letters than A, C, G and T do not count. A sequence without a codon is zero.
///
/// # Shape
///
/// n sequences → `[n, 64]`
///
/// # Errors
///
/// `probe.nothing` for no rows.
pub fn codons(sequences: &[&str]) -> Result<Matrix, BaselineError> {
    words(sequences, "ACGT", 3, 3)
}

/// Words of k letters that begin at every `step`-th letter.
fn words(sequences: &[&str], alphabet: &str, k: usize, step: usize) -> Result<Matrix, BaselineError> {
    let letters = alphabet.to_ascii_uppercase().into_bytes();
    let cols = u32::try_from(k).ok().and_then(|k| letters.len().checked_pow(k)).unwrap_or(usize::MAX);
    if k == 0 || letters.is_empty() || cols > KMER_COLUMNS {
        return Err(BaselineError::Words);
    }
    if sequences.is_empty() {
        return Err(BaselineError::Nothing { what: "row" });
    }
    let place = |letter: u8| letters.iter().position(|&l| l == letter.to_ascii_uppercase());
    let mut data = Vec::with_capacity(sequences.len() * cols);
    for sequence in sequences {
        let (mut counts, mut whole) = (vec![0.0_f64; cols], 0.0_f64);
        for word in sequence.as_bytes().windows(k).step_by(step) {
            let index = word.iter().try_fold(0, |at, &letter| Some(at * letters.len() + place(letter)?));
            if let Some(count) = index.and_then(|index| counts.get_mut(index)) {
                *count += 1.0;
                whole += 1.0;
            }
        }
        data.extend(counts.iter().map(|count| narrow(count / whole.max(1.0))));
    }
    Ok(Matrix::from_parts(data, sequences.len(), cols))
}

#[expect(clippy::cast_possible_truncation, reason = "features are f32")]
fn narrow(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        fn t(sequence: &str, k: usize, expected: &[f32]) {
            assert_eq!(kmers(&[sequence], "AC", k).unwrap().data(), expected, "{sequence}");
        }
        t("AACa", 1, &[0.75, 0.25]);
        t("AACA", 2, &[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
        t("AXC", 2, &[0.0; 4]);
        t("", 1, &[0.0; 2]);
        assert!(kmers(&["A"], "AC", 0).is_err() && kmers(&["A"], "AC", 60).is_err());
        assert!(kmers(&[], "AC", 1).is_err());
        let found = codons(&["AAATTTaaaNNNAA"]).unwrap();
        assert_eq!((found.data()[0], found.data()[63], found.cols()), (2.0 / 3.0, 1.0 / 3.0, 64));
    }

    #[test]
    fn a_name_has_one_vector() {
        let found = random_vectors(&[vec!["b"], vec!["a", "b"], vec![], vec!["b", "b"]], 64, 7).unwrap();
        assert_eq!(found.row(0), found.row(3));
        assert_ne!(found.row(0), found.row(1));
        assert_eq!(found.row(2), Some(&[0.0; 64][..]));
        let square: f32 = found.row(0).unwrap().iter().map(|x| x * x).sum();
        assert!((0.4..1.8).contains(&square), "{square}");
        assert!(random_vectors(&[], 4, 0).is_err() && random_vectors(&[vec!["a"]], 0, 0).is_err());
    }
}
