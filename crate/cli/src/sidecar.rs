//! The methods record beside a file of rows that has no place for it: `rows.npy` and `rows.npy.json`.
//!
//! A comment line in a `.csv` file would do no good: R, Excel and Python's `csv` take it for the header. The record
//! quotes the SHA-256 of the rows, so that one that lies beside other rows is noticed.

use crate::destination::Destination;
use crate::file_failure::file_failure;
use crossgrain_api::Refusal;
use crossgrain_api::session::record::{FileRecord, MethodsRecord};
use crossgrain_api::session::table::unreadable_methods;
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{ByteSource, sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Largest record that is read, in bytes; one has a few kilobytes.
const MOST_BYTES: u64 = 16 << 20;

/// The record's place beside a file.
fn beside(rows: &Path) -> PathBuf {
    let mut name = rows.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}

/// Checks that a record can be written beside the destination: no file of another kind has its name.
///
/// # Errors
/// `output.sidecar`, `output.unwritable`, `output.is_input`.
pub fn check(out: &Destination) -> Result<(), Refusal> {
    let path = beside(out.path());
    if !out.is_file() {
        return Ok(());
    }
    out.check_beside(&path)?;
    let foreign = match read_small(&path) {
        Ok(json) => json.is_none_or(|json| matches!(MethodsRecord::from_json(&json), Ok(None))),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(file_failure("output.unwritable", &path, &error)),
    };
    if foreign {
        let what = "how the rows are made is written into this file, and a file of another kind has its name";
        let hint = "choose another name for the rows, or write .safetensors, which needs no second file";
        return Err(Refusal::in_file("output.sidecar", &path.display().to_string(), what, hint));
    }
    Ok(())
}

/// Writes the record of these rows beside them.
///
/// # Errors
/// As [`check`].
pub fn write(out: &Destination, rows: &Vec<u8>, methods: &MethodsRecord) -> Result<(), Refusal> {
    if !out.is_file() {
        // A device or a pipe has no place beside it.
        return Ok(());
    }
    let name = out.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = Some(FileRecord { name, sha256: sha256(rows, &mut Silent)? });
    let record = MethodsRecord { file, ..methods.of_rows() };
    let json = serde_json::to_string_pretty(&record).map_err(|error| {
        Refusal::new("output.json", error.to_string(), "this is a fault of the program: please report it")
    })?;
    out.write(&beside(out.path()), format!("{json}\n").as_bytes())
}

/// The record beside a file of rows, if there is one and it is about these rows.
///
/// # Errors
/// `table.methods`, `table.other_methods`: the rows can be used all the same.
pub fn read(path: &Path, rows: &dyn ByteSource) -> Result<Option<MethodsRecord>, Refusal> {
    let beside = beside(path);
    let Ok(Some(json)) = read_small(&beside) else { return Ok(None) };
    let place = beside.display().to_string();
    let found = MethodsRecord::from_json(&json).map_err(|reason| unreadable_methods(&place, &reason))?;
    let Some(methods) = found else { return Ok(None) };
    let own = sha256(rows, &mut Silent).ok();
    if methods.file.as_ref().map(|file| &file.sha256) == own.as_ref() {
        return Ok(Some(methods));
    }
    let what = format!("it says how other rows than those of {} were made, and is not used", path.display());
    let hint = "the rows were changed after it was written: remove it, or write them again";
    Err(Refusal::in_file("table.other_methods", &place, what, hint))
}

/// The bytes of a small file; `None` for a large one.
fn read_small(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    if path.metadata()?.len() > MOST_BYTES {
        return Ok(None);
    }
    std::fs::read(path).map(Some)
}
