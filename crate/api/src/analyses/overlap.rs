//! Overlap of neighbourhoods: do two embeddings of the same rows have the same neighbours?

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::TableRef;
use crossgrain_core::analysis::{Metric, overlap};
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks how many of the k nearest neighbours of each row are the same in two tables.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "OverlapRequest"))]
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
    /// Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "auto"))]
    pub device: DeviceChoice,
}

/// How many neighbours two embeddings share.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "OverlapResponse"))]
pub struct Response {
    /// Neighbours of each row.
    pub k: usize,
    /// Mean share of the k neighbours that both have, 0 to 1.
    pub shared: f64,
    /// Mean Jaccard index of the two sets of neighbours, 0 to 1.
    pub jaccard: f64,
    /// Shared neighbours of random sets: `k / (n − 1)`.
    pub chance: f64,
    /// Share of each row, 0 to 1, `[n, 1]`.
    #[serde(skip_serializing)]
    pub rows: AnswerMatrix<f32>,
    /// Device that computed the matrix products.
    pub computed: Computed,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.rows.array("rows")]
    }
}

impl Method for Request {
    const NAME: &'static str = "overlap";
    const EXAMPLE: &'static str = r#"{ "a": "rows", "b": "other" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let ([a, b], computed) =
            context.search_both(self.device, (&self.a, &self.b), self.k, self.metric).await?;
        let found = overlap(&a, &b)?;
        let n = found.rows.len();
        Ok(Response {
            k: self.k,
            shared: found.shared,
            jaccard: found.jaccard,
            chance: found.chance,
            rows: AnswerMatrix::new(found.rows, n, 1),
            computed,
        })
    }
}
