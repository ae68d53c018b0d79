//! The methods record: everything that a methods section needs, and what it takes to repeat a run.
//!
//! It is saved with the rows: as texts in the header of a `.safetensors` file ([`MethodsRecord::texts`]), as a file
//! `<name>.json` beside a `.npy` or `.csv` file, which have no place for it.

use super::load;
use crossgrain_core::reader::Conversion;
use crossgrain_core::seq::{Parsed, SequenceKind};
use crossgrain_engine::device::{DeviceKind, OpenDevice};
use crossgrain_engine::embed::{Embedded, Options};
use crossgrain_engine::quant::Precision;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The value of [`MethodsRecord::tool`].
const TOOL: &str = "crossgrain";
/// Fields that are words, not JSON, in the header of a file.
const WORDS: [&str; 6] = ["tool", "version", "precision", "pooling", "poolingNote", "positions"];

/// How rows were made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MethodsRecord {
    /// `crossgrain`
    pub tool: String,
    /// Version of the engine.
    pub version: String,
    /// The model, as it was loaded.
    pub model: load::Response,
    /// Precision of the linear layers.
    pub precision: Precision,
    /// Layers that were kept.
    pub layers: Vec<usize>,
    /// How rows were pooled: one of the choices of `pool`, never `auto`; or `positions` (the mean over chosen positions),
    /// `positions-in-order` (their rows one after the other).
    pub pooling: String,
    /// The same in words.
    pub pooling_note: String,
    /// Name of the table of chosen positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub positions: Option<String>,
    /// Tokens per window; `null` where no length is too long.
    pub window: Option<usize>,
    /// Residues shared by neighbouring windows.
    pub overlap: usize,
    /// What computed.
    pub device: DeviceRecord,
    /// What was embedded.
    pub sequences: SequencesRecord,
    /// Dimensions of the embedding: the numbers in each row.
    pub width: usize,
    /// Seconds that the run took. Not in files: the same rows give the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub seconds: Option<f64>,
    /// The file that a record beside it describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub file: Option<FileRecord>,
}

/// The device of a methods record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DeviceRecord {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// Name of the adapter.
    pub name: String,
    /// Why it was chosen, as a sentence.
    pub reason: String,
}

/// The sequences of a methods record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SequencesRecord {
    /// What they are, as the model reads them.
    pub kind: SequenceKind,
    /// The NCBI genetic code by which coding sequences were translated; a code that the file names for a gene counts
    /// before it. `null` if nothing was translated.
    #[serde(default)]
    pub translated_by: Option<u8>,
    /// Whether they are the residues of single domains of a GenBank file.
    #[serde(default)]
    pub domain_slices: bool,
    /// Whether lower-case nucleotides were read as upper-case ones.
    #[serde(default)]
    pub upper_case: bool,
    /// Whether U was read as T in nucleotides.
    #[serde(default)]
    pub uracil_as_thymine: bool,
    /// Records that were read, before duplicates are found.
    pub records: usize,
    /// Distinct sequences.
    pub distinct: usize,
    /// Residues, words or domains of all records.
    pub residues: u64,
    /// Records that were refused.
    pub refused: usize,
    /// Records that were cut into several windows.
    pub in_several_windows: usize,
    /// Windows of the longest record.
    #[serde(default)]
    pub most_windows: u32,
}

/// A file as its bytes show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FileRecord {
    /// Its name, without folders.
    pub name: String,
    /// SHA-256 of its bytes, by which a reader knows whether the record is about these rows.
    pub sha256: String,
}

/// Sequences as they were read.
#[derive(Clone, Copy, Debug)]
pub struct ReadSequences<'a> {
    /// The records, as the model reads them.
    pub parsed: &'a Parsed,
    /// What became of them before.
    pub conversion: Conversion,
}

impl MethodsRecord {
    /// The record of a finished run.
    #[must_use]
    pub fn of(
        embedded: &Embedded,
        options: &Options,
        seconds: f64,
        model: &load::Response,
        device: &OpenDevice,
        read: ReadSequences<'_>,
    ) -> Self {
        Self {
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: model.clone(),
            precision: model.precision,
            layers: embedded.layers.clone(),
            pooling: embedded.pool.name().to_owned(),
            pooling_note: embedded.pool.note().to_owned(),
            positions: None,
            window: model.window,
            overlap: options.overlap,
            device: DeviceRecord {
                kind: device.kind,
                name: device.name.clone(),
                reason: device.reason.clone(),
            },
            sequences: SequencesRecord::of(embedded, options, read),
            width: embedded.width,
            seconds: Some(seconds),
            file: None,
        }
    }

