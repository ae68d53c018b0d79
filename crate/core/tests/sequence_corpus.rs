//! Every specimen of `tests/corpus/letters` (stops, gaps, letters) and `tests/corpus/genes` (frames, open ends, genetic
//! codes, exceptions) has its recorded result, read at once and in pieces of any size.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report")]

use crossgrain_core::error::{Coded, Notice};
use crossgrain_core::reader::{Conversion, SequenceReader};
use crossgrain_core::seq::{Parsed, ReadOptions, SeqError, SequenceKind};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Index {
    file: Vec<Specimen>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Specimen {
    name: String,
    what: String,
    source: String,
    licence: String,
    // How it is read:
    read_as: Option<SequenceKind>,
    wanted: Option<SequenceKind>,
    translate: Option<u8>,
    #[serde(default)]
    slices: bool,
    // A file that is refused as a whole:
    error: Option<String>,
    line: Option<u64>,
    // A file that is read:
    kind: Option<SequenceKind>,
    #[serde(default)]
    letters: Vec<(String, String)>,
    #[serde(default)]
    warnings: Vec<(String, u64, String)>,
    #[serde(default)]
    refusals: Vec<(String, u64, String)>,
    #[serde(default)]
    messages: Vec<(String, String)>,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(name)
}

fn index(name: &str) -> Vec<Specimen> {
    let text = fs::read_to_string(folder(name).join("index.toml")).unwrap();
    toml::from_str::<Index>(&text).unwrap().file
}

fn read(specimen: &Specimen, bytes: &[u8], piece: usize) -> Result<Parsed, SeqError> {
    let options = ReadOptions { file: Some(specimen.name.clone()), kind: specimen.read_as };
    let conversion = match specimen.translate {
        Some(table) => Conversion::Translate(table),
        None if specimen.slices => Conversion::DomainSlices,
        None => Conversion::None,
    };
    let mut reader = SequenceReader::new(options, specimen.wanted).converting(conversion);
    bytes.chunks(piece).try_for_each(|piece| reader.push(piece))?;
    reader.finish()
}

/// The notices in the form of the list, after a look at what all of them must have.
fn listed(notices: &[Notice], file: &str) -> Vec<(String, u64, String)> {
    let row = |notice: &Notice| {
        assert_eq!(notice.at.file.as_deref(), Some(file));
        assert!(!notice.message.is_empty() && !notice.message.ends_with('.') && !notice.hint.is_empty());
        (notice.code.clone(), notice.at.line.unwrap(), notice.at.record.clone().unwrap_or_default())
    };
    notices.iter().map(row).collect()
}

fn check(folder_name: &str, specimen: &Specimen) {
    let name = specimen.name.as_str();
    let bytes = fs::read(folder(folder_name).join(name)).unwrap();
    let outcome = read(specimen, &bytes, bytes.len());
    for piece in [1, 2, 7, 61, 4095] {
        assert_eq!(read(specimen, &bytes, piece), outcome, "{name} in pieces of {piece}");
    }
    let parsed = match (outcome, &specimen.error) {
        (Err(error), Some(code)) => {
            assert_eq!((error.code(), error.at().line), (code.as_str(), specimen.line), "{name}");
            assert!(!error.hint().is_empty() && !error.to_string().is_empty());
            return;
        }
        (Err(error), None) => panic!("{name}: refused with {}: {error}", error.code()),
        (Ok(_), Some(code)) => panic!("{name}: read, expected {code}"),
        (Ok(parsed), None) => parsed,
    };
    assert_eq!(Some(parsed.kind), specimen.kind, "{name}: kind");
    let found: Vec<(String, String)> =
        parsed.records.iter().map(|record| (record.id.clone(), record.letters.clone())).collect();
    assert_eq!(found, specimen.letters, "{name}: letters");
    assert_eq!(listed(&parsed.warnings, name), specimen.warnings, "{name}: warnings {:#?}", parsed.warnings);
    assert_eq!(listed(&parsed.refusals, name), specimen.refusals, "{name}: refusals {:#?}", parsed.refusals);
    for (code, words) in &specimen.messages {
        let said = |notice: &Notice| notice.code == *code && notice.message.contains(words.as_str());
        assert!(parsed.warnings.iter().any(said), "{name}: '{words}' in {:#?}", parsed.warnings);
    }
}

fn every_specimen_has_its_result(folder_name: &str, at_least: usize) {
    let specimens = index(folder_name);
    let mut differences = Vec::new();
    for specimen in &specimens {
        assert!(!specimen.what.is_empty() && !specimen.source.is_empty() && !specimen.licence.is_empty());
        if std::panic::catch_unwind(|| check(folder_name, specimen)).is_err() {
            differences.push(specimen.name.as_str());
        }
    }
    assert!(differences.is_empty(), "{} specimens differ: {differences:?}", differences.len());
    let named: BTreeSet<String> = specimens.iter().map(|specimen| specimen.name.clone()).collect();
    let files = fs::read_dir(folder(folder_name)).unwrap();
    let stored = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(named, stored.filter(|name| name != "index.toml").collect());
    assert!(named.len() == specimens.len() && named.len() >= at_least, "{} specimens", named.len());
}

#[test]
fn letters() {
    every_specimen_has_its_result("letters", 20);
}

#[test]
fn genes() {
    every_specimen_has_its_result("genes", 25);
}
