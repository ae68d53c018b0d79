//! `crossgrain cka`: do layers, models or checkpoints see the same structure?

use crate::answer::{self, Bar};
use crate::problem::Failure;
use crate::table::{Table, check_ids};
use clap::{Args, ValueEnum};
use crossgrain_core::analysis::{Bandwidth, Cka, CkaMatrix, Kernel, LayerSums, Quotient, Value, cka_test};
use crossgrain_core::export::{Tensor, safetensors};
use crossgrain_core::matrix::View;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::{Computed, Multiplier};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `crossgrain cka`.
#[derive(Args)]
pub struct Arguments {
    /// One table: its layers with one another. Two: the layers of the first with those of the second.
    /// With --evolution: checkpoints in order, each beside the first.
    #[arg(required = true, value_name = "TABLE")]
    tables: Vec<String>,
    /// Compare every table's layers with the same layers of the first table.
    #[arg(long)]
    evolution: bool,
    /// What similar rows are: their product, or a Gaussian of their distance.
    #[arg(long, default_value = "linear")]
    kernel: KernelName,
    /// Width of the Gaussian, as a share of the median distance between rows.
    #[arg(long, default_value_t = 1.0)]
    bandwidth: f64,
    /// Rows per batch, each centred for itself, as published (0: all rows at once).
    #[arg(long, default_value_t = 0, value_name = "ROWS")]
    batch: usize,
    /// Add 1e-10 inside each root, as the published curves over checkpoints.
    #[arg(long)]
    published_epsilon: bool,
    /// Shuffles of the permutation test; only for one layer beside one.
    #[arg(long, default_value_t = 1000)]
    shuffles: usize,
    /// Draws of the bootstrap; only for one layer beside one.
    #[arg(long, default_value_t = 1000)]
    draws: usize,
    /// Seed of shuffles and draws.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Where to compute: by itself on a real GPU where there is much to do. Numbers differ by rounding.
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Also write both matrices: a .safetensors file of `debiased` and `biased`, NaN where undefined.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum KernelName {
    Linear,
    Rbf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let kernel = match arguments.kernel {
        KernelName::Linear => Kernel::Linear,
        KernelName::Rbf => Kernel::Rbf(Bandwidth::Median(arguments.bandwidth)),
    };
    let tables = arguments.tables.iter().map(|name| Table::read(name)).collect::<Result<Vec<_>, _>>()?;
    let ids = tables.first().and_then(|first| first.ids.as_ref());
    tables.iter().try_for_each(|table| check_ids(ids, &table.name, table.ids.as_ref()))?;
    match (arguments.evolution, tables.as_slice()) {
        (true, [first, ..]) => evolution(arguments, kernel, first, &tables),
        (false, [one]) => matrix(arguments, kernel, one, None),
        (false, [one, other]) => matrix(arguments, kernel, one, Some(other)),
        _ => {
            let what = format!("{} tables are too many", tables.len());
            Err(Failure::arguments("cka.tables", what, "give one or two, or --evolution for checkpoints"))
        }
    }
}

fn views(table: &Table) -> Vec<View<'_>> {
    table.layers.iter().map(|(_, rows)| rows.view()).collect()
}

fn names(table: &Table) -> Vec<&str> {
    table.layers.iter().map(|(name, _)| name.as_str()).collect()
}

/// Layers × layers, over batches if asked for.
fn compare(
    arguments: &Arguments,
    kernel: Kernel,
    multiplier: &Multiplier,
    xs: &[View],
    ys: Option<&[View]>,
) -> Result<(CkaMatrix, Computed), Failure> {
    let rows = xs.first().map_or(0, View::rows);
    let size = if arguments.batch == 0 { rows } else { arguments.batch };
    let (mut sums, mut bar) = (LayerSums::new(kernel), Bar::new("tiles"));
    let mut start = 0_usize;
    loop {
        let end = start.saturating_add(size).min(rows);
        let (xs, ys) = (parts(xs, start, end), ys.map(|ys| parts(ys, start, end)));
        let batch = sums.begin(&xs, ys.as_deref())?;
        let (batch, computed) = pollster::block_on(multiplier.layers(arguments.device, batch, &mut bar))?;
        sums.end(&batch);
        start = end;
        // A last batch of too few rows is left out, as in the published runs.
        if rows.saturating_sub(start) < 4 {
            let epsilon = arguments.published_epsilon;
            let quotient = if epsilon { Quotient::PublishedEvolution } else { Quotient::Plain };
            return Ok((sums.finish(quotient), computed));
        }
    }
}

