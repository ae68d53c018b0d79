//! Do two spaces have the same neighbours?

use super::Neighbours;
use crate::analysis::error::AnalysisError;

/// How many neighbours two spaces share.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlap {
    /// Mean of |A ∩ B| / k over the rows.
    pub shared: f64,
    /// Mean of |A ∩ B| / |A ∪ B| over the rows.
    pub jaccard: f64,
    /// What neighbours drawn at random would share: k / (n − 1).
    pub chance: f64,
    /// |A ∩ B| / k of each row. `[n]`
    pub rows: Vec<f32>,
}

/// Compares the neighbours of the same rows in two spaces.
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
    let chance = k as f64 / rows.saturating_sub(1).max(1) as f64;
    Ok(Overlap { shared: shared / count, jaccard: jaccard / count, chance, rows: shares })
}
