//! Rows of chosen positions: which records have some, and the file they go into.

use crate::console::say;
use crate::destination::Destination;
use crate::failure::print;
use crate::file_failure::file_failure;
use crate::output;
use crossgrain_api::Refusal;
use crossgrain_api::session::record::MethodsRecord;
use crossgrain_core::error::Coded;
use crossgrain_core::join::{JoinError, PositionPooling, Positions, pool_sequences, read_positions};
use crossgrain_core::matrix::View;
use crossgrain_core::seq::Record;
use crossgrain_engine::embed::Embedded;
use std::path::Path;

/// Reads a table of positions.
pub fn read(path: &Path) -> Result<Positions, Refusal> {
    let bytes = std::fs::read(path).map_err(|error| file_failure("input.unreadable", path, &error))?;
    let positions = read_positions(&bytes, Some(&path.display().to_string()))?;
    positions.refusals.iter().for_each(|notice| print("refused", notice));
    Ok(positions)
}

/// Keeps the records that have positions: the others would be embedded for nothing.
pub fn keep(records: &mut Vec<Record>, positions: &Positions) {
    records.retain(|record| {
        let has = positions.by_id.contains_key(&record.id);
        if !has {
            left_out(&JoinError::NoPositions { id: record.id.clone() });
        }
        has
    });
}

/// Pools every layer and writes one row per record that has all of its positions.
pub fn write(
    out: &Destination,
    embedded: &Embedded,
    ids: &[String],
    positions: &Positions,
    how: PositionPooling,
    methods: &MethodsRecord,
) -> Result<(), Refusal> {
    let (offsets, mut kept, mut layers) = (&embedded.offsets, Vec::new(), Vec::new());
    for (layer, state) in embedded.layers.iter().zip(&embedded.states) {
        let rows = View::new(state, offsets.last().copied().unwrap_or(0), embedded.width)?;
        let pooled = pool_sequences(ids, offsets, rows, positions, how)?;
        if layers.is_empty() {
            pooled.left_out.iter().for_each(|(_, error)| left_out(error));
            kept = pooled.kept.iter().filter_map(|at| ids.get(*at)).cloned().collect();
        }
        layers.push((format!("layer_{layer}"), pooled.rows));
    }
    let layers: Vec<(&str, View)> = layers.iter().map(|(name, rows)| (name.as_str(), rows.view())).collect();
    let (pooling, pooling_note) = match how {
        PositionPooling::Mean => ("positions", "mean over chosen positions"),
        PositionPooling::Concatenated => {
            ("positions-in-order", "rows of chosen positions, one after the other")
        }
    };
    let width = layers.first().map_or(embedded.width, |(_, rows)| rows.cols());
    let (pooling, pooling_note) = (pooling.to_owned(), pooling_note.to_owned());
    let methods = MethodsRecord { pooling, pooling_note, width, ..methods.clone() };
    say(&methods.line());
    output::write_layers(out, &kept, &layers, &methods)
}

fn left_out(error: &JoinError) {
    print("left out", &error.notice());
}
