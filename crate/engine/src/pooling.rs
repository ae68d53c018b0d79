//! Token rows → the rows that were asked for.

use crate::batch::int_tensor;
use crate::kernels::Ops;
use crate::plan::Piece;
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Which rows of a sequence make its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pool {
    /// One row: the mean over residues, `<cls>` and `<eos>` left out (as fair-esm's `extract.py`).
    #[default]
    Mean,
    /// One row: the state of `<cls>`; of several windows, their mean.
    Cls,
    /// One row per residue.
    Residues,
    /// One row per token, `<cls>` and `<eos>` included.
    Tokens,
}

impl Pool {
    /// The name in options and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Cls => "cls",
            Self::Residues => "none",
            Self::Tokens => "tokens",
        }
    }

    /// Rows that a sequence of `residues` residues gets.
    #[must_use]
    pub fn rows(self, residues: usize) -> usize {
        match self {
            Self::Mean | Self::Cls => 1,
            Self::Residues => residues,
            Self::Tokens => residues + 2,
        }
    }

    /// Whether a sequence gets a single row, summed on the device.
    #[must_use]
    pub fn is_pooled(self) -> bool {
        matches!(self, Self::Mean | Self::Cls)
    }
}

/// Weights that turn a batch's rows into one row per piece on the device.
pub struct DevicePool {
    weights: Tensor<1>,    // [rows]
    spans: Tensor<2, Int>, // [pieces, 2]
}

impl DevicePool {
    /// Weights for [`Pool::Mean`] or [`Pool::Cls`]; `coverage` tells for a sequence in how many
    /// windows each residue lies, and `windows` how many windows the sequence has.
    pub fn new<'a>(
        pool: Pool,
        pieces: &[Piece],
        rows: usize,
        coverage: impl Fn(usize) -> &'a [u32],
        windows: impl Fn(usize) -> usize,
        device: &Device,
    ) -> Self {
        let (mut weights, mut spans) = (Vec::with_capacity(rows), Vec::new());
        for piece in pieces {
            spans.push(weights.len() as i32);
            let counts = coverage(piece.sequence);
            match pool {
                Pool::Cls => {
                    weights.push(1.0 / windows(piece.sequence) as f32);
                    weights.resize(weights.len() + piece.residues.len(), 0.0);
                }
                _ => {
                    weights.push(0.0);
                    let length = counts.len() as f32;
                    weights.extend(counts[piece.residues.clone()].iter().map(|n| 1.0 / (*n as f32 * length)));
                }
            }
            weights.push(0.0); // <eos>
            spans.push(weights.len() as i32);
        }
        weights.resize(rows, 0.0);
        Self {
            weights: Tensor::from_data(TensorData::new(weights, [rows]), device),
            spans: int_tensor(spans, [pieces.len(), 2], device),
        }
    }

    /// # Shape
    /// `x [rows, d]` → `[pieces, d]`.
    #[must_use]
    pub fn forward(&self, x: &Tensor<2>) -> Tensor<2> {
        x.clone().span_sum(&self.weights, &self.spans)
    }
}

/// Adds one piece's token rows to its sequence's rows, sharing residues between windows.
///
/// # Shape
/// `tokens [l + 2, d]` of the piece, `out [rows, d]` of the sequence. `<cls>` comes from the first
/// window and `<eos>` from the last.
pub fn scatter(pool: Pool, piece: &Piece, coverage: &[u32], tokens: &[f32], d: usize, out: &mut [f32]) {
    let specials = usize::from(pool == Pool::Tokens);
    for (residue, row) in piece.residues.clone().zip(tokens[d..].chunks_exact(d)) {
        let share = 1.0 / coverage[residue] as f32;
        for (o, v) in out[(residue + specials) * d..][..d].iter_mut().zip(row) {
            *o += v * share;
        }
    }
    if pool == Pool::Tokens {
        if piece.residues.start == 0 {
            out[..d].copy_from_slice(&tokens[..d]);
        }
        if piece.residues.end == coverage.len() {
            let (last, eos) = (out.len() - d, tokens.len() - d);
            out[last..].copy_from_slice(&tokens[eos..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scatter_averages_where_windows_meet() {
        let coverage = [1, 2, 1];
        let mut out = vec![0.0; 5];
        let first = Piece { sequence: 0, residues: 0..2 };
        let second = Piece { sequence: 0, residues: 1..3 };
        scatter(Pool::Tokens, &first, &coverage, &[9.0, 1.0, 2.0, 8.0], 1, &mut out);
        scatter(Pool::Tokens, &second, &coverage, &[7.0, 4.0, 5.0, 6.0], 1, &mut out);
        assert_eq!(out, [9.0, 1.0, 3.0, 5.0, 6.0]);
        let mut out = vec![0.0; 3];
        scatter(Pool::Residues, &first, &coverage, &[9.0, 1.0, 2.0, 8.0], 1, &mut out);
        assert_eq!(out, [1.0, 1.0, 0.0]);
    }

    #[test]
    fn device_pool_leaves_specials_out() {
        let device = Device::flex();
        let pieces = [Piece { sequence: 0, residues: 0..2 }, Piece { sequence: 1, residues: 0..1 }];
        let coverage: [&[u32]; 2] = [&[1, 1], &[1]];
        let x = Tensor::<2>::from_data([[100.0], [1.0], [3.0], [100.0], [50.0], [7.0], [50.0]], &device);
        let t = |pool| {
            let pool = DevicePool::new(pool, &pieces, 7, |i| coverage[i], |_| 1, &device);
            pool.forward(&x).into_data().try_to_vec::<f32>().expect("f32")
        };
        assert_eq!(t(Pool::Mean), [2.0, 7.0]);
        assert_eq!(t(Pool::Cls), [100.0, 50.0]);
    }
}
