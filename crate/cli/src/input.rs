//! Sequence files and checkpoint folders.

use crate::problem::Failure;
use crossgrain_core::intake::{Derive, Intake};
use crossgrain_core::progress::Silent;
use crossgrain_core::seq::{Kind, Parsed, ReadOptions};
use crossgrain_core::weights::{ByteSource, FileBytes, WeightsError};
use crossgrain_engine::checkpoint::{Checkpoint, Files};
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::quant::Precision;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

/// Bytes per read.
const PIECE_BYTES: usize = 1024 * 1024;

/// Reads a file of sequences or domains, `-` for standard input; of a GenBank file what the model wants.
pub fn sequences(path: &Path, kind: Option<Kind>, wanted: Kind) -> Result<Parsed, Failure> {
    derived(path, kind, wanted, Derive::AsGiven)
}

/// The same, with what is to be made of the records.
pub fn derived(path: &Path, kind: Option<Kind>, wanted: Kind, derive: Derive) -> Result<Parsed, Failure> {
    let (mut source, name): (Box<dyn Read>, String) = match path.to_str() {
        Some("-") => (Box::new(stdin().lock()), "standard input".into()),
        _ => {
            let file = File::open(path).map_err(|error| Failure::file("input.unreadable", path, &error))?;
            (Box::new(file), path.display().to_string())
        }
    };
    let mut reader = Intake::new(ReadOptions { file: Some(name), kind }, Some(wanted)).deriving(derive);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let count =
            source.read(&mut piece).map_err(|error| Failure::file("input.unreadable", path, &error))?;
        if count == 0 {
            return Ok(reader.finish()?);
        }
        reader.push(&piece[..count])?;
    }
}

/// Loads a checkpoint folder of any family, or a single file: `.pt`, or a quantized one of our own.
pub fn checkpoint(
    path: &Path,
    opened: &OpenDevice,
    precision: Option<Precision>,
) -> Result<Checkpoint, Failure> {
    let names = model_files(path)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let checkpoint = Checkpoint::from_files(&names, &mut bytes, opened, precision, &mut Silent)?;
    pollster::block_on(checkpoint.compile_pipelines(&mut Silent))?;
    Ok(checkpoint)
}

/// The files of a model, opened; no tensor is read.
pub fn files(names: &[&str]) -> Result<Files<'static>, Failure> {
    Ok(Files::read(names, &mut bytes)?)
}

/// The paths of a model's files: those in a folder, or the one file itself.
pub fn model_files(path: &Path) -> Result<Vec<String>, Failure> {
    let missing = |error: &std::io::Error| Failure::file("model.missing_file", path, error);
    if path.is_file() {
        return Ok(vec![path.display().to_string()]);
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| missing(&error))? {
        let file = entry.map_err(|error| missing(&error))?.path();
        // What demonstration models and test folders hold beside their weights.
        if file.file_name().is_none_or(|name| name != "expected.safetensors") {
            names.push(file.display().to_string());
        }
    }
    names.sort();
    Ok(names)
}

fn bytes(name: &str) -> Result<Box<dyn ByteSource>, WeightsError> {
    Ok(Box::new(FileBytes::open(Path::new(name))?))
}
