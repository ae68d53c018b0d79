//! One model on the training rows of one fold, for one run and, for perceptron and forest, one label.

use super::features::Scale;
use super::forest::Forest;
use super::mlp::{Head, Mlp};
use super::{Model, ProbeError, Run, Target, logistic, ridge};
use crate::analysis::metrics::Predictions;
use crate::matrix::View;

/// Where a lane stands.
enum State {
    Waiting,
    Training(Box<Mlp>, Scale),
    Growing(Box<Forest>),
    /// What is said of the tested rows. `[test, columns]`
    Done {
        test: Vec<usize>,
        said: Vec<f64>,
    },
}

/// A lane holds memory only between its first and its last step.
pub(super) struct Lane {
    pub(super) run: usize,
    fold: usize,
    pub(super) shuffled: bool,
    /// The one label it learns, of several.
    label: Option<usize>,
    state: State,
}

impl Lane {
    /// The lanes of one fold: one per label for a perceptron or forest of several labels, else one.
    pub(super) fn of_fold(
        target: &Target,
        model: &Model,
        folds: &Run,
        (run, fold): (usize, usize),
        shuffled: bool,
    ) -> Result<Vec<Self>, ProbeError> {
        let train = folds.folds.train(fold);
        if train.is_empty() {
            return Err(ProbeError::Nothing { what: "training row" });
        }
        if !shuffled && matches!(target, Target::Classes { .. }) && constant(target, &train, None) {
            return Err(ProbeError::OneClass);
        }
        let apart = matches!((model, target), (Model::Mlp(_) | Model::Forest { .. }, Target::Multi { .. }));
        let labels: Vec<Option<usize>> =
            if apart { (0..target.cols()).map(Some).collect() } else { vec![None] };
        Ok(labels
            .into_iter()
            .map(|label| Self { run, fold, shuffled, label, state: State::Waiting })
            .collect())
    }

    pub(super) fn done(&self) -> bool {
        matches!(self.state, State::Done { .. })
    }

    /// One epoch of a perceptron, one tree of a forest; the whole solution of the other models.
    pub(super) fn advance(
        &mut self,
        features: View,
        target: &Target,
        model: &Model,
        run: &Run,
    ) -> Result<(), ProbeError> {
        if let State::Training(mlp, scale) = &mut self.state {
            if mlp.epoch(features, scale) {
                let test = run.folds.test(self.fold);
                let said = mlp.say(features, scale, &test);
                self.state = State::Done { test, said };
            }
            return Ok(());
        }
        if let State::Growing(forest) = &mut self.state {
            if forest.grow(features) {
                self.state = State::Done { test: run.folds.test(self.fold), said: forest.say() };
            }
            return Ok(());
        }
        let (train, test) = (run.folds.train(self.fold), run.folds.test(self.fold));
        if !matches!(target, Target::Numbers(_)) && constant(target, &train, self.label) {
            let first = train.first().copied().unwrap_or_default();
            let columns = self.label.map_or(0..target.cols(), |label| label..label + 1);
            let said = columns.map(|c| target.number(first, c)).collect::<Vec<_>>().repeat(test.len());
            self.state = State::Done { test, said };
            return Ok(());
        }
        let scale = Scale::of(features, &train);
        let said = match model {
            Model::Forest { trees } => {
                // A tree only asks which of two numbers is larger: no scale is needed.
                let columns = self.label.map_or(0..target.cols(), |label| label..label + 1);
                let forest = Forest::new(*trees, target, columns, train, test, run.seed);
                self.state = State::Growing(Box::new(forest));
                return Ok(());
            }
            Model::Mlp(options) => {
                let head = Head::of(target, self.label);
                let mlp = Mlp::new(options, features.cols(), head, target, train, run.seed);
                self.state = State::Training(Box::new(mlp), scale);
                return Ok(());
            }
            Model::Ridge { alpha } => {
                let (x, y) = (scaled(&scale, features, &train), numbers(target, &train, 0..1));
                let (weights, intercept) = ridge::solve(&x, features.cols(), &y, *alpha)?;
                let say = |row: &[f64]| row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() + intercept;
                scaled(&scale, features, &test).chunks(features.cols()).map(say).collect()
            }
            Model::Logistic { c } => {
                let x = scaled(&scale, features, &train);
                // Two classes are one output, the second.
                let two = matches!(target, Target::Classes { classes: 2, .. });
                let outputs = if two { 1..2 } else { 0..target.cols() };
                let softmax = !two && matches!(target, Target::Classes { .. });
                let y = numbers(target, &train, outputs.clone());
                let (cols, outputs) = (features.cols(), outputs.len());
                let problem = logistic::Problem { x: &x, y: &y, cols, outputs, softmax, c: *c };
                let solution = logistic::solve(&problem);
                let x = scaled(&scale, features, &test);
                let said = logistic::probabilities(&solution, &x, cols, outputs, softmax);
                if two { said.into_iter().flat_map(|p| [1.0 - p, p]).collect() } else { said }
            }
        };
        self.state = State::Done { test, said };
        Ok(())
    }

    /// Enters what is said of the tested rows.
    pub(super) fn write(&self, into: &mut Predictions) {
        let State::Done { test, said } = &self.state else { return };
        let (start, width) = self.label.map_or((0, into.cols), |label| (label, 1));
        for (&row, said) in test.iter().zip(said.chunks(width)) {
            let at = row * into.cols + start;
            if let Some(cells) = into.data.get_mut(at..at + width) {
                cells.copy_from_slice(said);
            }
        }
    }
}

/// Whether some rows hold the same class, or hold or lack the same labels.
fn constant(target: &Target, rows: &[usize], label: Option<usize>) -> bool {
    let columns = label.map_or(0..target.cols(), |label| label..label + 1);
    let Some(&first) = rows.first() else { return true };
    rows.iter().all(|&row| columns.clone().all(|c| target.holds(row, c) == target.holds(first, c)))
}

fn scaled(scale: &Scale, features: View, rows: &[usize]) -> Vec<f64> {
    let mut x = Vec::with_capacity(rows.len() * features.cols());
    scale.apply(features, rows, &mut x);
    x
}

fn numbers(target: &Target, rows: &[usize], columns: std::ops::Range<usize>) -> Vec<f64> {
    rows.iter().flat_map(|&row| columns.clone().map(move |c| target.number(row, c))).collect()
}
