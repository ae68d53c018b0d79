//! The multilayer perceptron of the papers, as scikit-learn's `MLPClassifier` and `MLPRegressor` train it:
//! ReLU layers, Adam, early stopping.
//!
//! Loss = mean cross-entropy (half the squared error for numbers) + α/2 · Σ|W|² / batch. Weights and biases
//! start uniform in ±√(6 / (in + out)). A tenth of the rows, rounded up and stratified by class, is held out;
//! when accuracy (R² for numbers) there has not improved by 1e-4 for more than `n_iter_no_change` epochs,
//! training ends and the best weights return. Sums are f32, in batches.
//!
//! With few rows, early stopping ends training early by design: below 200 training rows an epoch is one step
//! of Adam, the validation rows are a handful, and the first epoch that gets them right is the one that
//! returns. A seed may then end far from the others, in scikit-learn just as here: on 60 easy rows the worst
//! of 40 seeds has an AUROC of 0.79 here and 0.86 there, on 200 rows with one step per epoch 0.87 and 0.96,
//! the worst fold 0.78 and 0.63; medians agree to 0.003. Look at several seeds, or give small batches.
//!
//! | file | what it holds |
//! |---|---|
//! | `network` | dense layers: forward and backward |
//! | `adam` | the optimiser |
//! | `output` | the activation of the last layer |
//! | `training` | epochs, validation rows and early stopping |

mod adam;
mod network;
mod output;
mod training;

pub(super) use output::OutputActivation;
pub(super) use training::Mlp;

use super::ProbeError;

/// Shape and schedule of a perceptron, under the names of scikit-learn's `MLPClassifier`.
#[derive(Clone, Debug, PartialEq)]
pub struct MlpOptions {
    /// Widths of the hidden layers.
    pub hidden_layer_sizes: Vec<usize>,
    /// Strength of the L2 penalty on weights and biases.
    pub alpha: f64,
    /// Step size of Adam.
    pub learning_rate_init: f64,
    /// Most rows of a batch.
    pub batch_size: usize,
    /// Most epochs.
    pub max_iter: usize,
    /// Share of the training rows held out for early stopping; 0 trains for all epochs.
    pub validation_fraction: f64,
    /// Epochs without improvement before early stopping.
    pub n_iter_no_change: usize,
}

impl MlpOptions {
    /// Product classes of gene clusters (Xiao et al. 2025): 512 and 256, at most 200 epochs.
    #[must_use]
    pub fn product_class() -> Self {
        Self {
            hidden_layer_sizes: vec![512, 256],
            alpha: 1e-4,
            learning_rate_init: 1e-3,
            batch_size: 200,
            max_iter: 200,
            validation_fraction: 0.1,
            n_iter_no_change: 10,
        }
    }

    /// The layer ablation: 256 and 128, at most 500 epochs.
    #[must_use]
    pub fn layer_ablation() -> Self {
        Self { hidden_layer_sizes: vec![256, 128], max_iter: 500, ..Self::product_class() }
    }

    /// Adenylation domains: 512 and 256, stronger penalty, more patience.
    #[must_use]
    pub fn adenylation() -> Self {
        Self { alpha: 0.01, max_iter: 3000, n_iter_no_change: 30, ..Self::product_class() }
    }

    /// Halogenation: as adenylation with 512 and 128.
    #[must_use]
    pub fn halogenation() -> Self {
        Self { hidden_layer_sizes: vec![512, 128], ..Self::adenylation() }
    }

    pub(super) fn check(&self) -> Result<(), ProbeError> {
        let counts = !self.hidden_layer_sizes.contains(&0) && self.batch_size > 0 && self.max_iter > 0;
        let rate = self.learning_rate_init;
        let rates = self.alpha >= 0.0 && rate > 0.0 && self.alpha.is_finite() && rate.is_finite();
        if counts && rates && (0.0..1.0).contains(&self.validation_fraction) {
            Ok(())
        } else {
            Err(ProbeError::Setting { what: "a perceptron needs widths, batch, epochs and rate above 0" })
        }
    }

    /// Bytes that one perceptron in training holds: parameters, gradient, two moments, best parameters.
    pub(super) fn bytes(&self, inputs: usize, outputs: usize) -> usize {
        let widths: Vec<usize> =
            std::iter::once(inputs).chain(self.hidden_layer_sizes.iter().copied()).chain([outputs]).collect();
        let numbers: usize = widths.windows(2).map(|w| w.iter().product::<usize>()).sum();
        numbers.saturating_mul(20)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the perceptron trains in f32")]
fn narrow(x: f64) -> f32 {
    x as f32
}
