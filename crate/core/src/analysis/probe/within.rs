//! Scores inside groups: what a model knows beyond telling the groups apart.
//!
//! Where groups differ in their labels (melting points of species, functions of families), a model that recognises the
//! group alone scores well on all rows together, and by chance inside each group. A score is therefore computed among the
//! tested rows of each group, from the same out-of-fold predictions, and averaged over the groups, each weighted by its
//! tested rows.

use super::outcome::{ProbeOutcome, RunKind, RunOutcome};
use crate::analysis::evaluation::Target;
use crate::analysis::evaluation::half_samples::HalfSamples;
use crate::analysis::evaluation::metrics::{Predictions, ProbeMetric, Scorer};
use std::collections::BTreeMap;

/// Tested rows below which a group is not judged.
pub const LEAST_ROWS: usize = 5;
/// The same in one half of the units.
const LEAST_ROWS_OF_HALF: usize = 3;

/// The groups that are judged, and those that are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithinGroups {
    /// Rows of each judged group, ascending. `[judged][·]`
    judged: Vec<Vec<usize>>,
    /// Groups with fewer than [`LEAST_ROWS`] tested rows.
    pub too_few: usize,
    /// Groups with enough rows, but one class (one set of labels, one number).
    pub one_class: usize,
    /// Tested rows of no group.
    pub without_group: usize,
}

/// A metric inside groups: the scores of the seeds and of the halves.
#[derive(Clone, Debug, PartialEq)]
pub struct WithinScore {
    /// Mean over the seeds of the mean over the groups; `None` if no group has a value.
    pub value: Option<f64>,
    /// Groups with a value under the first seed.
    pub groups: usize,
    /// For the interval of its expectation.
    pub half_samples: HalfSamples,
}

impl WithinGroups {
    /// Divides the tested rows of an outcome by the codes of their groups; a row without a group is in none.
    ///
    /// # Shape
    ///
    /// `groups` `[n]`
    #[must_use]
    pub fn new(outcome: &ProbeOutcome, groups: &[Option<u32>]) -> Self {
        let target = &outcome.target;
        let mut rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut without_group = 0;
        let tested = outcome.of(RunKind::Probe).next().map(|run| run.tested.as_slice()).unwrap_or_default();
        for ((row, group), _) in groups.iter().enumerate().zip(tested).filter(|(_, times)| **times > 0) {
            match group {
                Some(group) => rows.entry(*group).or_default().push(row),
                None => without_group += 1,
            }
        }
        let (enough, few): (Vec<_>, Vec<_>) = rows.into_values().partition(|rows| rows.len() >= LEAST_ROWS);
        let (judged, alike): (Vec<_>, Vec<_>) = enough.into_iter().partition(|rows| differ(target, rows));
        Self { judged, too_few: few.len(), one_class: alike.len(), without_group }
    }

    /// Groups that are judged.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.judged.len()
    }

    /// Tested rows of the judged groups.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.judged.iter().map(Vec::len).sum()
    }

    /// All metrics of an outcome inside the groups, in the order of [`ProbeMetric::of`]; `units` as for pooled scores.
    #[must_use]
    pub fn scores(&self, outcome: &ProbeOutcome, units: usize) -> Vec<WithinScore> {
        let runs = |kind: RunKind, least: usize| -> Vec<Means> {
            outcome.of(kind).map(|run| self.of_run(&outcome.target, run, least)).collect()
        };
        let probes = runs(RunKind::Probe, LEAST_ROWS);
        let halves = runs(RunKind::Half, LEAST_ROWS_OF_HALF);
        let value = |means: &Means, at: usize| means.get(at).and_then(|mean| mean.value());
        (0..ProbeMetric::of(&outcome.target).len())
            .map(|at| {
                let of_seeds: Vec<f64> = probes.iter().filter_map(|means| value(means, at)).collect();
                let pairs = halves.chunks(2).filter_map(|pair| match pair {
                    [a, b] => Some([value(a, at)?, value(b, at)?]),
                    _ => None,
                });
                let mean = of_seeds.iter().sum::<f64>() / of_seeds.len().max(1) as f64;
                WithinScore {
                    value: (!of_seeds.is_empty()).then_some(mean),
                    groups: probes.first().and_then(|means| means.get(at)).map_or(0, |mean| mean.groups),
                    half_samples: HalfSamples { pairs: pairs.collect(), units, rows: self.rows(), of_seeds },
                }
            })
            .collect()
    }

    /// The means of all metrics of one run over the groups with enough tested rows.
    fn of_run(&self, target: &Target, run: &RunOutcome, least: usize) -> Means {
        let metrics = ProbeMetric::of(target);
        let mut means = vec![Mean::default(); metrics.len()];
        let cols = run.predictions.cols;
        for rows in &self.judged {
            let tested = |row: &&usize| run.tested.get(**row).is_some_and(|&times| times > 0);
            let rows: Vec<usize> = rows.iter().filter(tested).copied().collect();
            if rows.len() < least || !differ(target, &rows) {
                continue;
            }
            let truth = target.reordered(&rows);
            let data =
                rows.iter().flat_map(|&row| (0..cols).map(move |col| run.predictions.at(row, col))).collect();
            let predictions = Predictions { data, cols };
            let Ok(scorer) = Scorer::new(&truth, &predictions) else { continue };
            let weights = vec![1; rows.len()];
            for (mean, &metric) in means.iter_mut().zip(metrics) {
                let value = scorer.score(metric, &weights);
                // A model that says the same for all rows of a fold does so inside groups as well.
                let value = if run.constant { value.and_then(|x| metric.of_a_constant(x)) } else { value };
                if let Some(value) = value {
                    mean.add(value, rows.len());
                }
            }
        }
        means
    }
}

