//! Neighbours: questions and answers.

use super::heard;
use super::products::search;
use super::tables::{Ref, Tables, some};
use crate::error::{Refusal, plain, set};
use crate::progress::Reporter;
use crossgrain_core::analysis::{
    AMINO_ACIDS, Metric, Mutant, Neighbours, Search, Weighting, neighbourhoods, overlap, purity, regress,
    transfer,
};
use crossgrain_core::matrix::View;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::{Computed, Multiplier};
use js_sys::{Float32Array, Function, Uint32Array};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use wasm_bindgen::JsValue;

/// What "near" means.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricName {
    #[default]
    Euclidean,
    Cosine,
}

impl MetricName {
    /// As options and answers write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Euclidean => "euclidean",
            Self::Cosine => "cosine",
        }
    }
}

impl From<MetricName> for Metric {
    fn from(name: MetricName) -> Self {
        match name {
            MetricName::Euclidean => Self::Euclidean,
            MetricName::Cosine => Self::Cosine,
        }
    }
}

/// Of `neighbours`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nearest {
    table: Ref,
    #[serde(default)]
    queries: Option<Ref>,
    k: usize,
    #[serde(default)]
    metric: MetricName,
    #[serde(default)]
    device: DeviceChoice,
}

/// Of `purity`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    table: Ref,
    /// One per row; rows without one are left out.
    labels: Vec<Option<String>>,
    k: usize,
    #[serde(default)]
    metric: MetricName,
    #[serde(default = "shuffles")]
    shuffles: usize,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    device: DeviceChoice,
}

fn shuffles() -> usize {
    1000
}

/// Of `overlap`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    a: Ref,
    b: Ref,
    k: usize,
    #[serde(default)]
    metric: MetricName,
    #[serde(default)]
    device: DeviceChoice,
}

/// Of `predict`: exactly one of `labels` and `values`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    table: Ref,
    queries: Ref,
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default)]
    values: Option<Vec<f32>>,
    k: usize,
    #[serde(default)]
    metric: MetricName,
    #[serde(default)]
    weighting: WeightingName,
    #[serde(default)]
    device: DeviceChoice,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WeightingName {
    #[default]
    Equal,
    Distance,
}

/// Of `neighbourhood`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutants {
    table: Ref,
    mutants: Vec<Place>,
    #[serde(default = "published")]
    sweep: Vec<usize>,
    #[serde(default)]
    metric: MetricName,
}

