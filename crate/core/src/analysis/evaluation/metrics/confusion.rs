//! Counts of right and wrong predictions, and the metrics that follow from them.

use super::metric::ProbeMetric;
use super::predictions::{Predictions, weight_of};
use crate::analysis::evaluation::Target;

/// Counts of one class or label.
#[derive(Clone, Copy, Default)]
struct Count {
    both: u64,
    only_predicted: u64,
    only_true: u64,
    neither: u64,
}

/// Counts of all classes or labels.
pub(super) struct Confusion {
    counts: Vec<Count>,
    right: u64,
    whole: u64,
    /// By true and predicted class; only if each row has one class.
    pub(super) table: Option<Vec<Vec<u64>>>,
}

impl Confusion {
    /// `None` for numbers, or if no row counts.
    pub(super) fn count(target: &Target, predictions: &Predictions, weights: &[u32]) -> Option<Self> {
        let cols = predictions.cols;
        let one = match target {
            Target::Classes { .. } => true,
            Target::Multi { .. } => false,
            Target::Numbers(_) => return None,
        };
        let mut counts = vec![Count::default(); cols];
        let mut table = vec![vec![0; cols]; if one { cols } else { 0 }];
        let (mut right, mut whole) = (0, 0);
        for (row, numbers) in predictions.data.chunks(cols).enumerate() {
            let n = u64::from(weight_of(weights, row));
            let best = largest(numbers);
            let mut all = true;
            for (c, count) in counts.iter_mut().enumerate() {
                let predicted = if one { c == best } else { predictions.at(row, c) > 0.5 };
                let truth = target.holds(row, c);
                all &= predicted == truth;
                *(match (truth, predicted) {
                    (true, true) => &mut count.both,
                    (false, true) => &mut count.only_predicted,
                    (true, false) => &mut count.only_true,
                    (false, false) => &mut count.neither,
                }) += n;
                if one
                    && truth
                    && let Some(cell) = table.get_mut(c).and_then(|row| row.get_mut(best))
                {
                    *cell += n;
                }
            }
            right += n * u64::from(all);
            whole += n;
        }
        (whole > 0).then_some(Self { counts, right, whole, table: one.then_some(table) })
    }

    pub(super) fn score(&self, metric: ProbeMetric) -> Option<f64> {
        Some(match metric {
            ProbeMetric::Accuracy => self.right as f64 / self.whole as f64,
            ProbeMetric::MacroF1 => self.mean(Count::f1, false),
            ProbeMetric::WeightedF1 => self.mean(Count::f1, true),
            ProbeMetric::MicroF1 => self.sum().f1(),
            ProbeMetric::MacroPrecision => self.mean(Count::precision, false),
            ProbeMetric::WeightedPrecision => self.mean(Count::precision, true),
            ProbeMetric::MicroPrecision => self.sum().precision(),
            ProbeMetric::MacroRecall => self.mean(Count::recall, false),
            ProbeMetric::WeightedRecall => self.mean(Count::recall, true),
            ProbeMetric::MicroRecall => self.sum().recall(),
            ProbeMetric::Mcc => self.mcc(),
            _ => return None,
        })
    }

    /// Precision, recall and F1 of each class or label; `None` for a class that is neither true nor predicted.
    pub(super) fn by_class(&self) -> Vec<Option<[f64; 3]>> {
        let of = |count: &Count| {
            (count.both + count.wrong() > 0).then(|| [count.precision(), count.recall(), count.f1()])
        };
        self.counts.iter().map(of).collect()
    }

    fn mean(&self, figure: fn(&Count) -> f64, weighted: bool) -> f64 {
        let (mut sum, mut whole) = (0.0, 0.0);
        let absent = |count: &Count| self.table.is_some() && count.both + count.wrong() == 0;
        for count in self.counts.iter().filter(|count| !absent(count)) {
            let weight = if weighted { (count.both + count.only_true) as f64 } else { 1.0 };
            sum += weight * figure(count);
            whole += weight;
        }
        if whole > 0.0 { sum / whole } else { 0.0 }
    }

    fn sum(&self) -> Count {
        self.counts.iter().fold(Count::default(), |sum, count| Count {
            both: sum.both + count.both,
            only_predicted: sum.only_predicted + count.only_predicted,
            only_true: sum.only_true + count.only_true,
            neither: sum.neither + count.neither,
        })
    }

    /// Gorodkin's correlation of true and predicted class; 0 if a side is constant.
    fn mcc(&self) -> f64 {
        if self.table.is_none() {
            return self.mean(Count::mcc, false);
        }
        let whole = self.whole as f64;
        let (mut product, mut truth, mut predicted) = (0.0, 0.0, 0.0);
        for count in &self.counts {
            let t = (count.both + count.only_true) as f64;
            let p = (count.both + count.only_predicted) as f64;
            product += t * p;
            truth += t * t;
            predicted += p * p;
        }
        let scale = ((whole * whole - truth) * (whole * whole - predicted)).sqrt();
        if scale > 0.0 { (self.right as f64 * whole - product) / scale } else { 0.0 }
    }
}

impl Count {
    fn wrong(&self) -> u64 {
        self.only_predicted + self.only_true
    }

    fn f1(&self) -> f64 {
        share(2 * self.both, 2 * self.both + self.wrong())
    }

    fn precision(&self) -> f64 {
        share(self.both, self.both + self.only_predicted)
    }

    fn recall(&self) -> f64 {
        share(self.both, self.both + self.only_true)
    }

    fn mcc(&self) -> f64 {
        let [a, b, c, d] = [self.both, self.only_predicted, self.only_true, self.neither].map(|n| n as f64);
        let scale = ((a + b) * (a + c) * (d + b) * (d + c)).sqrt();
        if scale > 0.0 { (a * d - b * c) / scale } else { 0.0 }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The column of the largest number; the first of equals.
fn largest(numbers: &[f64]) -> usize {
    let mut best = 0;
    for (c, number) in numbers.iter().enumerate() {
        if numbers.get(best).is_some_and(|best| number > best) {
            best = c;
        }
    }
    best
}
