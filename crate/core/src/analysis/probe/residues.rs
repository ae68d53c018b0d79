//! Rows of residues from rows of tokens, for labels per residue.
//!
//! A token may stand for several residues: a 6-mer of DNA for two. Each position inside a token is
//! its own task with its own head, as published: the token rows of sub-token index s become a table,
//! that table is probed with folds by sequence, and the predictions of all heads are scored together.

use super::ProbeError;
use crate::analysis::evaluation::EvaluationError;
use crate::matrix::{Matrix, View};

/// Where the label of one residue is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residue {
    /// Its sequence: the group that folds must not split.
    pub sequence: u32,
    /// Its number in the sequence, counted from 0.
    pub residue: usize,
    /// The row of its token in the table of all tokens.
    pub row: usize,
    /// Its number inside the token, counted from 0: the head that reads it.
    pub sub_token_index: usize,
}

/// Lists the residues of each sequence. A last token may be short of residues; residues beyond the
/// last token (cut off, or not in frame) are left out.
///
/// # Errors
///
/// `probe.setting` for no residues per token, `probe.rows` if the sequences differ in number.
pub fn residues_of_tokens(
    tokens: &[usize],
    residues: &[usize],
    per_token: usize,
) -> Result<Vec<Residue>, ProbeError> {
    if per_token == 0 {
        return Err(ProbeError::Setting { what: "a token stands for at least one residue" });
    }
    if tokens.len() != residues.len() {
        return Err(EvaluationError::Rows { expected: residues.len(), found: tokens.len() }.into());
    }
    let (mut list, mut first) = (Vec::new(), 0);
    for (sequence, (&tokens, &residues)) in (0..).zip(tokens.iter().zip(residues)) {
        let at = |residue| Residue {
            sequence,
            residue,
            row: first + residue / per_token,
            sub_token_index: residue % per_token,
        };
        list.extend((0..residues.min(tokens.saturating_mul(per_token))).map(at));
        first += tokens;
    }
    Ok(list)
}

/// The token rows of some residues.
///
/// # Shape
///
/// `[tokens, d]`, residues `[m]` → `[m, d]`
///
/// # Errors
///
/// `probe.rows` if a residue lies beyond the table.
pub fn residue_rows(tokens: View, residues: &[Residue]) -> Result<Matrix, EvaluationError> {
    let mut data = Vec::with_capacity(residues.len() * tokens.cols());
    for residue in residues {
        let beyond = EvaluationError::Rows { expected: tokens.rows(), found: residue.row + 1 };
        data.extend_from_slice(tokens.row(residue.row).ok_or(beyond)?);
    }
    Ok(Matrix::from_parts(data, residues.len(), tokens.cols()))
}
