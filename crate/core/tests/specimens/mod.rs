//! Keeps the bad files of a test for another one: the browser test that gives the same files to the
//! wasm engine. With `CROSSGRAIN_HOSTILE_OUT=folder` each goes there, beside a line
//! `{ what, code, files }` in `folder/<list>.jsonl`; without it nothing is written.

use crossgrain_core::error::Coded;
use crossgrain_core::weights::{ByteSource, CheckpointLayout, WeightsError, WeightsProblem};
use serde_json::{Map, json};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Files written so far; tests of one program run side by side.
static WRITTEN: Mutex<usize> = Mutex::new(0);

/// Keeps a model of these files, each a name and its bytes, if opening it ends in a refusal.
///
/// The code is that of [`CheckpointLayout::open`], the first step of every loader. What is found only when
/// tensors are read or checked against a model needs a whole model around it, and is left to the
/// native tests.
pub fn keep(list: &str, what: &str, files: &[(&str, &[u8])]) {
    let Some(folder) = std::env::var_os("CROSSGRAIN_HOSTILE_OUT").map(PathBuf::from) else { return };
    let Some(code) = refusal(files) else { return };
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    std::fs::create_dir_all(&folder).unwrap();
    let mut kept = Map::new();
    for (name, bytes) in files {
        let file = format!("{list}-{written}-{name}");
        std::fs::write(folder.join(&file), bytes).unwrap();
        kept.insert((*name).to_owned(), file.into());
        *written += 1;
    }
    let lines = folder.join(format!("{list}.jsonl"));
    let mut lines = std::fs::OpenOptions::new().create(true).append(true).open(lines).unwrap();
    writeln!(lines, "{}", json!({ "what": what, "code": code, "files": kept })).unwrap();
}

fn refusal(files: &[(&str, &[u8])]) -> Option<&'static str> {
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let mut open = |wanted: &str| -> Result<Box<dyn ByteSource>, WeightsError> {
        match files.iter().find(|(name, _)| *name == wanted) {
            Some((_, bytes)) => Ok(Box::new(bytes.to_vec())),
            None => Err(WeightsProblem::Read { reason: format!("there is no {wanted}") }.into()),
        }
    };
    CheckpointLayout::detect(&names).and_then(|folder| folder.open(&mut open)).err().map(|error| error.code())
}
