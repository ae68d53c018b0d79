//! The units of a probe: which rows are drawn, permuted and left out together.

use super::clusters::Clusters;
use super::folds::FoldOptions;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::evaluation::folds::FoldKind;
use crossgrain_core::analysis::evaluation::units::Units;
use crossgrain_core::error::Notice;
use crossgrain_core::matrix::View;
use serde::Serialize;

/// Columns of numbers from which on equal rows are taken for copies of one sequence: fewer numbers may agree by chance.
pub(super) const COPY_COLUMNS: usize = 8;
/// Given folds from which on each is taken for a group, such as a family that is left out.
const FOLDS_AS_UNITS: usize = 20;
/// Units below which intervals and p say little.
const FEW_UNITS: usize = 10;

/// What is independent of one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum UnitKind {
    /// Every row.
    Rows,
    /// Rows, but for copies of one another.
    Copies,
    /// The groups of a column.
    Groups,
    /// The given folds, if there are many.
    Folds,
    /// Whole sequences, with all their residues.
    Sequences,
    /// Clusters of similar sequences.
    Clusters,
}

/// What is independent of one another: the unit of permutations, of intervals and of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UnitSummary {
    /// What a unit is.
    pub kind: UnitKind,
    /// Units, at least 1.
    pub count: usize,
    /// Rows that are copies of an earlier row.
    pub copies: usize,
}

/// Units of rows or sequences, and what they are.
pub struct ProbeUnits {
    /// The unit of each row.
    pub units: Units,
    /// What they are.
    pub kind: UnitKind,
    /// Rows that are copies of an earlier row.
    pub copies: usize,
}

impl ProbeUnits {
    /// Units of the rows that `kept` lists: those of the column `named`, the groups or clusters of the folds (joined, if
    /// there are both), or the rows themselves.
    ///
    /// # Errors
    /// Those of [`Sources::column`].
    pub fn new(
        sources: &dyn Sources,
        (folds, named): (&FoldOptions, Option<&Column>),
        rows: &Rows,
        kept: &[usize],
        clusters: Option<&Clusters>,
    ) -> Result<Self, Refusal> {
        let read = |column: &Column| -> Result<Units, Refusal> {
            let words = sources.column(column, rows)?;
            let of: Vec<Option<String>> = kept.iter().map(|&row| words.get(row).cloned().flatten()).collect();
            Ok(Units::of_groups(&of))
        };
        let grouped = |units: Units, kind: UnitKind| {
            let kind = if units.are_rows() { UnitKind::Rows } else { kind };
            Self { units, kind, copies: 0 }
        };
        if let Some(column) = named {
            return Ok(grouped(read(column)?, UnitKind::Groups));
        }
        let clusters = clusters.map(|clusters| Units::of_codes(&clusters.of));
        match folds.groups.as_ref() {
            None if clusters.is_some() => {
                Ok(clusters
                    .map_or_else(|| Self::rows(kept.len()), |units| grouped(units, UnitKind::Clusters)))
            }
            Some(column) if folds.kind == FoldKind::Given => {
                let units = read(column)?;
                let many = units.count() >= FOLDS_AS_UNITS;
                Ok(if many { grouped(units, UnitKind::Folds) } else { Self::rows(kept.len()) })
            }
            Some(column) => {
                let groups = read(column)?;
                let units = clusters.map_or(groups.clone(), |clusters| groups.joined(&clusters));
                Ok(grouped(units, UnitKind::Groups))
            }
            None => Ok(Self::rows(kept.len())),
        }
    }

    fn rows(rows: usize) -> Self {
        Self { units: Units::rows(rows), kind: UnitKind::Rows, copies: 0 }
    }

    /// The same units, copies of one another joined.
    ///
    /// # Shape
    /// Features `[n, d]` of n rows.
    #[must_use]
    pub fn with_copies(self, features: View) -> Self {
        if features.cols() < COPY_COLUMNS {
            return self;
        }
        let copies = Units::of_copies(features);
        let count = features.rows() - copies.count();
        if count == 0 {
            return self;
        }
        let kind = if self.kind == UnitKind::Rows { UnitKind::Copies } else { self.kind };
        Self { units: self.units.joined(&copies), kind, copies: count }
    }

    /// Units of residues, from these of their sequences.
    #[must_use]
    pub fn of_residues(self, sequences: impl Iterator<Item = u32>) -> Self {
        let of = self.units.of();
        let codes: Vec<u32> = sequences.map(|at| of.get(at as usize).copied().unwrap_or_default()).collect();
        let kind = if self.kind == UnitKind::Rows { UnitKind::Sequences } else { self.kind };
        Self { units: Units::of_codes(&codes), kind, copies: 0 }
    }

    /// What the units are.
    #[must_use]
    pub fn summary(&self) -> UnitSummary {
        UnitSummary { kind: self.kind, count: self.units.count(), copies: self.copies }
    }

    /// What must be known of them.
    #[must_use]
    pub fn warnings(&self) -> Vec<Notice> {
        let mut found = Vec::new();
        let count = self.units.count();
        if self.copies > 0 {
            let message =
                format!("{} rows are copies of others: copies are drawn and permuted together", self.copies);
            found
                .push(*Refusal::new("probe.copies", message, "leave copies out, or keep them in one fold").0);
        }
        if count < FEW_UNITS {
            let message =
                format!("{count} independent units are too few for intervals and p-values that mean much");
            found.push(*Refusal::new("probe.few_units", message, "label more independent rows").0);
        }
        found
    }
}

impl UnitKind {
    /// In the plural, for a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Copies => "rows, copies of one another counted once",
            Self::Groups => "groups",
            Self::Folds => "given folds",
            Self::Sequences => "sequences",
            Self::Clusters => "clusters of similar sequences",
        }
    }
}
