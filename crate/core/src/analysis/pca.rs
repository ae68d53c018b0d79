//! Principal components: the directions in which the rows of a matrix differ most (scikit-learn: `PCA`).
//!
//! The rows are centred, not scaled ([`standardise`](super::standardise) scales). With n rows and
//! d columns, the smaller of the two Gram matrices (d × d of the columns or n × n of the rows) is
//! decomposed as a whole, which is exact; if both sides are large, the leading components are
//! found by iteration to 1e-10 ([`PCA_EXACT_SIDE`]).
//!
//! | file | what it holds |
//! |---|---|
//! | `gram` | sums of products of centred columns or rows |
//! | `krylov` | leading components without a Gram matrix |

mod gram;
mod krylov;

use super::error::{AnalysisError, check_finite};
use super::standardise::means;
use crate::limits::PCA_EXACT_SIDE;
use crate::matrix::{Matrix, View};
use nalgebra::{DMatrix, SymmetricEigen};

/// The leading principal components of a matrix of n rows and d columns.
///
/// A direction is only defined up to its sign: here the loading of the largest size is positive
/// (the first of them, if several are equal). A component beyond the rank of the matrix is zero,
/// with zero scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    /// Where each row lies along each component. `[n, k]`
    pub scores: Matrix,
    /// The components, one per row, each of length 1. `[k, d]`
    pub components: Matrix,
    /// The share of the whole variance along each component, descending. `[k]`
    pub explained: Vec<f32>,
    /// The mean of each column. `[d]`
    pub mean: Vec<f32>,
}

/// A direction and the sum of squares along it.
struct Direction {
    /// A vector of length 1, or all zero. `[d]`
    loadings: Vec<f64>,
    square: f64,
}

/// Finds the `components` leading principal components.
///
/// ```
/// use crossgrain_core::{analysis::pca, matrix::View};
///
/// let rows = [2.0, 0.0, -2.0, 0.0, 0.0, 1.0, 0.0, -1.0];
/// let found = pca(View::new(&rows, 4, 2)?, 1)?;
/// assert_eq!(found.scores.data(), [2.0, -2.0, 0.0, 0.0]);
/// assert_eq!(found.explained, [0.8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// `[n, d]` → scores `[n, k]`, components `[k, d]`, explained `[k]`, mean `[d]`, for k = `components`
///
/// # Errors
///
/// `pca.too_few_rows` for fewer than two rows, `pca.components` for none or more than min(n, d),
/// `analysis.not_finite`, and `pca.not_converged` if the iteration does not settle.
pub fn pca(view: View, components: usize) -> Result<Pca, AnalysisError> {
    pca_with(view, components, PCA_EXACT_SIDE)
}

/// The same with the iteration beginning above a given side, so that tests reach it.
fn pca_with(view: View, components: usize, exact_side: usize) -> Result<Pca, AnalysisError> {
    let (rows, cols) = (view.rows(), view.cols());
    if rows < 2 {
        return Err(AnalysisError::TooFewRows { rows });
    }
    if components == 0 || components > rows.min(cols) {
        return Err(AnalysisError::Components { asked: components, rows, cols });
    }
    check_finite(view)?;

    let centred = Centred { view, mean: means(view) };
    let total = centred.total_square();
    let mut directions = if rows.min(cols) <= exact_side {
        exact(&centred, components)?
    } else {
        krylov::leading(&centred, components)?
    };
    for direction in &mut directions {
        direction.settle(total);
    }
    Ok(narrow(&centred, &directions, total))
}

/// The leading directions from the smaller Gram matrix.
fn exact(centred: &Centred, components: usize) -> Result<Vec<Direction>, AnalysisError> {
    let by_rows = centred.view.rows() < centred.view.cols();
    let gram = if by_rows { gram::of_rows(centred) } else { gram::of_columns(centred) };
    let pairs = leading_pairs(gram, components)?;
    Ok(pairs
        .into_iter()
        .map(|(square, vector)| {
            let loadings = if by_rows { centred.combine(&vector) } else { vector };
            Direction { loadings, square }
        })
        .collect())
}

/// The largest eigenvalues of a symmetric matrix and their vectors, descending.
fn leading_pairs(matrix: DMatrix<f64>, count: usize) -> Result<Vec<(f64, Vec<f64>)>, AnalysisError> {
    // Two or three iterations per eigenvalue are usual; the bound only prevents an endless loop.
    let iterations = matrix.nrows().saturating_mul(100).max(1);
    let eigen =
        SymmetricEigen::try_new(matrix, f64::EPSILON, iterations).ok_or(AnalysisError::NotConverged)?;
    let mut order: Vec<(usize, f64)> = eigen.eigenvalues.iter().copied().enumerate().collect();
    order.sort_by(|(i, a), (j, b)| b.total_cmp(a).then(i.cmp(j)));
    let pair = |(i, value): (usize, f64)| (value, eigen.eigenvectors.column(i).iter().copied().collect());
    Ok(order.into_iter().take(count).map(pair).collect())
}

/// A matrix read as if the mean of each column were zero.
struct Centred<'a> {
    view: View<'a>,
    /// `[d]`
    mean: Vec<f64>,
}

