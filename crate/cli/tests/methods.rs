//! Every saved embedding says how it was made, and whatever reads it knows it again.

use crossgrain_core::weights::{Safetensors, SliceBytes};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A folder of this test's own, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("crossgrain-methods-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        let long = "MSIQHFRVALIPFFAAFCLPVFAHPETLVKVKDAEDQLGARVGYIELDLNSG".repeat(30);
        std::fs::write(path.join("p.fasta"), format!(">a\nMKVLA\n>b\nMKV\n>long\n{long}\n"))
            .expect("proteins");
        std::fs::write(path.join("g.fasta"), ">g1\nATGAAAACCGCGTATTAA\n>g2\nGTGAGCATTCAGCAT\n")
            .expect("genes");
        std::fs::write(path.join("pocket.tsv"), "a\t1,3\nb\t2,3\n").expect("positions");
        Self(path)
    }

    /// Runs `crossgrain` here; `@` stands for the project's folder.
    fn run(&self, words: &str) -> Output {
        let words = words.split_whitespace().map(|word| word.replace('@', ROOT));
        let mut command = Command::new(env!("CARGO_BIN_EXE_crossgrain"));
        command.current_dir(&self.0).args(words).output().expect("the command")
    }

    /// What a command that must succeed reports.
    fn reported(&self, words: &str) -> String {
        let output = self.run(words);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words}: {text}");
        text
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The record in the header of a file, or beside it, as JSON.
    fn record(&self, name: &str) -> Value {
        if !name.ends_with(".safetensors") {
            return serde_json::from_slice(&self.bytes(&format!("{name}.json"))).expect("a record");
        }
        let bytes = self.bytes(name);
        let file = Safetensors::open(SliceBytes(&bytes), name).expect("safetensors");
        let json = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.clone()));
        file.metadata().iter().map(|(key, text)| (key.clone(), json(text))).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const PROTEINS: &str = "embed --model @/tests/golden/esm2-tiny --input p.fasta --device cpu";
const GENES: &str = "embed --model @/tests/golden/esm2-tiny --input g.fasta --device cpu --translate 11";

