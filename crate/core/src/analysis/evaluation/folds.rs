//! Which rows are tested together: the folds of a cross-validation.
//!
//! Every function takes its seed and gives each row at most one fold. A row without a fold is always trained on
//! and never tested. [`FoldKind`] chooses a function by its name.
//!
//! | function | keeps |
//! |---|---|
//! | [`plain`] | the sizes equal |
//! | [`stratified`] | the share of each class |
//! | [`stratified_multi`] | the share of each label and pair of labels |
//! | [`grouped`] | each group, or cluster of similar sequences, in one fold |
//! | [`leave_one_out`] | one row per fold |
//! | [`given`] | what the user says |

mod choice;
mod multi;

use super::EvaluationError;
use crate::random::Random;

pub use choice::FoldKind;
pub use multi::stratified_multi;

/// The fold in which each row is tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    of: Vec<Option<u32>>,
    count: usize,
    /// Rows that are neither trained on nor tested, ascending.
    left_out: Vec<usize>,
}

impl Folds {
    /// The fold of each row; `None` is never tested. `[n]`
    #[must_use]
    pub fn of(&self) -> &[Option<u32>] {
        &self.of
    }

    /// Number of folds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Rows of one fold, ascending.
    #[must_use]
    pub fn test(&self, fold: usize) -> Vec<usize> {
        self.rows(|of| of.is_some_and(|of| of as usize == fold))
    }

    /// Rows outside of one fold, ascending.
    #[must_use]
    pub fn train(&self, fold: usize) -> Vec<usize> {
        let mut rows = self.rows(|of| of.is_none_or(|of| of as usize != fold));
        if !self.left_out.is_empty() {
            rows.retain(|row| self.left_out.binary_search(row).is_err());
        }
        rows
    }

    /// These folds of some of `all` rows, as folds of all: the other rows are neither trained on nor tested.
    ///
    /// # Shape
    ///
    /// `rows` `[m]`, ascending, and folds of these m rows → folds of `all` rows
    #[must_use]
    pub fn within(&self, rows: &[usize], all: usize) -> Self {
        let mut of = vec![None; all];
        for (&row, &fold) in rows.iter().zip(&self.of) {
            if let Some(of) = of.get_mut(row) {
                *of = fold;
            }
        }
        let left_out = (0..all).filter(|row| rows.binary_search(row).is_err()).collect();
        Self { of, count: self.count, left_out }
    }

    /// The folds of some of these rows, renamed to 0, 1, …
    ///
    /// # Errors
    ///
    /// `folds.count` if none of the rows is tested, or one fold holds all of them.
    pub fn some(&self, rows: &[usize]) -> Result<Self, EvaluationError> {
        let mut folds =
            given(&rows.iter().map(|&row| self.of.get(row).copied().flatten()).collect::<Vec<_>>())?;
        let out = |(_, row): &(usize, &usize)| self.left_out.binary_search(row).is_ok();
        folds.left_out = rows.iter().enumerate().filter(out).map(|(at, _)| at).collect();
        Ok(folds)
    }

    /// Rows that are neither trained on nor tested, ascending.
    #[must_use]
    pub fn left_out(&self) -> &[usize] {
        &self.left_out
    }

    fn rows(&self, keep: impl Fn(Option<u32>) -> bool) -> Vec<usize> {
        self.of.iter().enumerate().filter(|&(_, &of)| keep(of)).map(|(row, _)| row).collect()
    }

    fn tested(of: impl IntoIterator<Item = u32>, count: usize) -> Self {
        Self { of: of.into_iter().map(Some).collect(), count, left_out: Vec::new() }
    }
}

/// Folds of equal size, to within one row (scikit-learn: `KFold` with shuffling).
///
/// # Errors
///
/// `folds.count` for fewer than two folds, or more folds than rows.
pub fn plain(rows: usize, count: usize, seed: u64) -> Result<Folds, EvaluationError> {
    check_count(rows, count)?;
    let mut rng = Random::new(seed);
    let mut order: Vec<usize> = (0..rows).collect();
    rng.shuffle(&mut order);
    let mut of = vec![0; rows];
    for (index, row) in order.into_iter().enumerate() {
        set(&mut of, row, index % count);
    }
    Ok(Folds::tested(of, count))
}

