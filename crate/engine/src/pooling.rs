//! Token rows → the rows that were asked for.

use crate::batch::int_tensor;
use crate::kernels::span_sum;
use crate::plan::Piece;
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Which rows of a sequence make its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pool {
    /// What the authors of the model do: [`crate::models::Family::pool`].
    #[default]
    Auto,
    /// One row: the mean over residues, specials left out (as fair-esm's `extract.py`).
    Mean,
    /// One row: the mean over all tokens, specials included (as the cards of the Nucleotide
    /// Transformer and DNABERT-2).
    MeanTokens,
    /// One row: the largest value of each column over all tokens, specials included.
    Max,
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
            Self::Auto => "auto",
            Self::Mean => "mean",
            Self::MeanTokens => "mean-tokens",
            Self::Max => "max",
            Self::Cls => "cls",
            Self::Residues => "none",
            Self::Tokens => "tokens",
        }
    }

    /// What a row is, in words for a methods section.
    #[must_use]
    pub fn note(self) -> &'static str {
        match self {
            Self::Auto => "as the authors of the model do",
            Self::Mean => "mean over residues (k-mers, domains), without special tokens",
            Self::MeanTokens => "mean over all tokens, special tokens included",
            Self::Max => "largest value over all tokens, special tokens included",
            Self::Cls => "state of the first token; of several windows, their mean",
            Self::Residues => "one row per residue (k-mer, domain)",
            Self::Tokens => "one row per token, special tokens included",
        }
    }

    /// Rows that a sequence of `residues` residues and `specials` other tokens gets.
    #[must_use]
    pub fn rows(self, residues: usize, specials: usize) -> usize {
        match self {
            Self::Residues => residues,
            Self::Tokens => residues + specials,
            _ => 1,
        }
    }

    /// Whether a sequence gets a single row.
    #[must_use]
    pub fn is_pooled(self) -> bool {
        !matches!(self, Self::Residues | Self::Tokens)
    }

    /// Whether that row is a weighted sum, made on the device.
    #[must_use]
    pub fn is_sum(self) -> bool {
        matches!(self, Self::Mean | Self::MeanTokens | Self::Cls)
    }
}

/// Weights that turn a batch's rows into one row per piece on the device.
pub struct DevicePool {
    weights: Tensor<1>,    // [rows]
    spans: Tensor<2, Int>, // [pieces, 2]
}

impl DevicePool {
    /// Weights for [`Pool::Mean`], [`Pool::MeanTokens`] or [`Pool::Cls`]; `coverage` tells for a
    /// sequence in how many windows each residue lies, and `windows` how many windows the sequence
    /// has, which share the weight of their specials.
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
            let share = 1.0 / windows(piece.sequence) as f32;
            let length = match pool {
                Pool::MeanTokens => counts.len() + piece.before + piece.after,
                _ => counts.len(),
            } as f32;
            let special = if pool == Pool::MeanTokens { share / length } else { 0.0 };
            let start = weights.len();
            weights.resize(start + piece.before, special);
            match pool {
                // The first token, whatever it is.
                Pool::Cls => {
                    weights.resize(start + piece.tokens(), 0.0);
                    weights[start] = share;
                }
                _ => {
                    weights.extend(counts[piece.residues.clone()].iter().map(|n| 1.0 / (*n as f32 * length)));
                }
            }
            weights.resize(start + piece.tokens(), special);
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
        span_sum(x.clone(), &self.weights, &self.spans)
    }
}

/// Adds one piece's token rows to its sequence's rows, sharing residues between windows.
///
/// With [`Pool::Max`] the rows are folded into one.
///
/// # Shape
/// `tokens [t, d]` of the piece, `out [rows, d]` of the sequence. Specials in front come from the
/// first window and those behind from the last.
pub fn scatter(pool: Pool, piece: &Piece, coverage: &[u32], tokens: &[f32], d: usize, out: &mut [f32]) {
    if pool == Pool::Max {
        for row in tokens.chunks_exact(d) {
            for (o, v) in out.iter_mut().zip(row) {
                // A number that is not one must stay visible.
                *o = if *v > *o || v.is_nan() { *v } else { *o };
            }
        }
        return;
    }
    let specials = if pool == Pool::Tokens { piece.before } else { 0 };
    for (residue, row) in piece.residues.clone().zip(tokens[piece.before * d..].chunks_exact(d)) {
        let share = 1.0 / coverage[residue] as f32;
        for (o, v) in out[(residue + specials) * d..][..d].iter_mut().zip(row) {
            *o += v * share;
        }
    }
    if pool == Pool::Tokens {
        if piece.residues.start == 0 {
            out[..piece.before * d].copy_from_slice(&tokens[..piece.before * d]);
        }
        if piece.residues.end == coverage.len() {
            let (last, eos) = (out.len() - piece.after * d, tokens.len() - piece.after * d);
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
        let piece = |residues| Piece { sequence: 0, residues, before: 1, after: 1 };
        let (first, second) = (piece(0..2), piece(1..3));
        scatter(Pool::Tokens, &first, &coverage, &[9.0, 1.0, 2.0, 8.0], 1, &mut out);
        scatter(Pool::Tokens, &second, &coverage, &[7.0, 4.0, 5.0, 6.0], 1, &mut out);
        assert_eq!(out, [9.0, 1.0, 3.0, 5.0, 6.0]);
        let mut out = vec![0.0; 3];
        scatter(Pool::Residues, &first, &coverage, &[9.0, 1.0, 2.0, 8.0], 1, &mut out);
        assert_eq!(out, [1.0, 1.0, 0.0]);
        let mut out = vec![f32::NEG_INFINITY];
        scatter(Pool::Max, &first, &coverage, &[9.0, 1.0, 2.0, 8.0], 1, &mut out);
        assert_eq!(out, [9.0]);
        // <cls> only, as the Nucleotide Transformer has it.
        let mut out = vec![0.0; 3];
        let lone = Piece { sequence: 0, residues: 0..2, before: 1, after: 0 };
        scatter(Pool::Tokens, &lone, &[1, 1], &[9.0, 1.0, 2.0], 1, &mut out);
        assert_eq!(out, [9.0, 1.0, 2.0]);
    }

    #[test]
    fn device_pool_leaves_specials_out() {
        let device = Device::flex();
        let piece = |sequence, length| Piece { sequence, residues: 0..length, before: 1, after: 1 };
        let pieces = [piece(0, 2), piece(1, 1)];
        let coverage: [&[u32]; 2] = [&[1, 1], &[1]];
        let x = Tensor::<2>::from_data([[100.0], [1.0], [3.0], [100.0], [50.0], [7.0], [50.0]], &device);
        let t = |pool| {
            let pool = DevicePool::new(pool, &pieces, 7, |i| coverage[i], |_| 1, &device);
            pool.forward(&x).into_data().try_to_vec::<f32>().expect("f32")
        };
        assert_eq!(t(Pool::Mean), [2.0, 7.0]);
        assert_eq!(t(Pool::Cls), [100.0, 50.0]);
        assert!(t(Pool::MeanTokens).starts_with(&[51.0]));
    }
}
