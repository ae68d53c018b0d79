//! Procrustes superposition (Gower 1975; SciPy: `procrustes`): one map translated, rotated, mirrored if needed,
//! and scaled onto another.

use super::error::{AnalysisError, check_finite};
use super::standardise::means;
use crate::matrix::{Matrix, View};
use nalgebra::DMatrix;

/// A map superposed on another.
#[derive(Clone, Debug, PartialEq)]
pub struct Procrustes {
    /// The aligned points. `[n, k]`
    pub aligned: Matrix,
    /// The squared distance that is left, as a share of the target's spread: 0 for the same shape, 1 for nothing in
    /// common.
    pub disparity: f64,
}

/// Moves `map` as near to `target` as translation, rotation, reflection and one scale allow.
///
/// # Shape
///
/// `map` `[n, k]`, `target` `[n, k]` → `[n, k]`
///
/// # Errors
///
/// `analysis.row_mismatch`, `knn.columns`, `analysis.not_finite`, `procrustes.one_place`.
pub fn procrustes(map: View, target: View) -> Result<Procrustes, AnalysisError> {
    if map.rows() != target.rows() {
        return Err(AnalysisError::RowMismatch { left: map.rows(), right: target.rows() });
    }
    if map.cols() != target.cols() || map.cols() == 0 {
        return Err(AnalysisError::Columns { left: map.cols(), right: target.cols() });
    }
    check_finite(map)?;
    check_finite(target)?;
    let (mean_a, mean_b) = (means(map), means(target));
    let centred = |view: View, mean: &[f64]| {
        let numbers = view.iter_rows().flat_map(|row| row.iter().zip(mean).map(|(&x, m)| f64::from(x) - m));
        DMatrix::from_row_iterator(view.rows(), view.cols(), numbers.collect::<Vec<_>>())
    };
    let (a, b) = (centred(map, &mean_a), centred(target, &mean_b));
    let (spread_a, spread_b) = (a.norm_squared(), b.norm_squared());
    if spread_a <= 0.0 || spread_b <= 0.0 {
        return Err(AnalysisError::OnePlace);
    }
    let svd = (a.transpose() * &b).svd(true, true);
    let (Some(u), Some(v)) = (&svd.u, &svd.v_t) else { return Err(AnalysisError::NotConverged) };
    let along: f64 = svd.singular_values.iter().sum();
    let moved = a * (u * v) * (along / spread_a);
    #[expect(clippy::cast_possible_truncation, reason = "maps are f32")]
    let data = moved
        .row_iter()
        .flat_map(|row| row.iter().zip(&mean_b).map(|(x, m)| (x + m) as f32).collect::<Vec<_>>());
    Ok(Procrustes {
        aligned: Matrix::from_parts(data.collect(), map.rows(), map.cols()),
        disparity: (1.0 - along * along / (spread_a * spread_b)).max(0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_map_comes_back() {
        let target = [0.0, 0.0, 1.0, 0.0, 3.0, 2.0, -1.0, 5.0];
        // Mirrored, turned by 90 degrees, doubled, shifted.
        let moved: Vec<f32> = target.chunks(2).flat_map(|p| [2.0 * p[1] + 7.0, 2.0 * p[0] - 3.0]).collect();
        let target = View::new(&target, 4, 2).unwrap();
        let found = procrustes(View::new(&moved, 4, 2).unwrap(), target).unwrap();
        assert!(found.disparity < 1e-9);
        assert!(found.aligned.data().iter().zip(target.data()).all(|(a, b)| (a - b).abs() < 1e-5));
        let point = View::new(&[1.0; 8], 4, 2).unwrap();
        assert_eq!(procrustes(point, target), Err(AnalysisError::OnePlace));
    }
}
