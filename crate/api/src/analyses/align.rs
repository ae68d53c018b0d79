//! One map laid over another: Procrustes analysis.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::TableRef;
use crossgrain_core::analysis::procrustes;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Asks for a map moved, rotated, mirrored and scaled so that it fits another map of the same rows best.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AlignRequest"))]
pub struct Request {
    /// Map to move, `[n, k]`; usually k = 2.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub map: TableRef,
    /// Map of the same rows that stays in place, `[n, k]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TARGET"))]
    pub target: TableRef,
}

/// The moved map.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AlignResponse"))]
pub struct Response {
    /// Names of the rows, if one of the maps has them.
    pub ids: Option<Vec<String>>,
    /// Points in the place of the target, `[n, k]`.
    #[serde(skip_serializing)]
    pub points: AnswerMatrix<f32>,
    /// Squared distance that is left between the maps, as a share of the target's spread: 0 (same shape) to 1.
    pub disparity: f64,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.points.array("points")]
    }

    fn ids(&self) -> Option<&[String]> {
        self.ids.as_deref()
    }
}

impl Method for Request {
    const NAME: &'static str = "align";
    const EXAMPLE: &'static str = r#"{ "map": "points", "target": "earlier" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let (map, target) = (context.sources.rows(&self.map)?, context.sources.rows(&self.target)?);
        target.same_rows_as(&map)?;
        let found = procrustes(map.view(), target.view())?;
        Ok(Response {
            ids: map.ids.or(target.ids).map(Cow::into_owned),
            points: found.aligned.into(),
            disparity: found.disparity,
        })
    }
}
