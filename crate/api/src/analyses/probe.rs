//! Probes: how well does a small model predict labels from the rows of feature tables?
//!
//! All feature sets are trained and tested on the same folds and halves; the first is the one in question, the others
//! (composition, random vectors, another layer) are compared with it.
//!
//! | file | what it holds |
//! |---|---|
//! | `model` | the model as a request names it |
//! | `folds` | which rows are tested together |
//! | `clusters` | clusters of similar sequences, for folds and units |
//! | `leaks` | copies across folds, and the answer among the features |
//! | `features` | tables side by side, and appended columns |
//! | `rows`, `residues` | training on labels of rows, and on labels of residues |
//! | `units` | rows that are drawn, permuted and left out together |
//! | `score` | metrics with their intervals and baselines |
//! | `within` | scores inside groups |
//! | `class_scores` | metrics of each class, and the reliability of probabilities |

mod class_scores;
mod cluster_summary;
mod clusters;
mod features;
mod folds;
mod leaks;
mod model;
mod residues;
mod rows;
mod score;
mod units;
mod within;

pub use class_scores::{ClassScore, ClassScores};
pub use cluster_summary::{ClusterSize, ClusterSummary};
pub use features::FeatureSet;
pub use folds::{FoldOptions, FoldSummary};
pub use model::{ModelOptions, Preset};
pub use residues::ResidueCounts;
pub use score::{Comparison, IntervalKind, Permutations, Score, TableScores};
pub use units::{UnitKind, UnitSummary};
pub use within::{Within, WithinSummary};

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, NumberColumn};
use crossgrain_core::analysis::probe::{
    CrossValidation, PlanOptions, PlannedRun, RunKind, Task, WithinGroups,
};
use crossgrain_core::error::Notice;
use score::Trained;
use serde::{Deserialize, Serialize};
use units::ProbeUnits;

/// Asks for the cross-validated scores of a small model that predicts labels from features. Rows without a label are
/// left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeRequest"))]
pub struct Request {
    /// Feature sets of the same rows; each is compared with the first. On the command line, A+B is A beside B.
    #[cfg_attr(feature = "cli", arg(required = true, value_name = "TABLE"))]
    pub features: Vec<FeatureSet>,
    /// One label per row, or `null`. For residues: one string per sequence, one letter per residue.
    #[cfg_attr(feature = "cli", arg(long = "column", value_name = "COLUMN"))]
    pub labels: Column,
    /// What the labels are. Default: numbers if all are numbers, 11 or more differ and they are no codes, labels if one
    /// holds the separator, else classes.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub task: Option<Task>,
    /// Character between the labels of a row with several.
    #[serde(default = "defaults::separator")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEPARATOR))]
    pub separator: char,
    /// Model.
    #[serde(default)]
    #[cfg_attr(feature = "cli", command(flatten))]
    pub model: ModelOptions,
    /// Which rows are tested together.
    #[serde(default)]
    #[cfg_attr(feature = "cli", command(flatten))]
    pub folds: FoldOptions,
    /// Columns of numbers appended to every feature set, such as GC content.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', value_name = "COLUMN"))]
    pub with_numbers: Vec<NumberColumn>,
    /// Columns of classes appended to every feature set, one-hot, such as the species.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub with_classes: Vec<Column>,
    /// Labels are strings with one letter per residue, and feature sets hold rows of residues or tokens.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub per_residue: bool,
    /// Residues that one row stands for, at least 1, such as 2 for 6-mers of DNA: one number, or one per feature set.
    /// Only per residue.
    #[serde(default = "residues_per_token")]
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_values_t = residues_per_token(),
        requires = "per_residue"))]
    pub residues_per_token: Vec<usize>,
    /// Letters that stand for "no label", such as residues that are not resolved. Only per residue.
    #[serde(default = "unlabelled")]
    #[cfg_attr(feature = "cli", arg(long, default_value = defaults::UNLABELLED, requires = "per_residue"))]
    pub unlabelled: String,
    /// Take each layer of the first table as a feature set of its own.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub each_layer: bool,
    /// Seeds of folds and models: one cross-validation each.
    #[serde(default = "seeds")]
    #[cfg_attr(feature = "cli", arg(long = "seed", value_delimiter = ',', default_values_t = seeds()))]
    pub seeds: Vec<u64>,
    /// Groups of rows that are not independent (of sequences for residues): they are permuted and halved together. By
    /// default the groups or clusters of the folds, else copies of a row, else the rows; sequences for residues.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub units: Option<Column>,
    /// Groups, such as species or families (of sequences for residues), inside which the predictions are scored as well: beside
    /// each score stands the mean of the scores among the tested rows of each group, weighted by these rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub within: Option<Column>,
    /// Cross-validations of the first feature set with permuted labels, for its p; the seeds take turns. Default: 99, and
    /// 19 per residue, where each takes much longer.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub shuffles: Option<usize>,
    /// How sure scores and differences are said to be.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "half-samples"))]
    pub intervals: IntervalKind,
    /// Pairs of halves of the data on which each feature set is probed again, at least 5; 0 leaves intervals out. Default: 15,
    /// and 8 per residue.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub halves: Option<usize>,
    /// Draws of each bootstrap. Only for intervals as published.
    #[serde(default = "defaults::probe_draws")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::PROBE_DRAWS))]
    pub draws: usize,
}

