//! What a probe is asked.

use crate::analysis::tables::Ref;
use crossgrain_core::analysis::evaluation::interval::DRAWS;
use crossgrain_core::analysis::probe::Task;
use serde::{Deserialize, Serialize};

/// Of `probe`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Question {
    /// What is compared; the first is the one asked about.
    pub features: Vec<Set>,
    /// One word per row; rows without one are left out.
    pub labels: Vec<Option<String>>,
    /// Without it, the words decide.
    #[serde(default)]
    pub task: Option<Task>,
    /// Between the labels of a row.
    #[serde(default)]
    pub separator: Option<char>,
    #[serde(default)]
    pub model: ModelOptions,
    #[serde(default)]
    pub folds: FoldOptions,
    /// One cross-validation each.
    #[serde(default)]
    pub seeds: Vec<u64>,
    /// Runs of the first table that are repeated with shuffled labels.
    #[serde(default = "one")]
    pub shuffles: usize,
    /// Draws of each bootstrap.
    #[serde(default = "draws")]
    pub draws: usize,
    /// A label is a string, one letter per residue; the tables hold rows of residues or tokens.
    #[serde(default)]
    pub per_residue: Option<PerResidue>,
}

/// How strings of labels are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerResidue {
    /// Letters that stand for no label.
    #[serde(default = "unlabelled")]
    pub unlabelled: String,
}

fn unlabelled() -> String {
    "?".to_owned()
}

fn one() -> usize {
    1
}

fn draws() -> usize {
    DRAWS
}

/// Feature tables that are read side by side, under one name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Set {
    pub name: String,
    #[serde(default)]
    pub of: Vec<Ref>,
    /// Columns appended to them, one number per row each.
    #[serde(default)]
    pub numbers: Vec<Vec<f32>>,
    /// Columns of classes appended as one column per class.
    #[serde(default)]
    pub classes: Vec<Vec<Option<String>>>,
    /// Per residue: the first row of each sequence, and the end.
    #[serde(default)]
    pub offsets: Vec<usize>,
    /// Per residue: residues of one row.
    #[serde(default = "one")]
    pub per_token: usize,
}

/// The small model.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum ModelOptions {
    /// Logistic regression, or a ridge for numbers.
    Linear {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        c: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alpha: Option<f64>,
    },
    /// The perceptron of the papers.
    Mlp {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hidden: Option<Vec<usize>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alpha: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epochs: Option<usize>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        patience: Option<usize>,
    },
    /// A random forest.
    Forest {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trees: Option<usize>,
    },
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self::Linear { c: None, alpha: None }
    }
}

/// Which rows are tested together.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldOptions {
    #[serde(default)]
    pub kind: FoldKind,
    #[serde(default)]
    pub count: Option<usize>,
    /// One per row, for `grouped` and `given`.
    #[serde(default)]
    pub groups: Option<Vec<Option<String>>>,
}

/// How folds are made.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FoldKind {
    /// The share of each class kept; plain for numbers.
    #[default]
    Stratified,
    Plain,
    Grouped,
    LeaveOneOut,
    Given,
}
