//! Mutual k-nearest-neighbour alignment of two embeddings (Huh et al. 2024), with its permutation null.

use crate::array::Answer;
use crate::blocks::{BlockSummary, blocks};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, TableRef};
use crossgrain_core::analysis::{Metric, PermutationNull, mutual_knn_of_units};
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks whether two embeddings of the same rows have the same neighbours, more often than randomly paired rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MutualKnnRequest"))]
pub struct Request {
    /// One embedding of the rows, `[n, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub a: TableRef,
    /// Another embedding of the same rows in the same order, `[n, e]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub b: TableRef,
    /// Neighbours of each row, from 1 to n − 1.
    #[serde(default = "defaults::k")]
    #[cfg_attr(feature = "cli", arg(short, long, default_value_t = defaults::K))]
    pub k: usize,
    /// Distance between rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "euclidean"))]
    pub metric: Metric,
    /// Groups of rows that are not independent, such as families: blocks that are paired as a whole. By default the
    /// sequences of rows that are named `id/position`, else the rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub groups: Option<Column>,
    /// Random pairings of the rows for the null distribution.
    #[serde(default = "defaults::shuffles")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SHUFFLES))]
    pub shuffles: usize,
    /// Seed of the pairings.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
    /// Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "auto"))]
    pub device: DeviceChoice,
}

/// The alignment of two embeddings, beside chance and randomly paired rows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MutualKnnResponse"))]
pub struct Response {
    /// Rows that were compared: those of either table.
    pub n: usize,
    /// Neighbours of each row.
    pub k: usize,
    /// Mean share of the k neighbours that both embeddings have, 0 to 1.
    pub alignment: f64,
    /// The share that neighbours drawn at random have in common: `k / (n − 1)`.
    pub chance: f64,
    /// Alignment of randomly paired rows.
    pub null: PermutationNull,
    /// What was paired.
    pub blocks: BlockSummary,
    /// p of the permutation test: `(1 + pairings that reach the alignment) / (1 + pairings)`, never 0.
    pub p: f64,
    /// Seed of the pairings.
    pub seed: u64,
    /// Device that computed the matrix products.
    pub computed: Computed,
}

impl Answer for Response {}

impl Method for Request {
    const NAME: &'static str = "mutualKnn";
    const EXAMPLE: &'static str = r#"{ "a": "rows", "b": "other" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let ([a, b], computed) =
            context.search_both(self.device, (&self.a, &self.b), self.k, self.metric).await?;
        let rows = context.sources.rows(&self.a)?;
        let (units, blocks) = blocks(context.sources, self.groups.as_ref(), &rows, None)?;
        let found = mutual_knn_of_units(&a, &b, &units, (self.shuffles, self.seed), context.progress)?;

        Ok(Response {
            n: a.rows(),
            k: self.k,
            alignment: found.alignment,
            chance: found.chance,
            null: found.null,
            blocks,
            p: found.p_value,
            seed: self.seed,
            computed,
        })
    }
}
