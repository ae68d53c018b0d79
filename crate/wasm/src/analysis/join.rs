//! Tables put side by side, rows of chosen positions, and both as files.

use super::tables::{Ref, Tables};
use crate::error::{Refusal, plain, set};
use crossgrain_core::error::{Coded, Notice};
use crossgrain_core::export::{Tensor, csv, npy, safetensors};
use crossgrain_core::join::{
    JoinError, Joined, Locus, PositionPooling, Positions as Chosen, Table, join, loci, mean_by_id,
    pool_sequences, read_positions,
};
use crossgrain_core::matrix::Matrix;
use js_sys::{Float32Array, Uint8Array};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::Hash;
use wasm_bindgen::JsValue;

/// Tables to join.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    tables: Vec<Named>,
    #[serde(default)]
    by: By,
    /// With `by: "position"`: one row per name, the mean over the positions that all tables have.
    #[serde(default)]
    mean: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    table: Ref,
    ids: Vec<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum By {
    #[default]
    Id,
    Position,
}

/// `{ ids, rows, cols, numbers, matched, columns: [{ name, start, end }], missing: [{ id, tables }] }`.
///
/// # Errors
/// Any `join.*` code, `analysis.no_table`, `options.invalid`.
pub fn side_by_side(tables: &Tables, asked: &Join) -> Result<JsValue, Refusal> {
    if asked.mean && asked.by == By::Id {
        let what = "a mean over positions needs rows that are matched by position";
        return Err(Refusal::new("join.mean", what, "join by position"));
    }
    let rows = asked.tables.iter().map(|one| tables.rows(&one.table)).collect::<Result<Vec<_>, _>>()?;
    let all = || asked.tables.iter().zip(&rows);
    match asked.by {
        By::Id => {
            let named = all().map(|(one, rows)| Table { name: &one.name, keys: &one.ids, rows: rows.view() });
            let joined = join(&named.collect::<Vec<_>>())?;
            Ok(answer(&joined, &joined.keys, &joined.rows))
        }
        By::Position => {
            let keys = asked.tables.iter().map(|one| loci(&one.name, &one.ids));
            let keys: Vec<Vec<Locus>> = keys.collect::<Result<_, JoinError>>()?;
            let named = all().zip(&keys);
            let named = named.map(|((one, rows), keys)| Table { name: &one.name, keys, rows: rows.view() });
            let joined = join(&named.collect::<Vec<_>>())?;
            if asked.mean {
                let (ids, rows) = mean_by_id(&joined)?;
                return Ok(answer(&joined, &ids, &rows));
            }
            let ids: Vec<String> = joined.keys.iter().map(Locus::to_string).collect();
            Ok(answer(&joined, &ids, &joined.rows))
        }
    }
}

fn answer<K: Clone + Eq + Hash + Display>(joined: &Joined<K>, ids: &[String], rows: &Matrix) -> JsValue {
    let columns = joined
        .columns
        .iter()
        .map(|(name, range)| json!({ "name": name, "start": range.start, "end": range.end }));
    let missing = joined
        .missing
        .iter()
        .map(|missing| json!({ "id": missing.key.to_string(), "tables": missing.tables }));
    let object = plain(&json!({
        "ids": ids,
        "rows": rows.rows(),
        "cols": rows.cols(),
        "matched": joined.keys.len(),
        "columns": columns.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
    }));
    set(&object, "numbers", &Float32Array::from(rows.data()));
    object
}

/// Rows per residue and the positions that count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtPositions {
    table: Ref,
    ids: Vec<String>,
    /// First row of each sequence, and the end.
    offsets: Vec<usize>,
    positions: Positions,
    #[serde(default)]
    how: How,
}

/// A list per sequence, counted from 1, or a table as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Positions {
    Lists(BTreeMap<String, Vec<usize>>),
    Text(String),
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    #[default]
    Mean,
    Concatenated,
}

/// `{ ids, kept, rows, cols, numbers, leftOut: [Notice], refused: [Notice] }`; `kept` are the sequences' places,
/// `refused` the lines of a table that are none.
///
/// # Errors
/// Any `positions.*` code, `join.rows`, `analysis.no_table`.
pub fn at_positions(tables: &Tables, asked: AtPositions) -> Result<JsValue, Refusal> {
    let chosen = match asked.positions {
        Positions::Lists(positions) => Chosen { by_id: positions, refusals: Vec::new() },
        Positions::Text(text) => read_positions(text.as_bytes(), None)?,
    };
    let how = match asked.how {
        How::Mean => PositionPooling::Mean,
        How::Concatenated => PositionPooling::Concatenated,
    };
    let rows = tables.rows(&asked.table)?;
    let pooled = pool_sequences(&asked.ids, &asked.offsets, rows.view(), &chosen, how)?;
    let ids: Vec<&String> = pooled.kept.iter().filter_map(|at| asked.ids.get(*at)).collect();
    let left_out: Vec<Notice> = pooled.left_out.iter().map(|(_, error)| error.notice()).collect();
    let object = plain(&json!({
        "ids": ids,
        "kept": pooled.kept,
        "rows": pooled.rows.rows(),
        "cols": pooled.rows.cols(),
        "leftOut": left_out,
        "refused": chosen.refusals,
    }));
    set(&object, "numbers", &Float32Array::from(pooled.rows.data()));
    Ok(object)
}

/// Rows to be written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    format: String,
    ids: Vec<String>,
    /// Several in `safetensors` only; of them the other formats hold the first.
    layers: Vec<Layer>,
    /// Beside the ids, in `safetensors` only.
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    name: String,
    table: Ref,
}

/// The file's bytes.
///
/// # Errors
/// `export.unknown_format`, `analysis.no_table` and the codes of the export.
pub fn file(tables: &Tables, asked: &File) -> Result<JsValue, Refusal> {
    let rows = asked.layers.iter().map(|layer| tables.rows(&layer.table)).collect::<Result<Vec<_>, _>>()?;
    let bytes = match (asked.format.as_str(), rows.first()) {
        ("npy", Some(rows)) => npy(rows.view())?,
        ("csv", Some(rows)) => csv(&asked.ids, rows.view(), "d")?,
        ("safetensors", Some(_)) => {
            let shapes: Vec<[usize; 2]> =
                rows.iter().map(|rows| [rows.view().rows(), rows.view().cols()]).collect();
            let all = asked.layers.iter().zip(&rows).zip(&shapes);
            let tensors = all.map(|((layer, rows), shape)| Tensor {
                name: &layer.name,
                shape,
                data: rows.view().data(),
            });
            let mut metadata = asked.metadata.clone();
            metadata.insert("ids".to_owned(), json!(asked.ids).to_string());
            safetensors(&tensors.collect::<Vec<_>>(), &metadata)?
        }
        _ => {
            let what = format!("'{}' is not a format", asked.format);
            return Err(Refusal::new("export.unknown_format", what, "npy, csv and safetensors are written"));
        }
    };
    Ok(Uint8Array::from(bytes.as_slice()).into())
}
