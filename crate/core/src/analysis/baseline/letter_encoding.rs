//! Letters as columns, without any model: one-hot, and the rows of BLOSUM62.

use super::BaselineError;
use crate::amino_acids::AMINO_ACIDS;
use crate::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// BLOSUM62 in half bits (Henikoff and Henikoff 1992, *PNAS* 89:10915), rows and columns in the order of
/// [`AMINO_ACIDS`].
#[rustfmt::skip]
const BLOSUM62: [[i8; 20]; 20] = [
    [ 4,  0, -2, -1, -2,  0, -2, -1, -1, -1, -1, -2, -1, -1, -1,  1,  0,  0, -3, -2], // A
    [ 0,  9, -3, -4, -2, -3, -3, -1, -3, -1, -1, -3, -3, -3, -3, -1, -1, -1, -2, -2], // C
    [-2, -3,  6,  2, -3, -1, -1, -3, -1, -4, -3,  1, -1,  0, -2,  0, -1, -3, -4, -3], // D
    [-1, -4,  2,  5, -3, -2,  0, -3,  1, -3, -2,  0, -1,  2,  0,  0, -1, -2, -3, -2], // E
    [-2, -2, -3, -3,  6, -3, -1,  0, -3,  0,  0, -3, -4, -3, -3, -2, -2, -1,  1,  3], // F
    [ 0, -3, -1, -2, -3,  6, -2, -4, -2, -4, -3,  0, -2, -2, -2,  0, -2, -3, -2, -3], // G
    [-2, -3, -1,  0, -1, -2,  8, -3, -1, -3, -2,  1, -2,  0,  0, -1, -2, -3, -2,  2], // H
    [-1, -1, -3, -3,  0, -4, -3,  4, -3,  2,  1, -3, -3, -3, -3, -2, -1,  3, -3, -1], // I
    [-1, -3, -1,  1, -3, -2, -1, -3,  5, -2, -1,  0, -1,  1,  2,  0, -1, -2, -3, -2], // K
    [-1, -1, -4, -3,  0, -4, -3,  2, -2,  4,  2, -3, -3, -2, -2, -2, -1,  1, -2, -1], // L
    [-1, -1, -3, -2,  0, -3, -2,  1, -1,  2,  5, -2, -2,  0, -1, -1, -1,  1, -1, -1], // M
    [-2, -3,  1,  0, -3,  0,  1, -3,  0, -3, -2,  6, -2,  0,  0,  1,  0, -3, -4, -2], // N
    [-1, -3, -1, -1, -4, -2, -2, -3, -1, -3, -2, -2,  7, -1, -2, -1, -1, -2, -4, -3], // P
    [-1, -3,  0,  2, -3, -2,  0, -3,  1, -2,  0,  0, -1,  5,  1,  0, -1, -2, -2, -1], // Q
    [-1, -3, -2,  0, -3, -2,  0, -3,  2, -2, -1,  0, -2,  1,  5, -1, -1, -3, -3, -2], // R
    [ 1, -1,  0,  0, -2,  0, -1, -2,  0, -2, -1,  1, -1,  0, -1,  4,  1, -2, -3, -2], // S
    [ 0, -1, -1, -1, -2, -2, -2, -1, -1, -1, -1,  0, -1, -1, -1,  1,  5,  0, -2, -2], // T
    [ 0, -1, -3, -2, -1, -3, -3,  3, -2,  1,  1, -3, -2, -2, -3, -2,  0,  4, -3, -1], // V
    [-3, -2, -4, -3,  1, -2, -2, -3, -3, -2, -1, -4, -4, -2, -3, -3, -2, -3, 11,  2], // W
    [-2, -2, -3, -2,  3, -3,  2, -1, -2, -1, -1, -2, -3, -1, -2, -2, -2, -1,  2,  7], // Y
];

/// Most columns of a row: 20 for each of 8,000 positions.
const MOST_COLUMNS: usize = 160_000;

/// What a letter becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum LetterEncoding {
    /// A column for each letter: 1 for the letter itself. B, Z and J are half of each letter that they may be.
    #[default]
    OneHot,
    /// The row of the letter in BLOSUM62; of proteins only.
    Blosum62,
}

impl LetterEncoding {
    /// The columns of one letter; zeros for a letter that says nothing, such as X or N.
    fn columns(self, letter: u8, alphabet: &[u8]) -> Vec<f32> {
        let may_be: &[u8] = match letter {
            b'B' if alphabet.len() == 20 => b"DN",
            b'Z' if alphabet.len() == 20 => b"EQ",
            b'J' if alphabet.len() == 20 => b"IL",
            b'U' if alphabet.len() == 4 => b"T",
            _ => &[letter],
        };
        let mut columns = vec![0.0; alphabet.len()];
        for at in may_be.iter().filter_map(|letter| alphabet.iter().position(|one| one == letter)) {
            let share = 1.0 / may_be.len() as f32;
            match (self, BLOSUM62.get(at)) {
                (Self::Blosum62, Some(row)) => {
                    columns.iter_mut().zip(row).for_each(|(x, &score)| *x += share * f32::from(score));
                }
                _ => columns.iter_mut().skip(at).take(1).for_each(|x| *x += share),
            }
        }
        columns
    }
}

