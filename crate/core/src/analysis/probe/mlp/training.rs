//! Epochs of training, with early stopping on validation rows.

use super::adam::Adam;
use super::network::Network;
use super::{MlpOptions, OutputActivation, narrow};
use crate::analysis::evaluation::Target;
use crate::analysis::probe::features::Scale;
use crate::matrix::View;
use crate::random::Random;

/// Smallest improvement of the validation score that counts (scikit-learn: `tol`).
const TOLERANCE: f64 = 1e-4;
/// Rows that are predicted at once.
const ROWS: usize = 512;

/// A perceptron in training.
pub(in crate::analysis::probe) struct Mlp {
    options: MlpOptions,
    output: OutputActivation,
    network: Network,
    adam: Adam,
    train: Vec<usize>,
    validation: Vec<usize>,
    /// The truth for each row of the whole table. `[n, outputs]`
    truth: Vec<f32>,
    rng: Random,
    epochs: usize,
    stopping: EarlyStopping,
}

/// The best epoch so far, and how long ago it was.
struct EarlyStopping {
    no_improvement: usize,
    best_score: f64,
    /// Parameters of each layer at the best score.
    best: Vec<Vec<f32>>,
}

impl Mlp {
    /// Seeded parameters and validation rows; nothing is trained yet.
    pub(in crate::analysis::probe) fn new(
        options: &MlpOptions,
        inputs: usize,
        output: OutputActivation,
        target: &Target,
        mut train: Vec<usize>,
        seed: u64,
    ) -> Self {
        let mut rng = Random::new(seed);
        let network = Network::new(inputs, &options.hidden_layer_sizes, output.outputs(), &mut rng);
        let truth = (0..target.rows())
            .flat_map(|row| output.columns().map(move |c| (row, c)))
            .map(|(row, c)| narrow(target.number(row, c)))
            .collect();
        let validation = hold_out(&mut train, target, output, options.validation_fraction, &mut rng);
        Self {
            adam: Adam::new(&network, options.learning_rate_init),
            options: options.clone(),
            output,
            network,
            train,
            validation,
            truth,
            rng,
            epochs: 0,
            stopping: EarlyStopping { no_improvement: 0, best_score: f64::NEG_INFINITY, best: Vec::new() },
        }
    }

    /// One pass over the training rows; true if it was the last.
    pub(in crate::analysis::probe) fn epoch(&mut self, features: View, scale: &Scale) -> bool {
        let mut order = std::mem::take(&mut self.train);
        self.rng.shuffle(&mut order);
        let mut x = Vec::new();
        for batch in order.chunks(self.options.batch_size) {
            x.clear();
            scale.apply(features, batch, &mut x);
            self.batch(&x, batch);
        }
        self.train = order;
        self.epochs += 1;
        let mut last = self.epochs >= self.options.max_iter;
        if !self.validation.is_empty() {
            let score = self.validation_score(features, scale);
            last |= self.stopping.note(score, &self.network) > self.options.n_iter_no_change;
        }
        if last {
            for (layer, best) in self.network.layers.iter_mut().zip(self.stopping.best.drain(..)) {
                layer.parameters = best;
            }
        }
        last
    }

    /// Probabilities, or numbers.
    ///
    /// # Shape
    ///
    /// rows `[m]` → `[m, columns]`
    pub(in crate::analysis::probe) fn predict(
        &self,
        features: View,
        scale: &Scale,
        rows: &[usize],
    ) -> Vec<f64> {
        let outputs = self.outputs(features, scale, rows);
        match self.output {
            OutputActivation::Logistic { two_classes: true, .. } => {
                outputs.into_iter().flat_map(|p| [1.0 - p, p]).collect()
            }
            _ => outputs,
        }
    }

    /// Probabilities or numbers, one logistic output as one column.
    fn outputs(&self, features: View, scale: &Scale, rows: &[usize]) -> Vec<f64> {
        let width = self.output.outputs();
        let mut outputs = Vec::with_capacity(rows.len() * width);
        for rows in rows.chunks(ROWS) {
            let mut x = Vec::new();
            scale.apply(features, rows, &mut x);
            let activations = self.network.forward(&x, rows.len());
            let z = activations.last().map_or(&[] as &[f32], Vec::as_slice);
            outputs.extend(z.iter().map(|&z| f64::from(z)));
        }
        outputs.chunks_mut(width).for_each(|row| self.output.apply(row));
        outputs
    }

