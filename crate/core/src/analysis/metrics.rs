//! How good predictions are: every figure of the two papers.
//!
//! Each row counts a whole number of times: 0 for rows that were not tested, 1 for rows that were,
//! more in a bootstrap draw. Scores are sorted once, so a draw costs one pass over the rows.
//!
//! Rules: tied scores share their rank. A class without a row, or holding every row, has no AUROC
//! and is left out of the mean; a figure with nothing left is `None`, never NaN. Precision, recall
//! and F1 with nothing to divide by are 0, and a class that is neither true nor predicted is left
//! out of their means (labels of a multi-label task always count). Predicted is the class of the
//! largest probability (the first of equals), or each label above one half.

mod confusion;
mod rank;

use super::probe::{ProbeError, Target};
use confusion::Confusion;
use serde::Serialize;

/// What a model says of each row. `[n, k]`: a probability per class or label, or one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// Row-major.
    pub data: Vec<f64>,
    /// Number of columns, k.
    pub cols: usize,
}

/// A figure of merit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Area under the ROC curve, mean over classes or labels.
    MacroAuroc,
    /// The same, weighted by the rows of each class.
    WeightedAuroc,
    /// The area of the flattened table.
    MicroAuroc,
    /// Share of rows that are right in full (exact match for several labels).
    Accuracy,
    /// Harmonic mean of precision and recall, mean over classes.
    MacroF1,
    /// The same, weighted by the rows of each class.
    WeightedF1,
    /// The same from the summed counts.
    MicroF1,
    /// Share of what is predicted that is true, mean over classes.
    MacroPrecision,
    /// The same, weighted by the rows of each class.
    WeightedPrecision,
    /// The same from the summed counts.
    MicroPrecision,
    /// Share of what is true that is predicted, mean over classes.
    MacroRecall,
    /// The same, weighted by the rows of each class.
    WeightedRecall,
    /// The same from the summed counts.
    MicroRecall,
    /// Matthews correlation; for several labels the mean over labels.
    Mcc,
    /// Correlation of ranks.
    Spearman,
    /// Coefficient of determination.
    R2,
    /// Root of the mean squared error.
    Rmse,
}

const OF_CLASSES: [Metric; 14] = [
    Metric::MacroAuroc,
    Metric::WeightedAuroc,
    Metric::MicroAuroc,
    Metric::Accuracy,
    Metric::MacroF1,
    Metric::WeightedF1,
    Metric::MicroF1,
    Metric::MacroPrecision,
    Metric::WeightedPrecision,
    Metric::MicroPrecision,
    Metric::MacroRecall,
    Metric::WeightedRecall,
    Metric::MicroRecall,
    Metric::Mcc,
];
const OF_NUMBERS: [Metric; 3] = [Metric::Spearman, Metric::R2, Metric::Rmse];

impl Metric {
    /// The figures that a target has; the first is its headline.
    #[must_use]
    pub fn of(target: &Target) -> &'static [Self] {
        if matches!(target, Target::Numbers(_)) { &OF_NUMBERS } else { &OF_CLASSES }
    }
}

/// Predictions beside the truth, sorted once.
pub struct Scorer<'a> {
    target: &'a Target,
    predictions: &'a Predictions,
    /// Rows of each column by rising score; last, for classes, the flattened table; for numbers,
    /// the rows by rising truth.
    orders: Vec<Vec<usize>>,
}

impl<'a> Scorer<'a> {
    /// Takes predictions of the same rows as the target.
    ///
    /// # Shape
    ///
    /// Predictions `[n, k]` with k classes, k labels, or 1.
    ///
    /// # Errors
    ///
    /// `probe.rows` if shapes differ, `probe.not_finite`.
    pub fn new(target: &'a Target, predictions: &'a Predictions) -> Result<Self, ProbeError> {
        target.check()?;
        let (rows, cols) = (target.rows(), target.cols());
        if predictions.cols != cols || predictions.data.len() != rows * cols {
            return Err(ProbeError::Rows { expected: rows * cols, found: predictions.data.len() });
        }
        if let Some(at) = predictions.data.iter().position(|p| !p.is_finite()) {
            return Err(ProbeError::NotFinite { what: "predictions", row: at / cols });
        }
        let column = |c: usize| predictions.data.iter().skip(c).step_by(cols).copied().collect::<Vec<_>>();
        let mut orders: Vec<_> = (0..cols).map(|c| rank::order(&column(c))).collect();
        match target {
            Target::Numbers(truth) => orders.push(rank::order(truth)),
            _ => orders.push(rank::order(&predictions.data)),
        }
        Ok(Self { target, predictions, orders })
    }

    /// One figure; `times` is how often each row counts. `None` if it is undefined.
    ///
    /// # Shape
    ///
    /// `times`: `[n]`
    #[must_use]
    pub fn score(&self, metric: Metric, times: &[u32]) -> Option<f64> {
        match metric {
            Metric::MacroAuroc => self.mean_auroc(times, false),
            Metric::WeightedAuroc => self.mean_auroc(times, true),
            Metric::MicroAuroc => self.micro_auroc(times),
            Metric::Spearman | Metric::R2 | Metric::Rmse => self.of_numbers(metric, times),
            _ => self.counts(times)?.score(metric),
        }
    }

