//! The models of a probe.

use super::{MlpOptions, ProbeError};
use crate::analysis::evaluation::Target;

/// Inverse strengths of the penalty among which `LogisticCv` chooses, strongest first.
pub const CS: [f64; 7] = [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3];
/// Strengths of the penalty among which `RidgeCv` chooses, strongest first.
pub const ALPHAS: [f64; 8] = [1e4, 1e3, 100.0, 10.0, 1.0, 0.1, 1e-2, 1e-3];

/// The model of a probe, under the parameter names of scikit-learn.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeModel {
    /// Least squares with a penalty of alpha · |w|²; for numbers. scikit-learn: `Ridge`.
    Ridge {
        /// Strength of the penalty.
        alpha: f64,
    },
    /// Logistic regression with a penalty of |w|² / (2 · C): softmax for classes (one logistic
    /// output for two), one independent output per label. scikit-learn: `LogisticRegression`.
    Logistic {
        /// Inverse strength of the penalty.
        c: f64,
    },
    /// A ridge whose alpha is chosen inside the training rows, from [`ALPHAS`]. scikit-learn: `RidgeCV`.
    RidgeCv,
    /// A logistic regression whose C is chosen inside the training rows, from [`CS`]. scikit-learn: `LogisticRegressionCV`.
    LogisticCv,
    /// The perceptron of the papers; for labels, one per label. scikit-learn: `MLPClassifier`, `MLPRegressor`.
    Mlp(MlpOptions),
    /// A random forest; for labels, one per label. scikit-learn: `RandomForestClassifier`.
    Forest {
        /// Number of trees.
        n_estimators: usize,
    },
}

impl ProbeModel {
    /// Refuses settings out of range, and a model that cannot learn the target.
    pub(super) fn check(&self, target: &Target) -> Result<(), ProbeError> {
        let positive = |number: f64| number.is_finite() && number > 0.0;
        let numbers = matches!(target, Target::Numbers(_));
        let what = match self {
            Self::Ridge { .. } | Self::RidgeCv if !numbers => "a ridge needs numbers as labels",
            Self::Logistic { .. } | Self::LogisticCv if numbers => {
                "a logistic regression needs classes as labels"
            }
            Self::Ridge { alpha } if !(alpha.is_finite() && *alpha >= 0.0) => "alpha must be 0 or more",
            Self::Logistic { c } if !positive(*c) => "c must be above 0",
            Self::Mlp(options) => return options.check(),
            Self::Forest { n_estimators: 0 } => "a forest needs a tree",
            _ => return Ok(()),
        };
        Err(ProbeError::Setting { what })
    }
}
