//! Folds of a cross-validation as a request names them.

use crate::defaults;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::evaluation::Target;
use crossgrain_core::analysis::evaluation::folds::{FoldKind, Folds};
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
        Ok(Self { options, groups })
    }

    /// Folds of rows with a target.
    ///
    /// # Errors
    /// `folds.no_groups`, `folds.count`, `folds.small_classes`, `probe.one_class`.
    pub fn of_target(&self, target: &Target, seed: u64) -> Result<Folds, Refusal> {
        Ok(self.options.kind.folds(target, self.groups().as_deref(), self.options.count, seed)?)
    }

    /// Folds of sequences whose residues have labels.
    ///
    /// # Errors
    /// `folds.no_groups`, `folds.count`.
    pub fn of_sequences(&self, sequences: usize, seed: u64) -> Result<Folds, Refusal> {
        let groups = self.groups();
        Ok(self.options.kind.folds_of_sequences(sequences, groups.as_deref(), self.options.count, seed)?)
    }

    fn groups(&self) -> Option<Vec<Option<&str>>> {
        self.groups.as_ref().map(|groups| groups.iter().map(Option::as_deref).collect())
    }
}
