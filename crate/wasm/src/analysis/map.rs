//! Maps: principal components, UMAP, t-SNE, each with what it keeps of the space.

use super::heard;
use super::neighbours::MetricName;
use super::tables::{Ref, Tables};
use crate::error::{Refusal, plain, set};
use crate::progress::Reporter;
use crossgrain_core::analysis::{
    Metric, Tsne, TsneOptions, Umap, UmapOptions, knn, pca, procrustes, quality, silhouette, standardise,
};
use crossgrain_core::matrix::{Matrix, View};
use js_sys::{Float32Array, Function};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use wasm_bindgen::JsValue;

/// Fewest rows of a map.
const FEWEST: usize = 3;
/// Neighbours by which a map is judged, where there are enough.
const JUDGED: usize = 15;

/// How a map is made.
#[derive(Clone, Copy, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Method {
    Pca,
    Umap,
    Tsne,
}

/// Of `map`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Draw {
    table: Ref,
    method: Method,
    #[serde(default)]
    metric: MetricName,
    /// Every column on one scale first.
    #[serde(default)]
    standardise: bool,
    /// UMAP: neighbours, the row itself counted, as umap-learn does.
    #[serde(default = "fifteen")]
    neighbours: usize,
    #[serde(default = "tenth")]
    min_dist: f64,
    #[serde(default)]
    epochs: Option<usize>,
    #[serde(default = "thirty")]
    perplexity: f64,
    #[serde(default = "thousand")]
    iterations: usize,
    #[serde(default = "answer")]
    seed: u64,
    /// One per row, for the silhouette.
    #[serde(default)]
    labels: Option<Vec<Option<String>>>,
    /// Measure what the map keeps; takes as long as a search for all neighbours.
    #[serde(default = "yes")]
    judge: bool,
}

fn fifteen() -> usize {
    15
}
fn tenth() -> f64 {
    0.1
}
fn thirty() -> f64 {
    30.0
}
fn thousand() -> usize {
    1000
}
fn yes() -> bool {
    true
}
fn answer() -> u64 {
    42
}

/// Of `align`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Align {
    map: Ref,
    target: Ref,
}

/// `{ method, points [n · 2], explained, parameters, quality, silhouette }`.
///
/// # Errors
/// `map.too_few_rows`, `analysis.no_table` and the codes of the analysis.
pub fn draw(tables: &Tables, asked: &Draw, progress: Option<&Function>) -> Result<JsValue, Refusal> {
    let rows = tables.rows(&asked.table)?;
    let n = rows.view().rows();
    if n < FEWEST {
        let what = format!("a map of {n} rows is not possible");
        return Err(Refusal::new("map.too_few_rows", what, "give at least three sequences"));
    }
    let scaled = if asked.standardise { Some(standardise(rows.view())?) } else { None };
    let space = scaled.as_ref().map_or(rows.view(), Matrix::view);
    let components = pca(space, 2.min(space.cols()))?;
    let start = two_columns(&components.scores)?;
    let mut explained = None;
    let (points, parameters) = match asked.method {
        Method::Pca => {
            explained = Some(components.explained.clone());
            (start, json!({}))
        }
        Method::Umap => umap(space, start.view(), asked, progress)?,
        Method::Tsne => tsne(space, start.view(), asked, progress)?,
    };
    let metric: Metric = asked.metric.into();
    let mut reporter = Reporter::new(progress, "quality", "rows");
    let kept = if asked.judge { Some(judge(space, points.view(), metric, &mut reporter)?) } else { None };
    let apart = match &asked.labels {
        Some(labels) if asked.judge => groups(space, points.view(), labels, metric, &mut reporter)?,
        _ => None,
    };
    let answer = plain(&json!({
        "method": asked.method,
        "rows": n,
        "explained": explained,
        "parameters": parameters,
        "quality": kept,
        "silhouette": apart,
    }));
    set(&answer, "points", &Float32Array::from(points.data()));
    Ok(answer)
}

/// `{ points [n · 2], disparity }`.
///
/// # Errors
/// `analysis.no_table`, `analysis.row_mismatch`, `procrustes.one_place`.
pub fn align(tables: &Tables, asked: &Align) -> Result<JsValue, Refusal> {
    let (map, target) = (tables.rows(&asked.map)?, tables.rows(&asked.target)?);
    let found = procrustes(map.view(), target.view())?;
    let answer = plain(&json!({ "disparity": found.disparity }));
    set(&answer, "points", &Float32Array::from(found.aligned.data()));
    Ok(answer)
}

