//! Every specimen of `tests/corpus/regions` and `tests/corpus/domains` has its recorded result: GenBank
//! files of many writers, and tables of domains of many tools.
//!
//! The lists are `index.toml` beside the specimens. Each file is read through the reader of all formats,
//! at once and in small pieces, as a domain model reads it unless the list says otherwise.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report")]

use crossgrain_core::{
    error::{Coded, Notice},
    reader::SequenceReader,
    seq::{Parsed, ReadOptions, SeqError, SequenceKind},
};
use serde::Deserialize;
use std::{collections::BTreeSet, fs, path::PathBuf};

#[derive(Deserialize)]
struct Index {
    file: Vec<Specimen>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Specimen {
    name: String,
    what: String,
    // What is asked of a GenBank file; without it, the richest kind that it has.
    read_as: Option<SequenceKind>,
    // A file that is refused as a whole:
    error: Option<String>,
    line: Option<u64>,
    // A file that is read:
    kind: Option<SequenceKind>,
    detected: Option<SequenceKind>,
    #[serde(default)]
    rows: Vec<(String, String)>,
    descriptions: Option<Vec<String>>,
    #[serde(default)]
    warnings: Vec<(String, u64, String)>,
    #[serde(default)]
    refusals: Vec<(String, u64, String)>,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(name)
}

fn index(name: &str) -> Vec<Specimen> {
    let text = fs::read_to_string(folder(name).join("index.toml")).unwrap();
    toml::from_str::<Index>(&text).unwrap().file
}

fn in_pieces(bytes: &[u8], piece: usize, name: &str, kind: Option<SequenceKind>) -> Result<Parsed, SeqError> {
    let options = ReadOptions { file: Some(name.to_owned()), kind: None };
    let mut reader = SequenceReader::new(options, kind);
    bytes.chunks(piece).try_for_each(|piece| reader.push(piece))?;
    reader.finish()
}

/// The notices in the form of the list, after a look at what all of them must have.
fn listed(notices: &[Notice], file: &str) -> Vec<(String, u64, String)> {
    for notice in notices {
        assert_eq!(notice.at.file.as_deref(), Some(file), "{}", notice.message);
        assert!(!notice.message.is_empty() && !notice.message.ends_with('.'), "{}", notice.message);
        assert!(!notice.hint.is_empty());
    }
    let row = |notice: &Notice| {
        (notice.code.clone(), notice.at.line.unwrap(), notice.at.record.clone().unwrap_or_default())
    };
    let mut rows: Vec<_> = notices.iter().map(row).collect();
    rows.sort_by_key(|(_, line, _)| *line);
    rows
}

fn check(list: &str, specimen: &Specimen) {
    let name = specimen.name.as_str();
    let bytes = fs::read(folder(list).join(name)).unwrap();
    let outcome = in_pieces(&bytes, bytes.len(), name, specimen.read_as);
    for piece in [1, 2, 7, 61, 4095] {
        assert_eq!(in_pieces(&bytes, piece, name, specimen.read_as), outcome, "{name} in pieces of {piece}");
    }
    let parsed = match (outcome, &specimen.error) {
        (Err(error), Some(code)) => {
            assert_eq!((error.code(), error.at().line), (code.as_str(), specimen.line), "{name}");
            assert_eq!(error.at().file.as_deref(), Some(name));
            assert!(!error.hint().is_empty() && !error.to_string().is_empty());
            return;
        }
        (Err(error), None) => panic!("{name}: refused with {}: {error}", error.code()),
        (Ok(parsed), Some(code)) => panic!("{name}: read as {:?}, expected {code}", parsed.records),
        (Ok(parsed), None) => parsed,
    };
    let kind = specimen.kind.unwrap_or(SequenceKind::Domains);
    assert_eq!(parsed.kind, kind, "{name}: kind");
    if let Some(detected) = specimen.detected {
        assert_eq!(parsed.detected, detected, "{name}: detected kind");
    }
    let rows: Vec<(String, String)> =
        parsed.records.iter().map(|record| (record.id.clone(), record.letters.clone())).collect();
    assert_eq!(rows, specimen.rows, "{name}: rows");
    if let Some(descriptions) = &specimen.descriptions {
        let found: Vec<&str> = parsed.records.iter().map(|record| record.description.as_str()).collect();
        assert_eq!(&found, descriptions, "{name}: descriptions");
    }
    let mut expected = specimen.warnings.clone();
    expected.sort_by_key(|(_, line, _)| *line);
    assert_eq!(listed(&parsed.warnings, name), expected, "{name}: warnings");
    assert_eq!(listed(&parsed.refusals, name), specimen.refusals, "{name}: refusals");
    assert_eq!((parsed.warnings_omitted, parsed.refusals_omitted), (0, 0), "{name}");
}

fn every_specimen(list: &str) {
    let differ = |specimen: &Specimen| std::panic::catch_unwind(|| check(list, specimen)).is_err();
    let differences: Vec<String> = index(list)
        .iter()
        .filter(|specimen| differ(specimen))
        .map(|specimen| specimen.name.clone())
        .collect();
    assert!(differences.is_empty(), "{} specimens differ: {differences:?}", differences.len());
}

#[test]
fn every_record_has_its_regions() {
    every_specimen("regions");
}

#[test]
fn every_table_has_its_domains() {
    every_specimen("domains");
}

#[test]
fn the_lists_and_the_folders_agree() {
    fn t(list: &str, at_least: usize) {
        let listed: BTreeSet<String> = index(list).into_iter().map(|specimen| specimen.name).collect();
        let stored: BTreeSet<String> = fs::read_dir(folder(list))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "index.toml")
            .collect();
        assert_eq!(listed, stored);
        assert_eq!(index(list).len(), listed.len(), "a name is listed twice");
        assert!(listed.len() >= at_least, "{} specimens", listed.len());
        assert!(index(list).iter().all(|specimen| !specimen.what.is_empty()));
    }
    t("regions", 35);
    t("domains", 45);
}