    /// One step of Adam.
    fn batch(&mut self, x: &[f32], rows: &[usize]) {
        let mut activations = self.network.forward(x, rows.len());
        let width = self.output.outputs();
        let Some(mut delta) = activations.pop() else { return };
        for (z, &row) in delta.chunks_mut(width).zip(rows) {
            let truth = self.truth.get(row * width..(row + 1) * width).unwrap_or_default();
            let mut predicted: Vec<f64> = z.iter().map(|&z| f64::from(z)).collect();
            self.output.apply(&mut predicted);
            for ((z, predicted), truth) in z.iter_mut().zip(&predicted).zip(truth) {
                *z = narrow(*predicted) - truth;
            }
        }
        self.network.backward(x, activations, delta, (rows.len(), narrow(self.options.alpha)));
        self.adam.step(&mut self.network);
    }

    /// Accuracy on the validation rows, or R².
    fn validation_score(&self, features: View, scale: &Scale) -> f64 {
        let width = self.output.outputs();
        let predicted = self.outputs(features, scale, &self.validation);
        let truth = |row: usize| self.truth.get(row * width..(row + 1) * width).unwrap_or_default();
        let pairs = || {
            self.validation
                .iter()
                .zip(predicted.chunks(width))
                .map(|(&row, predicted)| (truth(row), predicted))
        };
        if self.output == OutputActivation::Identity {
            let y: Vec<f64> = pairs().flat_map(|(truth, _)| truth).map(|&y| f64::from(y)).collect();
            let mean = y.iter().sum::<f64>() / y.len() as f64;
            let spread: f64 = y.iter().map(|y| (y - mean).powi(2)).sum();
            let error: f64 = y.iter().zip(&predicted).map(|(y, f)| (y - f).powi(2)).sum();
            return 1.0 - error / spread.max(f64::MIN_POSITIVE);
        }
        let right = pairs().filter(|(truth, predicted)| match *predicted {
            [p] => (*p > 0.5) == (truth.first() == Some(&1.0)),
            many => {
                let most = many.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let best = many.iter().position(|&p| p >= most);
                best.is_some_and(|best| truth.get(best) == Some(&1.0))
            }
        });
        right.count() as f64 / self.validation.len() as f64
    }
}

impl EarlyStopping {
    /// Notes the score of an epoch and keeps the best parameters; answers the epochs without improvement.
    fn note(&mut self, score: f64, network: &Network) -> usize {
        let stale = score < self.best_score + TOLERANCE;
        self.no_improvement = if stale { self.no_improvement + 1 } else { 0 };
        if score > self.best_score || self.best.is_empty() {
            self.best_score = score;
            self.best = network.layers.iter().map(|layer| layer.parameters.clone()).collect();
        }
        self.no_improvement
    }
}

/// Takes a share of the rows out, spread evenly over the classes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
fn hold_out(
    train: &mut Vec<usize>,
    target: &Target,
    output: OutputActivation,
    share: f64,
    rng: &mut Random,
) -> Vec<usize> {
    let rows = train.len();
    let wanted = ((share * rows as f64).ceil() as usize).min(rows.saturating_sub(1));
    if wanted == 0 {
        return Vec::new();
    }
    rng.shuffle(train);
    if output != OutputActivation::Identity {
        train.sort_by_key(|&row| output.columns().position(|c| target.holds(row, c)));
    }
    let start = rng.unit();
    let taken: Vec<usize> =
        (0..wanted).map(|i| ((i as f64 + start) * rows as f64 / wanted as f64) as usize).collect();
    let validation = taken.iter().filter_map(|&i| train.get(i).copied()).collect();
    let mut index = 0..;
    train.retain(|_| index.next().is_some_and(|i| taken.binary_search(&i).is_err()));
    validation
}