fn published() -> Vec<usize> {
    vec![10]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Place {
    position: u32,
    amino_acid: char,
}

/// `{ k, indices [n · k], distances [n · k], computed }`.
///
/// # Errors
/// `analysis.no_table` and the codes of the analysis.
pub async fn nearest(
    tables: &Tables,
    multiplier: &Multiplier,
    asked: &Nearest,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let rows = tables.rows(&asked.table)?;
    let queries = asked.queries.as_ref().map(|queries| tables.rows(queries)).transpose()?;
    let mut reporter = Reporter::new(progress, "neighbours", "rows");
    let new = match &queries {
        None => Search::within(rows.view(), asked.k, asked.metric.into())?,
        Some(queries) => Search::of(queries.view(), rows.view(), asked.k, asked.metric.into())?,
    };
    let (found, computed) = search(multiplier, asked.device, new, &mut reporter).await?;
    let answer = plain(&json!({ "k": found.k(), "computed": computed }));
    set(&answer, "indices", &Uint32Array::from(found.indices()));
    set(&answer, "distances", &Float32Array::from(found.distances()));
    Ok(answer)
}

/// `{ k, rows, mean, chance, p, shuffled: { mean, low, high }, classes, computed }`.
///
/// # Errors
/// `analysis.no_table`, `analysis.labels` and the codes of the analysis.
pub async fn labels(
    tables: &Tables,
    multiplier: &Multiplier,
    asked: &Labels,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let rows = tables.rows(&asked.table)?;
    if asked.labels.len() != rows.view().rows() {
        return Err(wrong_labels(asked.labels.len(), rows.view()));
    }
    let names: Vec<&str> =
        asked.labels.iter().flatten().collect::<BTreeSet<_>>().into_iter().map(String::as_str).collect();
    let (mut kept, mut codes) = (Vec::new(), Vec::new());
    for (row, label) in asked.labels.iter().enumerate() {
        if let Some(Ok(code)) = label.as_deref().map(|label| names.binary_search(&label)) {
            kept.push(row);
            codes.push(code as u32);
        }
    }
    let labelled = some(rows.view(), &kept)?;
    let mut searching = Reporter::new(progress, "neighbours", "rows");
    let new = Search::within(labelled.view(), asked.k, asked.metric.into())?;
    let (found, computed) = search(multiplier, asked.device, new, &mut searching).await?;
    let mut shuffling = Reporter::new(progress, "shuffling", "steps");
    let found = purity(&found, &codes, asked.shuffles, asked.seed, &mut heard(&mut shuffling))?;
    let mut sorted = found.shuffled.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get(((sorted.len().max(1) - 1) as f64 * share).round() as usize).copied();
    let mean = (!sorted.is_empty()).then(|| sorted.iter().sum::<f64>() / sorted.len() as f64);
    let classes: Vec<_> = found
        .classes
        .iter()
        .map(|class| {
            let label = names.get(class.label as usize).copied().unwrap_or_default();
            json!({ "label": label, "rows": class.rows, "purity": class.purity, "chance": class.chance })
        })
        .collect();
    Ok(plain(&json!({
        "k": asked.k,
        "rows": kept.len(),
        "mean": found.mean,
        "chance": found.chance,
        "p": found.p_value,
        "shuffled": { "mean": mean, "low": at(0.025), "high": at(0.975), "shuffles": asked.shuffles },
        "classes": classes,
        "seed": asked.seed,
        "computed": computed,
    })))
}

/// `{ k, shared, jaccard, chance, rows [n], computed }`.
///
/// # Errors
/// `analysis.no_table` and the codes of the analysis.
pub async fn shared(
    tables: &Tables,
    multiplier: &Multiplier,
    asked: &Shared,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let mut reporter = Reporter::new(progress, "neighbours", "rows");
    let mut side = async |table: &Ref| -> Result<(Neighbours, Computed), Refusal> {
        let rows = tables.rows(table)?;
        let new = Search::within(rows.view(), asked.k, asked.metric.into())?;
        search(multiplier, asked.device, new, &mut reporter).await
    };
    let (a, _) = side(&asked.a).await?;
    let (b, computed) = side(&asked.b).await?;
    let found = overlap(&a, &b)?;
    let answer = plain(&json!({
        "k": asked.k, "shared": found.shared, "jaccard": found.jaccard, "chance": found.chance,
        "computed": computed,
    }));
    set(&answer, "rows", &Float32Array::from(found.rows.as_slice()));
    Ok(answer)
}

/// `{ labels, shares, computed }` or `{ values, computed }`, one per query.
///
/// # Errors
/// `analysis.no_table`, `options.invalid` and the codes of the analysis.
pub async fn predict(
    tables: &Tables,
    multiplier: &Multiplier,
    asked: &Predict,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let (rows, queries) = (tables.rows(&asked.table)?, tables.rows(&asked.queries)?);
    let given = asked.labels.as_ref().map(Vec::len).xor(asked.values.as_ref().map(Vec::len));
    match given {
        None => {
            let what = "exactly one of labels and values is needed";
            return Err(Refusal::new("options.invalid", what, "the fields are listed in crossgrain.d.ts"));
        }
        Some(found) if found != rows.view().rows() => return Err(wrong_labels(found, rows.view())),
        Some(_) => {}
    }
    let weighting = match asked.weighting {
        WeightingName::Equal => Weighting::Equal,
        WeightingName::Distance => Weighting::Distance,
    };
    let mut reporter = Reporter::new(progress, "neighbours", "rows");
    let new = Search::of(queries.view(), rows.view(), asked.k, asked.metric.into())?;
    let (found, computed) = search(multiplier, asked.device, new, &mut reporter).await?;
    if let Some(values) = &asked.values {
        return Ok(plain(&json!({ "values": regress(&found, values, weighting)?, "computed": computed })));
    }
    let words = asked.labels.as_deref().unwrap_or_default();
    let names: Vec<&String> = words.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let code = |word| names.binary_search(&word).map_or(0, |code| code as u32);
    let codes: Vec<u32> = words.iter().map(code).collect();
    let found = transfer(&found, &codes, weighting)?;
    Ok(plain(&json!({
        "labels": found.iter().map(|one| names.get(one.label as usize)).collect::<Vec<_>>(),
        "shares": found.iter().map(|one| one.share).collect::<Vec<_>>(),
        "computed": computed,
    })))
}

/// One answer per k: `{ k, accuracy, chance, medianDistance, distances, heat [20 · 20], aminoAcids }`.
///
/// # Errors
/// `analysis.no_table`, `neighbourhood.amino_acid` and the codes of the analysis.
pub fn mutants(tables: &Tables, asked: &Mutants, progress: Option<&Function>) -> Result<JsValue, Refusal> {
    let rows = tables.rows(&asked.table)?;
    let letter = |place: &Place| u8::try_from(place.amino_acid).unwrap_or(b'?');
    let mutants: Vec<Mutant> = asked
        .mutants
        .iter()
        .map(|place| Mutant { position: place.position, amino_acid: letter(place) })
        .collect();
    let mut reporter = Reporter::new(progress, "neighbours", "rows");
    let metric = asked.metric.into();
    let found = neighbourhoods(rows.view(), &mutants, &asked.sweep, metric, &mut heard(&mut reporter))?;
    let letters: String = AMINO_ACIDS.iter().map(|&letter| char::from(letter)).collect();
    let answers: Vec<_> = found
        .iter()
        .map(|one| {
            json!({
                "k": one.k,
                "accuracy": one.accuracy,
                "chance": one.chance,
                "medianDistance": one.median_distance,
                "distances": one.distances,
                "heat": one.heat.as_flattened(),
                "aminoAcids": letters,
            })
        })
        .collect();
    Ok(plain(&answers))
}

fn wrong_labels(found: usize, view: View) -> Refusal {
    let what = format!("{found} labels or values for {} rows", view.rows());
    Refusal::new("analysis.labels", what, "give one label for each row")
}
