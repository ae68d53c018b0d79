//! Folds of a cross-validation as a request names them.

use crate::defaults;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::evaluation::{EvaluationError, Target};
use crossgrain_core::analysis::evaluation::folds::{
    Folds, given, grouped, leave_one_out, plain, stratified, stratified_multi,
};
use crossgrain_core::analysis::labels::{ClassCodes, group_codes};
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
    /// Folds, from 2 to the number of rows or groups; 5 by default. Not for `leaveOneOut` and `given`.
    #[serde(default = "defaults::folds")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<usize>", optional))]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::FOLDS))]
    pub count: usize,
    /// One value per row (per sequence for residues): its group for `grouped`, its fold for `given`, or `null`.
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

/// How folds are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FoldKind {
    /// Each fold has the same share of each class; plain for numbers and residues.
    #[default]
    Stratified,
    /// Rows at random.
    Plain,
    /// No group is in two folds; a row without a group is a group of its own.
    Grouped,
    /// As many folds as rows, or sequences.
    LeaveOneOut,
    /// One fold for each value of the groups; a row without one is never tested.
    Given,
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
    /// The group of each row, or `None`; empty where the folds need no groups. `[n]`
    groups: Vec<Option<String>>,
}

impl<'a> FoldMaker<'a> {
    /// Reads the groups of the rows that `kept` lists.
    ///
    /// # Errors
    /// `folds.no_groups` if the folds need groups and there are none; those of [`Sources::column`].
    pub fn new(
        sources: &dyn Sources,
        options: &'a FoldOptions,
        rows: &Rows,
        kept: &[usize],
    ) -> Result<Self, Refusal> {
        if !matches!(options.kind, FoldKind::Grouped | FoldKind::Given) {
            return Ok(Self { options, groups: Vec::new() });
        }
        let no_groups = EvaluationError::NoGroups { what: "these folds need groups" };
        let words = sources.column(options.groups.as_ref().ok_or(no_groups)?, rows)?;
        let groups = kept.iter().map(|&row| words.get(row).cloned().flatten()).collect();
        Ok(Self { options, groups })
    }

    /// Folds of rows with a target.
    ///
    /// # Errors
    /// `folds.count`, `folds.small_classes`, `probe.one_class`.
    pub fn of_target(&self, target: &Target, seed: u64) -> Result<Folds, Refusal> {
        let count = self.options.count;
        Ok(match (self.options.kind, target) {
            (FoldKind::Stratified, Target::Classes { labels, .. }) => stratified(labels, count, seed)?,
            (FoldKind::Stratified, Target::Multi { labels, columns }) => {
                stratified_multi(labels, *columns, count, seed)?
            }
            _ => self.of_rows(target.rows(), seed)?,
        })
    }

    /// Folds of `n` rows without regard to a target.
    ///
    /// # Errors
    /// `folds.count`.
    pub fn of_rows(&self, n: usize, seed: u64) -> Result<Folds, Refusal> {
        let count = self.options.count;
        let groups: Vec<Option<&str>> = self.groups.iter().map(Option::as_deref).collect();
        Ok(match self.options.kind {
            FoldKind::Stratified | FoldKind::Plain => plain(n, count, seed)?,
            FoldKind::LeaveOneOut => leave_one_out(n)?,
            FoldKind::Grouped => grouped(&group_codes(&groups), count, seed)?,
            FoldKind::Given => given(&fold_codes(&groups))?,
        })
    }
}

/// Given folds as numbers, in alphabetical order; a row without one is never tested.
fn fold_codes(groups: &[Option<&str>]) -> Vec<Option<u32>> {
    let codes = ClassCodes::new(groups);
    let mut found = vec![None; groups.len()];
    for (&row, &code) in codes.rows.iter().zip(&codes.codes) {
        if let Some(fold) = found.get_mut(row) {
            *fold = Some(code);
        }
    }
    found
}
