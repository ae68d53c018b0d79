//! `crossgrain join`: embeddings of the same sequences, genes or domains side by side.

use crate::answer;
use crate::problem::{Failure, print};
use crate::table::Rows;
use clap::{Args, ValueEnum};
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::join::{JoinError, Joined, Locus, Table, join, loci, mean_by_id};
use serde_json::{Value, json};
use std::fmt::Display;
use std::hash::Hash;
use std::path::PathBuf;

/// Names that are printed one by one; the answer lists all of them.
const SHOWN: usize = 10;

/// Arguments of `crossgrain join`.
#[derive(Args)]
pub struct Arguments {
    /// Two tables or more with names in them (.csv, .tsv, .safetensors; FILE#layer_6 names one layer), as
    /// `embed` writes them.
    #[arg(value_name = "TABLE", num_args = 2.., required = true)]
    tables: Vec<String>,
    /// Where the joined rows go: .csv, .npy or .safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What says that rows belong together: their names, letter for letter, or name and position
    /// (`cluster/3`, as domain slices and rows per residue or domain are called).
    #[arg(long, default_value = "id")]
    by: By,
    /// With `--by position`: the mean over all positions that every table has, one row per name.
    #[arg(long)]
    mean: bool,
    /// Fail if a table lacks a row that another has, instead of leaving it out.
    #[arg(long)]
    complete: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    Id,
    Position,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.mean && arguments.by == By::Id {
        let what = "a mean over positions needs rows that are matched by position".to_owned();
        return Err(Failure::arguments("join.mean", what, "add --by position"));
    }
    let tables = arguments.tables.iter().map(|name| Rows::read(name)).collect::<Result<Vec<_>, _>>()?;
    let ids = tables.iter().map(ids).collect::<Result<Vec<_>, _>>()?;
    let (names, rows, report) = match arguments.by {
        By::Id => {
            let joined = join(&keyed(&tables, &ids))?;
            let report = report(&joined);
            (joined.keys, joined.rows, report)
        }
        By::Position => {
            let keys = tables.iter().zip(&ids).map(|(table, ids)| loci(&table.name, ids));
            let keys: Vec<Vec<Locus>> = keys.collect::<Result<_, JoinError>>()?;
            let keys: Vec<&[Locus]> = keys.iter().map(Vec::as_slice).collect();
            let joined = join(&keyed(&tables, &keys))?;
            let report = report(&joined);
            if arguments.mean {
                let (names, rows) = mean_by_id(&joined)?;
                (names, rows, report)
            } else {
                (joined.keys.iter().map(Locus::to_string).collect(), joined.rows, report)
            }
        }
    };
    let missing = report["left_out"].as_array().map_or(0, Vec::len);
    if arguments.complete && missing > 0 {
        let what = format!("{missing} rows are not in all of the tables");
        return Err(Failure::arguments("join.incomplete", what, "leave --complete out, or embed the rest"));
    }
    answer::write(&arguments.out, "joined", &names, rows.view())?;
    answer::print(&json!({
        "by": format!("{:?}", arguments.by).to_lowercase(), "mean": arguments.mean,
        "rows": rows.rows(), "columns": rows.cols(),
        "matched": report["matched"], "tables": report["tables"], "left_out": report["left_out"],
    }));
    Ok(())
}

fn ids(table: &Rows) -> Result<&[String], Failure> {
    table.ids.as_deref().ok_or_else(|| {
        let what = "it holds no names, and rows are matched by their names".to_owned();
        Failure::in_file("join.no_ids", &table.name, what, "write it as .csv or .safetensors")
    })
}

fn keyed<'t, K>(tables: &'t [Rows], keys: &'t [&'t [K]]) -> Vec<Table<'t, K>> {
    let both = tables.iter().zip(keys);
    both.map(|(table, keys)| Table { name: &table.name, keys, rows: table.view() }).collect()
}

/// What was joined and what was left out; the latter is also said on stderr.
fn report<K: Clone + Eq + Hash + Display>(joined: &Joined<K>) -> Value {
    for missing in joined.missing.iter().take(SHOWN) {
        let at = Where { record: Some(missing.key.to_string()), ..Where::default() };
        let message = format!("not in {}", missing.tables.join(", "));
        let hint = String::new();
        print("left out", &Notice { code: "join.missing".to_owned(), message, at, hint });
    }
    if joined.missing.len() > SHOWN {
        eprintln!("and {} more left out", joined.missing.len() - SHOWN);
    }
    let tables = joined
        .columns
        .iter()
        .map(|(name, range)| json!({ "table": name, "columns": [range.start, range.end] }));
    let left_out = joined
        .missing
        .iter()
        .map(|missing| json!({ "id": missing.key.to_string(), "not_in": missing.tables }));
    json!({
        "matched": joined.keys.len(),
        "tables": tables.collect::<Vec<_>>(),
        "left_out": left_out.collect::<Vec<_>>(),
    })
}
