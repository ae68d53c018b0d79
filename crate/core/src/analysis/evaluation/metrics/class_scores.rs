//! Metrics of one class or label, and the reliability of its probabilities.

use super::predictions::weight_of;
use super::{Scorer, rank};
use crate::analysis::evaluation::Target;
use serde::Serialize;

/// A metric of one class or label against all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ClassMetric {
    /// Area under the ROC curve.
    Auroc,
    /// Area under the precision-recall curve (average precision); the share of the class is that of chance.
    Auprc,
    /// Share of what is predicted that is true.
    Precision,
    /// Share of what is true that is predicted.
    Recall,
    /// Harmonic mean of precision and recall.
    F1,
}

impl ClassMetric {
    /// All of them, in the order of [`Scorer::class_scores`].
    pub const ALL: [Self; 5] = [Self::Auroc, Self::Auprc, Self::Precision, Self::Recall, Self::F1];
}

/// Probabilities of about the same size, and how often they were right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReliabilityBin {
    /// Lower end of the probabilities.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Probabilities in it, over all tested rows and classes or labels.
    pub count: u64,
    /// Their mean; `null` for none.
    pub predicted: Option<f64>,
    /// Share of them whose class or label was true; `null` for none.
    pub observed: Option<f64>,
}

impl Scorer<'_> {
    /// The metrics of each class or label in the order of [`ClassMetric::ALL`]; `None` where undefined, nothing for numbers.
    ///
    /// # Shape
    ///
    /// `weights` `[n]` → `[k][5]`
    #[must_use]
    pub fn class_scores(&self, weights: &[u32]) -> Vec<[Option<f64>; 5]> {
        let Some(counts) = self.counts(weights) else { return Vec::new() };
        let areas = self.auroc_by_class(weights).into_iter().zip(self.auprc_by_class(weights));
        let scores = areas.zip(counts.by_class()).map(|((auroc, auprc), counts)| {
            let of = |at: usize| counts.and_then(|counts| counts.get(at).copied());
            [auroc, auprc, of(0), of(1), of(2)]
        });
        scores.collect()
    }

    /// Probabilities in `bins` equal ranges beside how often they were right: all alike where they are calibrated. Nothing
    /// for numbers.
    ///
    /// # Shape
    ///
    /// `weights` `[n]` → `[bins]`
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the index of a bin")]
    pub fn reliability(&self, weights: &[u32], bins: usize) -> Vec<ReliabilityBin> {
        let cols = self.predictions.cols;
        if matches!(self.target, Target::Numbers(_)) {
            return Vec::new();
        }
        let mut sums = vec![(0_u64, 0.0, 0_u64); bins];
        for (at, &p) in self.predictions.data.iter().enumerate() {
            let times = u64::from(weight_of(weights, at / cols.max(1)));
            let bin = ((p * bins as f64) as usize).min(bins.saturating_sub(1));
            if let Some((count, predicted, held)) = sums.get_mut(bin) {
                *count += times;
                *predicted += times as f64 * p;
                *held += times * u64::from(self.target.holds(at / cols, at % cols));
            }
        }
        let bin = |(at, (count, predicted, held)): (usize, (u64, f64, u64))| {
            let mean = |sum: f64| (count > 0).then(|| sum / count as f64);
            let end = |at: usize| at as f64 / bins as f64;
            let (predicted, observed) = (mean(predicted), mean(held as f64));
            ReliabilityBin { low: end(at), high: end(at + 1), count, predicted, observed }
        };
        sums.into_iter().enumerate().map(bin).collect()
    }

    fn auprc_by_class(&self, weights: &[u32]) -> Vec<Option<f64>> {
        let area = |c: usize| {
            let score = |row: usize| self.predictions.at(row, c);
            let holds = |row: usize| self.target.holds(row, c);
            rank::average_precision(self.orders.get(c)?, score, holds, |row| weight_of(weights, row))
        };
        (0..self.predictions.cols).map(area).collect()
    }

    pub(super) fn mean_auprc(&self, weights: &[u32]) -> Option<f64> {
        if matches!(self.target, Target::Numbers(_)) {
            return None;
        }
        let areas = self.auprc_by_class(weights);
        if let (Target::Classes { .. }, [_, second]) = (self.target, areas.as_slice()) {
            return *second;
        }
        let areas: Vec<f64> = areas.into_iter().flatten().collect();
        (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
    }

    pub(super) fn brier(&self, weights: &[u32]) -> Option<f64> {
        let share = match self.target {
            Target::Classes { .. } => 0.5,
            Target::Multi { columns, .. } => 1.0 / (*columns).max(1) as f64,
            Target::Numbers(_) => return None,
        };
        let cols = self.predictions.cols.max(1);
        let (mut sum, mut whole) = (0.0, 0_u64);
        for (row, said) in self.predictions.data.chunks(cols).enumerate() {
            let times = weight_of(weights, row);
            let squares = said.iter().enumerate().map(|(c, p)| (p - self.target.number(row, c)).powi(2));
            sum += f64::from(times) * share * squares.sum::<f64>();
            whole += u64::from(times);
        }
        (whole > 0).then(|| sum / whole as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::evaluation::metrics::{Predictions, ProbeMetric};

    /// Checked with scikit-learn 1.9: `average_precision_score`, `brier_score_loss`, `precision_recall_fscore_support`.
    #[test]
    fn two_classes_by_hand() {
        let target = Target::Classes { labels: vec![0, 0, 1, 1, 1, 0], classes: 2 };
        let second = [0.1, 0.4, 0.35, 0.8, 0.4, 0.6];
        let data = second.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let predictions = Predictions { data, cols: 2 };
        let scorer = Scorer::new(&target, &predictions).unwrap();
        // By descending score: 0.8 (1), 0.6 (0), the tie 0.4 (0 and 1), 0.35 (1), 0.1 (0).
        let expected = (1.0 + 0.5 + 3.0 / 5.0) / 3.0;
        let all = [1; 6];
        assert!((scorer.score(ProbeMetric::MacroAuprc, &all).unwrap() - expected).abs() < 1e-12);
        let brier = second.iter().zip([0.0, 0.0, 1.0, 1.0, 1.0, 0.0]).map(|(p, y)| (p - y) * (p - y));
        let brier = brier.sum::<f64>() / 6.0;
        assert!((scorer.score(ProbeMetric::Brier, &all).unwrap() - brier).abs() < 1e-12);
        let [_, of_second] = scorer.class_scores(&all)[..] else { panic!("two classes") };
        let [_, _, precision, recall, f1] = of_second;
        assert_eq!((precision, recall, f1), (Some(0.5), Some(1.0 / 3.0), Some(0.4)));
        // A row twice is a row of weight two.
        assert_eq!(scorer.score(ProbeMetric::MacroAuprc, &[0, 0, 1, 0, 0, 0]), None);
        let bins = scorer.reliability(&all, 2);
        assert_eq!((bins[0].count, bins[1].count, bins[1].observed), (6, 6, Some(0.5)));
        assert!((bins[0].predicted.unwrap() + bins[1].predicted.unwrap() - 1.0).abs() < 1e-12);
    }
}
