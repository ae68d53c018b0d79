//! Folds of a cross-validation as a request names them.

use crate::defaults;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::evaluation::folds::{FoldKind, Folds};
use crossgrain_core::analysis::evaluation::{EvaluationError, Target};
use serde::{Deserialize, Serialize};

/// Which rows are tested together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FoldOptions {
    /// Rows that are tested together; `stratified` by default.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<FoldKind>", optional))]
    #[cfg_attr(feature = "cli", arg(long = "folds", default_value = "stratified"))]
    pub kind: FoldKind,
    /// Folds, from 2 to the number of rows or groups; 5 by default. Not for leave-one-out and given folds.
    #[serde(default = "defaults::folds")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<usize>", optional))]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::FOLDS))]
    pub count: usize,
    /// One value per row (per sequence for residues): its group for `grouped`, its fold for `given`, or `null`. With
    /// other folds, the groups are units all the same.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub groups: Option<Column>,
}

impl Default for FoldOptions {
    fn default() -> Self {
        Self { kind: FoldKind::default(), count: defaults::FOLDS, groups: None }
    }
}

/// The folds that an answer was computed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FoldSummary {
    /// How they were made.
    pub kind: FoldKind,
    /// Folds of the first cross-validation.
    pub count: usize,
}

/// Folds of some rows, for any seed.
pub struct FoldMaker<'a> {
    options: &'a FoldOptions,
    /// The group of each row, if groups are given. `[n]`
    groups: Option<Vec<Option<String>>>,
    /// Rows in all.
    rows: usize,
}

impl<'a> FoldMaker<'a> {
    /// Reads the groups of the rows that `kept` lists, where the folds need them.
    ///
    /// # Errors
    /// Those of [`Sources::column`].
    pub fn new(
        sources: &dyn Sources,
        options: &'a FoldOptions,
        rows: &Rows,
        kept: &[usize],
    ) -> Result<Self, Refusal> {
        let needed = matches!(options.kind, FoldKind::Grouped | FoldKind::Given);
        let groups = match options.groups.as_ref().filter(|_| needed) {
            Some(column) => {
                let words = sources.column(column, rows)?;
                Some(kept.iter().map(|&row| words.get(row).cloned().flatten()).collect())
            }
            None => None,
        };
        Ok(Self { options, groups, rows: kept.len() })
    }

    /// Folds of the rows that `some` lists, with their target: as many as asked for of all rows, of fewer rows as many
    /// as they allow.
    ///
    /// # Errors
    /// `folds.no_groups`, `folds.count`, `folds.small_classes`, `probe.one_class`.
    pub fn of_target(&self, target: &Target, some: &[usize], seed: u64) -> Result<Folds, Refusal> {
        let groups = self.groups(some);
        let folds = |count| self.options.kind.folds(target, groups.as_deref(), count, seed);
        Ok(self.as_many_as_fit(some, folds)?)
    }

    /// Folds of the sequences that `some` lists, whose residues have labels.
    ///
    /// # Errors
    /// `folds.no_groups`, `folds.count`.
    pub fn of_sequences(&self, some: &[usize], seed: u64) -> Result<Folds, Refusal> {
        let groups = self.groups(some);
        let folds = |count| self.options.kind.folds_of_sequences(some.len(), groups.as_deref(), count, seed);
        Ok(self.as_many_as_fit(some, folds)?)
    }

    /// How the folds are made: stratified ones are plain for numbers and for residues.
    #[must_use]
    pub fn kind(&self, classes_of_rows: bool) -> FoldKind {
        match self.options.kind {
            FoldKind::Stratified if !classes_of_rows => FoldKind::Plain,
            kind => kind,
        }
    }

    fn as_many_as_fit(
        &self,
        some: &[usize],
        folds: impl Fn(usize) -> Result<Folds, EvaluationError>,
    ) -> Result<Folds, EvaluationError> {
        let count = self.options.count;
        let made = folds(count);
        if some.len() == self.rows || made.is_ok() {
            return made;
        }
        (2..count.min(some.len())).rev().find_map(|count| folds(count).ok()).map_or(made, Ok)
    }

    fn groups(&self, some: &[usize]) -> Option<Vec<Option<&str>>> {
        let groups = self.groups.as_ref()?;
        Some(some.iter().map(|&row| groups.get(row).and_then(Option::as_deref)).collect())
    }
}
