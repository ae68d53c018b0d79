//! The penalty of a linear model, chosen by a cross-validation inside the training rows of a fold.
//!
//! The inner folds are the other folds of the cross-validation: what its folds keep together (a group, a cluster), the inner
//! ones keep together too. The least mean loss of the rows left out wins: squared error for numbers, cross-entropy
//! for classes and labels; of equal losses the stronger penalty.

use super::linear_fit::{LinearFit, Penalty};
use super::{ALPHAS, CS, ProbeError, ProbeModel};
use crate::analysis::evaluation::Target;
use crate::analysis::evaluation::folds::Folds;
use crate::math::ln;

/// Most inner folds: more folds are joined to as many.
const INNER: usize = 5;
/// Least probability of a loss: one sure mistake does not decide alone.
const LEAST: f64 = 1e-6;

/// The penalties that are tried; none for a model without a choice.
pub(super) fn grid(model: &ProbeModel) -> Vec<Penalty> {
    match model {
        ProbeModel::LogisticCv => CS.into_iter().map(Penalty::C).collect(),
        ProbeModel::RidgeCv => ALPHAS.into_iter().map(Penalty::Alpha).collect(),
        _ => Vec::new(),
    }
}

/// The rows that each inner fold tests. None if there are fewer than three folds.
pub(super) fn inner_folds(folds: &Folds, outer: usize) -> Vec<Vec<usize>> {
    let others: Vec<usize> = (0..folds.count()).filter(|&fold| fold != outer).collect();
    if others.len() < 2 {
        return Vec::new();
    }
    let mut inner = vec![Vec::new(); INNER.min(others.len())];
    let count = inner.len();
    for (at, fold) in others.into_iter().enumerate() {
        if let Some(rows) = inner.get_mut(at % count) {
            rows.extend(folds.test(fold));
        }
    }
    inner.iter_mut().for_each(|rows: &mut Vec<usize>| rows.sort_unstable());
    inner
}

/// The best of `grid` for the training rows of a fold.
pub(super) fn choose(
    fit: LinearFit,
    grid: &[Penalty],
    inner: &[Vec<usize>],
    train: &[usize],
) -> Result<Penalty, ProbeError> {
    if inner.len() < 2 {
        let what = "a penalty can only be chosen inside the training rows with three folds or more";
        return Err(ProbeError::Setting { what });
    }
    // Losses are only compared with one another.
    let fit = LinearFit { strict: false, ..fit };
    let mut best: Option<(f64, Penalty)> = None;
    for &penalty in grid {
        let mut loss = 0.0;
        for tested in inner {
            let learnt: Vec<usize> =
                train.iter().copied().filter(|row| tested.binary_search(row).is_err()).collect();
            let tested: Vec<usize> =
                tested.iter().copied().filter(|row| train.binary_search(row).is_ok()).collect();
            let predicted = fit.fit(penalty, &learnt, &tested)?.predicted;
            loss += loss_of(fit.target, &tested, &predicted);
        }
        if best.is_none_or(|(least, _)| loss < least) {
            best = Some((loss, penalty));
        }
    }
    best.map(|(_, penalty)| penalty).ok_or(ProbeError::Setting { what: "there is no penalty to choose from" })
}

/// The sum of the losses of some rows.
fn loss_of(target: &Target, rows: &[usize], predicted: &[f64]) -> f64 {
    let cols = target.cols().max(1);
    let cross = |p: f64| -ln(p.clamp(LEAST, 1.0));
    let mut loss = 0.0;
    for (&row, predicted) in rows.iter().zip(predicted.chunks(cols)) {
        for (col, &p) in predicted.iter().enumerate() {
            let truth = target.number(row, col);
            loss += match target {
                Target::Numbers(_) => (p - truth).powi(2),
                Target::Classes { .. } => truth * cross(p),
                Target::Multi { .. } => truth * cross(p) + (1.0 - truth) * cross(1.0 - p),
            };
        }
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::evaluation::folds::{given, grouped};
    use crate::matrix::View;
    use crate::random::Random;

    #[test]
    fn inner_folds_are_the_other_folds_and_keep_groups_whole() {
        let groups: Vec<u32> = (0..60).map(|row| row / 3).collect();
        let folds = grouped(&groups, 5, 1).unwrap();
        let inner = inner_folds(&folds, 2);
        assert_eq!(inner.len(), 4);
        let mut all = inner.concat();
        all.sort_unstable();
        assert_eq!(all, folds.train(2));
        for group in 0..20 {
            let holds = |rows: &&Vec<usize>| rows.iter().any(|&row| groups[row] == group);
            assert!(inner.iter().filter(holds).count() <= 1);
        }
        assert_eq!(inner_folds(&grouped(&groups, 20, 1).unwrap(), 0).len(), INNER);
        assert!(inner_folds(&grouped(&groups, 2, 1).unwrap(), 0).is_empty());
    }

    /// Noise asks for the strongest penalty, a strong signal in few columns for a weak one.
    #[test]
    fn noise_is_held_down_and_signal_let_go() {
        let (rows, cols) = (120, 30);
        let mut random = Random::new(5);
        let labels: Vec<u32> = (0..rows).map(|row| u32::from(row % 2 == 0)).collect();
        let noise: Vec<f32> = (0..rows * cols).map(|_| random.normal() as f32).collect();
        let mut signal = noise.clone();
        for (row, label) in labels.iter().enumerate() {
            signal[row * cols] = if *label == 1 { 2.0 } else { -2.0 } + 0.3 * signal[row * cols];
        }
        let numbers: Vec<f64> = (0..rows).map(|row| f64::from(signal[row * cols])).collect();
        let folds = given(&(0..rows as u32).map(|row| Some(row / 2 % 5)).collect::<Vec<_>>()).unwrap();
        let chosen = |x: &[f32], target: &Target, model: &ProbeModel| {
            let features = View::new(x, rows, cols).unwrap();
            let fit = LinearFit { features, target, curvature: None, strict: true };
            choose(fit, &grid(model), &inner_folds(&folds, 0), &folds.train(0)).unwrap()
        };
        let classes = Target::Classes { labels, classes: 2 };
        let Penalty::C(c) = chosen(&noise, &classes, &ProbeModel::LogisticCv) else { panic!("a C") };
        assert!(c <= 0.01, "{c}");
        let Penalty::C(c) = chosen(&signal, &classes, &ProbeModel::LogisticCv) else { panic!("a C") };
        assert!(c >= 0.1, "{c}");
        let numbers = Target::Numbers(numbers);
        let Penalty::Alpha(alpha) = chosen(&noise, &numbers, &ProbeModel::RidgeCv) else {
            panic!("an alpha")
        };
        assert!(alpha >= 1e3, "{alpha}");
        let Penalty::Alpha(alpha) = chosen(&signal, &numbers, &ProbeModel::RidgeCv) else {
            panic!("an alpha")
        };
        assert!(alpha <= 1.0, "{alpha}");
        let features = View::new(&noise, rows, cols).unwrap();
        let fit = LinearFit { features, target: &numbers, curvature: None, strict: true };
        let refused = choose(fit, &grid(&ProbeModel::RidgeCv), &[], &folds.train(0));
        assert!(matches!(refused, Err(ProbeError::Setting { what }) if what.contains("three folds")));
    }
}
