//! How good predictions are: every metric of the two papers, as scikit-learn defines them.
//!
//! Each row has a weight, a whole number: 0 for rows that were not tested, 1 for rows that were, more in a
//! bootstrap draw. Scores are sorted once, so a draw costs one pass over the rows.
//!
//! Rules: tied scores share their rank. A class without a row, or with every row, has no AUROC and is left out
//! of the mean; a metric with nothing left is `None`, never NaN. Precision, recall and F1 with nothing to
//! divide by are 0, and a class that is neither true nor predicted is left out of their means (labels of a
//! multi-label task always count). The predicted class is that of the largest probability (the first of
//! equals); a label is predicted if its probability is above one half.
//!
//! | file | what it holds |
//! |---|---|
//! | `metric` | the names of the metrics |
//! | `predictions` | what a model predicts for each row |
//! | `confusion` | counts of right and wrong, and their metrics |
//! | `rank` | AUROC, average precision and correlations |
//! | `class_scores` | metrics of one class, and the reliability of probabilities |

mod class_scores;
mod confusion;
mod metric;
mod predictions;
mod rank;

use super::{EvaluationError, Target};
use confusion::Confusion;
use predictions::weight_of;

pub use class_scores::{ClassMetric, ReliabilityBin};
pub use metric::ProbeMetric;
pub use predictions::Predictions;

/// Predictions beside the truth, sorted once.
pub struct Scorer<'a> {
    target: &'a Target,
    predictions: &'a Predictions,
    /// Rows of each column by ascending score; last, for classes, the flattened table; for numbers,
    /// the rows by ascending truth.
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
    pub fn new(target: &'a Target, predictions: &'a Predictions) -> Result<Self, EvaluationError> {
        target.check()?;
        let (rows, cols) = (target.rows(), target.cols());
        if predictions.cols != cols || predictions.data.len() != rows * cols {
            return Err(EvaluationError::Rows { expected: rows * cols, found: predictions.data.len() });
        }
        if let Some(at) = predictions.data.iter().position(|p| !p.is_finite()) {
            return Err(EvaluationError::NotFinite { what: "predictions", row: at / cols });
        }
        let column = |c: usize| predictions.data.iter().skip(c).step_by(cols).copied().collect::<Vec<_>>();
        let mut orders: Vec<_> = (0..cols).map(|c| rank::order(&column(c))).collect();
        match target {
            Target::Numbers(truth) => orders.push(rank::order(truth)),
            _ => orders.push(rank::order(&predictions.data)),
        }
        Ok(Self { target, predictions, orders })
    }

    /// One metric; `weights` says how often each row counts. `None` if the metric is undefined.
    ///
    /// # Shape
    ///
    /// `weights` `[n]`
    #[must_use]
    pub fn score(&self, metric: ProbeMetric, weights: &[u32]) -> Option<f64> {
        match metric {
            ProbeMetric::MacroAuroc => self.mean_auroc(weights, false),
            ProbeMetric::WeightedAuroc => self.mean_auroc(weights, true),
            ProbeMetric::MicroAuroc => self.micro_auroc(weights),
            ProbeMetric::MacroAuprc => self.mean_auprc(weights),
            ProbeMetric::Brier => self.brier(weights),
            ProbeMetric::Spearman | ProbeMetric::R2 | ProbeMetric::Rmse => self.of_numbers(metric, weights),
            _ => self.counts(weights)?.score(metric),
        }
    }

    /// Every metric that the target has.
    ///
    /// # Shape
    ///
    /// `weights` `[n]`
    #[must_use]
    pub fn scores(&self, weights: &[u32]) -> Vec<(ProbeMetric, Option<f64>)> {
        ProbeMetric::of(self.target).iter().map(|&metric| (metric, self.score(metric, weights))).collect()
    }

    /// Rows by true class and predicted class; `None` unless the target is classes.
    ///
    /// # Shape
    ///
    /// `weights` `[n]` → `[k, k]`
    #[must_use]
    pub fn confusion(&self, weights: &[u32]) -> Option<Vec<Vec<u64>>> {
        self.counts(weights)?.table
    }

    /// The AUROC of each class or label; `None` if it is undefined.
    ///
    /// # Shape
    ///
    /// `weights` `[n]` → `[k]`
    #[must_use]
    pub fn auroc_by_class(&self, weights: &[u32]) -> Vec<Option<f64>> {
        if matches!(self.target, Target::Numbers(_)) {
            return Vec::new();
        }
        let cols = self.predictions.cols;
        (0..cols)
            .map(|c| {
                let order = self.orders.get(c)?;
                let score = |row: usize| self.predictions.at(row, c);
                rank::auroc(order, score, |row| self.target.holds(row, c), |row| weight_of(weights, row))
            })
            .collect()
    }

    fn mean_auroc(&self, weights: &[u32], weighted: bool) -> Option<f64> {
        let areas = self.auroc_by_class(weights);
        if let (Target::Classes { .. }, [_, second]) = (self.target, areas.as_slice()) {
            return *second;
        }
        let (mut sum, mut whole) = (0.0, 0.0);
        for (c, area) in areas.iter().enumerate() {
            let Some(area) = area else { continue };
            let held = |row: &usize| self.target.holds(*row, c);
            let support: u64 =
                (0..self.target.rows()).filter(held).map(|row| u64::from(weight_of(weights, row))).sum();
            let weight = if weighted { support as f64 } else { 1.0 };
            sum += weight * area;
            whole += weight;
        }
        (whole > 0.0).then(|| sum / whole)
    }

    fn micro_auroc(&self, weights: &[u32]) -> Option<f64> {
        let cols = self.predictions.cols;
        let score = |i: usize| self.predictions.data.get(i).copied().unwrap_or_default();
        let holds = |i: usize| self.target.holds(i / cols, i % cols);
        (!matches!(self.target, Target::Numbers(_))).then_some(())?;
        rank::auroc(self.orders.last()?, score, holds, |i| weight_of(weights, i / cols))
    }

    fn of_numbers(&self, metric: ProbeMetric, weights: &[u32]) -> Option<f64> {
        let (Target::Numbers(truth), [by_score, by_truth]) = (self.target, self.orders.as_slice()) else {
            return None;
        };
        let found = &self.predictions.data;
        let weight: Vec<f64> = (0..truth.len()).map(|row| f64::from(weight_of(weights, row))).collect();
        let whole: f64 = weight.iter().sum();
        if whole == 0.0 {
            return None;
        }
        if metric == ProbeMetric::Spearman {
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
            ProbeMetric::Rmse => Some((error / whole).sqrt()),
            _ => (spread > 0.0).then(|| 1.0 - error / spread),
        }
    }

    fn counts(&self, weights: &[u32]) -> Option<Confusion> {
        Confusion::count(self.target, self.predictions, weights)
    }
}

