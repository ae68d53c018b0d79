//! Embeddings of the same thing side by side: tables joined by name or by locus.
//!
//! Boshar et al. (2024) put the nucleotide and the protein embedding of a gene into one row, Xiao et
//! al. the protein and the domain embedding of each domain. Rows are matched by their keys and
//! by nothing else: a published script that paired the i-th rows of two lists went wrong where one
//! model had skipped a domain and all later ones moved up. Here a key that one table lacks is left
//! out of the result and named.
//!
//! The columns stand in the order of the tables, the rows in the order of the first table.

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod error;
mod locus;
mod pooled;
mod positions;
mod shares;

pub use error::JoinError;
pub use locus::{Locus, loci, locus_name};
pub use pooled::{Pooled, pool_sequences};
pub use positions::{PositionPooling, Positions, pool_sequence, read_positions};
pub use shares::{equal_weights, shares};

use crate::matrix::{Matrix, View};
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::ops::Range;

/// Rows with their keys.
#[derive(Clone, Copy, Debug)]
pub struct KeyedTable<'t, K> {
    /// What the rows were made with, for messages and column names.
    pub name: &'t str,
    /// One key per row, all different.
    pub keys: &'t [K],
    /// The rows.
    pub rows: View<'t>,
}

/// Tables side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined<K> {
    /// One key per row.
    pub keys: Vec<K>,
    /// The rows, `[keys, sum of the tables' columns]`.
    pub rows: Matrix,
    /// Which columns came from which table.
    pub columns: Vec<(String, Range<usize>)>,
    /// Keys that are not in the result, with the tables that lack them.
    pub missing: Vec<Missing<K>>,
}

/// A key that some tables lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing<K> {
    /// The key.
    pub key: K,
    /// Names of the tables without it.
    pub tables: Vec<String>,
}

