//! Mutual k-nearest-neighbour alignment of two embeddings, with its permutation null.
//!
//! ```text
//! m(A, B) = 1/n Σᵢ |N_A(i) ∩ N_B(i)| / k
//! ```
//!
//! over the k nearest neighbours N of each row in each embedding (Huh et al. 2024, "The Platonic Representation
//! Hypothesis", section 3; `metrics.mutual_knn` of the authors' code). The null pairs the rows of B with those of A at
//! random: both embeddings keep their neighbourhoods, and only the pairing is lost.

use super::error::AnalysisError;
use super::evaluation::units::Units;
use super::permutation_null::{PermutationNull, permutation_p};
use super::{Neighbours, chance_overlap};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;

/// The alignment of two embeddings.
#[derive(Clone, Debug, PartialEq)]
pub struct MutualKnn {
    /// Mean share of common neighbours, 0 to 1.
    pub alignment: f64,
    /// The share that neighbours drawn at random have in common: k / (n − 1).
    pub chance: f64,
    /// Alignment of randomly paired rows.
    pub null: PermutationNull,
    /// (1 + permutations that reach the alignment) / (1 + permutations).
    pub p_value: f64,
}

/// Measures the alignment of two embeddings of the same rows, and of `shuffles` random pairings of the rows.
///
/// # Shape
///
/// `a` `[n, k]`, `b` `[n, k]`
///
/// # Errors
///
/// `analysis.row_mismatch` for different numbers of rows, `knn.neighbours` for different k, `analysis.cancelled`.
pub fn mutual_knn(
    a: &Neighbours,
    b: &Neighbours,
    shuffles: usize,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<MutualKnn, AnalysisError> {
    mutual_knn_of_units(a, b, &Units::rows(a.rows()), (shuffles, seed), progress)
}

/// The same for rows that may depend on one another: the pairings exchange whole units.
///
/// # Shape
///
/// `a` `[n, k]`, `b` `[n, k]`, units of n rows
///
/// # Errors
///
/// As [`mutual_knn`], and `analysis.labels` unless there is one unit per row.
pub fn mutual_knn_of_units(
    a: &Neighbours,
    b: &Neighbours,
    units: &Units,
    (shuffles, seed): (usize, u64),
    progress: &mut dyn Progress,
) -> Result<MutualKnn, AnalysisError> {
    let (rows, k) = (a.rows(), a.k());
    if rows != b.rows() {
        return Err(AnalysisError::RowMismatch { left: rows, right: b.rows() });
    }
    if k != b.k() {
        return Err(AnalysisError::Neighbours { asked: b.k(), most: k });
    }
    if units.of().len() != rows {
        return Err(AnalysisError::Labels { found: units.of().len(), rows });
    }
    let mut sorted = a.indices().to_vec();
    sorted.chunks_mut(k.max(1)).for_each(<[u32]>::sort_unstable);
    let mut pairing: Vec<u32> = (0..).take(rows).collect();
    let alignment = paired(&sorted, b, &pairing);
    progress.begin(Stage::Resampling);
    let mut random = Random::new(seed);
    let mut shuffled = Vec::with_capacity(shuffles.min(1 << 20));
    for done in 0..shuffles {
        report(progress, done, shuffles)?;
        if units.are_rows() {
            random.shuffle(&mut pairing);
        } else {
            let order = units.permuted(false, &mut random);
            pairing = order.into_iter().filter_map(|row| u32::try_from(row).ok()).collect();
        }
        shuffled.push(paired(&sorted, b, &pairing));
    }
    let p_value = permutation_p(alignment, &shuffled);
    Ok(MutualKnn {
        alignment,
        chance: chance_overlap(k, rows),
        null: PermutationNull::of(&shuffled),
        p_value,
    })
}

/// The alignment if row i of b is row `pairing[i]` of a, whose neighbours are sorted.
fn paired(a: &[u32], b: &Neighbours, pairing: &[u32]) -> f64 {
    let k = b.k().max(1);
    let of_a = |row: u32| a.chunks(k).nth(row as usize).unwrap_or_default();
    let both = |(row, &other): (usize, &u32)| {
        let own = of_a(other);
        let named = b.of(row).iter().filter_map(|&neighbour| pairing.get(neighbour as usize));
        named.filter(|neighbour| own.binary_search(neighbour).is_ok()).count()
    };
    let common: usize = pairing.iter().enumerate().map(both).sum();
    common as f64 / (pairing.len() * k).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Metric, knn, overlap};
    use crate::matrix::Matrix;
    use crate::progress::Silent;
    use std::ops::ControlFlow;

    fn neighbours(numbers: Vec<f32>, k: usize) -> Neighbours {
        let rows = numbers.len();
        knn(Matrix::new(numbers, rows, 1).unwrap().view(), k, Metric::Euclidean, &mut Silent).unwrap()
    }

    fn line(rows: usize) -> Vec<f32> {
        (0..rows).map(|i| i as f32).collect()
    }

    #[test]
    fn an_embedding_is_aligned_with_itself() {
        let a = neighbours(line(40), 4);
        let found = mutual_knn(&a, &a, 99, 1, &mut Silent).unwrap();
        assert_eq!((found.alignment, found.p_value, found.null.shuffles), (1.0, 0.01, 99));
        // Random pairings share what neighbours drawn at random share.
        assert!((found.null.mean.unwrap() - found.chance).abs() < 0.02, "{found:?}");
    }

    #[test]
    fn alignment_is_the_mean_overlap_and_noise_is_not_significant() {
        let (a, b) =
            (neighbours(line(50), 3), neighbours((0..50).map(|i| ((i * 37) % 50) as f32).collect(), 3));
        let found = mutual_knn(&a, &b, 199, 7, &mut Silent).unwrap();
        assert!((found.alignment - overlap(&a, &b).unwrap().shared).abs() < 1e-12);
        assert!(found.p_value > 0.05, "{found:?}");
    }

    #[test]
    fn a_pairing_by_hand() {
        // a: 0 – 1, 2 – 3; b the same; rows 0 and 2 change places.
        let a = neighbours(vec![0.0, 1.0, 10.0, 11.0], 1);
        assert_eq!(paired(a.indices(), &a, &[0, 1, 2, 3]), 1.0);
        assert_eq!(paired(a.indices(), &a, &[2, 1, 0, 3]), 0.0);
        assert_eq!(paired(a.indices(), &a, &[2, 3, 0, 1]), 1.0);
    }

    #[test]
    fn refusals() {
        let (a, b) = (neighbours(line(9), 2), neighbours(line(8), 2));
        assert!(matches!(mutual_knn(&a, &b, 1, 0, &mut Silent), Err(AnalysisError::RowMismatch { .. })));
        let other = neighbours(line(9), 3);
        assert!(matches!(mutual_knn(&a, &other, 1, 0, &mut Silent), Err(AnalysisError::Neighbours { .. })));
        let mut stop = |_, _| ControlFlow::Break(());
        assert!(matches!(mutual_knn(&a, &a, 1, 0, &mut stop), Err(AnalysisError::Cancelled)));
    }
}
