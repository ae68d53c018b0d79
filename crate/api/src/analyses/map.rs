//! Maps: rows as points in a plane, by principal components, UMAP or t-SNE, with what the plane keeps.

mod layout;
pub(super) mod quality;

pub use layout::Parameters;
pub use quality::{MapQuality, Silhouette};

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources, TableRef};
use crossgrain_core::analysis::{Metric, pca, procrustes, standardise};
use crossgrain_core::matrix::Matrix;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Fewest rows of a map.
const FEWEST: usize = 3;

/// The layout algorithm of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MapMethod {
    /// The first two principal components.
    Pca,
    /// UMAP (McInnes, Healy and Melville 2018), as umap-learn.
    #[default]
    Umap,
    /// t-SNE (van der Maaten and Hinton 2008), as scikit-learn.
    Tsne,
}

/// Asks for a point in the plane for each row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MapRequest"))]
pub struct Request {
    /// Rows to map, `[n, d]`, at least 3.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// Layout algorithm.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "umap"))]
    pub method: MapMethod,
    /// Distance between rows. Principal components are always Euclidean.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "euclidean"))]
    pub metric: Metric,
    /// Scale each column to mean 0 and standard deviation 1 first.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub standardise: bool,
    /// UMAP: neighbours of each row, at least 2; the row itself is counted, as umap-learn does (`n_neighbors`).
    #[serde(default = "defaults::umap_neighbours")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::UMAP_NEIGHBOURS))]
    pub neighbours: usize,
    /// UMAP: smallest distance between points, 0 to 1 (`min_dist`).
    #[serde(default = "defaults::umap_min_dist")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::UMAP_MIN_DIST))]
    pub min_dist: f64,
    /// UMAP: epochs, 1 to 100,000. Default: 500 up to 10,000 rows, 200 above (`n_epochs`).
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub epochs: Option<usize>,
    /// t-SNE: perplexity, above 1: the effective number of neighbours. Lowered to (n − 1) / 3 for few rows.
    #[serde(default = "defaults::perplexity")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::PERPLEXITY))]
    pub perplexity: f64,
    /// t-SNE: iterations, 1 to 100,000 (`max_iter`).
    #[serde(default = "defaults::tsne_iterations")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::TSNE_ITERATIONS))]
    pub iterations: usize,
    /// Seed of every random choice.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
    /// One label per row, or `null`: for the silhouette and for `only`.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long = "column", value_name = "COLUMN"))]
    pub labels: Option<Column>,
    /// Map only the rows with one of these labels.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, requires = "labels", value_delimiter = ',', value_name = "LABEL"))]
    pub only: Option<Vec<String>>,
    /// Measure how well the map keeps neighbours and groups: on all rows up to 5,000, above that on a random sample.
    #[serde(default = "whether_to_score")]
    #[cfg_attr(feature = "cli", arg(long = "no-quality", action = clap::ArgAction::SetFalse,
        help = "Do not measure how well the map keeps neighbours and groups, which above 5,000 rows is done on a sample"))]
    pub quality: bool,
    /// An earlier map of the same rows, `[n, 2]`: the new one is moved, rotated, mirrored and scaled to fit it best.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "TABLE"))]
    pub align: Option<TableRef>,
}

fn whether_to_score() -> bool {
    true
}