/// Joins two or more tables by their keys: by name with `K = String`, by locus with [`Locus`].
///
/// ```
/// use crossgrain_core::{join::{KeyedTable, join}, matrix::Matrix};
///
/// let (a, b) = (Matrix::new(vec![1.0, 2.0], 2, 1)?, Matrix::new(vec![8.0, 9.0], 2, 1)?);
/// let esm = KeyedTable { name: "esm", keys: &["x", "y"], rows: a.view() };
/// let nt = KeyedTable { name: "nt", keys: &["y", "z"], rows: b.view() };
/// let joined = join(&[esm, nt])?;
/// assert_eq!((joined.keys.as_slice(), joined.rows.row(0)), (&["y"][..], Some(&[2.0, 8.0][..])));
/// assert_eq!(joined.missing.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// tables `[nᵢ, dᵢ]` → `[n, Σ dᵢ]`, where n is the number of keys that all tables have.
///
/// # Errors
///
/// `join.tables`, `join.rows`, `join.duplicate_key`, `join.nothing`, `join.memory`.
pub fn join<K: Clone + Eq + Hash + fmt::Display>(
    tables: &[KeyedTable<'_, K>],
) -> Result<Joined<K>, JoinError> {
    let [first, others @ ..] = tables else { return Err(JoinError::Tables) };
    if others.is_empty() {
        return Err(JoinError::Tables);
    }
    let indices = tables.iter().map(rows_of_keys).collect::<Result<Vec<_>, _>>()?;
    let mut columns = Vec::new();
    let mut width = 0_usize;
    for table in tables {
        let end = width.saturating_add(table.rows.cols());
        columns.push((table.name.to_owned(), width..end));
        width = end;
    }
    let (mut keys, mut data, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen: HashMap<&K, ()> = HashMap::new();
    for key in std::iter::once(first).chain(others).flat_map(|table| table.keys) {
        if seen.insert(key, ()).is_some() {
            continue;
        }
        let found: Vec<Option<&[f32]>> = tables
            .iter()
            .zip(&indices)
            .map(|(table, index)| index.get(key).and_then(|&row| table.rows.row(row)))
            .collect();
        let lacking: Vec<String> = tables
            .iter()
            .zip(&found)
            .filter(|(_, row)| row.is_none())
            .map(|(table, _)| table.name.to_owned())
            .collect();
        if lacking.is_empty() {
            data.try_reserve(width).map_err(|_| JoinError::Memory)?;
            found.into_iter().flatten().for_each(|row| data.extend_from_slice(row));
            keys.push(key.clone());
        } else {
            missing.push(Missing { key: key.clone(), tables: lacking });
        }
    }
    if keys.is_empty() {
        return Err(JoinError::Nothing);
    }
    let rows = Matrix::new(data, keys.len(), width).map_err(|_| JoinError::Memory)?;
    Ok(Joined { keys, rows, columns, missing })
}

/// The mean row of each name, over its positions.
///
/// # Shape
///
/// `[loci, d]` → `[names, d]`, names in the order of their first rows.
///
/// # Errors
///
/// `join.memory`.
pub fn mean_by_id(joined: &Joined<Locus>) -> Result<(Vec<String>, Matrix), JoinError> {
    let width = joined.rows.cols();
    let mut order: Vec<String> = Vec::new();
    let mut sums: HashMap<&str, (usize, usize)> = HashMap::new();
    let mut data: Vec<f64> = Vec::new();
    for (row, locus) in joined.keys.iter().enumerate() {
        let next = order.len();
        let (at, count) = sums.entry(locus.id.as_str()).or_insert((next, 0));
        if *count == 0 {
            order.push(locus.id.clone());
            data.resize(data.len().saturating_add(width), 0.0);
        }
        *count = count.saturating_add(1);
        let start = at.saturating_mul(width);
        let sum = data.get_mut(start..start.saturating_add(width)).unwrap_or_default();
        for (sum, value) in sum.iter_mut().zip(joined.rows.row(row).unwrap_or_default()) {
            *sum += f64::from(*value);
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a mean of f32, summed as f64"
    )]
    let means = data.iter().enumerate().map(|(i, sum)| {
        let id = i.checked_div(width).and_then(|at| order.get(at));
        let count = id.and_then(|id| sums.get(id.as_str())).map_or(1, |(_, count)| *count);
        (sum / count as f64) as f32
    });
    let rows = Matrix::new(means.collect(), order.len(), width).map_err(|_| JoinError::Memory)?;
    Ok((order, rows))
}

/// Key → row. Refuses two rows with one key.
fn rows_of_keys<'t, K: Eq + Hash + fmt::Display>(
    table: &KeyedTable<'t, K>,
) -> Result<HashMap<&'t K, usize>, JoinError> {
    let name = || table.name.to_owned();
    if table.keys.len() != table.rows.rows() {
        return Err(JoinError::Rows { table: name(), keys: table.keys.len(), rows: table.rows.rows() });
    }
    let mut rows = HashMap::with_capacity(table.keys.len());
    for (row, key) in table.keys.iter().enumerate() {
        if rows.insert(key, row).is_some() {
            return Err(JoinError::DuplicateKey { table: name(), key: key.to_string() });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    fn matrix(rows: &[&[f32]]) -> Matrix {
        Matrix::new(rows.concat(), rows.len(), rows.first().map_or(0, |row| row.len())).unwrap()
    }

    fn locus(id: &str, position: usize) -> Locus {
        Locus { id: id.to_owned(), position }
    }

    #[test]
    fn a_skipped_domain_shifts_nothing() {
        // ESM has no vector for the second domain of c1.
        let esm = matrix(&[&[1.0], &[3.0], &[4.0]]);
        let carp = matrix(&[&[10.0], &[20.0], &[30.0], &[40.0]]);
        let esm_keys = [locus("c1", 1), locus("c1", 3), locus("c2", 1)];
        let carp_keys = [locus("c1", 1), locus("c1", 2), locus("c1", 3), locus("c2", 1)];
        let tables = [
            KeyedTable { name: "esm", keys: &esm_keys, rows: esm.view() },
            KeyedTable { name: "bigcarp", keys: &carp_keys, rows: carp.view() },
        ];
        let joined = join(&tables).unwrap();
        assert_eq!(joined.keys, esm_keys);
        assert_eq!(joined.rows, matrix(&[&[1.0, 10.0], &[3.0, 30.0], &[4.0, 40.0]]));
        assert_eq!(joined.columns, [("esm".to_owned(), 0..1), ("bigcarp".to_owned(), 1..2)]);
        assert_eq!(joined.missing, [Missing { key: locus("c1", 2), tables: vec!["esm".to_owned()] }]);
        let (ids, means) = mean_by_id(&joined).unwrap();
        assert_eq!(
            (ids, means),
            (vec!["c1".to_owned(), "c2".to_owned()], matrix(&[&[2.0, 20.0], &[4.0, 40.0]]))
        );
    }

    #[test]
    fn refusals() {
        fn t(keys: &[&[&str]], code: &str) {
            let rows = matrix(&[&[1.0], &[2.0]]);
            let tables: Vec<_> =
                keys.iter().map(|keys| KeyedTable { name: "a", keys, rows: rows.view() }).collect();
            assert_eq!(join(&tables).unwrap_err().code(), code, "{keys:?}");
        }
        t(&[], "join.tables");
        t(&[&["x", "y"]], "join.tables");
        t(&[&["x", "y"], &["x"]], "join.rows");
        t(&[&["x", "y"], &["x", "x"]], "join.duplicate_key");
        t(&[&["x", "y"], &["v", "w"]], "join.nothing");
    }
}