fn residues_per_token() -> Vec<usize> {
    vec![defaults::RESIDUES_PER_TOKEN]
}

fn unlabelled() -> String {
    defaults::UNLABELLED.to_owned()
}

fn seeds() -> Vec<u64> {
    vec![defaults::SEED]
}

impl Request {
    /// The seeds, or the default one for an empty list.
    fn seeds(&self) -> Vec<u64> {
        if self.seeds.is_empty() { seeds() } else { self.seeds.clone() }
    }

    fn shuffles(&self) -> usize {
        let default = if self.per_residue { defaults::RESIDUE_SHUFFLES } else { defaults::PROBE_SHUFFLES };
        self.shuffles.unwrap_or(default)
    }

    /// 0 for intervals as published.
    fn halves(&self) -> usize {
        let default = if self.per_residue { defaults::RESIDUE_HALVES } else { defaults::PROBE_HALVES };
        if self.intervals == IntervalKind::HalfSamples { self.halves.unwrap_or(default) } else { 0 }
    }

    fn plan(&self) -> Runs {
        Runs { seeds: self.seeds(), permutations: self.shuffles(), pairs: self.halves() }
    }
}

/// How many runs of each kind.
struct Runs {
    seeds: Vec<u64>,
    permutations: usize,
    pairs: usize,
}

impl Runs {
    fn as_ref(&self) -> PlanOptions<'_> {
        PlanOptions { seeds: &self.seeds, permutations: self.permutations, pairs: self.pairs }
    }
}

/// The cross-validations of the seeds.
fn validations(planned: Vec<PlannedRun>) -> Vec<CrossValidation> {
    planned.into_iter().filter(|run| run.kind == RunKind::Probe).map(|run| run.validation).collect()
}

/// Scores of every feature set, and the predictions of the first.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeResponse"))]
pub struct Response {
    /// What was learnt.
    pub task: Task,
    /// Classes or labels in alphabetical order: the columns of `predictions`; empty for numbers.
    pub classes: Vec<String>,
    /// Labelled rows, or residues.
    pub rows: usize,
    /// Rows, or residues, without a label.
    pub unlabelled: usize,
    /// How residues belong to sequences and rows; `null` for labels of rows.
    pub residues: Option<ResidueCounts>,
    /// Model with its parameters as they were used.
    pub model: ModelOptions,
    /// Folds of a cross-validation.
    pub folds: FoldSummary,
    /// Seeds of folds and models; the first also seeds permutations, halves and draws.
    pub seeds: Vec<u64>,
    /// What is independent of one another: the unit of permutations and halves.
    pub units: UnitSummary,
    /// The groups inside which scores are computed as well; `null` if none are asked for.
    pub within: Option<Box<WithinSummary>>,
    /// Cross-validations with permuted labels.
    pub shuffles: usize,
    /// How sure scores and differences are said to be.
    pub intervals: IntervalKind,
    /// What the intervals are intervals of, in words.
    pub interval_of: String,
    /// Pairs of halves; 0 for intervals as published.
    pub halves: usize,
    /// Draws of each bootstrap; 0 unless intervals are as published.
    pub draws: usize,
    /// Feature sets that were compared with the first: `p_holm` is corrected for as many.
    pub comparisons: usize,
    /// Scores, in the order of the feature sets.
    pub tables: Vec<TableScores>,
    /// Rows by true class (row) and predicted class (column), of the first set, mean over the seeds; `null` unless classes.
    pub confusion: Option<Vec<Vec<f64>>>,
    /// What makes the scores uncertain, and what is odd about the labels.
    pub warnings: Vec<Notice>,
    /// Names of the rows of `predictions`: those of the table, or their numbers from 1; `id/position` for residues.
    pub ids: Vec<String>,
    /// Out-of-fold predictions of the first set, mean over the seeds: a probability per class or label, or a number;
    /// 0 for rows that are never tested, `[rows, classes or 1]`.
    #[serde(skip_serializing)]
    pub predictions: AnswerMatrix<f32>,
    /// Out-of-fold predictions of the first set under each seed, seed after seed, `[seeds · rows, classes or 1]`.
    #[serde(skip_serializing)]
    pub seed_predictions: AnswerMatrix<f32>,
    /// The fold in which each row is tested under each seed, counted from 1; 0 for rows that are never tested,
    /// `[rows, seeds]`.
    #[serde(skip_serializing)]
    pub fold_of_rows: AnswerMatrix<u32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![
            self.predictions.array("predictions"),
            self.seed_predictions.array("seedPredictions"),
            self.fold_of_rows.array("foldOfRows"),
        ]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }
}

