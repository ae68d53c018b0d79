//! The models of a probe, and how a question chooses one.

use super::column::Task;
use super::{MlpOptions, ProbeError};
use crate::analysis::evaluation::Target;
use serde::{Deserialize, Serialize};

/// Trees of a forest by default, as published and in scikit-learn.
pub const N_ESTIMATORS: usize = 100;

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
            Self::Ridge { .. } if !numbers => "a ridge needs numbers as labels",
            Self::Logistic { .. } if numbers => "a logistic regression needs classes as labels",
            Self::Ridge { alpha } if !(alpha.is_finite() && *alpha >= 0.0) => "alpha must be 0 or more",
            Self::Logistic { c } if !positive(*c) => "c must be above 0",
            Self::Mlp(options) => return options.check(),
            Self::Forest { n_estimators: 0 } => "a forest needs a tree",
            _ => return Ok(()),
        };
        Err(ProbeError::Setting { what })
    }
}

/// A model as a question names it; what is not given has its published default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum ModelOptions {
    /// Logistic regression, or a ridge for numbers.
    Linear {
        /// Inverse strength of the penalty of a logistic regression; 1 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        c: Option<f64>,
        /// Strength of the penalty of a ridge; 1 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alpha: Option<f64>,
    },
    /// The perceptron; by default [`MlpOptions::product_class`].
    Mlp {
        /// Widths of the hidden layers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hidden: Option<Vec<usize>>,
        /// Strength of the penalty.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alpha: Option<f64>,
        /// Most epochs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epochs: Option<usize>,
        /// Epochs without improvement before early stopping.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        patience: Option<usize>,
    },
    /// A random forest.
    Forest {
        /// Number of trees; [`N_ESTIMATORS`] by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trees: Option<usize>,
    },
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self::Linear { c: None, alpha: None }
    }
}

impl ModelOptions {
    /// The model for a task: the linear model of numbers is a ridge, of classes and labels a logistic
    /// regression.
    #[must_use]
    pub fn model(&self, task: Task) -> ProbeModel {
        match (self, task) {
            (Self::Linear { alpha, .. }, Task::Numbers) => ProbeModel::Ridge { alpha: alpha.unwrap_or(1.0) },
            (Self::Linear { c, .. }, _) => ProbeModel::Logistic { c: c.unwrap_or(1.0) },
            (Self::Forest { trees }, _) => ProbeModel::Forest { n_estimators: trees.unwrap_or(N_ESTIMATORS) },
            (Self::Mlp { hidden, alpha, epochs, patience }, _) => {
                let published = MlpOptions::product_class();
                ProbeModel::Mlp(MlpOptions {
                    hidden_layer_sizes: hidden
                        .clone()
                        .unwrap_or_else(|| published.hidden_layer_sizes.clone()),
                    alpha: alpha.unwrap_or(published.alpha),
                    max_iter: epochs.unwrap_or(published.max_iter),
                    n_iter_no_change: patience.unwrap_or(published.n_iter_no_change),
                    ..published
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_chooses_the_model() {
        fn t(json: &str, task: Task, expected: &ProbeModel) {
            let options: ModelOptions = serde_json::from_str(json).unwrap();
            assert_eq!(&options.model(task), expected, "{json}");
            assert_eq!(serde_json::to_string(&options).unwrap(), json);
        }
        t(r#"{"kind":"linear"}"#, Task::Numbers, &ProbeModel::Ridge { alpha: 1.0 });
        t(r#"{"kind":"linear","c":0.5}"#, Task::Labels, &ProbeModel::Logistic { c: 0.5 });
        t(r#"{"kind":"forest"}"#, Task::Classes, &ProbeModel::Forest { n_estimators: 100 });
        let mlp = MlpOptions { hidden_layer_sizes: vec![8], max_iter: 7, ..MlpOptions::product_class() };
        t(r#"{"kind":"mlp","hidden":[8],"epochs":7}"#, Task::Classes, &ProbeModel::Mlp(mlp));
        assert!(serde_json::from_str::<ModelOptions>(r#"{"kind":"linear","d":1}"#).is_err());
    }
}
