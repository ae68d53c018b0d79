//! All cross-validations of a job: those whose score is asked for, and those that say how sure it is.
//!
//! | runs | rows | truth | say |
//! |---|---|---|---|
//! | probe, one per seed | all | as it is | the score |
//! | permuted | all | exchanged between units | what the score is by chance |
//! | half, in pairs | one half of the units, then the other | as it is | how much the score varies from sample to sample |

use super::cross_validation::{CrossValidation, PlannedRun};
use super::outcome::RunKind;
use crate::analysis::evaluation::folds::Folds;
use crate::analysis::evaluation::units::Units;
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::random::Random;

/// Mixed into the first seed for the order of the labels: without it, the permutations would draw the same numbers as
/// the folds.
const PERMUTED: u64 = 0x5EED;
/// The same for halves.
const HALVES: u64 = 0x4A1F;

/// How many runs of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanOptions<'a> {
    /// Seeds of folds and models: one cross-validation each.
    pub seeds: &'a [u64],
    /// Cross-validations with permuted labels; the seeds take turns.
    pub permutations: usize,
    /// Pairs of halves.
    pub pairs: usize,
}

/// Makes the folds of some rows of a target from a seed.
pub type FoldsOf<'f, E> = dyn Fn(&Target, &[usize], u64) -> Result<Folds, E> + 'f;

/// The runs of a job. `folds` makes the folds of some rows (ascending), given their truth and a seed: of all rows for
/// the score, of half of them for its interval.
///
/// The folds of permuted labels are made again from these labels, with the seed of the run that they are compared with:
/// whatever the folds owe to the labels (their stratification), the permuted runs owe as well. A pair of halves for which no
/// folds can be made is left out.
///
/// # Shape
///
/// A target and units of n rows.
///
/// # Errors
///
/// `probe.rows` if there is not one unit for each row, and those of `folds` for all rows.
pub fn plan<E: From<EvaluationError>>(
    target: &Target,
    units: &Units,
    options: PlanOptions,
    folds: &FoldsOf<'_, E>,
) -> Result<Vec<PlannedRun>, E> {
    let rows = target.rows();
    if units.of().len() != rows {
        return Err(EvaluationError::Rows { expected: rows, found: units.of().len() }.into());
    }
    let all: Vec<usize> = (0..rows).collect();
    let mut planned = Vec::new();
    for &seed in options.seeds {
        planned.push(PlannedRun::probe(CrossValidation { folds: folds(target, &all, seed)?, seed }));
    }
    let first = options.seeds.first().copied().unwrap_or_default();
    let constant = constant_in_units(target, units);
    let mut random = Random::new(first ^ PERMUTED);
    for &seed in options.seeds.iter().cycle().take(options.permutations) {
        let truth = target.reordered(&units.permuted(constant, &mut random));
        let validation = CrossValidation { folds: folds(&truth, &all, seed)?, seed };
        planned.push(PlannedRun { kind: RunKind::Shuffled, validation, truth: Some(truth) });
    }
    let mut random = Random::new(first ^ HALVES);
    for _ in 0..options.pairs {
        let halves = units.halves(target, &mut random);
        let made: Result<Vec<CrossValidation>, E> = halves
            .iter()
            .map(|half| {
                let seed = random.seed();
                let folds = folds(&target.reordered(half), half, seed)?.within(half, rows);
                Ok(CrossValidation { folds, seed })
            })
            .collect();
        let run = |validation| PlannedRun { kind: RunKind::Half, validation, truth: None };
        planned.extend(made.unwrap_or_default().into_iter().map(run));
    }
    Ok(planned)
}

/// Whether the rows of every unit have the same truth.
#[must_use]
pub fn constant_in_units(target: &Target, units: &Units) -> bool {
    let alike = |rows: &Vec<usize>| {
        let first = rows.first().copied().unwrap_or_default();
        rows.iter().all(|&row| {
            (0..target.cols()).all(|c| target.number(row, c).total_cmp(&target.number(first, c)).is_eq())
        })
    };
    units.members().iter().all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::evaluation::folds::{grouped, stratified};

    #[test]
    fn runs_of_independent_rows_and_of_groups() {
        let labels: Vec<u32> = (0..40).map(|i| u32::from(i / 2 % 2 == 0)).collect();
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let options = PlanOptions { seeds: &[1, 2], permutations: 3, pairs: 4 };
        let of = |target: &Target, _: &[usize], seed| match target {
            Target::Classes { labels, .. } => stratified(labels, 5, seed),
            _ => Err(EvaluationError::OneClass),
        };
        let found = plan(&target, &Units::rows(40), options, &of).unwrap();
        let kinds = |kind| found.iter().filter(|run| run.kind == kind).count();
        assert_eq!((kinds(RunKind::Probe), kinds(RunKind::Shuffled), kinds(RunKind::Half)), (2, 3, 8));
        for pair in found[5..].chunks(2) {
            let [a, b] = pair else { panic!("pairs") };
            let out = |run: &PlannedRun| run.validation.folds.left_out().to_vec();
            let mut both = [out(a), out(b)].concat();
            both.sort_unstable();
            assert_eq!(both, (0..40).collect::<Vec<_>>());
            assert_eq!(a.validation.folds.train(0).len() + a.validation.folds.test(0).len(), 20);
        }
        // Stratified by the permuted labels.
        let permuted = &found[2];
        let Some(Target::Classes { labels, .. }) = &permuted.truth else { panic!("permuted") };
        let held =
            |fold| permuted.validation.folds.test(fold).iter().filter(|&&row| labels[row] == 1).count();
        assert!((0..5).all(|fold| held(fold) == 4));

        // Pairs of rows are units: their labels move together, and no half divides them.
        let groups: Vec<u32> = (0..40).map(|i| i / 2).collect();
        let own = groups.clone();
        let of = |_: &Target, rows: &[usize], seed| {
            grouped(&rows.iter().map(|&row| own[row]).collect::<Vec<_>>(), 5, seed)
        };
        let found = plan(&target, &Units::of_codes(&groups), options, &of).unwrap();
        let Some(Target::Classes { labels, .. }) = &found[2].truth else { panic!("permuted") };
        assert!(labels.chunks(2).all(|pair| pair[0] == pair[1]));
        assert!(found[5].validation.folds.left_out().chunks(2).all(|pair| pair[0] + 1 == pair[1]));
        let wrong = plan(&target, &Units::rows(39), options, &of).unwrap_err();
        assert_eq!(wrong, EvaluationError::Rows { expected: 40, found: 39 });
    }
}
