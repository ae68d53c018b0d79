//! Finished rows: what the page shows of them, maps, labels, exports and the methods record.

use crate::blob::BlobBytes;
use crate::error::{Refusal, plain, set};
use crate::model;
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::seq::{Parsed, read_labels};
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::embed::{Embedded, Options};
use crossgrain_engine::save::{to_csv, to_npy, to_safetensors};
use js_sys::{Float32Array, Object, Uint32Array};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// A finished run with what is needed to describe it.
pub struct Outcome {
    pub embedded: Embedded,
    pub options: Options,
    pub ids: Vec<String>,
    pub seconds: f64,
}

/// What the page shows of a run; per-record numbers go as typed arrays.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    ids: &'a [String],
    rows: usize,
    dims: usize,
    layers: &'a [usize],
    pool: &'static str,
    unique: usize,
    warnings: Vec<Notice>,
    cancelled: bool,
    finished: usize,
    seconds: f64,
    residues_per_second: f64,
}

/// The report of a run that was cancelled.
pub fn cancelled(seconds: f64) -> JsValue {
    let object = plain(&Report {
        ids: &[],
        rows: 0,
        dims: 0,
        layers: &[],
        pool: "mean",
        unique: 0,
        warnings: Vec::new(),
        cancelled: true,
        finished: 0,
        seconds,
        residues_per_second: 0.0,
    });
    for name in ["windows", "lengths", "offsets"] {
        set(&object, name, &Uint32Array::new_with_length(0));
    }
    object
}

impl Outcome {
    /// The report of the finished run.
    pub fn report(&self) -> JsValue {
        let embedded = &self.embedded;
        let residues: f64 = embedded.residues.iter().map(|n| f64::from(*n)).sum();
        let object = plain(&Report {
            ids: &self.ids,
            rows: embedded.offsets.last().copied().unwrap_or(0),
            dims: embedded.width,
            layers: &embedded.layers,
            pool: embedded.pool.name(),
            unique: embedded.unique,
            warnings: self.warnings(),
            cancelled: false,
            finished: self.ids.len(),
            seconds: self.seconds,
            residues_per_second: residues / self.seconds.max(1e-3),
        });
        let offsets: Vec<u32> = embedded.offsets.iter().map(|n| *n as u32).collect();
        set(&object, "windows", &Uint32Array::from(embedded.windows.as_slice()));
        set(&object, "lengths", &Uint32Array::from(embedded.residues.as_slice()));
        set(&object, "offsets", &Uint32Array::from(offsets.as_slice()));
        object
    }

    fn warnings(&self) -> Vec<Notice> {
        let named = |(row, notice): &(usize, Notice)| Notice {
            at: Where { record: self.ids.get(*row).cloned(), ..notice.at.clone() },
            ..notice.clone()
        };
        self.embedded.notices.iter().map(named).collect()
    }

    fn slot(&self, layer: usize) -> Result<usize, Refusal> {
        self.embedded.layers.binary_search(&layer).map_err(|_| {
            let what = format!("layer {layer} was not kept in the last run");
            Refusal::new("embed.layer_not_kept", what, "embed again with that layer")
        })
    }

    /// The rows of one layer, `[rows, d]`.
    ///
    /// # Errors
    /// `embed.layer_not_kept`.
    pub fn layer(&self, layer: usize) -> Result<Float32Array, Refusal> {
        Ok(Float32Array::from(self.embedded.states[self.slot(layer)?].as_slice()))
    }

    /// The rows as a file.
    ///
    /// # Errors
    /// `embed.layer_not_kept`, `export.unknown_format` and the codes of the export.
    pub fn export(&self, format: &str, layer: usize) -> Result<Vec<u8>, Refusal> {
        let slot = self.slot(layer)?;
        Ok(match format {
            "npy" => to_npy(&self.embedded, slot)?,
            "csv" => to_csv(&self.embedded, slot, &self.ids)?,
            "safetensors" => to_safetensors(&self.embedded, &self.ids)?,
            other => {
                let what = format!("'{other}' is not a format");
                return Err(Refusal::new(
                    "export.unknown_format",
                    what,
                    "npy, csv and safetensors are written",
                ));
            }
        })
    }

    /// Everything a methods section needs, and what would be needed to repeat the run.
    pub fn methods(&self, model: &model::Report, opened: &OpenDevice, parsed: &Parsed) -> JsValue {
        let residues: u64 = self.embedded.residues.iter().map(|n| u64::from(*n)).sum();
        plain(&json!({
            "tool": "crossgrain",
            "version": env!("CARGO_PKG_VERSION"),
            "model": model,
            "precision": model.precision,
            "layers": self.embedded.layers,
            "pooling": self.embedded.pool.name(),
            "poolingNote": self.embedded.pool.note(),
            "window": model.window,
            "overlap": self.options.overlap,
            "device": {
                "kind": opened.kind.name(),
                "name": opened.name,
                "reason": opened.reason,
            },
            "sequences": {
                "kind": parsed.kind,
                "records": self.ids.len(),
                "distinct": self.embedded.unique,
                "residues": residues,
                "refused": parsed.refused(),
                "inSeveralWindows": self.embedded.windows.iter().filter(|n| **n > 1).count(),
            },
            "width": self.embedded.width,
            "seconds": self.seconds,
        }))
    }
}

/// Reads a label table and lines it up with the records.
///
/// # Errors
/// Any `labels.*` code.
pub fn labels(input: Blob, name: &str, ids: &[String]) -> Result<JsValue, Refusal> {
    let table = read_labels(&BlobBytes::new(input)?.whole()?, Some(name))?;
    let rows: HashMap<&str, &Vec<String>> =
        table.rows.iter().map(|(id, values)| (id.as_str(), values)).collect();
    let matched = ids.iter().filter(|id| rows.contains_key(id.as_str())).count();
    let values = Object::new();
    for (column, label) in table.columns.iter().enumerate() {
        let of = |id: &String| rows.get(id.as_str())?.get(column).filter(|value| !value.is_empty());
        let list: Vec<Option<&String>> = ids.iter().map(of).collect();
        set(&values, label, &plain(&list));
    }
    let object = plain(&json!({
        "columns": table.columns,
        "matched": matched,
        "unmatched": ids.len() - matched,
        "warnings": table.warnings,
    }));
    set(&object, "values", &values);
    Ok(object)
}
