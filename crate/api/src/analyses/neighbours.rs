//! Exact nearest neighbours.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::TableRef;
use crossgrain_core::analysis::{Metric, Search, with_next};
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks for the nearest rows of each row, or of rows outside the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NeighboursRequest"))]
pub struct Request {
    /// Rows to search, `[n, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// Rows to find neighbours for, `[m, d]`. Without it, each row's nearest other rows are found.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TABLE"))]
    pub queries: Option<TableRef>,
    /// Neighbours of each row, from 1 to the number of other rows.
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

/// The neighbours of each row, nearest first.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NeighboursResponse"))]
pub struct Response {
    /// Rows with neighbours: m, or n without queries.
    pub rows: usize,
    /// Neighbours of each row.
    pub k: usize,
    /// Rows whose k-th neighbour is no nearer than the next: which of the two is listed is decided by their order.
    pub ties: usize,
    /// Rows of the table, counted from 0, `[rows, k]`.
    #[serde(skip_serializing)]
    pub indices: AnswerMatrix<u32>,
    /// Distances to them, in the units of the rows (cosine: 0 to 2), `[rows, k]`.
    #[serde(skip_serializing)]
    pub distances: AnswerMatrix<f32>,
    /// Device that computed the matrix products.
    pub computed: Computed,
    /// Names of the rows with neighbours and of the rows of the table; not part of the JSON.
    #[serde(skip)]
    pub names: [Vec<String>; 2],
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.indices.array("indices"), self.distances.array("distances")]
    }

    fn ids(&self) -> Option<&[String]> {
        self.names.first().map(Vec::as_slice)
    }
}

impl Method for Request {
    const NAME: &'static str = "neighbours";
    const EXAMPLE: &'static str = r#"{ "table": "rows" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let rows = context.sources.rows(&self.table)?;
        let queries = self.queries.as_ref().map(|queries| context.sources.rows(queries)).transpose()?;
        let search = match &queries {
            None => {
                let searched = with_next(self.k, rows.view().rows().saturating_sub(1));
                Search::new(rows.view(), searched, self.metric)?
            }
            Some(queries) => {
                let searched = with_next(self.k, rows.view().rows());
                Search::queries(queries.view(), rows.view(), searched, self.metric)?
            }
        };
        let (found, computed) = context.search(self.device, search).await?;
        let (found, ties) = (found.nearest(self.k)?, found.ties(self.k));
        let (n, k) = (queries.as_ref().unwrap_or(&rows).view().rows(), found.k());
        Ok(Response {
            rows: n,
            k,
            ties,
            indices: AnswerMatrix::new(found.indices().to_vec(), n, k),
            distances: AnswerMatrix::new(found.distances().to_vec(), n, k),
            computed,
            names: [queries.as_ref().unwrap_or(&rows).names(), rows.names()],
        })
    }
}
