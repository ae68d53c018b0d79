//! Silhouette of labelled groups on a map and in its space: asked again whenever another column is shown.

use super::map::{Silhouette, quality};
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, TableRef};
use crossgrain_core::analysis::{Metric, standardise};
use crossgrain_core::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// Asks how far labelled groups lie apart, on a map and in the space that it was made from. Rows without a label are
/// left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SilhouetteRequest"))]
pub struct Request {
    /// Rows, `[n, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// Points of the same rows, `[n, 2]`.
    #[cfg_attr(feature = "cli", arg(long, value_name = "TABLE"))]
    pub map: TableRef,
    /// One label per row, or `null`.
    #[cfg_attr(feature = "cli", arg(long = "column", value_name = "COLUMN"))]
    pub labels: Column,
    /// Distance between rows. Distances on the map are always Euclidean.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "euclidean"))]
    pub metric: Metric,
    /// Scale each column of the rows to mean 0 and standard deviation 1 first, as the map did.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub standardise: bool,
    /// Seed by which rows are drawn if there are too many to measure all.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

/// How far the groups lie apart.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SilhouetteResponse"))]
pub struct Response {
    /// `null` with fewer than two groups.
    pub silhouette: Option<Silhouette>,
}

impl Answer for Response {}

impl Method for Request {
    const NAME: &'static str = "silhouette";
    const EXAMPLE: &'static str = r#"{ "table": "rows", "map": "map", "labels": ["a", "a", "b", null] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let rows = context.sources.rows(&self.table)?;
        let map = context.sources.rows(&self.map)?;
        rows.same_rows_as(&map)?;
        if map.count() != rows.count() || map.view().cols() != 2 {
            let (n, points, width) = (rows.count(), map.count(), map.view().cols());
            let what = format!("a map of {points} points with {width} coordinates for {n} rows");
            return Err(Refusal::new("map.shape", what, "give two coordinates for each row"));
        }
        let labels = context.sources.column(&self.labels, &rows)?;
        let scaled = if self.standardise { Some(standardise(rows.view())?) } else { None };
        let space = scaled.as_ref().map_or(rows.view(), Matrix::view);
        let silhouette =
            quality::groups(space, map.view(), &labels, self.metric, self.seed, context.progress)?;
        Ok(Response { silhouette })
    }
}
