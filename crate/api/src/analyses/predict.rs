//! Labels or numbers of rows from their nearest neighbours.

use crate::array::Answer;
use crate::blocks::{BlockSummary, blocks};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, NumberColumn, TableRef, some};
use crossgrain_core::analysis::labels::ClassCodes;
use crossgrain_core::analysis::{
    Metric, NumberLikeness, PermutationNull, Search, Weighting, number_likeness, regress, transfer,
};
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks for the label or the number of each query, as its nearest neighbours in a table suggest. Rows of the table
/// without a label or number are left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PredictRequest"))]
pub struct Request {
    /// Rows whose labels or numbers are known, `[n, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// Rows to predict, `[m, d]`. Without it, each row is predicted from the other rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TABLE"))]
    pub queries: Option<TableRef>,
    /// One label per row of the table. Give either labels or numbers.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long = "column", value_name = "COLUMN"))]
    pub labels: Option<Column>,
    /// One number per row of the table.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long = "numbers", value_name = "COLUMN"))]
    pub values: Option<NumberColumn>,
    /// Neighbours of each row, from 1 to the number of rows.
    #[serde(default = "defaults::k")]
    #[cfg_attr(feature = "cli", arg(short, long, default_value_t = defaults::K))]
    pub k: usize,
    /// Distance between rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "euclidean"))]
    pub metric: Metric,
    /// Weight of a neighbour: the same for all, or 1 / distance.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "equal"))]
    pub weighting: Weighting,
    /// Groups of rows that are not independent, such as families: blocks whose numbers are permuted as a whole. By default
    /// the sequences of rows that are named `id/position`, else the rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub groups: Option<Column>,
    /// Permutations of the numbers for the null distribution of the fit; none are made for labels or queries.
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

/// One prediction per query.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PredictResponse"))]
pub struct Response {
    /// Names of the queries, if their table has them; not part of the JSON.
    #[serde(skip)]
    pub ids: Option<Vec<String>>,
    /// The label with the largest weight; `null` when numbers were asked for.
    pub labels: Option<Vec<String>>,
    /// Share of the weight of all neighbours that this label has, 0 to 1.
    pub shares: Option<Vec<f64>>,
    /// The weighted mean of the neighbours' numbers; `null` when labels were asked for.
    pub values: Option<Vec<f64>>,
    /// How well the rows of the table predict one another; `null` with queries or labels.
    pub fit: Option<Fit>,
    /// Rows of the table without a label or number, which were left out.
    pub unlabelled: usize,
    /// Device that computed the matrix products.
    pub computed: Computed,
}

/// Agreement of predicted and known numbers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fit {
    /// Coefficient of determination, at most 1; `null` when all numbers are the same.
    pub r2: Option<f64>,
    /// Spearman's rank correlation, −1 to 1; `null` when either side is constant.
    pub spearman: Option<f64>,
    /// p of the permutation test of Spearman's correlation: `(1 + shuffles at least as high) / (1 + shuffles)`, so 1 without
    /// shuffles; `null` where the correlation is.
    pub p: Option<f64>,
    /// Spearman's correlation of shuffled numbers.
    pub shuffled: PermutationNull,
    /// What was permuted.
    pub blocks: BlockSummary,
    /// Rows with a known number, which the two scores compare.
    pub rows: usize,
}

impl Answer for Response {
    fn ids(&self) -> Option<&[String]> {
        self.ids.as_deref()
    }
}

impl Method for Request {
    const NAME: &'static str = "predict";
    const EXAMPLE: &'static str = r#"{ "table": "rows" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sources = context.sources;
        let rows = sources.rows(&self.table)?;
        let queries = self.queries.as_ref().map(|queries| sources.rows(queries)).transpose()?;
        if self.labels.is_some() == self.values.is_some() {
            let what = "exactly one of labels and values is needed";
            return Err(Refusal::new("options.invalid", what, "give a column of labels or one of numbers"));
        }
        let values = self.values.as_ref().map(|column| sources.known_numbers(column, &rows)).transpose()?;
        let words = self.labels.as_ref().map(|column| sources.column(column, &rows)).transpose()?;
        let known = |row: &usize| match (&values, &words) {
            (Some(values), _) => values.get(*row).is_some_and(Option::is_some),
            (None, Some(words)) => words.get(*row).is_some_and(Option::is_some),
            (None, None) => false,
        };
        let kept: Vec<usize> = (0..rows.count()).filter(known).collect();
        if kept.is_empty() {
            let what = "no row of the table has a label or number";
            return Err(Refusal::new("labels.incomplete", what, "name another column"));
        }
        let unlabelled = rows.count() - kept.len();
        let all = rows.names();
        let table = some(rows.view(), &kept)?;
        let search = match &queries {
            None => Search::new(table.view(), self.k, self.metric)?,
            Some(queries) => Search::queries(queries.view(), table.view(), self.k, self.metric)?,
        };
        let (found, computed) = context.search(self.device, search).await?;
        let ids = match &queries {
            Some(queries) => queries.ids.as_ref().map(|ids| ids.to_vec()),
            // Rows that are left out have no prediction: names say which they are.
            None if rows.ids.is_some() || unlabelled > 0 => {
                Some(kept.iter().filter_map(|&row| all.get(row).cloned()).collect())
            }
            None => None,
        };
        let mut response =
            Response { ids, labels: None, shares: None, values: None, fit: None, unlabelled, computed };
        if let Some(values) = values {
            let known: Vec<f32> = values.into_iter().flatten().collect();
            let predicted = regress(&found, &known, self.weighting)?;
            if queries.is_none() {
                let (units, blocks) = blocks(sources, self.groups.as_ref(), &rows, Some(&kept))?;
                let drawn = (self.shuffles, self.seed);
                let likeness =
                    number_likeness(&found, &known, self.weighting, &units, drawn, context.progress)?;
                response.fit = Some(fit(&known, &predicted, &likeness, blocks));
            }
            response.values = Some(predicted);
        }
        if let Some(words) = words {
            let classes = ClassCodes::new(&words);
            let found = transfer(&found, &classes.codes, self.weighting)?;
            let name = |label: u32| classes.names.get(label as usize).cloned().unwrap_or_default();
            response.labels = Some(found.iter().map(|one| name(one.label)).collect());
            response.shares = Some(found.iter().map(|one| one.share).collect());
        }
        Ok(response)
    }
}

fn fit(known: &[f32], predicted: &[f64], likeness: &NumberLikeness, blocks: BlockSummary) -> Fit {
    let known: Vec<f64> = known.iter().map(|&x| f64::from(x)).collect();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let error: f64 = known.iter().zip(predicted).map(|(y, f)| (y - f).powi(2)).sum();
    let spread: f64 = known.iter().map(|y| (y - mean).powi(2)).sum();
    Fit {
        r2: (spread > 0.0).then(|| 1.0 - error / spread),
        spearman: likeness.spearman,
        p: likeness.p_value,
        shuffled: likeness.shuffled,
        blocks,
        rows: known.len(),
    }
}
