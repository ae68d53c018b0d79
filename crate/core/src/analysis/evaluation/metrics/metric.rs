//! The metrics by name, and which of them a target has.

use crate::analysis::evaluation::Target;
use serde::{Deserialize, Serialize};

/// A metric, under the name that scikit-learn gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeMetric"))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
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
    /// The metrics that a target has; the first is its headline.
    #[must_use]
    pub fn of(target: &Target) -> &'static [Self] {
        if matches!(target, Target::Numbers(_)) { &OF_NUMBERS } else { &OF_CLASSES }
    }
}
