//! Do two spaces have the same neighbours?

use super::Neighbours;
use crate::analysis::error::AnalysisError;
use serde::Serialize;

/// How many neighbours two spaces share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Overlap {
    /// Mean of |A ∩ B| / k over the rows.
    pub shared: f64,
    /// Mean of |A ∩ B| / |A ∪ B| over the rows.
    pub jaccard: f64,
    /// The share that neighbours drawn at random would have: [`chance_overlap`].
    pub chance: f64,
    /// |A ∩ B| / k of each row. `[n]`
    pub rows: Vec<f32>,
}

/// Compares the neighbours of the same rows in two spaces.
///
/// # Shape
///
/// `a` `[n, k]`, `b` `[n, k]` → rows `[n]`
///
/// # Errors
///
/// `analysis.row_mismatch` for different numbers of rows, `knn.neighbours` for different k.
pub fn overlap(a: &Neighbours, b: &Neighbours) -> Result<Overlap, AnalysisError> {
    let (rows, k) = (a.rows(), a.k());
    if rows != b.rows() {
        return Err(AnalysisError::RowMismatch { left: rows, right: b.rows() });
    }
    if k != b.k() {
        return Err(AnalysisError::Neighbours { asked: b.k(), most: k });
    }
    let (mut shares, mut shared, mut jaccard) = (Vec::with_capacity(rows), 0.0, 0.0);
    for row in 0..rows {
        let mut own = a.of(row).to_vec();
        own.sort_unstable();
        let both = b.of(row).iter().filter(|other| own.binary_search(other).is_ok()).count();
        let share = both as f64 / k as f64;
        shared += share;
        jaccard += both as f64 / (2 * k - both) as f64;
        #[expect(clippy::cast_possible_truncation, reason = "results are f32")]
        shares.push(share as f32);
    }
    let count = rows.max(1) as f64;
    let chance = chance_overlap(k, rows);
    Ok(Overlap { shared: shared / count, jaccard: jaccard / count, chance, rows: shares })
}

/// The share of `k` neighbours that two spaces of `rows` rows have in common by chance, if the neighbours are
/// drawn at random from the other rows: k / (rows − 1).
#[must_use]
pub fn chance_overlap(k: usize, rows: usize) -> f64 {
    k as f64 / rows.saturating_sub(1).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_by_hand() {
        fn t(k: usize, rows: usize, expected: f64) {
            assert_eq!(chance_overlap(k, rows), expected, "{k} of {rows}");
        }
        t(3, 7, 0.5);
        t(6, 7, 1.0);
        t(1, 2, 1.0);
        t(0, 0, 0.0);
    }
}
