//! What a command prints and writes: the response on stdout, arrays in a file.

use crate::console::answer;
use crate::destination::Destination;
use crate::sidecar;
use crate::text::text;
use crossgrain_api::analyses::{mutants, neighbours};
use crossgrain_api::session::export::RowFormat;
use crossgrain_api::session::record::MethodsRecord;
use crossgrain_api::{Answer, Array, Numbers, Refusal, Request, Response};
use crossgrain_core::export::{NpyNumbers, Tensor, csv, npy, npy_of, safetensors};
use crossgrain_core::matrix::View;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Prints a response as JSON or as text for people.
pub fn print(response: &impl Serialize, json: bool) -> Result<(), Refusal> {
    let value = serde_json::to_value(response).map_err(|error| {
        Refusal::new("output.json", error.to_string(), "this is a fault of the program: please report it")
    })?;
    answer(&if json { format!("{value:#}\n") } else { text(&value) })
}

/// Writes the arrays of a response: into a file in the format of its ending, or into a folder, each as `.npy` in its own
/// type.
pub fn write_arrays(out: &Destination, response: &Response) -> Result<(), Refusal> {
    let path = out.path();
    if path.is_dir() {
        return response.arrays().iter().try_for_each(|array| write_npy(out, array));
    }
    if let (Response::Neighbours(found), Some("csv")) = (response, ending(path)) {
        return write_neighbours(out, found);
    }
    if let Response::Mutants(found) = response {
        return write_mutants(out, found);
    }
    let arrays = response.arrays();
    let [first, ..] = arrays.as_slice() else {
        let what = "this answer has no rows to write";
        return Err(Refusal::new("output.nothing", what, "leave --out out"));
    };
    if let Response::ExportTable(made) = response {
        return write_rows(out, &made.file.data, made.methods.as_deref());
    }
    if let Numbers::U8(bytes) = first.numbers {
        return out.write(path, bytes);
    }
    let numbers: Vec<(Array, Vec<f32>)> = arrays.iter().map(|array| (*array, floats(array))).collect();
    let layers = numbers
        .iter()
        .map(|(array, data)| View::new(data, array.shape[0], array.shape[1]).map(|view| (array.field, view)));
    let layers = layers.collect::<Result<Vec<_>, _>>()?;
    // A format of one layer takes the first array, which is what was asked for.
    let layers = if format(path)? == RowFormat::Safetensors { &layers[..] } else { &layers[..1] };
    let rows = first.shape[0];
    let ids = match response.ids() {
        Some(ids) if ids.len() == rows => ids.to_vec(),
        _ => (1..=rows).map(|row| row.to_string()).collect(),
    };
    // An array with rows of its own, such as the vectors of domains, has ids of its own.
    let own = |array: &&Array| response.ids_of(array.field) != response.ids();
    let own_ids = |array: &Array| Some((array.field, response.ids_of(array.field)?));
    let own: Vec<(&str, &[String])> = arrays.iter().filter(own).filter_map(own_ids).collect();
    write_named_layers(out, &ids, layers, &own, None)
}

/// Refuses an answer that a file of this name cannot hold, before anything is computed.
pub fn check(path: &Path, request: &Request) -> Result<(), Refusal> {
    match request {
        _ if path.is_dir() => Ok(()),
        Request::ExportTable(_) => Ok(()),
        Request::Mutants(_) if ending(path) == Some("tsv") => Ok(()),
        Request::Mutants(_) => {
            let what = format!("'{}' does not end in .tsv", path.display());
            Err(Refusal::new("output.unknown_format", what, "mutants are written as a label table"))
        }
        _ => format(path).map(drop),
    }
}

/// Writes layers of the same rows with how they were made: `.npy` and `.csv` hold one, `.safetensors` any number.
pub fn write_layers(
    out: &Destination,
    ids: &[String],
    layers: &[(&str, View)],
    methods: &MethodsRecord,
) -> Result<(), Refusal> {
    write_named_layers(out, ids, layers, &[], Some(methods))
}

/// Writes a file of rows, and how they were made beside it.
pub fn write_rows(out: &Destination, rows: &Vec<u8>, methods: Option<&MethodsRecord>) -> Result<(), Refusal> {
    let methods = methods.filter(|_| format(out.path()).is_ok_and(|format| format != RowFormat::Safetensors));
    if methods.is_some() {
        sidecar::check(out)?;
    }
    out.write(out.path(), rows)?;
    methods.map_or(Ok(()), |methods| sidecar::write(out, rows, methods))
}

