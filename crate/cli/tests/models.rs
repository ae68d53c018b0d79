//! The list of models: every folder of `models/`, with sizes and terms.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn run(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_crossgrain"))
        .arg("models")
        .args(words)
        .output()
        .expect("the command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_model_is_listed() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let folders = models.read_dir().expect("models").filter_map(Result::ok);
    let folders = folders.filter(|entry| entry.path().join("model.toml").exists());
    let mut expected: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    expected.sort();
    let listed: Vec<Value> = serde_json::from_str(&run(&["--json"])).expect("JSON");
    let mut ids: Vec<String> = listed.iter().map(|one| one["id"].as_str().expect("id").to_owned()).collect();
    ids.sort();
    assert_eq!(ids, expected);
    let table = run(&[]);
    assert!(expected.iter().all(|id| table.contains(id.as_str())), "{table}");
    assert!(table.contains("agro-nucleotide-transformer-1b cannot be run: its attention heads"), "{table}");
}

#[test]
fn words_choose_among_them() {
    let table = run(&["DNABERT"]);
    let line = table.lines().find(|line| line.contains("zhihan1996/DNABERT-2-117M")).expect("a line");
    for part in ["nucleotide", "468.5 MB", "468.3 MB", "510 tokens", "Apache-2.0"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let table = run(&["instadeep", "V2"]);
    let lines: Vec<&str> = table.lines().filter(|line| line.contains("InstaDeepAI/")).collect();
    assert_eq!(lines.len(), 5, "{table}");
    assert!(lines.iter().all(|line| line.ends_with("CC-BY-NC-SA-4.0")), "{table}");
    assert_eq!(run(&["no such model"]).lines().filter(|line| line.contains(" MB")).count(), 0);
}
