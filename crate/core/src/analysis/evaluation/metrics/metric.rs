//! The metrics by name, and which of them a target has.

use crate::analysis::evaluation::Target;
use serde::{Deserialize, Serialize};

/// A metric, under the name that scikit-learn gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeMetric"))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum ProbeMetric {
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
    /// Area under the precision-recall curve (average precision), mean over classes or labels; of two classes that of the
    /// second.
    MacroAuprc,
    /// Half the squared distance between probabilities and truth (Brier 1950), mean over rows; for several labels the mean
    /// over labels. 0 is perfect.
    Brier,
    /// Correlation of ranks.
    Spearman,
    /// Coefficient of determination.
    R2,
    /// Root of the mean squared error.
    Rmse,
}

const OF_CLASSES: [ProbeMetric; 16] = [
    ProbeMetric::MacroAuroc,
    ProbeMetric::WeightedAuroc,
    ProbeMetric::MicroAuroc,
    ProbeMetric::Accuracy,
    ProbeMetric::MacroF1,
    ProbeMetric::WeightedF1,
    ProbeMetric::MicroF1,
    ProbeMetric::MacroPrecision,
    ProbeMetric::WeightedPrecision,
    ProbeMetric::MicroPrecision,
    ProbeMetric::MacroRecall,
    ProbeMetric::WeightedRecall,
    ProbeMetric::MicroRecall,
    ProbeMetric::Mcc,
    ProbeMetric::MacroAuprc,
    ProbeMetric::Brier,
];
const OF_NUMBERS: [ProbeMetric; 3] = [ProbeMetric::Spearman, ProbeMetric::R2, ProbeMetric::Rmse];

impl ProbeMetric {
    /// What a prediction has that is the same for every row, if `pooled` is its value over folds whose constants differ:
    /// an AUROC of a half, no correlation. The flattened area ranks classes among one another, and stays.
    pub(in crate::analysis) fn of_a_constant(self, pooled: f64) -> Option<f64> {
        match self {
            Self::MacroAuroc | Self::WeightedAuroc => Some(0.5),
            Self::Spearman => None,
            _ => Some(pooled),
        }
    }

    /// Whether a smaller value is better.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::Rmse | Self::Brier)
    }

    /// The metrics that a target has; the first is its headline.
    #[must_use]
    pub fn of(target: &Target) -> &'static [Self] {
        if matches!(target, Target::Numbers(_)) { &OF_NUMBERS } else { &OF_CLASSES }
    }
}
