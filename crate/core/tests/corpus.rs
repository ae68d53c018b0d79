//! Every specimen of `tests/corpus/fasta` has its recorded result.
//!
//! The list is `index.toml` beside the specimens. Each file is read at once and in small pieces, and
//! every field of its result is compared. Cases too large to store are made here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report")]

use std::{collections::BTreeSet, fs, io::Write, path::PathBuf, time::Instant};

use crossgrain_core::{
    error::{Coded, Notice},
    seq::{FastaReader, Parsed, ReadOptions, SeqError, SequenceKind, read_fasta},
};
use serde::Deserialize;

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
    // A file that is refused as a whole:
    error: Option<String>,
    line: Option<u64>,
    // A file that is read:
    read_as: Option<SequenceKind>,
    kind: Option<SequenceKind>,
    detected: Option<SequenceKind>,
    gzip: Option<bool>,
    records: Option<usize>,
    first: Option<String>,
    last: Option<String>,
    residues: Option<u64>,
    letters: Option<Vec<(String, String)>>,
    #[serde(default)]
    warnings: Vec<(String, u64, String)>,
    #[serde(default)]
    refusals: Vec<(String, u64, String)>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/fasta")
}

fn index() -> Vec<Specimen> {
    let text = fs::read_to_string(folder().join("index.toml")).unwrap();
    toml::from_str::<Index>(&text).unwrap().file
}

fn in_pieces(bytes: &[u8], piece: usize, options: ReadOptions) -> Result<Parsed, SeqError> {
    let mut reader = FastaReader::new(options);
    bytes.chunks(piece).try_for_each(|piece| reader.push(piece))?;
    reader.finish()
}

/// The notices in the form of the list, after a look at what all of them must have.
fn listed(notices: &[Notice], file: &str) -> Vec<(String, u64, String)> {
    for notice in notices {
        assert_eq!(notice.at.file.as_deref(), Some(file));
        assert!(!notice.message.is_empty() && !notice.message.ends_with('.'), "{}", notice.message);
        assert!(!notice.hint.is_empty());
    }
    let row = |notice: &Notice| {
        (notice.code.clone(), notice.at.line.unwrap(), notice.at.record.clone().unwrap_or_default())
    };
    notices.iter().map(row).collect()
}

#[test]
fn every_specimen_has_its_result() {
    let mut differences = Vec::new();
    for specimen in index() {
        let outcome = std::panic::catch_unwind(|| check(&specimen));
        if outcome.is_err() {
            differences.push(specimen.name);
        }
    }
    assert!(differences.is_empty(), "{} specimens differ: {differences:?}", differences.len());
}

fn check(specimen: &Specimen) {
    let name = specimen.name.as_str();
    let bytes = fs::read(folder().join(name)).unwrap();
    let options = ReadOptions { file: Some(name.to_owned()), kind: specimen.read_as };
    let outcome = read_fasta(&bytes, options.clone());
    for piece in [1, 2, 7, 4095] {
        assert_eq!(in_pieces(&bytes, piece, options.clone()), outcome, "{name} in pieces of {piece}");
    }

    let parsed = match (outcome, &specimen.error) {
        (Err(error), Some(code)) => {
            assert_eq!((error.code(), error.at().line), (code.as_str(), specimen.line), "{name}");
            assert_eq!(error.at().file.as_deref(), Some(name));
            assert!(!error.hint().is_empty() && !error.to_string().is_empty());
            return;
        }
        (Err(error), None) => panic!("{name}: refused with {}: {error}", error.code()),
        (Ok(_), Some(code)) => panic!("{name}: read, expected {code}"),
        (Ok(parsed), None) => parsed,
    };
    assert_eq!(Some(parsed.kind), specimen.kind, "{name}: kind");
    assert_eq!(Some(parsed.detected), specimen.detected.or(specimen.kind), "{name}: detected kind");
    assert_eq!(Some(parsed.gzip), specimen.gzip, "{name}: gzip");
    assert_eq!(Some(parsed.records.len()), specimen.records, "{name}: records");
    assert_eq!(parsed.records.first().map(|record| &record.id), specimen.first.as_ref(), "{name}: first");
    assert_eq!(parsed.records.last().map(|record| &record.id), specimen.last.as_ref(), "{name}: last");
    assert_eq!(Some(parsed.residues()), specimen.residues, "{name}: residues");
    assert_eq!(parsed.bytes, bytes.len() as u64, "{name}: bytes");
    if let Some(letters) = &specimen.letters {
        let found = parsed.records.iter().map(|record| (&record.id, &record.letters));
        assert!(found.eq(letters.iter().map(|(id, letters)| (id, letters))), "{name}: {:?}", parsed.records);
    }
    assert_eq!(listed(&parsed.warnings, name), specimen.warnings, "{name}: warnings");
    assert_eq!(listed(&parsed.refusals, name), specimen.refusals, "{name}: refusals");
    assert_eq!((parsed.warnings_omitted, parsed.refusals_omitted), (0, 0), "{name}");
}