/// What the map keeps of the neighbours of the space.
fn judge(
    space: View,
    map: View,
    metric: Metric,
    reporter: &mut Reporter,
) -> Result<serde_json::Value, Refusal> {
    let n = map.rows();
    let k = JUDGED.min((n - 1) / 2);
    let kept = quality(space, map, k, metric, &mut heard(reporter))?;
    Ok(json!({
        "k": k,
        "trustworthiness": kept.trustworthiness,
        "continuity": kept.continuity,
        "overlap": kept.overlap,
        "chance": k as f64 / (n - 1) as f64,
    }))
}

type Drawn = (Matrix, serde_json::Value);

fn umap(space: View, start: View, asked: &Draw, progress: Option<&Function>) -> Result<Drawn, Refusal> {
    let n = space.rows();
    if asked.neighbours < 2 {
        let what = format!("{} neighbours are too few for a map", asked.neighbours);
        return Err(Refusal::new("map.option", what, "give 2 or more; the row itself is counted"));
    }
    // The row itself is the first of its neighbours; fewer rows than asked for are all taken.
    let k = (asked.neighbours - 1).min(n - 1);
    let mut searching = Reporter::new(progress, "neighbours", "rows");
    let found = knn(space, k, asked.metric.into(), &mut heard(&mut searching))?;
    let options = UmapOptions {
        min_dist: asked.min_dist,
        n_epochs: asked.epochs,
        seed: asked.seed,
        ..UmapOptions::default()
    };
    let mut map = Umap::new(&found, start, options)?;
    let mut reporter = Reporter::new(progress, "map", "steps");
    while map.step() {
        reporter.report(map.done() as f64, map.total() as f64);
    }
    let parameters = json!({
        "neighbours": k + 1, "minDist": asked.min_dist, "epochs": map.total(), "seed": asked.seed,
        "metric": asked.metric.name(), "standardised": asked.standardise, "start": "principal components",
    });
    Ok((map.map(), parameters))
}

fn tsne(space: View, start: View, asked: &Draw, progress: Option<&Function>) -> Result<Drawn, Refusal> {
    let n = space.rows();
    // Three times the perplexity must fit; a smaller set gets the largest perplexity that does.
    let perplexity = asked.perplexity.min((n - 1) as f64 / 3.0).max(1.01);
    let k = ((3.0 * perplexity).ceil().max(2.0) as usize).min(n - 1);
    let mut searching = Reporter::new(progress, "neighbours", "rows");
    let found = knn(space, k, asked.metric.into(), &mut heard(&mut searching))?;
    let options = TsneOptions { perplexity, iterations: asked.iterations, seed: asked.seed };
    let mut map = Tsne::new(&found, start, options)?;
    let mut reporter = Reporter::new(progress, "map", "steps");
    while map.step() {
        reporter.report(map.done() as f64, map.total() as f64);
    }
    let parameters = json!({
        "perplexity": perplexity, "iterations": asked.iterations, "seed": asked.seed,
        "metric": asked.metric.name(), "standardised": asked.standardise, "start": "principal components",
    });
    Ok((map.map(), parameters))
}

/// How far apart labelled groups lie, in the map and in the space; nothing for one group.
fn groups(
    space: View,
    map: View,
    labels: &[Option<String>],
    metric: Metric,
    reporter: &mut Reporter,
) -> Result<Option<serde_json::Value>, Refusal> {
    if labels.len() != map.rows() {
        let what = format!("{} labels for {} rows", labels.len(), map.rows());
        return Err(Refusal::new("analysis.labels", what, "give one label for each row, or null"));
    }
    let names: Vec<&String> = labels.iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    if names.len() < 2 {
        return Ok(None);
    }
    let (mut kept, mut codes) = (Vec::new(), Vec::new());
    for (row, label) in labels.iter().enumerate() {
        if let Some(Ok(code)) = label.as_ref().map(|label| names.binary_search(&label)) {
            kept.push(row);
            codes.push(code as u32);
        }
    }
    let (space, map) = (super::tables::some(space, &kept)?, super::tables::some(map, &kept)?);
    let mut tell = heard(reporter);
    let in_space = silhouette(space.view(), &codes, metric, &mut tell)?;
    let in_map = silhouette(map.view(), &codes, Metric::Euclidean, &mut tell)?;
    Ok(Some(json!({ "map": in_map, "space": in_space, "rows": kept.len(), "groups": names.len() })))
}

/// Scores with a second column of zeros where a table has one column only.
fn two_columns(scores: &Matrix) -> Result<Matrix, Refusal> {
    if scores.cols() == 2 {
        return Ok(scores.clone());
    }
    let data = scores.data().iter().flat_map(|&x| [x, 0.0]).collect();
    Ok(Matrix::new(data, scores.rows(), 2)?)
}