#[test]
fn every_format_says_how_rows_were_made() {
    let folder = Folder::new("formats");
    let hash = "weightsSha256";
    for (command, out, expected) in [
        (
            PROTEINS,
            "m.csv",
            r#"{"pooling": "mean", "layers": [3], "precision": "f32", "window": 1022, "overlap": 256, "width": 64}"#,
        ),
        (PROTEINS, "m.npy", r#"{"pooling": "mean", "layers": [3], "precision": "f32"}"#),
        (
            PROTEINS,
            "m.safetensors",
            r#"{"pooling": "mean", "pool": "mean", "ids": ["a", "b", "long"], "layers": [3]}"#,
        ),
        (
            "--layers all --weights int4 --overlap 10",
            "l.safetensors",
            r#"{"layers": [0, 1, 2, 3], "precision": "int4", "overlap": 10}"#,
        ),
        ("--pool none --layers 1", "r.csv", r#"{"pooling": "none", "layers": [1]}"#),
        ("--pool none", "r.safetensors", r#"{"pooling": "none", "pool": "none"}"#),
        (
            "--positions pocket.tsv",
            "p.safetensors",
            r#"{"pooling": "positions", "positions": "pocket.tsv", "width": 64}"#,
        ),
        (
            "--positions pocket.tsv --position-pooling concatenated",
            "p.csv",
            r#"{"pooling": "positions-in-order", "width": 128}"#,
        ),
        (GENES, "g.csv", r#"{"pooling": "mean"}"#),
    ] {
        let command =
            if command.starts_with("embed") { command.to_owned() } else { format!("{PROTEINS} {command}") };
        let reported = folder.reported(&format!("{command} --out {out}"));
        let record = folder.record(out);
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        for (key, value) in expected.as_object().expect("an object") {
            assert_eq!(&record[key], value, "{out}: {key}");
        }
        assert_eq!(
            (&record["tool"], &record["version"]),
            (&"crossgrain".into(), &env!("CARGO_PKG_VERSION").into()),
            "{out}"
        );
        assert_eq!(
            (&record["model"]["name"], &record["device"]["kind"]),
            (&"esm2-tiny".into(), &"cpu".into()),
            "{out}"
        );
        assert_eq!(record["model"][hash].as_str().map(str::len), Some(64), "{out}: {record}");
        assert!(record["seconds"].is_null(), "{out}");
        let genes = command.contains("g.fasta");
        let sequences = &record["sequences"];
        assert_eq!(sequences["translatedBy"], if genes { 11.into() } else { Value::Null }, "{out}");
        assert_eq!(sequences["records"], 2 + i32::from(!genes && !out.starts_with('p')), "{out}");
        if out.starts_with('m') {
            assert_eq!(
                (&sequences["inSeveralWindows"], &sequences["mostWindows"]),
                (&1.into(), &2.into()),
                "{out}"
            );
        }
        // The command says so too, and so does whatever reads the file.
        let pooling = format!("pooling {}", record["pooling"].as_str().expect("a word"));
        assert!(
            reported.contains(&pooling) && reported.contains("rows of esm2-tiny (SHA-256 "),
            "{reported}"
        );
        let read = match out {
            "l.safetensors" => folder.reported("knn l.safetensors#layer_2 -k 1"),
            _ => folder.reported(&format!("knn {out} -k 1")),
        };
        assert!(read.contains(&format!("[table.made_by] {out}")) && read.contains(&pooling), "{out}: {read}");
    }
    // Twice the same: the same bytes, also of the record.
    folder.reported(&format!("{PROTEINS} --out m.csv"));
    let first = [folder.bytes("m.csv"), folder.bytes("m.csv.json")];
    folder.reported(&format!("{PROTEINS} --workers 2 --out m.csv"));
    assert!(first == [folder.bytes("m.csv"), folder.bytes("m.csv.json")]);
}

#[test]
fn a_file_made_of_another_keeps_its_record() {
    let folder = Folder::new("passed-on");
    folder.reported(&format!("{PROTEINS} --layers all --out all.safetensors"));
    folder.reported("export-table --format csv all.safetensors#layer_2 --out two.csv");
    let record = folder.record("two.csv");
    assert_eq!((&record["layers"], &record["model"]["name"]), (&serde_json::json!([2]), &"esm2-tiny".into()));
    folder.reported(
        "export-table --format safetensors two.csv all.safetensors#layer_3 --out again.safetensors",
    );
    let record = folder.record("again.safetensors");
    assert_eq!(record["layers"], serde_json::json!([2, 3]), "{record}");
}

#[test]
fn a_record_beside_other_rows_is_not_believed() {
    let folder = Folder::new("stale");
    folder.reported(&format!("{PROTEINS} --out m.csv"));
    let own = folder.bytes("m.csv");
    std::fs::write(folder.0.join("m.csv"), "id,d0\nx,1\ny,2\nz,3\n").expect("other rows");
    let reported = folder.reported("knn m.csv -k 1");
    assert!(reported.contains("[table.other_methods]") && !reported.contains("table.made_by"), "{reported}");
    // Nor is one that this version cannot read, and nothing is missed without one.
    std::fs::write(folder.0.join("m.csv"), &own).expect("the rows");
    std::fs::write(folder.0.join("m.csv.json"), r#"{"tool": "crossgrain", "layers": "all"}"#)
        .expect("a record");
    assert!(folder.reported("knn m.csv -k 1").contains("warning [table.methods]"));
    for other in [Some("[1, 2]"), Some("no JSON"), None] {
        match other {
            Some(text) => std::fs::write(folder.0.join("m.csv.json"), text).expect("a file"),
            None => std::fs::remove_file(folder.0.join("m.csv.json")).expect("a file"),
        }
        let reported = folder.reported("knn m.csv -k 1");
        assert!(
            !reported.contains("[table.m") && !reported.contains("[table.other"),
            "{other:?}: {reported}"
        );
    }
}

#[test]
fn a_file_of_another_kind_is_not_written_over() {
    let folder = Folder::new("taken");
    std::fs::write(folder.0.join("m.csv.json"), "{\"mine\": 1}").expect("a file");
    let output = folder.run(&format!("{PROTEINS} --out m.csv"));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && text.contains("[output.sidecar]") && text.contains("m.csv.json"),
        "{text}"
    );
    assert!(!folder.0.join("m.csv").exists());
    assert_eq!(folder.bytes("m.csv.json"), b"{\"mine\": 1}");
    // A record of an earlier run is.
    std::fs::remove_file(folder.0.join("m.csv.json")).expect("a file");
    folder.reported(&format!("{PROTEINS} --out m.csv"));
    folder.reported(&format!("{PROTEINS} --weights int8 --out m.csv"));
    assert_eq!(folder.record("m.csv")["precision"], "int8");
    // A link, and a device, which has nothing beside it.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("m.csv", folder.0.join("link.csv")).expect("a link");
        folder.reported(&format!("{PROTEINS} --out link.csv"));
        assert_eq!(folder.record("link.csv")["precision"], "f32");
    }
}
