//! What goes in and what comes out: records and their rows.

use crate::pooling::Pool;
use crossgrain_core::error::Notice;

/// A record to embed.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its id, for messages.
    pub id: &'a str,
    /// Its letters, as [`crossgrain_core::seq`] leaves them.
    pub letters: &'a str,
}

/// The rows of all records.
///
/// # Shape
/// `n` records, `d` numbers per row.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    /// The layers asked for, ascending.
    pub layers: Vec<usize>,
    /// `d`.
    pub width: usize,
    /// Record `i` has rows `offsets[i]..offsets[i + 1]`; `[n + 1]`.
    pub offsets: Vec<usize>,
    /// Per layer of `layers`: `[rows, d]`.
    pub states: Vec<Vec<f32>>,
    /// Windows each record took, `[n]`.
    pub windows: Vec<u32>,
    /// Residues (or k-mers, or domains: tokens without specials) of each record, `[n]`.
    pub residues: Vec<u32>,
    /// Special tokens around them, `[n]`.
    pub specials: Vec<u32>,
    /// How rows were made; never [`Pool::Auto`].
    pub pool: Pool,
    /// Distinct sequences embedded.
    pub unique: usize,
    /// The notices of the tokenizer, by record: letters without a token, letters that were changed. Their `at` is
    /// empty: the caller knows the names of records.
    pub notices: Vec<(usize, Notice)>,
    /// Per record `[residues + specials, v]`, if asked for.
    pub logits: Vec<Vec<f32>>,
    /// Per record `[l, l]`, if asked for; `None` for records of several windows.
    pub contacts: Vec<Option<Vec<f32>>>,
}
