//! The model of a probe as a request names it, with the parameters of scikit-learn.

#[cfg(feature = "cli")]
mod arguments;

use crate::defaults;
use crossgrain_core::analysis::probe::{MlpOptions, ProbeModel, Task};
use serde::{Deserialize, Serialize};

/// A small model and its parameters; what is left out has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeModel"))]
pub enum ModelOptions {
    /// Logistic regression; ridge regression for numbers.
    Linear {
        /// Inverse strength of the penalty of the logistic regression, above 0; 1 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        c: Option<f64>,
        /// Strength of the penalty of the ridge regression, 0 or more; 1 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        alpha: Option<f64>,
        /// Choose the penalty of each fold by a cross-validation inside its training rows: `c` of 0.001 to 1000 or `alpha` of
        /// 10000 to 0.001, in powers of ten. The inner folds are the other folds, so at least three are needed; `c` and
        /// `alpha` do not count then.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        choose: bool,
    },
    /// Multilayer perceptron (MLP).
    Mlp {
        /// Paper whose architecture and training schedule are used; `productClass` by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        preset: Option<Preset>,
        /// Widths of the hidden layers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        hidden: Option<Vec<usize>>,
        /// Strength of the L2 penalty, 0 or more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        alpha: Option<f64>,
        /// Most epochs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        epochs: Option<usize>,
        /// Epochs without improvement before early stopping.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        patience: Option<usize>,
    },
    /// Random forest.
    Forest {
        /// Trees; 100 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        trees: Option<usize>,
    },
}

/// An MLP as published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MlpPreset"))]
pub enum Preset {
    /// Product classes of gene clusters: 512 and 256, at most 200 epochs.
    #[default]
    ProductClass,
    /// The layer ablation: 256 and 128, at most 500 epochs.
    LayerAblation,
    /// Adenylation domains: 512 and 256, alpha 0.01, patience 30.
    Adenylation,
    /// Halogenation: 512 and 128, alpha 0.01, patience 30.
    Halogenation,
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self::Linear { c: None, alpha: None, choose: false }
    }
}

impl Preset {
    fn options(self) -> MlpOptions {
        match self {
            Self::ProductClass => MlpOptions::product_class(),
            Self::LayerAblation => MlpOptions::layer_ablation(),
            Self::Adenylation => MlpOptions::adenylation(),
            Self::Halogenation => MlpOptions::halogenation(),
        }
    }
}

impl ModelOptions {
    /// The same model for a task, with its defaults written out.
    #[must_use]
    pub fn resolved(&self, task: Task) -> Self {
        match self {
            Self::Linear { choose: true, .. } => Self::Linear { c: None, alpha: None, choose: true },
            Self::Linear { alpha, choose, .. } if task == Task::Numbers => {
                Self::Linear { c: None, alpha: alpha.or(Some(defaults::RIDGE_ALPHA)), choose: *choose }
            }
            Self::Linear { c, choose, .. } => {
                Self::Linear { c: c.or(Some(defaults::LOGISTIC_C)), alpha: None, choose: *choose }
            }
            Self::Forest { trees } => Self::Forest { trees: trees.or(Some(defaults::TREES)) },
            Self::Mlp { preset, hidden, alpha, epochs, patience } => {
                let preset = preset.unwrap_or_default();
                let published = preset.options();
                Self::Mlp {
                    preset: Some(preset),
                    hidden: hidden.clone().or(Some(published.hidden_layer_sizes)),
                    alpha: alpha.or(Some(published.alpha)),
                    epochs: epochs.or(Some(published.max_iter)),
                    patience: patience.or(Some(published.n_iter_no_change)),
                }
            }
        }
    }

    /// The model itself. Numbers have no logistic regression: their linear model is a ridge.
    #[must_use]
    pub fn model(&self, task: Task) -> ProbeModel {
        match self.resolved(task) {
            Self::Linear { choose: true, .. } if task == Task::Numbers => ProbeModel::RidgeCv,
            Self::Linear { choose: true, .. } => ProbeModel::LogisticCv,
            Self::Linear { c: Some(c), .. } => ProbeModel::Logistic { c },
            Self::Linear { alpha, .. } => ProbeModel::Ridge { alpha: alpha.unwrap_or(defaults::RIDGE_ALPHA) },
            Self::Forest { trees } => ProbeModel::Forest { n_estimators: trees.unwrap_or(defaults::TREES) },
            Self::Mlp { preset, hidden, alpha, epochs, patience } => {
                let published = preset.unwrap_or_default().options();
                ProbeModel::Mlp(MlpOptions {
                    hidden_layer_sizes: hidden.unwrap_or_else(|| published.hidden_layer_sizes.clone()),
                    alpha: alpha.unwrap_or(published.alpha),
                    max_iter: epochs.unwrap_or(published.max_iter),
                    n_iter_no_change: patience.unwrap_or(published.n_iter_no_change),
                    ..published
                })
            }
        }
    }
}
