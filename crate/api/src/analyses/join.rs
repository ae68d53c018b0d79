//! Tables side by side, matched by the names of their rows.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Rows, TableRef};
use crossgrain_core::join::{
    JoinError, Joined, KeyedTable, Locus, equal_weights, join, loci, mean_by_id, shares,
};
use crossgrain_core::matrix::Matrix;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt::Display;
use std::hash::Hash;
use std::ops::Range;
use std::str::FromStr;

/// Asks for embeddings of the same things as one table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "JoinRequest"))]
pub struct Request {
    /// Two tables or more.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE", num_args = 2.., required = true))]
    pub tables: Vec<JoinTable>,
    /// Which rows belong together: rows with exactly the same name, or with the same name and position (`cluster/3`, as
    /// rows of domains and residues are named).
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "id"))]
    pub by: JoinBy,
    /// With positions: one row per name, the mean over all positions that every table has.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub mean: bool,
    /// Refuse a join that would leave out a row, instead of naming it.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub complete: bool,
    /// Divide the numbers of each table by the root of their variance, summed over its columns, so that no table decides
    /// distances alone. Without it, numbers stay as they are.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub equal_weights: bool,
}

/// One table of a join.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct JoinTable {
    /// What the answer calls it.
    pub name: String,
    /// Its rows, `[n, d]`.
    pub table: TableRef,
    /// Names of its rows, all different; without them, those that the table itself has.
    #[serde(default)]
    pub ids: Option<Vec<String>>,
}

impl FromStr for JoinTable {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self { name: name.to_owned(), table: TableRef::Whole(name.to_owned()), ids: None })
    }
}

/// Which rows belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum JoinBy {
    /// Rows with exactly the same name.
    #[default]
    Id,
    /// Rows with the same name and position.
    Position,
}

/// The joined table; rows in the order of the first table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "JoinResponse"))]
pub struct Response {
    /// Names of the rows.
    pub ids: Vec<String>,
    /// Rows of the joined table.
    pub rows: usize,
    /// Columns of all tables together.
    pub cols: usize,
    /// Keys that all tables have.
    pub matched: usize,
    /// Which columns came from which table, in their order.
    pub columns: Vec<JoinedColumns>,
    /// Keys that were left out.
    pub missing: Vec<MissingKey>,
    /// The rows, `[rows, cols]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

/// The columns of one table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct JoinedColumns {
    /// The table.
    pub name: String,
    /// Its first column, counted from 0.
    pub start: usize,
    /// The column after its last.
    pub end: usize,
    /// Its share of the variance of all columns before any weighting, 0 to 1: with 0.9, distances and maps are nearly its own.
    pub share: f64,
}

/// A key that some tables lack.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MissingKey {
    /// The key.
    pub id: String,
    /// Tables without it.
    pub tables: Vec<String>,
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
    const NAME: &'static str = "join";
    const EXAMPLE: &'static str =
        r#"{ "tables": [{ "name": "a", "table": "rows" }, { "name": "b", "table": "other" }] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        if self.mean && self.by == JoinBy::Id {
            let what = "a mean over positions needs rows that are matched by position";
            return Err(Refusal::new("join.mean", what, "join by position"));
        }
        let rows = self.tables.iter().map(|one| context.sources.rows(&one.table));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let ids = self.tables.iter().zip(&rows).map(|(one, rows)| ids(one, rows));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let all = || self.tables.iter().zip(&rows);
        let response = match self.by {
            JoinBy::Id => {
                let named = all().zip(&ids);
                let named =
                    named.map(|((one, rows), keys)| KeyedTable { name: &one.name, keys, rows: rows.view() });
                let joined = join(&named.collect::<Vec<_>>())?;
                response(&joined, joined.keys.clone(), joined.rows.clone(), self.equal_weights)?
            }
            JoinBy::Position => {
                let keys = self.tables.iter().zip(&ids).map(|(one, ids)| loci(&one.name, ids));
                let keys: Vec<Vec<Locus>> = keys.collect::<Result<_, JoinError>>()?;
                let named = all().zip(&keys);
                let named =
                    named.map(|((one, rows), keys)| KeyedTable { name: &one.name, keys, rows: rows.view() });
                let joined = join(&named.collect::<Vec<_>>())?;
                if self.mean {
                    let (ids, rows) = mean_by_id(&joined)?;
                    response(&joined, ids, rows, self.equal_weights)?
                } else {
                    let ids = joined.keys.iter().map(Locus::to_string).collect();
                    response(&joined, ids, joined.rows.clone(), self.equal_weights)?
                }
            }
        };
        if self.complete && !response.missing.is_empty() {
            let what = format!("{} rows are not in all of the tables", response.missing.len());
            return Err(Refusal::new("join.incomplete", what, "leave the check out, or embed the rest"));
        }
        Ok(response)
    }
}

/// The names of a table's rows.
fn ids<'t>(one: &'t JoinTable, rows: &'t Rows) -> Result<&'t [String], Refusal> {
    one.ids.as_deref().or(rows.ids.as_deref()).ok_or_else(|| {
        let what = "it holds no names, and rows are matched by their names";
        Refusal::in_file("join.no_ids", &one.name, what, "write it as .csv or .safetensors")
    })
}

fn response<K: Clone + Eq + Hash + Display>(
    joined: &Joined<K>,
    ids: Vec<String>,
    rows: Matrix,
    equal: bool,
) -> Result<Response, Refusal> {
    let parts: Vec<Range<usize>> = joined.columns.iter().map(|(_, range)| range.clone()).collect();
    let columns = joined.columns.iter().zip(shares(rows.view(), &parts)).map(|((name, range), share)| {
        JoinedColumns { name: name.clone(), start: range.start, end: range.end, share }
    });
    let (count, width) = (rows.rows(), rows.cols());
    let rows = if equal {
        Matrix::new(equal_weights(rows.view(), &parts), count, width).map_err(|_| JoinError::Memory)?
    } else {
        rows
    };
    let missing = joined
        .missing
        .iter()
        .map(|missing| MissingKey { id: missing.key.to_string(), tables: missing.tables.clone() });
    Ok(Response {
        ids,
        rows: rows.rows(),
        cols: rows.cols(),
        matched: joined.keys.len(),
        columns: columns.collect(),
        missing: missing.collect(),
        numbers: rows.into(),
    })
}
