//! Folds by the name of a protocol.

use super::{Folds, given, grouped, leave_one_out, plain, stratified, stratified_multi};
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::analysis::labels::{ClassCodes, group_codes};
use serde::{Deserialize, Serialize};

/// How folds are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "camelCase")]
pub enum FoldKind {
    /// The share of each class or label is kept; plain for numbers (scikit-learn: `StratifiedKFold`).
    #[default]
    Stratified,
    /// Equal sizes (scikit-learn: `KFold` with shuffling).
    Plain,
    /// No group is split; a row without a group is a group of its own (scikit-learn: `GroupKFold`).
    Grouped,
    /// No cluster of similar sequences is split; clusters are made from the sequences of the rows.
    Clusters,
    /// As many folds as rows (scikit-learn: `LeaveOneOut`).
    LeaveOneOut,
    /// Each group is a fold; a row without a group is only trained on (scikit-learn: `PredefinedSplit`).
    Given,
}

impl FoldKind {
    /// The folds of the rows of a target.
    ///
    /// # Shape
    ///
    /// A target of n rows, `groups` `[n]`
    ///
    /// # Errors
    ///
    /// `folds.no_groups` for grouped and given folds, and those by cluster, without a group entry for each row, and those of the
    /// functions of this module.
    pub fn folds(
        self,
        target: &Target,
        groups: Option<&[Option<&str>]>,
        count: usize,
        seed: u64,
    ) -> Result<Folds, EvaluationError> {
        match (self, target) {
            (Self::Stratified, Target::Classes { labels, .. }) => stratified(labels, count, seed),
            (Self::Stratified, Target::Multi { labels, columns }) => {
                stratified_multi(labels, *columns, count, seed)
            }
            _ => self.folds_of_sequences(target.rows(), groups, count, seed),
        }
    }

    /// The folds of sequences whose residues have labels: stratified folds are plain, because the classes belong to
    /// residues and the folds to sequences.
    ///
    /// # Shape
    ///
    /// `groups` `[sequences]`
    ///
    /// # Errors
    ///
    /// As [`FoldKind::folds`].
    pub fn folds_of_sequences(
        self,
        sequences: usize,
        groups: Option<&[Option<&str>]>,
        count: usize,
        seed: u64,
    ) -> Result<Folds, EvaluationError> {
        let groups = || match groups {
            None => Err(EvaluationError::NoGroups { what: "these folds need groups" }),
            Some(groups) if groups.len() != sequences => {
                Err(EvaluationError::NoGroups { what: "there is not one group entry for each row" })
            }
            Some(groups) => Ok(groups),
        };
        match self {
            Self::Stratified | Self::Plain => plain(sequences, count, seed),
            Self::LeaveOneOut => leave_one_out(sequences),
            Self::Grouped | Self::Clusters => grouped(&group_codes(groups()?), count, seed),
            Self::Given => {
                let classes = ClassCodes::new(groups()?);
                let mut of = vec![None; sequences];
                for (&row, &code) in classes.rows.iter().zip(&classes.codes) {
                    if let Some(of) = of.get_mut(row) {
                        *of = Some(code);
                    }
                }
                given(&of)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn a_protocol_is_its_function() {
        let target = Target::Classes { labels: vec![0, 1, 0, 1, 0, 1], classes: 2 };
        let groups = [Some("b"), Some("b"), None, None, Some("a"), Some("a")];
        let t = |kind: FoldKind, expected: Folds| {
            assert_eq!(kind.folds(&target, Some(&groups), 2, 7).unwrap(), expected, "{kind:?}");
        };
        t(FoldKind::Stratified, stratified(&[0, 1, 0, 1, 0, 1], 2, 7).unwrap());
        t(FoldKind::Plain, plain(6, 2, 7).unwrap());
        t(FoldKind::LeaveOneOut, leave_one_out(6).unwrap());
        t(FoldKind::Grouped, grouped(&[1, 1, 2, 3, 0, 0], 2, 7).unwrap());
        t(FoldKind::Clusters, grouped(&[1, 1, 2, 3, 0, 0], 2, 7).unwrap());
        t(FoldKind::Given, given(&[Some(1), Some(1), None, None, Some(0), Some(0)]).unwrap());
        let numbers = Target::Numbers(vec![0.0; 6]);
        assert_eq!(FoldKind::Stratified.folds(&numbers, None, 2, 7), plain(6, 2, 7));
        for groups in [None, Some(&groups[..5])] {
            assert_eq!(FoldKind::Given.folds(&target, groups, 2, 7).unwrap_err().code(), "folds.no_groups");
        }
    }

    #[test]
    fn names_in_json() {
        assert_eq!(serde_json::to_string(&FoldKind::LeaveOneOut).unwrap(), r#""leaveOneOut""#);
    }
}
