//! One row per sequence from the rows of its residues at chosen positions.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Rows, TableRef};
use crossgrain_core::error::{Coded, Notice};
use crossgrain_core::join::{PositionPooling, Positions, pool_sequences, read_positions};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Asks for the rows of chosen residues, words or domains, as one row per sequence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PositionsRequest"))]
pub struct Request {
    /// One row per residue, word or domain, `[Σ l, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// Names of the sequences; without them, those that the table itself has.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub ids: Option<Vec<String>>,
    /// First row of each sequence and the end, n + 1 numbers; without them, those that the table itself has.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub offsets: Option<Vec<usize>>,
    /// The positions, counted from 1.
    #[cfg_attr(feature = "cli", arg(long, value_name = "FILE", value_parser = PositionList::read))]
    pub positions: PositionList,
    /// How the rows of a sequence become one: their mean, or one after the other.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "mean"))]
    pub how: PositionPooling,
}

/// Positions of each sequence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PositionList {
    /// A list per sequence.
    Lists(BTreeMap<String, Vec<usize>>),
    /// The text of a table: lines of a name, a tab and positions such as `235,236,239`.
    Text(String),
}

#[cfg(feature = "cli")]
impl PositionList {
    /// Reads a file on the command line.
    fn read(path: &str) -> std::io::Result<Self> {
        std::fs::read_to_string(path).map(Self::Text)
    }
}

/// One row per sequence that has all of its positions.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PositionsResponse"))]
pub struct Response {
    /// Names of the sequences that were kept.
    pub ids: Vec<String>,
    /// Their numbers, counted from 0.
    pub kept: Vec<usize>,
    /// Sequences that were kept.
    pub rows: usize,
    /// Numbers of a row: d, or positions · d.
    pub cols: usize,
    /// Sequences that were left out, each with its reason.
    pub left_out: Vec<Notice>,
    /// Lines of the table that could not be read.
    pub refused: Vec<Notice>,
    /// The rows, `[rows, cols]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }
}

impl Method for Request {
    const NAME: &'static str = "positions";
    const EXAMPLE: &'static str = r#"{ "table": "residues", "positions": { "p1": [235, 236] } }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let positions = match self.positions {
            PositionList::Lists(by_id) => Positions { by_id, refusals: Vec::new() },
            PositionList::Text(text) => read_positions(text.as_bytes(), None)?,
        };
        let rows = context.sources.tokens(&self.table)?;
        let ids = self.ids.or_else(|| rows.ids.as_ref().map(|ids| ids.to_vec())).unwrap_or_default();
        let offsets = self.offsets.or_else(|| offsets(&rows)).unwrap_or_default();
        let pooled = pool_sequences(&ids, &offsets, rows.view(), &positions, self.how)?;
        Ok(Response {
            ids: pooled.kept.iter().filter_map(|at| ids.get(*at).cloned()).collect(),
            kept: pooled.kept,
            rows: pooled.rows.rows(),
            cols: pooled.rows.cols(),
            left_out: pooled.left_out.iter().map(|(_, error)| error.notice()).collect(),
            refused: positions.refusals,
            numbers: pooled.rows.into(),
        })
    }
}

/// The first row of each sequence and the end.
fn offsets(rows: &Rows) -> Option<Vec<usize>> {
    let mut end = 0;
    let ends = rows.lengths.as_ref()?.iter().map(|length| {
        end += length;
        end
    });
    Some(std::iter::once(0).chain(ends).collect())
}