    /// Every figure that the target has.
    #[must_use]
    pub fn scores(&self, times: &[u32]) -> Vec<(Metric, Option<f64>)> {
        Metric::of(self.target).iter().map(|&metric| (metric, self.score(metric, times))).collect()
    }

    /// Rows by true class and predicted class; `None` unless the target is classes. `[k, k]`
    #[must_use]
    pub fn confusion(&self, times: &[u32]) -> Option<Vec<Vec<u64>>> {
        self.counts(times)?.table
    }

    /// The area of each class or label; `None` where it is undefined.
    #[must_use]
    pub fn auroc_by_class(&self, times: &[u32]) -> Vec<Option<f64>> {
        if matches!(self.target, Target::Numbers(_)) {
            return Vec::new();
        }
        let cols = self.predictions.cols;
        (0..cols)
            .map(|c| {
                let order = self.orders.get(c)?;
                let score = |row: usize| self.predictions.at(row, c);
                rank::auroc(order, score, |row| self.target.holds(row, c), |row| at(times, row))
            })
            .collect()
    }

    fn mean_auroc(&self, times: &[u32], weighted: bool) -> Option<f64> {
        let areas = self.auroc_by_class(times);
        if let (Target::Classes { .. }, [_, second]) = (self.target, areas.as_slice()) {
            return *second;
        }
        let (mut sum, mut whole) = (0.0, 0.0);
        for (c, area) in areas.iter().enumerate() {
            let Some(area) = area else { continue };
            let held = |row: &usize| self.target.holds(*row, c);
            let support: u64 =
                (0..self.target.rows()).filter(held).map(|row| u64::from(at(times, row))).sum();
            let weight = if weighted { support as f64 } else { 1.0 };
            sum += weight * area;
            whole += weight;
        }
        (whole > 0.0).then(|| sum / whole)
    }

    fn micro_auroc(&self, times: &[u32]) -> Option<f64> {
        let cols = self.predictions.cols;
        let score = |i: usize| self.predictions.data.get(i).copied().unwrap_or_default();
        let holds = |i: usize| self.target.holds(i / cols, i % cols);
        (!matches!(self.target, Target::Numbers(_))).then_some(())?;
        rank::auroc(self.orders.last()?, score, holds, |i| at(times, i / cols))
    }

    fn of_numbers(&self, metric: Metric, times: &[u32]) -> Option<f64> {
        let (Target::Numbers(truth), [by_score, by_truth]) = (self.target, self.orders.as_slice()) else {
            return None;
        };
        let found = &self.predictions.data;
        let weight: Vec<f64> = (0..truth.len()).map(|row| f64::from(at(times, row))).collect();
        let whole: f64 = weight.iter().sum();
        if whole == 0.0 {
            return None;
        }
        if metric == Metric::Spearman {
            let ranks = (rank::ranks(by_truth, truth, &weight), rank::ranks(by_score, found, &weight));
            return rank::correlation(&ranks.0, &ranks.1, &weight);
        }
        let mean = truth.iter().zip(&weight).map(|(y, w)| w * y).sum::<f64>() / whole;
        let (mut error, mut spread) = (0.0, 0.0);
        for ((y, f), w) in truth.iter().zip(found).zip(&weight) {
            error += w * (y - f).powi(2);
            spread += w * (y - mean).powi(2);
        }
        match metric {
            Metric::Rmse => Some((error / whole).sqrt()),
            _ => (spread > 0.0).then(|| 1.0 - error / spread),
        }
    }

    fn counts(&self, times: &[u32]) -> Option<Confusion> {
        Confusion::count(self.target, self.predictions, times)
    }
}

impl Predictions {
    /// The number of a row and column; 0 outside.
    #[must_use]
    pub fn at(&self, row: usize, col: usize) -> f64 {
        self.data.get(row * self.cols + col).copied().unwrap_or_default()
    }
}

/// The area under the ROC curve: how often a positive row scores above a negative one, ties
/// counting half. `None` if a side is empty or the lengths differ.
///
/// ```
/// use crossgrain_core::analysis::metrics::auroc;
/// assert_eq!(auroc(&[true, false, true], &[0.9, 0.5, 0.5]), Some(0.75));
/// ```
#[must_use]
pub fn auroc(positive: &[bool], scores: &[f64]) -> Option<f64> {
    if positive.len() != scores.len() || scores.iter().any(|s| s.is_nan()) {
        return None;
    }
    let score = |i: usize| scores.get(i).copied().unwrap_or_default();
    rank::auroc(&rank::order(scores), score, |i| positive.get(i) == Some(&true), |_| 1)
}

/// The correlation of ranks, ties sharing theirs. `None` for a constant side or unequal lengths.
#[must_use]
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.iter().chain(b).any(|x| x.is_nan()) {
        return None;
    }
    let weight = vec![1.0; a.len()];
    let ranks = (rank::ranks(&rank::order(a), a, &weight), rank::ranks(&rank::order(b), b, &weight));
    rank::correlation(&ranks.0, &ranks.1, &weight)
}

fn at(times: &[u32], row: usize) -> u32 {
    times.get(row).copied().unwrap_or_default()
}
