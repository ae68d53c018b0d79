//! Sequence files and checkpoint folders.

use crate::problem::Failure;
use crossgrain_core::seq::{FastaReader, Kind, Parsed, ReadOptions};
use crossgrain_core::weights::FileBytes;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::device::Opened;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

/// Bytes per read.
const PIECE_BYTES: usize = 1024 * 1024;

/// Reads a sequence file, `-` for standard input.
pub fn sequences(path: &Path, kind: Option<Kind>) -> Result<Parsed, Failure> {
    let (mut source, name): (Box<dyn Read>, String) = match path.to_str() {
        Some("-") => (Box::new(stdin().lock()), "standard input".into()),
        _ => {
            let file = File::open(path).map_err(|error| Failure::file("input.unreadable", path, &error))?;
            (Box::new(file), path.display().to_string())
        }
    };
    let mut reader = FastaReader::new(ReadOptions { file: Some(name), kind });
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

/// Loads a checkpoint folder in hub layout.
pub fn checkpoint(folder: &Path, opened: &Opened) -> Result<Checkpoint, Failure> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|error| Failure::file("model.missing_file", &path, &error))
    };
    let config = read("config.json")?;
    let vocabulary = match folder.join("vocab.txt").exists() {
        true => Some(String::from_utf8_lossy(&read("vocab.txt")?).into_owned()),
        false => None,
    };
    let path = folder.join("model.safetensors");
    if !path.exists() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Failure::file("model.missing_file", &path, &missing));
    }
    let weights = FileBytes::open(&path)?;
    let name = path.display().to_string();
    Ok(Checkpoint::load(&config, vocabulary.as_deref(), weights, &name, opened, &mut |_, _| {})?)
}