/// The points of the rows, and how well they keep the neighbours.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MapResponse"))]
pub struct Response {
    /// Layout algorithm.
    pub method: MapMethod,
    /// Rows on the map.
    pub rows: usize,
    /// Names of the rows, if their table has them.
    pub ids: Option<Vec<String>>,
    /// Rows of the table that are mapped, counted from 0; `null` if all are.
    pub kept: Option<Vec<usize>>,
    /// Points, in arbitrary units, `[n, 2]`.
    #[serde(skip_serializing)]
    pub points: AnswerMatrix<f32>,
    /// Share of the variance along each principal component, 0 to 1; `null` for other methods.
    pub explained: Option<Vec<f32>>,
    /// Parameters as they were used.
    pub parameters: Parameters,
    /// Neighbours that the map keeps; `null` if not measured.
    pub quality: Option<MapQuality>,
    /// How far apart the labelled groups lie; `null` if not measured, or with fewer than two groups.
    pub silhouette: Option<Silhouette>,
    /// Difference from the map of `align`, 0 (same shape) to 1; `null` without `align`.
    pub disparity: Option<f64>,
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
    const NAME: &'static str = "map";
    const EXAMPLE: &'static str = r#"{ "table": "rows" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let Mapped { rows, labels, kept } = self.rows(context.sources)?;
        let n = rows.view().rows();
        if n < FEWEST {
            let what = format!("a map of {n} rows is not possible");
            return Err(Refusal::new("map.too_few_rows", what, "give at least three sequences"));
        }
        let scaled = if self.standardise { Some(standardise(rows.view())?) } else { None };
        let space = scaled.as_ref().map_or(rows.view(), Matrix::view);
        let components = pca(space, 2.min(space.cols()))?;
        let start = two_columns(&components.scores)?;
        let explained = (self.method == MapMethod::Pca).then_some(components.explained);
        let (mut points, parameters) = match self.method {
            MapMethod::Pca => (start, layout::of_pca(&self)),
            MapMethod::Umap => layout::umap(space, start.view(), &self, context.progress).await?,
            MapMethod::Tsne => layout::tsne(space, start.view(), &self, context.progress).await?,
        };
        let mut disparity = None;
        if let Some(target) = &self.align {
            let target = context.sources.rows(target)?;
            rows.same_rows_as(&target)?;
            let found = procrustes(points.view(), target.view())?;
            (points, disparity) = (found.aligned, Some(found.disparity));
        }
        let (mut quality, mut silhouette) = (None, None);
        if self.quality {
            quality = Some(quality::measure(space, points.view(), self.metric, self.seed, context.progress)?);
            if let Some(labels) = &labels {
                silhouette =
                    quality::groups(space, points.view(), labels, self.metric, self.seed, context.progress)?;
            }
        }
        Ok(Response {
            method: self.method,
            rows: n,
            ids: rows.ids.map(Cow::into_owned),
            kept,
            points: points.into(),
            explained,
            parameters,
            quality,
            silhouette,
            disparity,
        })
    }
}

/// The rows of a map with their labels.
struct Mapped<'a> {
    rows: Rows<'a>,
    labels: Option<Vec<Option<String>>>,
    /// Which rows of the table they are, unless all.
    kept: Option<Vec<usize>>,
}

impl Request {
    /// The rows to map: all, or those with the labels of `only`.
    fn rows<'a>(&self, sources: &'a dyn Sources) -> Result<Mapped<'a>, Refusal> {
        let rows = sources.rows(&self.table)?;
        let labels = match &self.labels {
            Some(column) => Some(sources.column(column, &rows)?.into_owned()),
            None => None,
        };
        let Some(only) = &self.only else { return Ok(Mapped { rows, labels, kept: None }) };
        let Some(labels) = labels else {
            let what = "only keeps rows by their labels, and there are none";
            return Err(Refusal::new("options.invalid", what, "give labels as well"));
        };
        let wanted =
            |row: &usize| labels.get(*row).and_then(Option::as_ref).is_some_and(|label| only.contains(label));
        let kept: Vec<usize> = (0..labels.len()).filter(wanted).collect();
        let rows = rows.part(&TableRef::Part { table: String::new(), rows: kept.clone() })?;
        let labels = kept.iter().map(|&row| labels.get(row).cloned().flatten()).collect();
        Ok(Mapped { rows, labels: Some(labels), kept: Some(kept) })
    }
}

/// Scores with a second column of zeros where a table has only one column.
///
/// # Shape
/// `scores [n, 1]` or `[n, 2]` → `[n, 2]`.
fn two_columns(scores: &Matrix) -> Result<Matrix, Refusal> {
    if scores.cols() == 2 {
        return Ok(scores.clone());
    }
    let data = scores.data().iter().flat_map(|&x| [x, 0.0]).collect();
    Ok(Matrix::new(data, scores.rows(), 2)?)
}
