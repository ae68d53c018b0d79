//! The null distribution of a permutation test.

use serde::Serialize;

/// The middle of a null distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PermutationNull {
    /// Mean of the statistic over the permutations; `None` without permutations.
    pub mean: Option<f64>,
    /// The 2.5 % quantile, by nearest rank; `None` without permutations.
    pub low: Option<f64>,
    /// The 97.5 % quantile, by nearest rank; `None` without permutations.
    pub high: Option<f64>,
    /// Number of permutations that were drawn.
    pub shuffles: usize,
}

impl PermutationNull {
    /// Mean and the middle 95 % of a statistic.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a short list")]
    pub fn of(shuffled: &[f64]) -> Self {
        let mut sorted = shuffled.to_vec();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1) as f64;
        let nearest_rank = |share: f64| sorted.get((last * share).round() as usize).copied();
        let mean = (!sorted.is_empty()).then(|| sorted.iter().sum::<f64>() / sorted.len() as f64);
        Self { mean, low: nearest_rank(0.025), high: nearest_rank(0.975), shuffles: sorted.len() }
    }
}

/// p of a one-sided permutation test: (1 + permutations that reach the statistic) / (1 + permutations) (Phipson and
/// Smyth 2010), so never 0.
#[must_use]
pub fn permutation_p(statistic: f64, shuffled: &[f64]) -> f64 {
    let reached = shuffled.iter().filter(|&&other| other >= statistic).count();
    (1 + reached) as f64 / (1 + shuffled.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_p_by_hand() {
        let shuffled: Vec<f64> = (0..=100).map(f64::from).rev().collect();
        let null = PermutationNull::of(&shuffled);
        assert_eq!((null.mean, null.low, null.high, null.shuffles), (Some(50.0), Some(3.0), Some(98.0), 101));
        assert_eq!(permutation_p(100.0, &shuffled), 2.0 / 102.0);
        assert_eq!(permutation_p(101.0, &shuffled), 1.0 / 102.0);
        assert_eq!((PermutationNull::of(&[]).mean, permutation_p(0.0, &[])), (None, 1.0));
    }
}
