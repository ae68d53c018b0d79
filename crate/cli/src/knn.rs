//! `crossgrain knn`: exact neighbours, and what they say about labels.

use crate::answer::{self, Bar};
use crate::labels::{Labels, coded};
use crate::problem::Failure;
use crate::table::{Rows, check_ids};
use clap::{Args, ValueEnum};
use crossgrain_core::analysis::metrics::spearman;
use crossgrain_core::analysis::{
    AMINO_ACIDS, Metric, Mutant, Neighbours, Search, Weighting, neighbourhoods, overlap, purity, regress,
    transfer,
};
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::{Computed, Multiplier};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `crossgrain knn`.
#[derive(Args)]
pub struct Arguments {
    /// Rows to search.
    #[arg(value_name = "TABLE")]
    table: String,
    /// Neighbours of each row.
    #[arg(short, long, default_value_t = 10)]
    k: usize,
    /// What "near" means.
    #[arg(long, default_value = "euclidean")]
    pub metric: MetricName,
    /// Rows outside the table; without them, the nearest other rows of each row.
    #[arg(long, value_name = "TABLE")]
    queries: Option<String>,
    /// Label table (TSV or CSV): the first column holds the ids.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Column of classes: purity of the neighbourhoods, or labels for the queries.
    #[arg(long, requires = "labels")]
    column: Option<String>,
    /// Column of numbers: each row's number from its neighbours, with R² and Spearman.
    #[arg(long, requires = "labels")]
    numbers: Option<String>,
    /// Columns of the mutated position and the new amino acid: the published neighbourhood protocol.
    #[arg(long, requires = "labels", num_args = 2, value_names = ["POSITION", "AMINO_ACID"])]
    mutants: Option<Vec<String>>,
    /// Neighbours of each answer of the protocol.
    #[arg(long, value_delimiter = ',', default_values_t = [10])]
    sweep: Vec<usize>,
    /// Another embedding of the same rows: how many neighbours are shared?
    #[arg(long, value_name = "TABLE")]
    other: Option<String>,
    /// Nearer neighbours count more (1 / distance) for numbers and for the labels of queries.
    #[arg(long)]
    by_distance: bool,
    /// Shuffles of the labels for the purity's baseline.
    #[arg(long, default_value_t = 1000)]
    shuffles: usize,
    /// Seed of the shuffles.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Where to compute: by itself on a real GPU where there is much to do. The neighbours are the same.
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Also write the neighbours: a .csv file of row, rank (from 1), neighbour and distance.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What "near" means.
#[derive(Clone, Copy, ValueEnum)]
pub enum MetricName {
    Euclidean,
    Cosine,
}

impl From<MetricName> for Metric {
    fn from(name: MetricName) -> Self {
        match name {
            MetricName::Euclidean => Self::Euclidean,
            MetricName::Cosine => Self::Cosine,
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let table = Rows::read(&arguments.table)?;
    let labels = arguments.labels.as_ref().map(|path| Labels::read(path, &table)).transpose()?;
    let metric = arguments.metric.into();
    let mut report = json!({ "rows": table.matrix.rows(), "columns": table.matrix.cols(), "k": arguments.k });
    if let (Some(columns), Some(labels)) = (&arguments.mutants, &labels) {
        report["neighbourhood"] = protocol(arguments, &table, labels, columns)?;
        answer::print(&report);
        return Ok(());
    }
    let multiplier = Multiplier::default();
    let queries = arguments.queries.as_ref().map(|name| Rows::read(name)).transpose()?;
    let (found, computed) = search(
        arguments,
        &multiplier,
        match &queries {
            Some(queries) => Search::of(queries.view(), table.view(), arguments.k, metric)?,
            None => Search::within(table.view(), arguments.k, metric)?,
        },
    )?;
    report["computed"] = json!(computed);
    if let (Some(column), Some(labels)) = (&arguments.column, &labels) {
        let words = labels.column(column)?;
        match &queries {
            Some(queries) => report["labels"] = transferred(arguments, &found, &words, queries)?,
            None => report["purity"] = pure(arguments, &multiplier, &table, &words)?,
        }
    }
    if let (Some(column), Some(labels)) = (&arguments.numbers, &labels) {
        report["numbers"] = predicted(arguments, &found, &labels.numbers(column)?, queries.as_ref())?;
    }
    if let Some(other) = &arguments.other {
        let other = Rows::read(other)?;
        check_ids(table.ids.as_ref(), &other.name, other.ids.as_ref())?;
        let theirs = Search::within(other.view(), arguments.k, metric)?;
        let shared = overlap(&found, &search(arguments, &multiplier, theirs)?.0)?;
        report["overlap"] =
            json!({ "shared": shared.shared, "jaccard": shared.jaccard, "chance": shared.chance });
    }
    if let Some(path) = &arguments.out {
        write(path, &found, &queries.as_ref().unwrap_or(&table).names(), &table.names())?;
    }
    answer::print(&report);
    Ok(())
}

/// Drives a search to its end, on the chosen device.
fn search(
    arguments: &Arguments,
    multiplier: &Multiplier,
    search: Search,
) -> Result<(Neighbours, Computed), Failure> {
    let mut bar = Bar::new("rows searched");
    let found = pollster::block_on(multiplier.search(arguments.device, search, &mut bar))?;
    Ok(found)
}

/// Rows with a label only, among one another.
fn pure(
    arguments: &Arguments,
    multiplier: &Multiplier,
    table: &Rows,
    words: &[Option<&str>],
) -> Result<Value, Failure> {
    let (rows, codes, names) = coded(words);
    let table = table.some(&rows)?;
    let within = Search::within(table.view(), arguments.k, arguments.metric.into())?;
    let (found, _) = search(arguments, multiplier, within)?;
    let mut bar = Bar::new("shuffles");
    let mut tick = |done, total| bar.show(done, total);
    let pure = purity(&found, &codes, arguments.shuffles, arguments.seed, &mut tick)?;
    let shuffled = pure.shuffled.iter().sum::<f64>() / pure.shuffled.len().max(1) as f64;
    let classes = pure.classes.iter().map(|class| {
        let name = names.get(class.label as usize);
        json!({ "label": name, "rows": class.rows, "purity": class.purity, "chance": class.chance })
    });
    Ok(json!({
        "rows": rows.len(), "mean": pure.mean, "chance": pure.chance, "p": pure.p_value,
        "shuffled": shuffled, "shuffles": arguments.shuffles, "seed": arguments.seed,
        "classes": classes.collect::<Vec<_>>(),
    }))
}

fn weighting(arguments: &Arguments) -> Weighting {
    if arguments.by_distance { Weighting::Distance } else { Weighting::Equal }
}

fn transferred(
    arguments: &Arguments,
    found: &Neighbours,
    words: &[Option<&str>],
    queries: &Rows,
) -> Result<Value, Failure> {
    let (rows, codes, names) = coded(words);
    if rows.len() != words.len() {
        let what = format!("{} of {} rows have no label", words.len() - rows.len(), words.len());
        return Err(Failure::arguments("labels.incomplete", what, "search a table whose rows all have one"));
    }
    let labels = transfer(found, &codes, weighting(arguments))?;
    let named = queries.names().into_iter().zip(labels).map(
        |(id, label)| json!({ "id": id, "label": names.get(label.label as usize), "share": label.share }),
    );
    Ok(named.collect())
}

fn predicted(
    arguments: &Arguments,
    found: &Neighbours,
    numbers: &[f64],
    queries: Option<&Rows>,
) -> Result<Value, Failure> {
    #[expect(clippy::cast_possible_truncation, reason = "values are f32")]
    let values: Vec<f32> = numbers.iter().map(|&x| x as f32).collect();
    let said = regress(found, &values, weighting(arguments))?;
    if let Some(queries) = queries {
        let named = queries.names().into_iter().zip(said);
        return Ok(named.map(|(id, number)| json!({ "id": id, "number": number })).collect());
    }
    let mean = numbers.iter().sum::<f64>() / numbers.len().max(1) as f64;
    let error: f64 = numbers.iter().zip(&said).map(|(y, f)| (y - f).powi(2)).sum();
    let spread: f64 = numbers.iter().map(|y| (y - mean).powi(2)).sum();
    let r2 = (spread > 0.0).then(|| 1.0 - error / spread);
    Ok(json!({ "r2": r2, "spearman": spearman(numbers, &said), "rows": numbers.len() }))
}

fn protocol(
    arguments: &Arguments,
    table: &Rows,
    labels: &Labels,
    columns: &[String],
) -> Result<Value, Failure> {
    let [position, amino_acid] = columns else { return Ok(Value::Null) };
    let (positions, acids) = (labels.numbers(position)?, labels.column(amino_acid)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions are small")]
    let mutants: Vec<Mutant> = positions
        .iter()
        .zip(&acids)
        .map(|(&position, acid)| Mutant {
            position: position as u32,
            amino_acid: acid.and_then(|acid| acid.bytes().next()).unwrap_or(b' '),
        })
        .collect();
    let mut bar = Bar::new("rows searched");
    let metric = arguments.metric.into();
    let answers = neighbourhoods(table.view(), &mutants, &arguments.sweep, metric, &mut |done, total| {
        bar.show(done, total)
    })?;
    let letters = String::from_utf8_lossy(AMINO_ACIDS);
    Ok(json!({
        "amino_acids": letters,
        "answers": answers.iter().map(|answer| json!({
            "k": answer.k, "accuracy": answer.accuracy, "chance": answer.chance,
            "median_distance": answer.median_distance, "distances": answer.distances, "heat": answer.heat,
        })).collect::<Vec<_>>(),
    }))
}

fn write(path: &Path, found: &Neighbours, rows: &[String], table: &[String]) -> Result<(), Failure> {
    let refused = |error: csv::Error| {
        Failure::file("output.unwritable", path, &std::io::Error::other(error.to_string()))
    };
    let mut writer = csv::Writer::from_path(path).map_err(refused)?;
    writer.write_record(["row", "rank", "neighbour", "distance"]).map_err(refused)?;
    for (row, id) in rows.iter().enumerate() {
        for (rank, (&other, distance)) in found.of(row).iter().zip(found.distances_of(row)).enumerate() {
            let other = table.get(other as usize).map_or("", String::as_str);
            let (rank, distance) = ((rank + 1).to_string(), distance.to_string());
            writer.write_record([id, &rank, other, &distance]).map_err(refused)?;
        }
    }
    writer.flush().map_err(|error| Failure::file("output.unwritable", path, &error))
}