/// The area under the ROC curve (scikit-learn: `roc_auc_score`): the share of pairs in which the positive row
/// scores above the negative one, ties counting half. `None` if a side is empty or the lengths differ.
///
/// ```
/// use crossgrain_core::analysis::evaluation::metrics::auroc;
/// assert_eq!(auroc(&[true, false, true], &[0.9, 0.5, 0.5]), Some(0.75));
/// ```
///
/// # Shape
///
/// `positive` `[n]`, `scores` `[n]`
#[must_use]
pub fn auroc(positive: &[bool], scores: &[f64]) -> Option<f64> {
    if positive.len() != scores.len() || scores.iter().any(|s| s.is_nan()) {
        return None;
    }
    let score = |i: usize| scores.get(i).copied().unwrap_or_default();
    rank::auroc(&rank::order(scores), score, |i| positive.get(i) == Some(&true), |_| 1)
}

/// Spearman's correlation of ranks (SciPy: `spearmanr`), ties sharing theirs. `None` for a constant side or
/// unequal lengths.
///
/// # Shape
///
/// `a` `[n]`, `b` `[n]`
#[must_use]
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.iter().chain(b).any(|x| x.is_nan()) {
        return None;
    }
    let weight = vec![1.0; a.len()];
    let ranks = (rank::ranks(&rank::order(a), a, &weight), rank::ranks(&rank::order(b), b, &weight));
    rank::correlation(&ranks.0, &ranks.1, &weight)
}
