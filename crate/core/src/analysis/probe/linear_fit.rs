//! A ridge or a logistic regression on some rows, and what it says of others.

use super::curvature::Curvature;
use super::features::Scale;
use super::logistic_loss::{LogisticLoss, probabilities};
use super::{ProbeError, logistic, ridge, row_span};
use crate::analysis::evaluation::Target;
use crate::matrix::View;
use std::ops::Range;

/// How strong the penalty is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Penalty {
    /// Of a ridge: alpha · |w|².
    Alpha(f64),
    /// Of a logistic regression: |w|² / (2 · C).
    C(f64),
}

impl Penalty {
    /// Alpha or C.
    pub(super) fn strength(self) -> f64 {
        let (Self::Alpha(strength) | Self::C(strength)) = self;
        strength
    }
}

/// What all fits of a fold have in common.
#[derive(Clone, Copy)]
pub(super) struct LinearFit<'a> {
    /// `[n, d]`
    pub(super) features: View<'a>,
    pub(super) target: &'a Target,
    /// What the folds that are only ranked share.
    pub(super) curvature: Option<&'a Curvature>,
    /// Whether the predictions are reported, and not only ranked.
    pub(super) strict: bool,
}

/// Predictions of the rows that are tested. `[test, columns]`
pub(super) struct Fitted {
    pub(super) predicted: Vec<f64>,
    /// Whether the optimum was reached.
    pub(super) converged: bool,
}

impl LinearFit<'_> {
    /// Learns the rows of `train` and predicts those of `test`.
    pub(super) fn fit(
        &self,
        penalty: Penalty,
        train: &[usize],
        test: &[usize],
    ) -> Result<Fitted, ProbeError> {
        let scale = Scale::of(self.features, train);
        match penalty {
            Penalty::Alpha(alpha) => self.ridge(alpha, &scale, train, test),
            Penalty::C(c) => Ok(self.logistic(c, &scale, train, test)),
        }
    }

    fn ridge(
        &self,
        alpha: f64,
        scale: &Scale,
        train: &[usize],
        test: &[usize],
    ) -> Result<Fitted, ProbeError> {
        let cols = self.features.cols();
        let (weights, intercept) =
            ridge::solve(&self.scaled(scale, train), cols, &self.numbers(train, 0..1), alpha)?;
        let predict = |row: &[f64]| row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() + intercept;
        Ok(Fitted {
            predicted: self.scaled(scale, test).chunks(cols).map(predict).collect(),
            converged: true,
        })
    }

    fn logistic(&self, c: f64, scale: &Scale, train: &[usize], test: &[usize]) -> Fitted {
        let (mut x, mut tested, mut cols) =
            (self.scaled(scale, train), self.scaled(scale, test), self.features.cols());
        let wide = cols > train.len();
        if wide {
            (x, tested) = row_span::coordinates(&x, &tested, cols);
            cols = train.len();
        }
        // Two classes are one output, the second.
        let two_classes = matches!(self.target, Target::Classes { classes: 2, .. });
        let outputs = if two_classes { 1..2 } else { 0..self.target.cols() };
        let multinomial = !two_classes && matches!(self.target, Target::Classes { .. });
        let y = self.numbers(train, outputs.clone());
        let problem = LogisticLoss::new((&x, cols), (&y, outputs.len()), multinomial, c);
        // What is reported owes nothing to the rows that it is tested on, not even the path to the optimum.
        let alone = self.strict || wide;
        let own = alone.then(|| Curvature::of_fold(&x, cols, c)).flatten();
        let curvature = if alone { own.as_ref() } else { self.curvature };
        let precision = if self.strict { logistic::EXACT } else { logistic::RANKED };
        let solution = logistic::solve(&problem, curvature, precision);
        let predicted = probabilities(&solution.at, &tested, cols, outputs.len(), multinomial);
        let both = |p: f64| [1.0 - p, p];
        let predicted = if two_classes { predicted.into_iter().flat_map(both).collect() } else { predicted };
        Fitted { predicted, converged: solution.converged }
    }

    fn scaled(&self, scale: &Scale, rows: &[usize]) -> Vec<f64> {
        let mut x = Vec::with_capacity(rows.len() * self.features.cols());
        scale.apply(self.features, rows, &mut x);
        x
    }

    fn numbers(&self, rows: &[usize], columns: Range<usize>) -> Vec<f64> {
        rows.iter().flat_map(|&row| columns.clone().map(move |c| self.target.number(row, c))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// More columns than rows: zeros beside 20 columns change no prediction, however it is found.
    #[test]
    fn wide_tables_are_learnt_as_narrow_ones() {
        let (rows, cols) = (40, 20);
        let mut random = Random::new(8);
        let labels: Vec<u32> = (0..rows as u32).map(|row| row % 3).collect();
        let narrow: Vec<f32> = (0..rows * cols)
            .map(|at| random.normal() as f32 + if at % cols % 3 == at / cols % 3 { 0.5 } else { 0.0 })
            .collect();
        let wide: Vec<f32> =
            narrow.chunks(cols).flat_map(|row| row.iter().copied().chain([0.0; 60])).collect();
        let (train, test): (Vec<usize>, Vec<usize>) = (0..rows).partition(|row| row % 4 > 0);
        for (target, penalty) in [
            (Target::Classes { labels: labels.clone(), classes: 3 }, Penalty::C(1.0)),
            (
                Target::Classes { labels: labels.iter().map(|l| l % 2).collect(), classes: 2 },
                Penalty::C(100.0),
            ),
        ] {
            let said = |x: &[f32], cols: usize| {
                let features = View::new(x, rows, cols).unwrap();
                let fit = LinearFit { features, target: &target, curvature: None, strict: true };
                fit.fit(penalty, &train, &test).unwrap()
            };
            let (a, b) = (said(&narrow, cols), said(&wide, cols + 60));
            assert!(a.converged && b.converged);
            let apart =
                a.predicted.iter().zip(&b.predicted).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
            assert!(apart < 1e-5, "{apart:e}");
        }
    }
}
