//! Tables of numbers from files; see [`crossgrain_core::table`] for the formats.

use crate::problem::Failure;
use crossgrain_core::table::{LayerTable, RowTable, TableFormat, TokenTable, split_name};
use crossgrain_core::weights::FileBytes;
use std::fs::File;
use std::path::Path;

/// Reads all layers of a file, or one as `FILE#NAME`.
pub fn read_layers(name: &str) -> Result<LayerTable, Failure> {
    let (file, layer) = file_and_layer(name);
    Ok(LayerTable::read(file, &open(file)?, layer)?)
}

/// Reads a file that must hold one layer, or one layer as `FILE#NAME`.
pub fn read_rows(name: &str) -> Result<RowTable, Failure> {
    Ok(read_layers(name)?.into_rows()?)
}

/// Reads tables that stand side by side, their rows in the same order: `A.npy+B.npy`.
pub fn read_joined(names: &str) -> Result<RowTable, Failure> {
    let tables = names.split('+').map(read_rows).collect::<Result<Vec<_>, _>>()?;
    Ok(RowTable::join_columns(tables)?)
}

/// Reads rows of residues or tokens; the last layer unless one is named as `FILE#NAME`.
pub fn read_tokens(name: &str) -> Result<TokenTable, Failure> {
    let (file, layer) = file_and_layer(name);
    Ok(TokenTable::read(file, &open(file)?, layer)?)
}

/// A file whose name holds a `#` is not split.
fn file_and_layer(name: &str) -> (&str, Option<&str>) {
    if Path::new(name).exists() { (name, None) } else { split_name(name) }
}

fn open(file: &str) -> Result<FileBytes, Failure> {
    let path = Path::new(file);
    if TableFormat::from_name(file)? != TableFormat::Safetensors {
        File::open(path).map_err(|error| Failure::file("input.unreadable", path, &error))?;
    }
    Ok(FileBytes::open(path)?)
}
