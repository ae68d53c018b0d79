//! Pools token rows into the rows that were asked for.

use crate::batch::int_tensor;
use crate::kernels::span_sum;
use crate::plan::Window;
use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// Which rows of a sequence make its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Pool {
    /// The pooling that the authors of the model use.
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
    /// One row per residue (k-mer, domain), without special tokens.
    #[serde(rename = "none")]
    #[cfg_attr(feature = "cli", value(name = "none"))]
    Residues,
    /// One row per token, `<cls>` and `<eos>` included.
    Tokens,
}

impl Pool {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Auto, Self::Mean, Self::MeanTokens, Self::Max, Self::Cls, Self::Residues, Self::Tokens];

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

    /// Number of rows of a sequence with `residues` residues and `specials` special tokens.
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

/// Weights that turn a batch's rows into one row per window on the device.
pub struct DevicePool {
    weights: Tensor<1>,    // [rows]
    spans: Tensor<2, Int>, // [windows, 2]
}

impl DevicePool {
    /// Weights for [`Pool::Mean`], [`Pool::MeanTokens`] or [`Pool::Cls`].
    ///
    /// `coverage` gives, for a sequence, the number of windows that hold each residue. `window_count` gives the number of
    /// its windows, which share the weight of their specials.
    ///
    /// # Shape
    /// Weights `[rows]`, one span per window `[windows, 2]`.
    pub fn new<'a>(
        pool: Pool,
        windows: &[Window],
        rows: usize,
        coverage: impl Fn(usize) -> &'a [u32],
        window_count: impl Fn(usize) -> usize,
        device: &Device,
    ) -> Self {
        let (mut weights, mut spans) = (Vec::with_capacity(rows), Vec::new());
        for window in windows {
            spans.push(weights.len() as i32);
            let counts = coverage(window.sequence);
            let share = 1.0 / window_count(window.sequence) as f32;
            let length = match pool {
                Pool::MeanTokens => counts.len() + window.before + window.after,
                _ => counts.len(),
            } as f32;
            let special = if pool == Pool::MeanTokens { share / length } else { 0.0 };
            let start = weights.len();
            weights.resize(start + window.before, special);
            match pool {
                // The first token, whatever it is.
                Pool::Cls => {
                    weights.resize(start + window.tokens(), 0.0);
                    weights[start] = share;
                }
                _ => {
                    weights
                        .extend(counts[window.residues.clone()].iter().map(|n| 1.0 / (*n as f32 * length)));
                }
            }
            weights.resize(start + window.tokens(), special);
            spans.push(weights.len() as i32);
        }
        weights.resize(rows, 0.0);
        Self {
            weights: Tensor::from_data(TensorData::new(weights, [rows]), device),
            spans: int_tensor(spans, [windows.len(), 2], device),
        }
    }

    /// One row per window.
    ///
    /// # Shape
    /// `x [rows, d]` → `[windows, d]`.
    #[must_use]
    pub fn forward(&self, x: &Tensor<2>) -> Tensor<2> {
        span_sum(x.clone(), &self.weights, &self.spans)
    }
}

/// Adds one window's token rows to its sequence's rows, sharing residues between windows.
///
/// With [`Pool::Max`] the rows are folded into one.
///
/// # Shape
/// `tokens [t, d]` of the window, `out [rows, d]` of the sequence. Specials in front come from the
/// first window and those behind from the last.
pub fn scatter(pool: Pool, window: &Window, coverage: &[u32], tokens: &[f32], d: usize, out: &mut [f32]) {
    if pool == Pool::Max {
        for row in tokens.chunks_exact(d) {
            for (o, v) in out.iter_mut().zip(row) {
                // A NaN must stay visible.
                *o = if *v > *o || v.is_nan() { *v } else { *o };
            }
        }
        return;
    }
    let specials = if pool == Pool::Tokens { window.before } else { 0 };
    for (residue, row) in window.residues.clone().zip(tokens[window.before * d..].chunks_exact(d)) {
        let share = 1.0 / coverage[residue] as f32;
        for (o, v) in out[(residue + specials) * d..][..d].iter_mut().zip(row) {
            *o += v * share;
        }
    }
    if pool == Pool::Tokens {
        if window.residues.start == 0 {
            out[..window.before * d].copy_from_slice(&tokens[..window.before * d]);
        }
        if window.residues.end == coverage.len() {
            let (last, eos) = (out.len() - window.after * d, tokens.len() - window.after * d);
            out[last..].copy_from_slice(&tokens[eos..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_json() {
        for pool in Pool::ALL {
            assert_eq!(serde_json::json!(pool), pool.name());
        }
    }

    #[test]
    fn scatter_averages_where_windows_meet() {
        let coverage = [1, 2, 1];
        let mut out = vec![0.0; 5];
        let window = |residues| Window { sequence: 0, residues, before: 1, after: 1 };
        let (first, second) = (window(0..2), window(1..3));
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
        let lone = Window { sequence: 0, residues: 0..2, before: 1, after: 0 };
        scatter(Pool::Tokens, &lone, &[1, 1], &[9.0, 1.0, 2.0], 1, &mut out);
        assert_eq!(out, [9.0, 1.0, 2.0]);
    }

    #[test]
    fn device_pool_leaves_specials_out() {
        let device = Device::flex();
        let window = |sequence, length| Window { sequence, residues: 0..length, before: 1, after: 1 };
        let windows = [window(0, 2), window(1, 1)];
        let coverage: [&[u32]; 2] = [&[1, 1], &[1]];
        let x = Tensor::<2>::from_data([[100.0], [1.0], [3.0], [100.0], [50.0], [7.0], [50.0]], &device);
        let t = |pool| {
            let pool = DevicePool::new(pool, &windows, 7, |i| coverage[i], |_| 1, &device);
            pool.forward(&x).into_data().try_to_vec::<f32>().expect("f32")
        };
        assert_eq!(t(Pool::Mean), [2.0, 7.0]);
        assert_eq!(t(Pool::Cls), [100.0, 50.0]);
        assert!(t(Pool::MeanTokens).starts_with(&[51.0]));
    }
}
