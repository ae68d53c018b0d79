//! The methods record: everything that a methods section needs, and what it takes to repeat a run.

use super::load;
use crossgrain_core::seq::{Parsed, SequenceKind};
use crossgrain_engine::device::{DeviceKind, OpenDevice};
use crossgrain_engine::embed::{Embedded, Options};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use serde::Serialize;

/// How rows were made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MethodsRecord {
    /// `crossgrain`
    pub tool: &'static str,
    /// Version of the engine.
    pub version: &'static str,
    /// The model, as it was loaded.
    pub model: load::Response,
    /// Precision of the linear layers.
    pub precision: Precision,
    /// Layers that were kept.
    pub layers: Vec<usize>,
    /// How rows were pooled.
    pub pooling: Pool,
    /// The same in words.
    pub pooling_note: &'static str,
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
    /// Seconds that the run took.
    pub seconds: f64,
}

/// The device of a methods record.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SequencesRecord {
    /// What they are.
    pub kind: SequenceKind,
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
        parsed: &Parsed,
    ) -> Self {
        Self {
            tool: "crossgrain",
            version: env!("CARGO_PKG_VERSION"),
            model: model.clone(),
            precision: model.precision,
            layers: embedded.layers.clone(),
            pooling: embedded.pool,
            pooling_note: embedded.pool.note(),
            window: model.window,
            overlap: options.overlap,
            device: DeviceRecord {
                kind: device.kind,
                name: device.name.clone(),
                reason: device.reason.clone(),
            },
            sequences: SequencesRecord {
                kind: parsed.kind,
                records: parsed.records.len(),
                distinct: embedded.unique,
                residues: embedded.residues.iter().map(|n| u64::from(*n)).sum(),
                refused: parsed.refused() as usize,
                in_several_windows: embedded.windows.iter().filter(|n| **n > 1).count(),
            },
            width: embedded.width,
            seconds,
        }
    }
}