    /// What is saved with rows: all but how long they took, and the file that they were read from.
    #[must_use]
    pub fn of_rows(&self) -> Self {
        Self { seconds: None, file: None, ..self.clone() }
    }

    /// The record of one of its layers by its name, such as `layer_6`.
    #[must_use]
    pub fn of_layer(&self, name: &str) -> Self {
        let number = name.strip_prefix("layer_").and_then(|number| number.parse().ok());
        match number.filter(|number| self.layers.contains(number)) {
            Some(number) => Self { layers: vec![number], ..self.clone() },
            None => self.clone(),
        }
    }

    /// One record of all layers, if they were made alike; `None` otherwise, or without any.
    #[must_use]
    pub fn of_all(records: &[&Self]) -> Option<Self> {
        let alike = |one: &Self| Self { layers: Vec::new(), ..one.of_rows() };
        let first = alike(records.first()?);
        let mut layers: Vec<usize> = records.iter().flat_map(|one| one.layers.iter().copied()).collect();
        layers.sort_unstable();
        layers.dedup();
        records.iter().all(|one| alike(one) == first).then_some(Self { layers, ..first })
    }

    /// The record as texts for the header of a `.safetensors` file, one for each field: words as they are, everything
    /// else as JSON.
    #[must_use]
    pub fn texts(&self) -> BTreeMap<String, String> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self.of_rows()) else { return BTreeMap::new() };
        let text = |value: Value| match value {
            Value::String(word) => word,
            other => other.to_string(),
        };
        fields.into_iter().map(|(field, value)| (field, text(value))).collect()
    }

    /// The record among the texts of a file: that of the layer of this name, or that of all layers. `None` without one.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_texts(texts: &BTreeMap<String, String>, layer: Option<&str>) -> Result<Option<Self>, String> {
        if let Some(own) = layer.and_then(|layer| texts.get(&own_key(layer))) {
            return Self::from_json(own.as_bytes());
        }
        if texts.get("tool").is_none_or(|tool| tool != TOOL) {
            return Ok(None);
        }
        let value = |(field, text): (&String, &String)| {
            let json = if WORDS.contains(&field.as_str()) { None } else { serde_json::from_str(text).ok() };
            (field.clone(), json.unwrap_or_else(|| Value::String(text.clone())))
        };
        let fields: Map<String, Value> = texts.iter().map(value).collect();
        serde_json::from_value(Value::Object(fields)).map(Some).map_err(|error| error.to_string())
    }

    /// The record in a file beside the rows. `None` if the file is no record of this program.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_json(json: &[u8]) -> Result<Option<Self>, String> {
        let Ok(value) = serde_json::from_slice::<Value>(json) else { return Ok(None) };
        if value["tool"] != TOOL {
            return Ok(None);
        }
        serde_json::from_value(value).map(Some).map_err(|error| error.to_string())
    }

    /// What matters most, in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { model, layers, pooling, precision, overlap, device, version, sequences, .. } = self;
        let sha256: String = model.weights_sha256.chars().take(12).collect();
        let list: Vec<String> = layers.iter().map(ToString::to_string).collect();
        let word = if layers.len() == 1 { "layer" } else { "layers" };
        let windows = match sequences.in_several_windows {
            0 => String::new(),
            1 => format!(", 1 record in windows that share {overlap}"),
            several => format!(", {several} records in windows that share {overlap}"),
        };
        format!(
            "rows of {} (SHA-256 {sha256}…), {word} {}, pooling {pooling}, {}{windows}, {}, crossgrain {version}",
            model.name,
            list.join(", "),
            precision.name(),
            device.kind,
        )
    }
}

impl SequencesRecord {
    fn of(
        embedded: &Embedded,
        options: &Options,
        ReadSequences { parsed, conversion }: ReadSequences,
    ) -> Self {
        Self {
            kind: parsed.kind,
            translated_by: match conversion {
                Conversion::Translate(table) => Some(table),
                Conversion::None | Conversion::DomainSlices => None,
            },
            domain_slices: conversion == Conversion::DomainSlices,
            upper_case: options.encode.upper_case,
            uracil_as_thymine: options.encode.uracil_as_thymine,
            records: parsed.records.len(),
            distinct: embedded.unique,
            residues: embedded.residues.iter().map(|n| u64::from(*n)).sum(),
            refused: parsed.refused() as usize,
            in_several_windows: embedded.windows.iter().filter(|n| **n > 1).count(),
            most_windows: embedded.windows.iter().copied().max().unwrap_or(0),
        }
    }
}

/// Name of the text that holds the record of one layer as JSON, where layers were made in different ways.
#[must_use]
pub fn own_key(layer: &str) -> String {
    format!("methods/{layer}")
}
