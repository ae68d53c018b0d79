//! Sequence files and checkpoint folders.

use crate::file_failure::file_failure;
use crate::paths::{from_text, to_text};
use crossgrain_api::Refusal;
use crossgrain_api::session::read;
use crossgrain_core::progress::Silent;
use crossgrain_core::reader::{Conversion, SequenceReader};
use crossgrain_core::seq::{Parsed, ReadOptions, SequenceKind};
use crossgrain_core::weights::{ByteSource, FileBytes, WeightsError};
use crossgrain_engine::checkpoint::{Checkpoint, CheckpointFiles};
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::quant::Precision;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// Bytes per read.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Reads a file of sequences or domains, `-` for standard input; from a GenBank file it takes the wanted kind of records.
pub fn sequences(path: &Path, kind: Option<SequenceKind>, wanted: SequenceKind) -> Result<Parsed, Refusal> {
    read(path, kind, wanted, Conversion::None)
}

/// The same, with a conversion of the records.
pub fn converted(path: &Path, request: &read::Request, wanted: SequenceKind) -> Result<Parsed, Refusal> {
    read(path, request.kind(), wanted, request.conversion())
}

fn read(
    path: &Path,
    kind: Option<SequenceKind>,
    wanted: SequenceKind,
    conversion: Conversion,
) -> Result<Parsed, Refusal> {
    let (mut source, name): (Box<dyn Read>, String) = match path.to_str() {
        Some("-") => (Box::new(stdin().lock()), "standard input".into()),
        _ => {
            let file = File::open(path).map_err(|error| file_failure("input.unreadable", path, &error))?;
            (Box::new(file), path.display().to_string())
        }
    };
    let mut reader =
        SequenceReader::new(ReadOptions { file: Some(name), kind }, Some(wanted)).converting(conversion);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let count =
            source.read(&mut chunk).map_err(|error| file_failure("input.unreadable", path, &error))?;
        if count == 0 {
            return Ok(reader.finish()?);
        }
        reader.push(&chunk[..count])?;
    }
}

/// Loads a checkpoint folder of any family, or a single file: `.pt`, or a quantized one of our own.
pub fn checkpoint(
    path: &Path,
    opened: &OpenDevice,
    precision: Option<Precision>,
) -> Result<Checkpoint, Refusal> {
    let names = model_files(path)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let checkpoint = Checkpoint::from_files(&names, &mut bytes, opened, precision, &mut Silent)?;
    pollster::block_on(checkpoint.compile_pipelines(&mut Silent))?;
    Ok(checkpoint)
}

/// The files of a model, opened; no tensor is read.
pub fn files(names: &[&str]) -> Result<CheckpointFiles<'static>, Refusal> {
    Ok(CheckpointFiles::read(names, &mut bytes)?)
}

/// The paths of a model's files: those in a folder, or the one file itself.
pub fn model_files(path: &Path) -> Result<Vec<String>, Refusal> {
    let missing = |error: &std::io::Error| file_failure("model.missing_file", path, error);
    if path.is_file() {
        return Ok(vec![to_text(path.as_os_str())]);
    }
    let (mut names, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(path).map_err(|error| missing(&error))? {
        let file = entry.map_err(|error| missing(&error))?.path();
        // Files that demonstration models and test folders hold beside their weights.
        if file.is_dir() {
            folders.push(file);
        } else if file.file_name().is_none_or(|name| name != "expected.safetensors") {
            names.push(to_text(file.as_os_str()));
        }
    }
    names.extend(adapter_files(path, &mut folders)?);
    names.sort();
    Ok(names)
}

/// Files of an adapter in a folder of its own beside the model, where `save_pretrained` or a training run put it.
fn adapter_files(path: &Path, folders: &mut Vec<PathBuf>) -> Result<Vec<String>, Refusal> {
    if path.join("adapter_config.json").exists() {
        return Ok(Vec::new());
    }
    folders.retain(|folder| folder.join("adapter_config.json").exists());
    folders.sort();
    match folders.as_slice() {
        [] => Ok(Vec::new()),
        [folder] => Ok(["adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"]
            .iter()
            .map(|name| folder.join(name))
            .filter(|file| file.exists())
            .map(|file| to_text(file.as_os_str()))
            .collect()),
        several => {
            let names: Vec<String> = several.iter().map(|folder| folder.display().to_string()).collect();
            let what = format!("there are several adapters beside the model: {}", names.join(", "));
            let hint = "put the files of one of them beside the model's files";
            Err(Refusal::in_file("model.several_adapters", &path.display().to_string(), what, hint))
        }
    }
}

fn bytes(name: &str) -> Result<Box<dyn ByteSource>, WeightsError> {
    Ok(Box::new(FileBytes::open(&from_text(name))?))
}