/// The mean of each metric over groups.
type Means = Vec<Mean>;

/// A mean over groups, weighted by their rows.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    sum: f64,
    rows: f64,
    groups: usize,
}

impl Mean {
    fn add(&mut self, value: f64, rows: usize) {
        self.sum += value * rows as f64;
        self.rows += rows as f64;
        self.groups += 1;
    }

    fn value(self) -> Option<f64> {
        (self.groups > 0).then(|| self.sum / self.rows)
    }
}

/// Whether some rows have different classes, labels or numbers.
fn differ(target: &Target, rows: &[usize]) -> bool {
    let Some((&first, rest)) = rows.split_first() else { return false };
    rest.iter().any(|&row| {
        (0..target.cols()).any(|col| target.number(row, col).total_cmp(&target.number(first, col)).is_ne())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::evaluation::folds::plain;
    use crate::analysis::probe::cross_validation::{CrossValidation, PlannedRun};
    use crate::analysis::probe::outcome::score;

    /// One run of given predictions.
    fn outcome(target: &Target, predictions: Vec<f64>) -> ProbeOutcome {
        let cols = target.cols();
        let folds = plain(target.rows(), 2, 1).unwrap();
        let run = PlannedRun::probe(CrossValidation { folds, seed: 1 });
        score(target, &[run], vec![Predictions { data: predictions, cols }]).unwrap()
    }

    fn of(target: &Target, metric: ProbeMetric, scores: &[WithinScore]) -> (Option<f64>, usize) {
        let at = ProbeMetric::of(target).iter().position(|&one| one == metric).unwrap();
        (scores[at].value, scores[at].groups)
    }

    /// Two species: a model that knows the species alone scores well on all rows, and by chance inside each.
    #[test]
    fn what_groups_explain_is_not_within_them() {
        let numbers: Vec<f64> = (0..20).map(|row| f64::from(row / 10 * 50 + row % 10)).collect();
        let groups: Vec<Option<u32>> = (0..20).map(|row| Some(row / 10)).collect();
        let target = Target::Numbers(numbers.clone());
        // Inside the first species the order is right, inside the second reversed.
        let predicted: Vec<f64> =
            (0..20).map(|row| if row < 10 { f64::from(row) } else { f64::from(70 - row) }).collect();
        let outcome = outcome(&target, predicted);
        let within = WithinGroups::new(&outcome, &groups);
        let scores = within.scores(&outcome, 20);
        assert!(outcome.runs[0].pooled(ProbeMetric::Spearman).unwrap() > 0.7);
        assert_eq!(of(&target, ProbeMetric::Spearman, &scores), (Some(0.0), 2));
        assert_eq!((within.judged(), within.rows(), within.without_group), (2, 20, 0));
        assert!(scores[0].half_samples.pairs.is_empty());
    }

    /// Weighted by rows: an area of 1 of 6 rows and one of 0.5 of 12.
    #[test]
    fn groups_weigh_as_many_rows_as_they_have() {
        let labels: Vec<u32> = (0..18).map(|row| row % 2).collect();
        let groups: Vec<Option<u32>> = (0..18).map(|row| Some(u32::from(row >= 6))).collect();
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let second = |row: usize| if row < 6 { f64::from(labels[row]) } else { (row / 2 % 3) as f64 / 3.0 };
        let data = (0..18).flat_map(|row| [1.0 - second(row), second(row)]).collect();
        let found = outcome(&target, data);
        let scores = WithinGroups::new(&found, &groups).scores(&found, 18);
        let (value, groups) = of(&target, ProbeMetric::MacroAuroc, &scores);
        assert!((value.unwrap() - (6.0 * 1.0 + 12.0 * 0.5) / 18.0).abs() < 1e-12, "{value:?}");
        assert_eq!(groups, 2);
    }

    #[test]
    fn small_groups_and_groups_of_one_class_are_left_out() {
        let labels = vec![0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1];
        let codes = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 9, 9];
        let groups: Vec<Option<u32>> = codes.iter().map(|&code| (code != 9).then_some(code)).collect();
        let target = Target::Classes { labels, classes: 2 };
        let within = WithinGroups::new(&outcome(&target, vec![0.5; 34]), &groups);
        let found = (within.judged(), within.rows(), within.too_few, within.one_class, within.without_group);
        assert_eq!(found, (1, 5, 1, 1, 2));
        let labels = Target::Multi { labels: [true, false].repeat(10), columns: 2 };
        assert_eq!(WithinGroups::new(&outcome(&labels, vec![0.5; 20]), &[Some(0); 10]).one_class, 1);
    }

    /// The class shares of the training rows, for every row: 0.5, not what their order over folds makes of them.
    #[test]
    fn a_constant_is_a_half_inside_groups() {
        let labels: Vec<u32> = (0..12).map(|row| row % 2).collect();
        let target = Target::Classes { labels, classes: 2 };
        let folds = plain(12, 2, 1).unwrap();
        let of_fold = |row: usize| if folds.of()[row] == Some(0) { [0.4, 0.6] } else { [0.6, 0.4] };
        let found = outcome(&target, (0..12).flat_map(of_fold).collect());
        let scores = WithinGroups::new(&found, &[Some(0); 12]).scores(&found, 12);
        assert_eq!(of(&target, ProbeMetric::MacroAuroc, &scores), (Some(0.5), 1));
    }
}
