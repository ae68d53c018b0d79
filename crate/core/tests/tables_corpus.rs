//! Every specimen of `tests/corpus/tables`, `residue_labels` and `label_columns` has its recorded result.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use crossgrain_core::{
    analysis::probe::{ProbeError, TokenLayout, read_column, read_residues, warnings},
    error::{Coded, Notice},
    seq::read_labels,
    table::LayerTable,
};
use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
struct Index<S> {
    file: Vec<S>,
}

trait Specimen: DeserializeOwned + std::fmt::Debug {
    const FOLDER: &'static str;
    fn name(&self) -> &str;
    fn check(&self, bytes: &[u8]);
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(name)
}

/// Checks all specimens of a folder, and that it holds no others.
fn check_all<S: Specimen>(least: usize) {
    let folder = folder(S::FOLDER);
    let text = fs::read_to_string(folder.join("index.toml")).unwrap();
    let specimens = toml::from_str::<Index<S>>(&text).unwrap().file;
    let mut differences = Vec::new();
    for specimen in &specimens {
        let bytes = fs::read(folder.join(specimen.name())).unwrap();
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| specimen.check(&bytes)));
        if outcome.is_err() {
            differences.push(specimen.name().to_owned());
        }
    }
    assert!(differences.is_empty(), "{} specimens differ: {differences:?}", differences.len());
    let listed: BTreeSet<String> = specimens.iter().map(|specimen| specimen.name().to_owned()).collect();
    let stored: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "index.toml")
        .collect();
    assert_eq!(listed, stored);
    assert!(listed.len() == specimens.len() && listed.len() >= least);
}

/// The code of an error, after a look at what all of them must have.
fn code(error: &impl Coded, name: &str, file: &str) -> String {
    assert!(!error.hint().is_empty() && !error.to_string().is_empty(), "{name}");
    assert_eq!(error.at().file.as_deref(), Some(file).filter(|file| !file.is_empty()), "{name}");
    error.code().to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    what: String,
    source: String,
    licence: String,
    #[serde(default)]
    labels: bool,
    error: Option<String>,
    line: Option<u64>,
    decided: Option<String>,
    // Labels:
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    rows: Vec<Vec<String>>,
    #[serde(default)]
    warnings: Vec<(String, u64, String)>,
    // Vectors:
    ids: Option<Vec<String>>,
    shape: Option<[usize; 2]>,
    #[serde(default)]
    numbers: Vec<f32>,
}

impl Specimen for Table {
    const FOLDER: &'static str = "tables";

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, bytes: &[u8]) {
        let name = self.name.as_str();
        assert!(!self.what.is_empty() && !self.source.is_empty() && !self.licence.is_empty());
        if self.labels { self.check_labels(bytes, name) } else { self.check_vectors(bytes, name) }
    }
}

impl Table {
    fn check_labels(&self, bytes: &[u8], name: &str) {
        let table = match (read_labels(bytes, Some(name)), &self.error) {
            (Err(error), Some(expected)) => {
                assert_eq!((&code(&error, name, name), error.at().line), (expected, self.line), "{name}");
                return;
            }
            (Ok(table), None) => table,
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        };
        assert_eq!(table.columns, self.columns, "{name}");
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|(id, values)| std::iter::once(id).chain(values).cloned().collect())
            .collect();
        assert_eq!(rows, self.rows, "{name}");
        assert_eq!(Some(table.layout.describe()), self.decided, "{name}");
        let row = |notice: &Notice| {
            assert_eq!(notice.at.file.as_deref(), Some(name));
            (notice.code.clone(), notice.at.line.unwrap(), notice.at.record.clone().unwrap_or_default())
        };
        assert_eq!(table.warnings.iter().map(row).collect::<Vec<_>>(), self.warnings, "{name}");
    }

    fn check_vectors(&self, bytes: &[u8], name: &str) {
        let table = match (LayerTable::read(name, &bytes.to_vec(), None), &self.error) {
            (Err(error), Some(expected)) => {
                assert_eq!((&code(&error, name, name), error.at().line), (expected, self.line), "{name}");
                return;
            }
            (Ok(table), None) => table,
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        };
        let [layer] = table.layers.as_slice() else { panic!("{name}: several layers") };
        assert_eq!(table.ids, self.ids, "{name}");
        assert_eq!(Some([layer.matrix.rows(), layer.matrix.cols()]), self.shape, "{name}");
        assert_eq!(layer.matrix.data(), self.numbers, "{name}");
        assert_eq!(table.decided, self.decided, "{name}");
    }
}

