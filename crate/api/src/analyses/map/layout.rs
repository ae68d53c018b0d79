//! UMAP and t-SNE from exact neighbours, begun at the principal components.

use super::Request;
use crate::refusal::Refusal;
use crossgrain_core::analysis::{AnalysisError, Metric, Tsne, TsneOptions, Umap, UmapOptions, knn};
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::{Progress, Stage};
use serde::Serialize;

/// Smallest perplexity: it must be above 1.
const LEAST_PERPLEXITY: f64 = 1.01;

/// The parameters of a map as they were used; those of other methods are `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MapParameters"))]
pub struct Parameters {
    /// Whether each column was scaled to mean 0 and standard deviation 1.
    pub standardised: bool,
    /// Distance between rows.
    pub metric: Metric,
    /// UMAP: neighbours of each row, itself counted; all rows where they are few.
    pub neighbours: Option<usize>,
    /// UMAP: smallest distance between points, 0 to 1.
    pub min_dist: Option<f64>,
    /// UMAP: epochs.
    pub epochs: Option<usize>,
    /// t-SNE: perplexity, at most (n − 1) / 3.
    pub perplexity: Option<f64>,
    /// t-SNE: iterations.
    pub iterations: Option<usize>,
    /// UMAP and t-SNE: seed of every random choice.
    pub seed: Option<u64>,
    /// UMAP and t-SNE: where the points begin, `principal components`.
    pub start: Option<String>,
}

/// The parameters of principal components, which have no options.
pub fn of_pca(request: &Request) -> Parameters {
    Parameters {
        standardised: request.standardise,
        metric: Metric::Euclidean,
        neighbours: None,
        min_dist: None,
        epochs: None,
        perplexity: None,
        iterations: None,
        seed: None,
        start: None,
    }
}

fn of_layout(request: &Request) -> Parameters {
    Parameters {
        metric: request.metric,
        seed: Some(request.seed),
        start: Some("principal components".to_owned()),
        ..of_pca(request)
    }
}

/// UMAP.
///
/// # Shape
/// `space [n, d]`, `start [n, 2]` → `[n, 2]`.
///
/// # Errors
/// `map.option`, `knn.*`, `analysis.not_finite`, `analysis.cancelled`.
pub async fn umap(
    space: View<'_>,
    start: View<'_>,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<(Matrix, Parameters), Refusal> {
    if request.neighbours < 2 {
        let what = format!("{} neighbours are too few for a map", request.neighbours);
        return Err(Refusal::new("map.option", what, "give 2 or more; the row itself is counted"));
    }
    // The row itself is the first of its neighbours; fewer rows than asked for are all taken.
    let k = (request.neighbours - 1).min(space.rows() - 1);
    progress.begin(Stage::Neighbours);
    let found = knn(space, k, request.metric, progress)?;
    let options = UmapOptions {
        min_dist: request.min_dist,
        n_epochs: request.epochs,
        seed: request.seed,
        ..UmapOptions::default()
    };
    let mut map = Umap::new(&found, start, options)?;
    progress.begin(Stage::Map);
    while map.step() {
        report(progress, map.done(), map.total()).await?;
    }
    let parameters = Parameters {
        neighbours: Some(k + 1),
        min_dist: Some(request.min_dist),
        epochs: Some(map.total()),
        ..of_layout(request)
    };
    Ok((map.map(), parameters))
}

/// t-SNE.
///
/// # Shape
/// `space [n, d]`, `start [n, 2]` → `[n, 2]`.
///
/// # Errors
/// As [`umap`].
pub async fn tsne(
    space: View<'_>,
    start: View<'_>,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<(Matrix, Parameters), Refusal> {
    let most = space.rows() - 1;
    // Three times the perplexity must fit; few rows get the largest perplexity that does.
    let perplexity = request.perplexity.min(most as f64 / 3.0).max(LEAST_PERPLEXITY);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the rows")]
    let k = ((3.0 * perplexity).ceil() as usize).max(2).min(most);
    progress.begin(Stage::Neighbours);
    let found = knn(space, k, request.metric, progress)?;
    let options = TsneOptions { perplexity, iterations: request.iterations, seed: request.seed };
    let mut map = Tsne::new(&found, start, options)?;
    progress.begin(Stage::Map);
    while map.step() {
        report(progress, map.done(), map.total()).await?;
    }
    let parameters = Parameters {
        perplexity: Some(perplexity),
        iterations: Some(request.iterations),
        ..of_layout(request)
    };
    Ok((map.map(), parameters))
}

async fn report(progress: &mut dyn Progress, done: usize, total: usize) -> Result<(), Refusal> {
    if progress.report(done as u64, total as u64).is_break() {
        return Err(AnalysisError::Cancelled.into());
    }
    progress.pause().await;
    Ok(())
}