#[test]
fn the_list_and_the_folder_agree() {
    let listed: BTreeSet<String> = index().into_iter().map(|specimen| specimen.name).collect();
    let stored: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "index.toml" && name != "NOTICE.md")
        .collect();
    assert_eq!(listed, stored);
    assert_eq!(index().len(), listed.len(), "a name is listed twice");
    assert!(listed.len() >= 190, "{} specimens", listed.len());
    for specimen in index() {
        assert!(!specimen.what.is_empty() && !specimen.source.is_empty() && !specimen.licence.is_empty());
        assert!(specimen.error.is_some() != specimen.records.is_some(), "{}", specimen.name);
    }
}

#[test]
fn a_line_of_ten_million_letters() {
    let letters = "MKTAYIAKQR".repeat(1_000_000);
    let file = format!(">long\n{letters}\n>short\nMKV\n");
    let start = Instant::now();
    for piece in [64 << 10, file.len()] {
        let parsed = in_pieces(file.as_bytes(), piece, ReadOptions::default()).unwrap();
        assert!(parsed.records[0].letters == letters && parsed.records[1].letters == "MKV");
        assert_eq!((parsed.warnings.len(), parsed.refusals.len()), (0, 0));
    }
    // Two readings of 10 MB: 2 s and 0.2 s per MB each are promised.
    assert!(start.elapsed().as_secs_f64() < 8.0, "{:?}", start.elapsed());
}

#[test]
fn one_letter_per_gap() {
    // The slowest line there is: no two letters stand together.
    let file = format!(">a\n{}\n", "m-".repeat(5_000_000));
    let start = Instant::now();
    let parsed = read_fasta(file.as_bytes(), ReadOptions::default()).unwrap();
    assert_eq!((parsed.residues(), parsed.warnings.len()), (5_000_000, 2));
    assert!(start.elapsed().as_secs_f64() < 4.0, "{:?}", start.elapsed());
}

#[test]
fn a_million_records() {
    let mut file = Vec::new();
    for number in 0..1_000_000 {
        writeln!(file, ">p{number}\nMKV").unwrap();
    }
    let start = Instant::now();
    let parsed = in_pieces(&file, 64 << 10, ReadOptions::default()).unwrap();
    assert_eq!((parsed.records.len(), parsed.residues()), (1_000_000, 3_000_000));
    assert_eq!((parsed.warnings.len(), parsed.lines), (0, 2_000_000));
    assert_eq!(parsed.records[999_999].id, "p999999");
    assert!(start.elapsed().as_secs_f64() < 4.0, "{:?}", start.elapsed());
}

#[test]
fn gzip_bombs_are_refused_early() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(b">bomb\n").unwrap();
    let line = [b'A'; 1 << 16];
    for _ in 0..2000 {
        encoder.write_all(&line).unwrap(); // 125 MiB, about 1 : 1000
    }
    let packed = encoder.finish().unwrap();
    for piece in [1000, packed.len()] {
        let mut reader = FastaReader::new(ReadOptions::default());
        let mut taken = 0;
        let error = packed.chunks(piece).find_map(|piece| {
            taken += piece.len();
            reader.push(piece).err()
        });
        assert_eq!(error.unwrap().code(), "gzip.bomb");
        assert!(piece == packed.len() || taken < packed.len() / 2, "{taken} of {}", packed.len());
    }
}

/// Many members take time in proportion: were each to cost what all before it took, ten times as many
/// would take a hundred times as long. The fastest of several runs each, so that a busy machine does
/// not matter.
#[test]
fn a_hundred_thousand_empty_gzip_members() {
    let empty = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()).finish().unwrap();
    let fastest = |members: usize| {
        let packed = empty.repeat(members);
        let times = (0..3).map(|_| {
            let start = Instant::now();
            let error = read_fasta(&packed, ReadOptions::default()).unwrap_err();
            assert_eq!(error.code(), "sequences.empty_file");
            start.elapsed()
        });
        times.min().unwrap()
    };
    let (few, many) = (fastest(10_000), fastest(100_000));
    assert!(many < few * 30, "{few:?} for a tenth, {many:?} for all");
}