/// Folds that keep the share of each class, to within one row of each class (scikit-learn: `StratifiedKFold`).
///
/// # Shape
///
/// `labels` `[n]`
///
/// A class with fewer rows than folds is missing from some folds; only if every class is that
/// small is there nothing to stratify.
///
/// # Errors
///
/// `folds.count`, `probe.one_class`, and `folds.small_classes` if no class has a row for each fold.
pub fn stratified(labels: &[u32], count: usize, seed: u64) -> Result<Folds, EvaluationError> {
    check_count(labels.len(), count)?;
    let mut classes: Vec<u32> = labels.to_vec();
    classes.sort_unstable();
    classes.dedup();
    if classes.len() < 2 {
        return Err(EvaluationError::OneClass);
    }
    let mut rng = Random::new(seed);
    let (mut of, mut next, mut largest) = (vec![0; labels.len()], 0, 0);
    for class in classes {
        let mut rows: Vec<usize> = (0..labels.len()).filter(|&i| labels.get(i) == Some(&class)).collect();
        largest = largest.max(rows.len());
        rng.shuffle(&mut rows);
        // A class starts at the fold where the class before ended, so that the folds stay equal in size.
        for row in rows {
            set(&mut of, row, next % count);
            next += 1;
        }
    }
    if largest < count {
        return Err(EvaluationError::SmallClasses { largest, folds: count });
    }
    Ok(Folds::tested(of, count))
}

/// Folds that never split a group (scikit-learn: `GroupKFold`): the largest group goes to the smallest fold, and so
/// on.
///
/// # Shape
///
/// `groups` `[n]`
///
/// # Errors
///
/// `folds.count`, also if there are fewer groups than folds.
pub fn grouped(groups: &[u32], count: usize, seed: u64) -> Result<Folds, EvaluationError> {
    let mut names: Vec<u32> = groups.to_vec();
    names.sort_unstable();
    names.dedup();
    check_count(names.len(), count)?;
    let mut sizes = vec![0_usize; names.len()];
    let group = |name: &u32| names.binary_search(name).unwrap_or_default();
    for name in groups {
        if let Some(size) = sizes.get_mut(group(name)) {
            *size += 1;
        }
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    Random::new(seed).shuffle(&mut order);
    order.sort_by_key(|&group| std::cmp::Reverse(sizes.get(group).copied()));
    let (mut fill, mut fold_of) = (vec![0; count], vec![0; names.len()]);
    for group in order {
        let fold = fill.iter().enumerate().min_by_key(|&(_, &size)| size).map_or(0, |(fold, _)| fold);
        set(&mut fold_of, group, fold);
        if let (Some(fill), Some(size)) = (fill.get_mut(fold), sizes.get(group)) {
            *fill += size;
        }
    }
    Ok(Folds::tested(groups.iter().map(|name| fold_of.get(group(name)).copied().unwrap_or_default()), count))
}

/// As many folds as rows (scikit-learn: `LeaveOneOut`).
///
/// # Errors
///
/// `folds.count` for fewer than two rows.
pub fn leave_one_out(rows: usize) -> Result<Folds, EvaluationError> {
    check_count(rows, rows)?;
    Ok(Folds::tested((0_u32..).take(rows), rows))
}

/// Folds as the user gives them (scikit-learn: `PredefinedSplit`): any numbers, `None` for rows that are only
/// trained on.
///
/// # Shape
///
/// `of` `[n]`
///
/// The numbers are renamed to 0, 1, … in ascending order. One number alone is a test set.
///
/// # Errors
///
/// `folds.count` if nothing is tested, or one fold holds every row.
pub fn given(of: &[Option<u32>]) -> Result<Folds, EvaluationError> {
    let mut names: Vec<u32> = of.iter().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() || (names.len() == 1 && of.iter().all(Option::is_some)) {
        return Err(EvaluationError::Folds { folds: names.len(), rows: of.len() });
    }
    let rename = |name: u32| names.binary_search(&name).ok().and_then(|fold| u32::try_from(fold).ok());
    let of = of.iter().map(|name| name.and_then(rename)).collect();
    Ok(Folds { of, count: names.len(), left_out: Vec::new() })
}

fn check_count(rows: usize, folds: usize) -> Result<(), EvaluationError> {
    let fits = folds >= 2 && folds <= rows && u32::try_from(folds).is_ok();
    if fits { Ok(()) } else { Err(EvaluationError::Folds { folds, rows }) }
}

fn set(of: &mut [u32], row: usize, fold: usize) {
    if let (Some(of), Ok(fold)) = (of.get_mut(row), u32::try_from(fold)) {
        *of = fold;
    }
}