/// Trained feature sets, and what is known of their rows.
struct Prepared {
    task: Task,
    classes: Vec<String>,
    ids: Vec<String>,
    unlabelled: usize,
    residues: Option<ResidueCounts>,
    folds: FoldSummary,
    units: ProbeUnits,
    /// The group of each row, for scores inside groups.
    within: Option<Vec<Option<u32>>>,
    warnings: Vec<Notice>,
    validations: Vec<CrossValidation>,
    trained: Vec<Trained>,
}

impl Method for Request {
    const NAME: &'static str = "probe";
    const EXAMPLE: &'static str =
        r#"{ "features": [{ "of": ["rows"] }], "labels": ["a", "a", "b", "b", null] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let prepared = if self.per_residue {
            residues::train(context, &self)?
        } else {
            rows::train(context, &self).await?
        };
        let nothing = || Refusal::new("probe.nothing", "there is no table", "give at least one table");
        let seeds = self.seeds();
        let seed = seeds.first().copied().unwrap_or(defaults::SEED);
        let units = prepared.units.summary();
        let mut tables = match self.intervals {
            IntervalKind::HalfSamples => score::tables(&prepared.trained, units.count)?,
            IntervalKind::AsPublished => {
                score::as_published(&prepared.trained, (self.draws, seed), units.count, context.progress)?
            }
        };
        let first = &prepared.trained.first().ok_or_else(nothing)?.outcome;
        let mut warnings = prepared.warnings;
        let groups = prepared.within.map(|groups| WithinGroups::new(first, &groups));
        if let Some(groups) = &groups {
            for (table, trained) in tables.iter_mut().zip(&prepared.trained) {
                let found = within::within(groups, &trained.outcome, units.count);
                table.scores.iter_mut().zip(found).for_each(|(score, found)| score.within = Some(found));
            }
            warnings.extend(within::warnings(groups));
        }
        warnings.extend(score::warnings(&self, &prepared.trained, &tables));
        let as_published = self.intervals == IntervalKind::AsPublished;
        Ok(Response {
            rows: first.target.rows(),
            model: self.model.resolved(prepared.task),
            folds: prepared.folds,
            interval_of: self.intervals.words(units.kind, units.count),
            units,
            within: groups.as_ref().map(|groups| Box::new(within::summary(groups))),
            shuffles: self.shuffles(),
            intervals: self.intervals,
            halves: self.halves(),
            draws: if as_published { self.draws } else { 0 },
            comparisons: tables.iter().filter(|table| table.minus_first.is_some()).count(),
            tables,
            confusion: score::confusion(first),
            predictions: score::mean_predictions(first),
            seed_predictions: score::seed_predictions(first),
            fold_of_rows: score::fold_of_rows(&prepared.validations),
            seeds,
            task: prepared.task,
            classes: prepared.classes,
            unlabelled: prepared.unlabelled,
            residues: prepared.residues,
            warnings: [context.sources.take_notices(), warnings].concat(),
            ids: prepared.ids,
        })
    }
}