/// As [`write_layers`]; layers in `own` have other rows, with these ids, which only `.safetensors` can hold.
fn write_named_layers(
    out: &Destination,
    ids: &[String],
    layers: &[(&str, View)],
    own: &[(&str, &[String])],
    methods: Option<&MethodsRecord>,
) -> Result<(), Refusal> {
    let path = out.path();
    let bytes = match (format(path)?, layers) {
        (RowFormat::Npy, [(_, rows)]) => npy(*rows)?,
        // Columns of a layer are called as `embed` calls them.
        (RowFormat::Csv, [(name, rows)]) => {
            csv(ids, *rows, if name.starts_with("layer_") { "d" } else { name })?
        }
        (RowFormat::Safetensors, _) => {
            let shapes: Vec<[usize; 2]> = layers.iter().map(|(_, rows)| [rows.rows(), rows.cols()]).collect();
            let tensors = layers.iter().zip(&shapes);
            let tensors = tensors.map(|((name, rows), shape)| Tensor { name, shape, data: rows.data() });
            let list = |ids: &[String]| Value::from(ids.to_vec()).to_string();
            let mut metadata = methods.map(MethodsRecord::texts).unwrap_or_default();
            metadata.insert("ids".to_owned(), list(ids));
            metadata.extend(own.iter().map(|(name, ids)| (format!("ids/{name}"), list(ids))));
            safetensors(&tensors.collect::<Vec<_>>(), &metadata)?
        }
        _ => return Err(one_layer()),
    };
    write_rows(out, &bytes, methods)
}

/// The format of a file by its ending.
pub fn format(path: &Path) -> Result<RowFormat, Refusal> {
    ending(path).and_then(RowFormat::of_ending).ok_or_else(|| {
        let what = format!("'{}' does not end in .npy, .csv or .safetensors", path.display());
        Refusal::new("output.unknown_format", what, "the ending chooses the format")
    })
}

/// Refuses several layers where one fits.
pub fn one_layer() -> Refusal {
    let what = "this format holds one layer and nothing else";
    Refusal::new("output.one_layer", what, "write a .safetensors file")
}

fn ending(path: &Path) -> Option<&str> {
    path.extension().and_then(|end| end.to_str())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "files hold f32")]
fn floats(array: &Array) -> Vec<f32> {
    match array.numbers {
        Numbers::F32(data) => data.to_vec(),
        Numbers::F64(data) => data.iter().map(|&x| x as f32).collect(),
        Numbers::U32(data) => data.iter().map(|&x| x as f32).collect(),
        Numbers::U8(data) => data.iter().map(|&x| f32::from(x)).collect(),
    }
}

fn write_npy(out: &Destination, array: &Array) -> Result<(), Refusal> {
    let numbers = match array.numbers {
        Numbers::F32(numbers) => NpyNumbers::F32(numbers),
        Numbers::F64(numbers) => NpyNumbers::F64(numbers),
        Numbers::U32(numbers) => NpyNumbers::U32(numbers),
        Numbers::U8(numbers) => NpyNumbers::U8(numbers),
    };
    out.write(&out.path().join(format!("{}.npy", array.field)), &npy_of(numbers, array.shape)?)
}

/// Neighbours as a table: row, rank from 1, neighbour, distance.
fn write_neighbours(out: &Destination, found: &neighbours::Response) -> Result<(), Refusal> {
    let refused = |error: &dyn std::error::Error| {
        Refusal::new("output.json", error.to_string(), "this is a fault of the program: please report it")
    };
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["row", "rank", "neighbour", "distance"]).map_err(|error| refused(&error))?;
    let [rows, table] = &found.names;
    for (at, (index, distance)) in found.indices.data.iter().zip(&found.distances.data).enumerate() {
        let (row, rank) = (at / found.k.max(1), at % found.k.max(1));
        let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
        let (rank, distance) = ((rank + 1).to_string(), distance.to_string());
        let cells = [name(rows, row), rank, name(table, *index as usize), distance];
        writer.write_record(&cells).map_err(|error| refused(&error))?;
    }
    out.write(out.path(), &writer.into_inner().map_err(|error| refused(&error))?)
}

/// Mutants as a label table: what changes where.
fn write_mutants(out: &Destination, found: &mutants::Response) -> Result<(), Refusal> {
    let mut table = String::from(
        "id\toriginal\tposition\tfrom\tto\tresidue_from\tresidue_to\tconsequence\tbase_changes\n",
    );
    for one in &found.mutants {
        let (from, to) = (one.from.as_deref().unwrap_or(""), one.to.as_deref().unwrap_or(""));
        let consequence = serde_json::to_value(one.consequence).ok();
        let consequence = consequence.as_ref().and_then(Value::as_str).unwrap_or_default();
        let _ = writeln!(
            table,
            "{}\t{}\t{}\t{from}\t{to}\t{}\t{}\t{consequence}\t{}",
            one.id, one.original, one.position, one.residue_from, one.residue_to, one.base_changes
        );
    }
    out.write(out.path(), table.as_bytes())
}