impl Centred<'_> {
    /// The rows, one after another, each centred into the same space. `[d]`
    fn for_each_row(&self, mut each: impl FnMut(usize, &[f64])) {
        let mut centred = vec![0.0; self.view.cols()];
        for (i, row) in self.view.iter_rows().enumerate() {
            for ((to, &x), mean) in centred.iter_mut().zip(row).zip(&self.mean) {
                *to = f64::from(x) - mean;
            }
            each(i, &centred);
        }
    }

    /// The sum of squares of all numbers: n times the whole variance.
    fn total_square(&self) -> f64 {
        let mut total = 0.0;
        self.for_each_row(|_, row| total += dot(row, row));
        total
    }

    /// The sum of the rows, each times its weight. `[n]` → `[d]`
    fn combine(&self, weights: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.view.cols()];
        self.for_each_row(|i, row| add_scaled(&mut sum, weights.get(i).copied().unwrap_or_default(), row));
        sum
    }
}

impl Direction {
    /// Scales to length 1 with the sign of the rule, or to zero if the direction holds only rounding.
    fn settle(&mut self, total: f64) {
        let length = dot(&self.loadings, &self.loadings).sqrt();
        let noise = total * f64::EPSILON * self.loadings.len() as f64;
        if self.square <= noise || length == 0.0 {
            self.square = 0.0;
            self.loadings.fill(0.0);
            return;
        }
        let largest = self.loadings.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        // Equal loadings differ by their rounding, and that must not choose the sign.
        let first = self.loadings.iter().find(|x| x.abs() >= largest * (1.0 - 1e-6));
        let sign = first.map_or(1.0, |x| x.signum());
        for x in &mut self.loadings {
            *x *= sign / length;
        }
    }
}

/// The answer in f32.
#[expect(clippy::cast_possible_truncation, reason = "results are f32")]
fn narrow(centred: &Centred, directions: &[Direction], total: f64) -> Pca {
    let (rows, cols, count) = (centred.view.rows(), centred.view.cols(), directions.len());
    let mut scores = Vec::with_capacity(rows * count);
    centred.for_each_row(|_, row| {
        scores.extend(directions.iter().map(|direction| dot(row, &direction.loadings) as f32));
    });
    let components = directions.iter().flat_map(|d| d.loadings.iter().map(|&x| x as f32)).collect();
    let share = |square: f64| if total > 0.0 { (square / total) as f32 } else { 0.0 };
    Pca {
        scores: Matrix::from_parts(scores, rows, count),
        components: Matrix::from_parts(components, count, cols),
        explained: directions.iter().map(|direction| share(direction.square)).collect(),
        mean: centred.mean.iter().map(|&x| x as f32).collect(),
    }
}

/// A sum of products in four strands, so that it is fast and its order is the same everywhere.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a4, a_rest), (b4, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut strands = [0.0; 4];
    for (a, b) in a4.iter().zip(b4) {
        for ((strand, a), b) in strands.iter_mut().zip(a).zip(b) {
            *strand += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    strands.iter().sum::<f64>() + rest
}

/// `to += scale * x`
fn add_scaled(to: &mut [f64], scale: f64, x: &[f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += scale * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up(rows: usize, cols: usize) -> Vec<f32> {
        // A few strong directions over a floor of noise, as embeddings have.
        let wave = |i: usize, j: usize, k: usize| {
            ((i * (k + 3)) as f32 * 0.37).sin() * ((j * (k + 2)) as f32 * 0.11).cos()
        };
        let noise = |i: usize, j: usize| ((i * 7919 + j * 104_729) % 1009) as f32 / 1009.0;
        let at = |n: usize| (n / cols, n % cols);
        let value =
            |(i, j)| (0..6).map(|k| wave(i, j, k) * 2f32.powi(2 - k as i32)).sum::<f32>() + 0.1 * noise(i, j);
        (0..rows * cols).map(|n| value(at(n))).collect()
    }

    #[test]
    fn the_iteration_finds_what_the_decomposition_finds() {
        fn t(rows: usize, cols: usize, components: usize) {
            let data = made_up(rows, cols);
            let view = View::new(&data, rows, cols).unwrap();
            let (exact, iterated) =
                (pca_with(view, components, 9999).unwrap(), pca_with(view, components, 0).unwrap());
            for (name, a, b) in [
                ("components", exact.components.data(), iterated.components.data()),
                ("explained", &exact.explained, &iterated.explained),
            ] {
                let difference = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(difference < 2e-6, "{rows} x {cols}, {name}: {difference:e}");
            }
        }
        t(50, 40, 5);
        t(40, 50, 5);
        t(300, 200, 10);
        t(9, 9, 8);
        t(2, 2, 1);
        t(7, 1, 1);
    }

    #[test]
    fn the_sign_does_not_hang_on_rounding() {
        fn t(loadings: &[f64], expected: &[f64]) {
            let mut direction = Direction { loadings: loadings.to_vec(), square: 1.0 };
            direction.settle(1.0);
            assert_eq!(direction.loadings, expected, "{loadings:?}");
        }
        t(&[0.6, -0.8], &[-0.6, 0.8]);
        t(&[-3.0, 0.0], &[1.0, 0.0]);
        let half = 0.5_f64.sqrt();
        let mut nearly = Direction { loadings: vec![-half, half * (1.0 + 1e-12)], square: 1.0 };
        nearly.settle(1.0);
        assert!(nearly.loadings[0] > 0.0, "{:?}", nearly.loadings);
    }
}
