//! Purity of neighbourhoods: how often do neighbours share a label?

use crate::array::Answer;
use crate::blocks::{BlockSummary, blocks};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, TableRef, some};
use crossgrain_core::analysis::labels::ClassCodes;
use crossgrain_core::analysis::{Metric, PermutationNull, Search, purity_of_units, with_next};
use crossgrain_core::progress::Stage;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks how often the nearest neighbours of a row have its label. Rows without a label are left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PurityRequest"))]
pub struct Request {
    /// Rows, `[n, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// One label per row, or `null`.
    #[cfg_attr(feature = "cli", arg(long = "column", value_name = "COLUMN"))]
    pub labels: Column,
    /// Neighbours of each row, from 1 to the number of other labelled rows.
    #[serde(default = "defaults::k")]
    #[cfg_attr(feature = "cli", arg(short, long, default_value_t = defaults::K))]
    pub k: usize,
    /// Distance between rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "euclidean"))]
    pub metric: Metric,
    /// Groups of rows that are not independent, such as families: blocks whose labels are permuted as a whole. By default
    /// the sequences of rows that are named `id/position`, else the rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub groups: Option<Column>,
    /// Permutations of the labels for the null distribution.
    #[serde(default = "defaults::shuffles")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SHUFFLES))]
    pub shuffles: usize,
    /// Seed of the permutations.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
    /// Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "auto"))]
    pub device: DeviceChoice,
}

/// How pure neighbourhoods are, compared with chance and with shuffled labels.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PurityResponse"))]
pub struct Response {
    /// Neighbours of each row.
    pub k: usize,
    /// Rows with a label.
    pub rows: usize,
    /// Rows whose k-th neighbour is no nearer than the next: which of the two counts is decided by their order.
    pub ties: usize,
    /// Mean share of neighbours with the same label, 0 to 1.
    pub mean: f64,
    /// The same share for neighbours picked at random, from the sizes of the classes.
    pub chance: f64,
    /// p of the permutation test: `(1 + shuffles at least as pure) / (1 + shuffles)`, so 1 without shuffles.
    pub p: f64,
    /// Purity of shuffled labels.
    pub shuffled: PermutationNull,
    /// What was permuted.
    pub blocks: BlockSummary,
    /// Purity of each class, in alphabetical order.
    pub classes: Vec<ClassPurity>,
    /// Seed of the permutations.
    pub seed: u64,
    /// Device that computed the matrix products.
    pub computed: Computed,
}

/// Purity of one class.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClassPurity {
    /// The label.
    pub label: String,
    /// Rows with it.
    pub rows: usize,
    /// Mean share of their neighbours with the same label, 0 to 1.
    pub purity: f64,
    /// The same share for neighbours picked at random.
    pub chance: f64,
}

impl Answer for Response {}

impl Method for Request {
    const NAME: &'static str = "purity";
    const EXAMPLE: &'static str = r#"{ "table": "rows", "labels": ["a", "a", "b", null] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let rows = context.sources.rows(&self.table)?;
        let labels = context.sources.column(&self.labels, &rows)?;
        let classes = ClassCodes::new(&labels);
        let labelled = some(rows.view(), &classes.rows)?;
        let searched = with_next(self.k, labelled.view().rows().saturating_sub(1));
        let search = Search::new(labelled.view(), searched, self.metric)?;
        let (found, computed) = context.search(self.device, search).await?;
        let (found, ties) = (found.nearest(self.k)?, found.ties(self.k));
        context.progress.begin(Stage::Resampling);
        let (units, blocks) = blocks(context.sources, self.groups.as_ref(), &rows, Some(&classes.rows))?;
        let drawn = (self.shuffles, self.seed);
        let found = purity_of_units(&found, &classes.codes, &units, drawn, context.progress)?;
        let named = |label: u32| classes.names.get(label as usize).cloned().unwrap_or_default();
        Ok(Response {
            k: self.k,
            rows: classes.rows.len(),
            ties,
            mean: found.mean,
            chance: found.chance,
            p: found.p_value,
            shuffled: found.null(),
            blocks,
            classes: found
                .classes
                .iter()
                .map(|class| ClassPurity {
                    label: named(class.label),
                    rows: class.rows,
                    purity: class.purity,
                    chance: class.chance,
                })
                .collect(),
            seed: self.seed,
            computed,
        })
    }
}
