//! One model on the training rows of one fold, for one run and, for perceptron and forest, one label.

use super::curvature::Curvature;
use super::features::Scale;
use super::forest::Forest;
use super::linear_fit::{Fitted, LinearFit, Penalty};
use super::mlp::{Mlp, OutputActivation};
use super::{CrossValidation, ProbeError, ProbeModel, penalty_search};
use crate::analysis::evaluation::metrics::Predictions;
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::matrix::View;

/// How far a job is.
enum State {
    Waiting,
    Training(Box<Mlp>, Scale),
    Growing(Box<Forest>),
    /// Predictions of the test rows. `[test, columns]`
    Done {
        test: Vec<usize>,
        predicted: Vec<f64>,
        /// Whether the optimum was reached.
        converged: bool,
        /// The strength of the penalty, if it was chosen.
        chosen: Option<f64>,
    },
}

/// The training of one fold. It holds memory only between its first and its last step.
pub(super) struct FoldJob {
    pub(super) run: usize,
    fold: usize,
    /// Whether its predictions are reported, and not only ranked.
    strict: bool,
    /// The one label that it learns, for a target with several.
    label: Option<usize>,
    state: State,
}

impl FoldJob {
    /// The jobs of one fold: one per label for a perceptron or forest of several labels, else one. A `strict` fold
    /// is refused if its training rows have one class only; another predicts that class.
    pub(super) fn of_fold(
        target: &Target,
        model: &ProbeModel,
        folds: &CrossValidation,
        (run, fold): (usize, usize),
        strict: bool,
    ) -> Result<Vec<Self>, EvaluationError> {
        let train = folds.folds.train(fold);
        if train.is_empty() {
            return Err(EvaluationError::Nothing { what: "training row" });
        }
        if strict && matches!(target, Target::Classes { .. }) && constant(target, &train, None) {
            return Err(EvaluationError::OneClass);
        }
        let one_per_label =
            matches!((model, target), (ProbeModel::Mlp(_) | ProbeModel::Forest { .. }, Target::Multi { .. }));
        let labels: Vec<Option<usize>> =
            if one_per_label { (0..target.cols()).map(Some).collect() } else { vec![None] };
        Ok(labels.into_iter().map(|label| Self { run, fold, strict, label, state: State::Waiting }).collect())
    }

    /// Whether it is done, and its model is not the optimum.
    pub(super) fn unconverged(&self) -> bool {
        matches!(self.state, State::Done { converged: false, .. })
    }

    /// The strength of its penalty, if it was chosen.
    pub(super) fn chosen(&self) -> Option<f64> {
        if let State::Done { chosen, .. } = self.state { chosen } else { None }
    }

    pub(super) fn done(&self) -> bool {
        matches!(self.state, State::Done { .. })
    }

    /// One epoch of a perceptron, one tree of a forest; the whole solution of the other models.
    pub(super) fn advance(
        &mut self,
        features: View,
        target: &Target,
        (model, curvature): (&ProbeModel, Option<&Curvature>),
        run: &CrossValidation,
    ) -> Result<(), ProbeError> {
        if let State::Training(mlp, scale) = &mut self.state {
            if mlp.epoch(features, scale) {
                let test = run.folds.test(self.fold);
                let predicted = mlp.predict(features, scale, &test);
                self.state = State::Done { test, predicted, converged: true, chosen: None };
            }
            return Ok(());
        }
        if let State::Growing(forest) = &mut self.state {
            if forest.grow(features) {
                self.state = State::Done {
                    test: run.folds.test(self.fold),
                    predicted: forest.predict(),
                    converged: true,
                    chosen: None,
                };
            }
            return Ok(());
        }
        let (train, test) = (run.folds.train(self.fold), run.folds.test(self.fold));
        if !matches!(target, Target::Numbers(_)) && constant(target, &train, self.label) {
            let first = train.first().copied().unwrap_or_default();
            let row: Vec<f64> = self.columns(target).map(|c| target.number(first, c)).collect();
            self.state =
                State::Done { predicted: row.repeat(test.len()), test, converged: true, chosen: None };
            return Ok(());
        }
        self.state = self.start(features, target, (model, curvature), run, (train, test))?;
        Ok(())
    }

    /// The first step of a model; models with a closed-form solution are finished after it.
    fn start(
        &self,
        features: View,
        target: &Target,
        (model, curvature): (&ProbeModel, Option<&Curvature>),
        run: &CrossValidation,
        (train, test): (Vec<usize>, Vec<usize>),
    ) -> Result<State, ProbeError> {
        let penalty = match model {
            ProbeModel::Forest { n_estimators } => {
                // A tree only asks which of two numbers is larger: no scale is needed.
                let forest = Forest::new(*n_estimators, target, self.columns(target), train, test, run.seed);
                return Ok(State::Growing(Box::new(forest)));
            }
            ProbeModel::Mlp(options) => {
                let output = OutputActivation::of(target, self.label);
                let scale = Scale::of(features, &train);
                let mlp = Mlp::new(options, features.cols(), output, target, train, run.seed);
                return Ok(State::Training(Box::new(mlp), scale));
            }
            ProbeModel::Ridge { alpha } => Some(Penalty::Alpha(*alpha)),
            ProbeModel::Logistic { c } => Some(Penalty::C(*c)),
            ProbeModel::RidgeCv | ProbeModel::LogisticCv => None,
        };
        let fit = LinearFit { features, target, curvature, strict: self.strict };
        let searched = || {
            let inner = penalty_search::inner_folds(&run.folds, self.fold);
            penalty_search::choose(fit, &penalty_search::grid(model), &inner, &train)
        };
        let chosen = penalty.map_or_else(searched, Ok)?;
        let Fitted { predicted, converged } = fit.fit(chosen, &train, &test)?;
        let chosen = if penalty.is_none() { Some(chosen.strength()) } else { None };
        Ok(State::Done { test, predicted, converged, chosen })
    }

    /// The columns of the target that it learns.
    fn columns(&self, target: &Target) -> std::ops::Range<usize> {
        self.label.map_or(0..target.cols(), |label| label..label + 1)
    }

    /// Writes the predictions of the test rows into those of the whole table.
    pub(super) fn write(&self, into: &mut Predictions) {
        let State::Done { test, predicted, .. } = &self.state else { return };
        let (start, width) = self.label.map_or((0, into.cols), |label| (label, 1));
        for (&row, predicted) in test.iter().zip(predicted.chunks(width)) {
            let at = row * into.cols + start;
            if let Some(cells) = into.data.get_mut(at..at + width) {
                cells.copy_from_slice(predicted);
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