#[test]
fn every_table_has_its_result() {
    check_all::<Table>(30);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Residues {
    name: String,
    what: String,
    source: String,
    licence: String,
    tokens: Vec<usize>,
    per_token: usize,
    #[serde(default)]
    classes: Vec<String>,
    residues: Option<usize>,
    unlabelled: Option<usize>,
    error: Option<String>,
    message: Option<String>,
}

impl Specimen for Residues {
    const FOLDER: &'static str = "residue_labels";

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, bytes: &[u8]) {
        let name = self.name.as_str();
        assert!(!self.what.is_empty() && !self.source.is_empty() && !self.licence.is_empty());
        let ids: Vec<String> = ('a'..).take(self.tokens.len()).map(String::from).collect();
        let table = read_labels(bytes, Some(name)).unwrap();
        let words = table.match_ids(&ids, Some(name)).values(table.column("ss").unwrap());
        let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
        let layout = TokenLayout { tokens: self.tokens.clone(), per_token: self.per_token };
        match (read_residues(&words, &[layout], &['?', '-', '.', 'X']), &self.error) {
            (Err(ProbeError::ResidueLengths { mut sequences, given }), Some(expected)) => {
                sequences.iter_mut().for_each(|one| one.name = ids.get(one.sequence).cloned());
                let first = sequences[0].name.clone();
                let error = ProbeError::ResidueLengths { sequences, given };
                assert_eq!(&code(&error, name, ""), expected, "{name}");
                assert_eq!(
                    (Some(error.to_string()), error.at().record),
                    (self.message.clone(), first),
                    "{name}"
                );
            }
            (Ok(found), None) => {
                assert_eq!(found.names, self.classes, "{name}");
                assert_eq!(Some(found.target.rows()), self.residues, "{name}");
                assert_eq!(Some(found.unlabelled), self.unlabelled, "{name}");
            }
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn every_string_of_labels_has_its_result() {
    check_all::<Residues>(12);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    what: String,
    source: String,
    licence: String,
    folds: usize,
    rows: usize,
    task: Option<String>,
    #[serde(default)]
    notices: Vec<(String, String)>,
    #[serde(default)]
    warnings: Vec<(String, String)>,
    error: Option<String>,
}

impl Specimen for Column {
    const FOLDER: &'static str = "label_columns";

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, bytes: &[u8]) {
        let name = self.name.as_str();
        assert!(!self.what.is_empty() && !self.source.is_empty() && !self.licence.is_empty());
        let ids: Vec<String> = (0..self.rows).map(|row| format!("r{row}")).collect();
        let table = read_labels(bytes, Some(name)).unwrap();
        let found = table.match_ids(&ids, Some(name));
        same(&found.notices, &self.notices, name);
        let words = found.values(0);
        let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
        match (read_column(&words, None, ';'), &self.error) {
            (Err(error), Some(expected)) => assert_eq!(error.code(), expected, "{name}"),
            (Ok(column), None) => {
                let task = serde_json::to_value(column.task).unwrap();
                assert_eq!(task.as_str(), self.task.as_deref(), "{name}");
                same(&warnings(&column, self.folds), &self.warnings, name);
            }
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        }
    }
}

/// Notices have these codes, in this order, and these parts in their messages.
fn same(found: &[Notice], expected: &[(String, String)], name: &str) {
    let fits = |(found, (code, part)): (&Notice, &(String, String))| {
        assert!(!found.hint.is_empty() && !found.message.ends_with('.'), "{name}: {found:?}");
        found.code == *code && found.message.contains(part)
    };
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(fits), "{name}: {found:#?}");
}

#[test]
fn every_column_of_labels_has_its_result() {
    check_all::<Column>(12);
}
