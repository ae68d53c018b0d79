//! Folds of a cross-validation as a request names them.

use crate::defaults;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::ClassCodes;
use crossgrain_core::analysis::evaluation::Target;
use crossgrain_core::analysis::evaluation::folds::{
    Folds, given, grouped, leave_one_out, plain, stratified, stratified_multi,
};
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
    /// The group of each row, if groups are given. `[n]`
    groups: Option<Vec<Option<u32>>>,
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
            return Ok(Self { options, groups: None });
        }
        let hint = "name a column of groups, one value per sequence";
        let column = options
            .groups
            .as_ref()
            .ok_or_else(|| Refusal::new("folds.no_groups", "these folds need groups", hint))?;
        let words = sources.column(column, rows)?;
        let words: Vec<Option<String>> = kept.iter().map(|&row| words.get(row).cloned().flatten()).collect();
        let classes = ClassCodes::of(&words);
        let mut groups = vec![None; kept.len()];
        for (&row, &code) in classes.rows.iter().zip(&classes.codes) {
            if let Some(group) = groups.get_mut(row) {
                *group = Some(code);
            }
        }
        Ok(Self { options, groups: Some(groups) })
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
        let groups = self.groups.as_deref().unwrap_or_default();
        Ok(match self.options.kind {
            FoldKind::Stratified | FoldKind::Plain => plain(n, count, seed)?,
            FoldKind::LeaveOneOut => leave_one_out(n)?,
            FoldKind::Grouped => grouped(&named(groups), count, seed)?,
            FoldKind::Given => given(groups)?,
        })
    }
}

/// A row without a group is a group of its own.
fn named(groups: &[Option<u32>]) -> Vec<u32> {
    let mut next = groups.iter().flatten().max().map_or(0, |&largest| largest + 1);
    let name = |group: &Option<u32>| {
        group.unwrap_or_else(|| {
            next += 1;
            next - 1
        })
    };
    groups.iter().map(name).collect()
}
