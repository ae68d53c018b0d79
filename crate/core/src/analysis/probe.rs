//! Probes: how much of a label can a small model read from an embedding?
//!
//! A job is one table of features, one target, one model and any number of runs, each with its folds and its
//! seed. Every fold of every run is a `FoldJob`; [`Trainer::step`] advances the fold jobs by one
//! epoch, tree or solution each, so a job can be watched and stopped. The columns are standardised by the
//! training rows of each fold alone.
//!
//! | file | what it holds |
//! |---|---|
//! | `model` | the models and their options |
//! | `column` | a column of words → a target |
//! | `features` | tables side by side; scaling by training rows |
//! | `ridge`, `logistic`, `mlp`, `forest` | the models |
//! | `curvature` | what all folds of a logistic regression share |
//! | `cross_validation` | one cross-validation: its folds and its seed |
//! | `plan` | all runs of a job: for the score, for its interval and for its p |
//! | `trainer` | all folds of a job, step by step |
//! | `fold_job` | one model on one fold |
//! | `outcome` | scores pooled and per fold, beside the baselines |
//! | `residues` | rows of tokens → rows of residues |
//! | `residue_column` | a column of strings, a letter per residue → classes of residues |
//! | `sub_tokens` | one head for each position inside a token |
//! | `leakage` | copies across folds, and the answer among the features |
//! | `within` | scores inside groups, beside those of all rows |
//! | `warnings` | what makes the metrics unreliable |

mod class_hessians;
mod column;
mod cross_validation;
mod curvature;
mod error;
mod features;
mod fold_job;
mod forest;
mod lbfgs;
mod leakage;
mod linear_fit;
mod logistic;
mod logistic_loss;
mod mlp;
mod model;
mod newton;
mod outcome;
mod penalty_search;
mod plan;
mod residue_column;
mod residues;
mod ridge;
mod row_span;
mod sub_tokens;
mod trainer;
mod warnings;
mod within;

pub use super::evaluation::{EvaluationError, Target};
pub use column::{NUMBERS_FROM, NumericChoice, PreparedColumn, Task, guess_task, read_column};
pub use cross_validation::{CrossValidation, PlannedRun};
pub use error::{ProbeError, ResidueLengths};
pub use features::{append_columns, concat_columns};
pub use leakage::{Copies, MOST_ROWS, NEAR_COPY, answer_columns, copies_across_folds};
pub use mlp::MlpOptions;
pub use model::{ALPHAS, CS, ProbeModel};
pub use outcome::{PermutationTest, ProbeOutcome, RunKind, RunOutcome, compare, minus};
pub use plan::{FoldsOf, PlanOptions, constant_in_units, plan};
pub use residue_column::{ResidueColumn, TokenLayout, read_residues};
pub use residues::{Residue, residue_rows, residues_of_tokens};
pub use sub_tokens::{SubTokenHead, by_sub_token_index, merge_heads, probe_residues, probe_residues_of_plan};
pub use trainer::Trainer;
pub use warnings::{residue_warnings, warnings};
pub use within::{LEAST_ROWS, WithinGroups, WithinScore};
