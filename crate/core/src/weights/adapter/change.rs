//! What an adapter does to the numbers of one tensor.

use crate::weights::error::visible;
use crate::weights::{AdapterProblem, TensorSource, WeightsError};

/// A change of a tensor `[n, …]`, whose further dimensions count as one, `k`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// The tensor of the adapter takes its place.
    Replace { tensor: String },
    /// `W += scale · left · right`.
    LowRank { left: Factor, right: Factor, rank: usize, scale: f64 },
    /// Each row gets the length that the tensor says.
    RowLengths { tensor: String },
    /// Rows are multiplied.
    Rows { tensor: String },
    /// Columns are multiplied.
    Columns { tensor: String },
    /// `W += scale · tensor`.
    Add { tensor: String, scale: f64 },
}

/// A factor of a product, stored as it is or transposed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Factor {
    pub tensor: String,
    pub transposed: bool,
}

impl Change {
    /// Applies the change to a tensor of `n` rows.
    pub fn apply(
        &self,
        name: &str,
        numbers: &mut Vec<f32>,
        n: usize,
        adapter: &dyn TensorSource,
    ) -> Result<(), WeightsError> {
        let read = |tensor: &str| -> Result<Vec<f32>, WeightsError> {
            let mut own = Vec::new();
            adapter.read_f32(tensor, &mut own)?;
            Ok(own)
        };
        let k = numbers.len().checked_div(n).unwrap_or(0);
        let fits = |own: &[f32], wanted: usize, tensor: &str| match own.len() == wanted {
            true => Ok(()),
            false => Err(AdapterProblem::Shape { name: visible(tensor), base: visible(name) }),
        };
        match self {
            Self::Replace { tensor } => *numbers = read(tensor)?,
            Self::LowRank { left, right, rank, scale } => {
                let rows = left.read(adapter, *rank, true)?;
                let columns = right.read(adapter, *rank, false)?;
                fits(&rows, n.saturating_mul(*rank), &left.tensor)?;
                fits(&columns, k.saturating_mul(*rank), &right.tensor)?;
                add_product(numbers, &rows, &columns, *rank, k, *scale);
            }
            Self::RowLengths { tensor } => {
                let lengths = read(tensor)?;
                fits(&lengths, n, tensor)?;
                for (row, length) in numbers.chunks_exact_mut(k.max(1)).zip(&lengths) {
                    let own = row.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
                    multiply(row, f64::from(*length) / own);
                }
            }
            Self::Rows { tensor } => {
                let factors = read(tensor)?;
                fits(&factors, n, tensor)?;
                for (row, factor) in numbers.chunks_exact_mut(k.max(1)).zip(&factors) {
                    row.iter_mut().for_each(|x| *x *= factor);
                }
            }
            Self::Columns { tensor } => {
                let factors = read(tensor)?;
                fits(&factors, k, tensor)?;
                for row in numbers.chunks_exact_mut(k.max(1)) {
                    row.iter_mut().zip(&factors).for_each(|(x, factor)| *x *= factor);
                }
            }
            Self::Add { tensor, scale } => {
                let own = read(tensor)?;
                fits(&own, numbers.len(), tensor)?;
                numbers
                    .iter_mut()
                    .zip(&own)
                    .for_each(|(x, own)| *x = single(f64::from(*x) + scale * f64::from(*own)));
            }
        }
        Ok(())
    }
}

impl Factor {
    /// The factor as `[n, r]` (`rows`) or `[r, k]`, both row by row.
    fn read(&self, adapter: &dyn TensorSource, rank: usize, rows: bool) -> Result<Vec<f32>, WeightsError> {
        let mut numbers = Vec::new();
        adapter.read_f32(&self.tensor, &mut numbers)?;
        if !self.transposed {
            return Ok(numbers);
        }
        // A transposed left factor is stored as [r, n], a right one as [k, r].
        let length = numbers.len().checked_div(rank).unwrap_or(0);
        let columns = if rows { length } else { rank };
        let mut turned = Vec::with_capacity(numbers.len());
        for column in 0..columns {
            turned.extend(numbers.iter().skip(column).step_by(columns.max(1)));
        }
        Ok(turned)
    }
}

/// `numbers [n, k] += scale · left [n, r] · right [r, k]`, summed in double precision.
fn add_product(numbers: &mut [f32], left: &[f32], right: &[f32], rank: usize, k: usize, scale: f64) {
    let (rank, k) = (rank.max(1), k.max(1));
    let mut sums = vec![0.0_f64; k];
    for (row, factors) in numbers.chunks_exact_mut(k).zip(left.chunks_exact(rank)) {
        sums.fill(0.0);
        for (factor, right) in factors.iter().zip(right.chunks_exact(k)) {
            let factor = f64::from(*factor);
            sums.iter_mut().zip(right).for_each(|(sum, x)| *sum += factor * f64::from(*x));
        }
        row.iter_mut().zip(&sums).for_each(|(x, sum)| *x = single(f64::from(*x) + scale * sum));
    }
}

fn multiply(row: &mut [f32], factor: f64) {
    row.iter_mut().for_each(|x| *x = single(f64::from(*x) * factor));
}

#[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
fn single(number: f64) -> f32 {
    number as f32
}