fn parts<'a>(views: &[View<'a>], start: usize, end: usize) -> Vec<View<'a>> {
    views.iter().map(|view| view.part(start, end)).collect()
}

fn matrix(arguments: &Arguments, kernel: Kernel, x: &Table, y: Option<&Table>) -> Result<(), Failure> {
    let (xs, ys) = (views(x), y.map(views));
    let (found, computed) = compare(arguments, kernel, &Multiplier::default(), &xs, ys.as_deref())?;
    let mut report = json!({
        "n": xs.first().map_or(0, View::rows),
        "x": names(x),
        "y": names(y.unwrap_or(x)),
        "debiased": table_of(&found, |cka| cka.debiased),
        "biased": table_of(&found, |cka| cka.biased),
        "undefined": undefined(&found),
        "computed": computed,
    });
    if let (Some(ys), [x]) = (&ys, xs.as_slice())
        && let [y] = ys.as_slice()
    {
        let mut bar = Bar::new("shuffles and draws");
        let counts = [arguments.shuffles, arguments.draws];
        let test =
            cka_test(*x, *y, kernel, counts, arguments.seed, &mut |done, total| bar.show(done, total))?;
        report["test"] = json!({
            "p": test.p_value, "interval95": test.interval, "undefined_draws": test.undefined,
            "shuffles": arguments.shuffles, "draws": arguments.draws, "seed": arguments.seed,
        });
    }
    if let Some(path) = &arguments.out {
        write(path, &found)?;
    }
    answer::print(&report);
    Ok(())
}

fn evolution(arguments: &Arguments, kernel: Kernel, first: &Table, tables: &[Table]) -> Result<(), Failure> {
    let (multiplier, mut curves) = (Multiplier::default(), Vec::new());
    for (name, start) in &first.layers {
        let mut curve = Vec::new();
        for table in tables {
            let Some((_, now)) = table.layers.iter().find(|(other, _)| other == name) else {
                let what = format!("it has no layer {name}, which the first table has");
                return Err(Failure::in_file(
                    "cka.layers",
                    &table.name,
                    what,
                    "give the same layers of each checkpoint",
                ));
            };
            let (found, _) = compare(arguments, kernel, &multiplier, &[start.view()], Some(&[now.view()]))?;
            let found = found.at(0, 0);
            curve.push(json!({ "table": table.name, "debiased": found.debiased.number(), "biased": found.biased.number() }));
        }
        curves.push(json!({ "layer": name, "curve": curve }));
    }
    answer::print(&json!({ "reference": first.name, "curves": curves }));
    Ok(())
}

fn table_of(found: &CkaMatrix, of: impl Fn(Cka) -> Value) -> Json {
    (0..found.rows())
        .map(|row| (0..found.cols()).map(|col| of(found.at(row, col)).number()).collect::<Json>())
        .collect()
}

/// Cells without a debiased value, and the product that is not positive.
fn undefined(found: &CkaMatrix) -> Vec<Json> {
    let cells = (0..found.rows()).flat_map(|row| (0..found.cols()).map(move |col| (row, col)));
    let reason = |(row, col)| match found.at(row, col).debiased {
        Value::Undefined { product } => Some(json!({ "row": row, "col": col, "product": product })),
        Value::Number(_) => None,
    };
    cells.filter_map(reason).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "arrays are f32")]
fn write(path: &std::path::Path, found: &CkaMatrix) -> Result<(), Failure> {
    let shape = [found.rows(), found.cols()];
    let of = |value: fn(&Cka) -> Value| -> Vec<f32> {
        found.cells().iter().map(|cell| value(cell).number().map_or(f32::NAN, |x| x as f32)).collect()
    };
    let (debiased, biased) = (of(|cell| cell.debiased), of(|cell| cell.biased));
    let tensor = |name, data| Tensor { name, shape: &shape, data };
    let bytes = safetensors(&[tensor("debiased", &debiased), tensor("biased", &biased)], &BTreeMap::new())?;
    std::fs::write(path, bytes).map_err(|error| Failure::file("output.unwritable", path, &error))
}
