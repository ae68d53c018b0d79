//! Folds of a cross-validation as a request names them.

use super::cluster_summary::ClusterSummary;
use crate::defaults;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, SequenceSource, Sources};
use crossgrain_core::analysis::evaluation::folds::{FoldKind, Folds};
use crossgrain_core::analysis::evaluation::{EvaluationError, Target};
use serde::{Deserialize, Serialize};

/// Which rows are tested together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FoldOptions {
    /// Rows that are tested together; `stratified` by default.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<FoldKind>", optional))]
    #[cfg_attr(feature = "cli", arg(long = "folds", default_value = "stratified"))]
    pub kind: FoldKind,
    /// Folds, from 2 to the number of rows, groups or clusters; 5 by default. Not for leave-one-out and given folds.
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
    /// For `clusters`: the sequences of the rows (whole ones for residues), matched by id, or by order where the rows have
    /// no ids. On the command line: a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    #[cfg_attr(feature = "cli", arg(long, value_name = "FILE"))]
    pub sequences: Option<SequenceSource>,
    /// For `clusters`: estimated identity from which two sequences are linked, above 0 and at most 1, as of
    /// `sequenceClusters`. Default: 0.5, and 0.8 for DNA. The estimate is good above 0.4, and 0.7 for DNA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    #[cfg_attr(feature = "cli", arg(long))]
    pub identity: Option<f64>,
}

impl Default for FoldOptions {
    fn default() -> Self {
        Self {
            kind: FoldKind::default(),
            count: defaults::FOLDS,
            groups: None,
            sequences: None,
            identity: None,
        }
    }
}

/// The folds that an answer was computed with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FoldSummary {
    /// How they were made.
    pub kind: FoldKind,
    /// Folds of the first cross-validation.
    pub count: usize,
    /// The clusters of similar sequences that no fold splits; `null` for other folds.
    pub clusters: Option<Box<ClusterSummary>>,
}

/// Folds of some rows, for any seed.
pub struct FoldMaker<'a> {
    options: &'a FoldOptions,
    /// The group or cluster of each row, if the folds need them. `[n]`
    groups: Option<Vec<Option<String>>>,
    /// Rows in all.
    rows: usize,
}

impl<'a> FoldMaker<'a> {
    /// Reads the groups of the rows that `kept` lists, where the folds need them; `clusters` are those of
    /// these rows. `[n]`
    ///
    /// # Errors
    /// Those of [`Sources::column`].
    pub fn new(
        sources: &dyn Sources,
        options: &'a FoldOptions,
        rows: &Rows,
        kept: &[usize],
        clusters: Option<&[u32]>,
    ) -> Result<Self, Refusal> {
        if let Some(clusters) = clusters {
            let groups = clusters.iter().map(|cluster| Some(cluster.to_string())).collect();
            return Ok(Self { options, groups: Some(groups), rows: kept.len() });
        }
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
