//! `crossgrain map`: a plane in which neighbours stay together, and how many of them do.

use crate::answer::{self, Bar};
use crate::knn::MetricName;
use crate::labels::{Labels, coded};
use crate::problem::Failure;
use crate::table::{Rows, check_ids};
use clap::{Args, ValueEnum};
use crossgrain_core::analysis::{
    Metric, Tsne, TsneOptions, Umap, UmapOptions, knn, pca, procrustes, quality, silhouette, standardise,
};
use crossgrain_core::matrix::{Matrix, View};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Neighbours by which a map is judged, where there are enough rows.
const JUDGED: usize = 15;

/// Arguments of `crossgrain map`.
#[derive(Args)]
pub struct Arguments {
    /// Rows to map.
    #[arg(value_name = "TABLE")]
    table: String,
    /// Where the points go: .csv, .npy or .safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How the map is made.
    #[arg(long, default_value = "umap")]
    method: Method,
    /// What "near" means.
    #[arg(long, default_value = "euclidean")]
    metric: MetricName,
    /// Every column on one scale first (mean 0, standard deviation 1).
    #[arg(long)]
    standardise: bool,
    /// UMAP: neighbours, the row itself counted, as umap-learn does.
    #[arg(long, default_value_t = 15)]
    neighbours: usize,
    /// UMAP: how close points may lie, 0 to 1.
    #[arg(long, default_value_t = 0.1)]
    min_dist: f64,
    /// UMAP: passes over the edges (default 500 up to 10,000 rows, then 200).
    #[arg(long)]
    epochs: Option<usize>,
    /// t-SNE: neighbours that count, in effect.
    #[arg(long, default_value_t = 30.0)]
    perplexity: f64,
    /// t-SNE: iterations.
    #[arg(long, default_value_t = 1000)]
    iterations: usize,
    /// Seed of every random choice.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Label table (TSV or CSV): the first column holds the ids.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Column of classes, for the silhouette and for --only.
    #[arg(long, requires = "labels")]
    column: Option<String>,
    /// Map only rows with these labels in the column.
    #[arg(long, requires = "column", value_delimiter = ',', value_name = "LABEL")]
    only: Vec<String>,
    /// Shift, turn, mirror and scale the map as near as possible to an earlier one of the same rows.
    #[arg(long, value_name = "TABLE")]
    align: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Method {
    Pca,
    Umap,
    Tsne,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut table = Rows::read(&arguments.table)?;
    let labels = arguments.labels.as_ref().map(|path| Labels::read(path, &table)).transpose()?;
    let mut words = match (&labels, &arguments.column) {
        (Some(labels), Some(column)) => labels.column(column)?,
        _ => Vec::new(),
    };
    if !arguments.only.is_empty() {
        let wanted =
            |word: &Option<&str>| word.is_some_and(|word| arguments.only.iter().any(|only| only == word));
        let rows: Vec<usize> = (0..words.len()).filter(|&row| words.get(row).is_some_and(wanted)).collect();
        table = table.some(&rows)?;
        words.retain(wanted);
    }
    let scaled = if arguments.standardise { Some(standardise(table.view())?) } else { None };
    let space = scaled.as_ref().map_or(table.view(), Matrix::view);
    let components = pca(space, 2.min(space.cols()))?;
    let start = two_columns(&components.scores)?;
    let (mut points, parameters) = match arguments.method {
        Method::Pca => (start, json!({ "explained": components.explained })),
        Method::Umap => umap(arguments, space, start.view())?,
        Method::Tsne => tsne(arguments, space, start.view())?,
    };
    let mut report = json!({
        "method": format!("{:?}", arguments.method).to_lowercase(),
        "rows": points.rows(), "standardised": arguments.standardise, "parameters": parameters,
    });
    if let Some(target) = &arguments.align {
        let target = Rows::read(target)?;
        check_ids(table.ids.as_ref(), &target.name, target.ids.as_ref())?;
        let found = procrustes(points.view(), target.view())?;
        report["disparity"] = found.disparity.into();
        points = found.aligned;
    }
    report["quality"] = judge(arguments, space, points.view(), &words)?;
    answer::write(&arguments.out, "points", &table.names(), points.view())?;
    answer::print(&report);
    Ok(())
}

fn umap(arguments: &Arguments, space: View, start: View) -> Result<(Matrix, Value), Failure> {
    // The row itself is the first of its neighbours; of few rows all are taken.
    let k = arguments.neighbours.saturating_sub(1).min(space.rows().saturating_sub(1));
    let mut bar = Bar::new("rows searched");
    let found = knn(space, k, arguments.metric.into(), &mut |done, total| bar.show(done, total))?;
    let options = UmapOptions {
        min_dist: arguments.min_dist,
        n_epochs: arguments.epochs,
        seed: arguments.seed,
        ..UmapOptions::default()
    };
    let (map, mut bar) = (Umap::new(&found, start, options)?, Bar::new("epochs"));
    let total = map.total();
    let points = map.run(&mut |done, total| bar.show(done, total))?;
    let parameters = json!({
        "neighbours": k + 1, "min_dist": arguments.min_dist, "epochs": total, "seed": arguments.seed,
    });
    Ok((points, parameters))
}

fn tsne(arguments: &Arguments, space: View, start: View) -> Result<(Matrix, Value), Failure> {
    let most = space.rows().saturating_sub(1);
    // Three times the perplexity must fit; of few rows the largest that does is taken.
    let perplexity = arguments.perplexity.min(most as f64 / 3.0).max(1.01);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the rows")]
    let k = ((3.0 * perplexity).ceil() as usize).max(2).min(most);
    let mut bar = Bar::new("rows searched");
    let found = knn(space, k, arguments.metric.into(), &mut |done, total| bar.show(done, total))?;
    let options = TsneOptions { perplexity, iterations: arguments.iterations, seed: arguments.seed };
    let (map, mut bar) = (Tsne::new(&found, start, options)?, Bar::new("iterations"));
    let points = map.run(&mut |done, total| bar.show(done, total))?;
    let parameters =
        json!({ "perplexity": perplexity, "iterations": arguments.iterations, "seed": arguments.seed });
    Ok((points, parameters))
}

/// What the map keeps, and how far the labelled groups lie apart in the map and in the space.
fn judge(arguments: &Arguments, space: View, map: View, words: &[Option<&str>]) -> Result<Value, Failure> {
    let (n, metric) = (map.rows(), arguments.metric.into());
    let k = JUDGED.min(n.saturating_sub(1) / 2);
    let mut bar = Bar::new("rows judged");
    let mut tick = |done: u64, total: u64| bar.show(done, total);
    let mut report = json!({ "k": k });
    if k > 0 {
        let kept = quality(space, map, k, metric, &mut tick)?;
        report["trustworthiness"] = kept.trustworthiness.into();
        report["continuity"] = kept.continuity.into();
        report["overlap"] = kept.overlap.into();
    }
    let (rows, codes, names) = coded(words);
    if names.len() > 1 {
        let of = |view: View| -> Result<Matrix, Failure> {
            let data = rows.iter().flat_map(|&row| view.row(row).unwrap_or_default()).copied().collect();
            Ok(Matrix::new(data, rows.len(), view.cols())?)
        };
        let in_map = silhouette(of(map)?.view(), &codes, Metric::Euclidean, &mut tick)?;
        let in_space = silhouette(of(space)?.view(), &codes, metric, &mut tick)?;
        report["silhouette"] = json!({ "map": in_map, "space": in_space, "rows": rows.len() });
    }
    Ok(report)
}

/// With a second column of zeros where a table has only one.
fn two_columns(scores: &Matrix) -> Result<Matrix, Failure> {
    if scores.cols() == 2 {
        return Ok(scores.clone());
    }
    let data = scores.data().iter().flat_map(|&x| [x, 0.0]).collect();
    Ok(Matrix::new(data, scores.rows(), 2)?)
}
