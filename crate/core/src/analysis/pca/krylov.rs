//! Leading principal components without a Gram matrix, for matrices that are large on both sides.
//!
//! A block Krylov iteration: from a few seeded directions, the matrix is applied again and again
//! and every image kept; the best directions within all of them are taken as the next start,
//! until applying the matrix once more changes them by less than [`TOLERANCE`].

use super::{Centred, Direction, add_scaled, dot, leading_pairs};
use crate::analysis::AnalysisError;
use nalgebra::DMatrix;

/// Largest residual of a direction, relative to the largest sum of squares.
const TOLERANCE: f64 = 1e-10;
/// Directions carried beyond those asked for: they make the iteration settle sooner.
const SPARE: usize = 6;
/// Applications of the matrix between two looks at the best directions.
const STEPS: usize = 8;
/// Most starts before the iteration is given up.
const STARTS: usize = 60;

/// The leading directions of a centred matrix, by descending sum of squares.
pub(super) fn leading(centred: &Centred, components: usize) -> Result<Vec<Direction>, AnalysisError> {
    let width = centred.view.rows().min(centred.view.cols()).min(components + SPARE);
    let mut start = seeded(centred.view.cols(), width);
    for _ in 0..STARTS {
        let (basis, images) = expand(centred, start);
        let best = best_within(&basis, &images, width)?;
        let largest = best.first().map_or(0.0, |ritz| ritz.square);
        let settled = best.iter().take(components).all(|ritz| ritz.residual <= TOLERANCE * largest);
        if settled {
            let direction = |ritz: Ritz| Direction { loadings: ritz.vector, square: ritz.square };
            return Ok(best.into_iter().take(components).map(direction).collect());
        }
        start = best.into_iter().map(|ritz| ritz.vector).collect();
    }
    Err(AnalysisError::NotConverged)
}

/// A direction within the basis, and its residual after one more application of the matrix.
struct Ritz {
    vector: Vec<f64>,
    square: f64,
    residual: f64,
}

/// An orthonormal basis of the start and its images under [`STEPS`] applications, and the image
/// of each of its vectors.
fn expand(centred: &Centred, start: Vec<Vec<f64>>) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let mut basis = Vec::new();
    let mut images: Vec<Vec<f64>> = Vec::new();
    let mut next = start;
    for _ in 0..=STEPS {
        let first_new = basis.len();
        for vector in next {
            orthonormalise(vector, &mut basis);
        }
        let new = basis.get(first_new..).unwrap_or_default();
        if new.is_empty() {
            break;
        }
        let new_images = apply(centred, new);
        next = new_images.clone();
        images.extend(new_images);
    }
    (basis, images)
}

/// The directions with the largest sums of squares among all within the basis (Rayleigh–Ritz).
fn best_within(basis: &[Vec<f64>], images: &[Vec<f64>], width: usize) -> Result<Vec<Ritz>, AnalysisError> {
    let side = basis.len();
    let mut products = DMatrix::zeros(side, side);
    for (i, vector) in basis.iter().enumerate() {
        for (j, image) in images.iter().enumerate().skip(i) {
            let product = dot(vector, image);
            products[(i, j)] = product;
            products[(j, i)] = product;
        }
    }
    let ritz = |(square, weights): (f64, Vec<f64>)| {
        let vector = combined(&weights, basis);
        let mut miss = combined(&weights, images);
        add_scaled(&mut miss, -square, &vector);
        Ritz { residual: dot(&miss, &miss).sqrt(), vector, square }
    };
    Ok(leading_pairs(products, width.min(side))?.into_iter().map(ritz).collect())
}

/// Applies the product of the centred matrix with its transpose to each vector.
///
/// # Shape
///
/// each `[d]` → `[d]`
fn apply(centred: &Centred, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut images: Vec<Vec<f64>> = vectors.iter().map(|vector| vec![0.0; vector.len()]).collect();
    centred.for_each_row(|_, row| {
        for (image, vector) in images.iter_mut().zip(vectors) {
            add_scaled(image, dot(row, vector), row);
        }
    });
    images
}

/// Adds the part of a vector that lies outside the basis, if it is more than rounding.
fn orthonormalise(mut vector: Vec<f64>, basis: &mut Vec<Vec<f64>>) {
    let before = dot(&vector, &vector).sqrt();
    // Twice, because the first pass leaves what cancellation lost.
    for _ in 0..2 {
        for known in basis.iter() {
            let along = dot(known, &vector);
            add_scaled(&mut vector, -along, known);
        }
    }
    let length = dot(&vector, &vector).sqrt();
    if length > 1e-12 * before {
        for x in &mut vector {
            *x /= length;
        }
        basis.push(vector);
    }
}

/// The sum of the vectors, each times its weight.
fn combined(weights: &[f64], vectors: &[Vec<f64>]) -> Vec<f64> {
    let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
    for (weight, vector) in weights.iter().zip(vectors) {
        add_scaled(&mut sum, *weight, vector);
    }
    sum
}

/// Vectors of numbers between -1 and 1 from a fixed seed (SplitMix64).
fn seeded(length: usize, count: usize) -> Vec<Vec<f64>> {
    let mut state = 0x5eed_u64;
    let mut number = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as i64 as f64 / i64::MAX as f64
    };
    (0..count).map(|_| (0..length).map(|_| number()).collect()).collect()
}