/// The columns of every letter, letter after letter and sequence after sequence.
///
/// # Shape
///
/// n sequences with l letters in all → `[l, alphabet]`
///
/// # Errors
///
/// `probe.nothing` without a letter, `probe.setting` for BLOSUM62 of other letters than amino acids.
pub fn letter_rows(
    sequences: &[&str],
    alphabet: &str,
    encoding: LetterEncoding,
) -> Result<Matrix, BaselineError> {
    let letters = alphabet.as_bytes();
    if encoding == LetterEncoding::Blosum62 && letters != AMINO_ACIDS {
        return Err(BaselineError::NoBlosum);
    }
    let of = |letter: u8| encoding.columns(letter.to_ascii_uppercase(), letters);
    let data: Vec<f32> = sequences.iter().flat_map(|sequence| sequence.bytes().flat_map(of)).collect();
    let rows: usize = sequences.iter().map(|sequence| sequence.len()).sum();
    if rows == 0 || letters.is_empty() {
        return Err(BaselineError::Nothing { what: "letter" });
    }
    Ok(Matrix::from_parts(data, rows, letters.len()))
}

/// The columns of all positions of a sequence as one row: for sequences of one length, whose positions correspond, as those of
/// mutants or of an alignment.
///
/// # Shape
///
/// n sequences of l letters → `[n, l · alphabet]`
///
/// # Errors
///
/// As [`letter_rows`], and `probe.lengths` unless all sequences are of one length, `probe.setting` for more than 160 000 columns.
pub fn position_columns(
    sequences: &[&str],
    alphabet: &str,
    encoding: LetterEncoding,
) -> Result<Matrix, BaselineError> {
    let length = sequences.first().map_or(0, |first| first.len());
    if let Some((row, other)) = sequences.iter().enumerate().find(|(_, other)| other.len() != length) {
        return Err(BaselineError::Lengths { row, expected: length, found: other.len() });
    }
    if length.saturating_mul(alphabet.len()) > MOST_COLUMNS {
        return Err(BaselineError::Words);
    }
    let rows = letter_rows(sequences, alphabet, encoding)?;
    Ok(Matrix::from_parts(rows.into_data(), sequences.len(), length * alphabet.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amino_acids::AMINO_ACID_LETTERS;

    #[test]
    fn blosum62_is_symmetric_and_scores_as_published() {
        let at = |letter: u8| AMINO_ACIDS.iter().position(|one| *one == letter).unwrap();
        for a in 0..20 {
            assert!(
                (0..20)
                    .all(|b| BLOSUM62[a][b] == BLOSUM62[b][a] && BLOSUM62[a][a] > BLOSUM62[a][(a + 1) % 20])
            );
        }
        for (a, b, score) in [
            (b'W', b'W', 11),
            (b'C', b'C', 9),
            (b'I', b'V', 3),
            (b'F', b'Y', 3),
            (b'D', b'L', -4),
            (b'P', b'W', -4),
        ] {
            assert_eq!(BLOSUM62[at(a)][at(b)], score, "{} {}", char::from(a), char::from(b));
        }
        // The sum over all pairs, as of NCBI's table.
        assert_eq!(BLOSUM62.iter().flatten().map(|&x| i32::from(x)).sum::<i32>(), -426);
    }

    #[test]
    fn letters_become_columns() {
        let (hot, blosum) = (LetterEncoding::OneHot, LetterEncoding::Blosum62);
        let found = position_columns(&["AC", "gX"], "ACGT", hot).unwrap();
        assert_eq!((found.rows(), found.cols()), (2, 8));
        assert_eq!(
            found.data(),
            [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        );
        let found = letter_rows(&["AB", "W"], AMINO_ACID_LETTERS, hot).unwrap();
        assert_eq!((found.rows(), found.cols()), (3, 20));
        let row = |at: usize| &found.data()[at * 20..(at + 1) * 20];
        assert_eq!(
            (row(0)[0], row(1)[2], row(1)[11], row(1).iter().sum::<f32>(), row(2)[18]),
            (1.0, 0.5, 0.5, 1.0, 1.0)
        );
        let found = letter_rows(&["W"], AMINO_ACID_LETTERS, blosum).unwrap();
        assert_eq!((found.data()[18], found.data()[0]), (11.0, -3.0));
        let lengths = BaselineError::Lengths { row: 1, expected: 2, found: 3 };
        assert_eq!(position_columns(&["AC", "ACC"], "ACGT", hot), Err(lengths));
        assert_eq!(letter_rows(&["AC"], "ACGT", blosum), Err(BaselineError::NoBlosum));
        assert_eq!(letter_rows(&[""], "ACGT", hot), Err(BaselineError::Nothing { what: "letter" }));
    }
}
