//! Indexes of sharded checkpoints that do not fit their files.

use crate::archive::checkpoint;
use crate::pickle::good;
use crate::specimens;
use crossgrain_core::error::Coded;
use crossgrain_core::weights::{ByteSource, CheckpointLayout, WeightsError, WeightsProblem};
use serde_json::{Value, json};

/// Opens a sharded checkpoint whose files are `a.bin` and `b.bin`, each with a tensor `a`.
fn result_code(index: &[u8]) -> &'static str {
    let folder =
        CheckpointLayout::detect(&["config.json", "pytorch_model.bin.index.json", "a.bin", "b.bin"]).unwrap();
    let mut open = |name: &str| -> Result<Box<dyn ByteSource>, WeightsError> {
        match name {
            "pytorch_model.bin.index.json" => Ok(Box::new(index.to_vec())),
            "a.bin" | "b.bin" => Ok(Box::new(checkpoint(&good(), &[("0", &[0; 8])]))),
            _ => Err(WeightsProblem::Read { reason: format!("there is no {name}") }.into()),
        }
    };
    match folder.open(&mut open) {
        Ok(checkpoint) => {
            let mut numbers = Vec::new();
            checkpoint.tensors.read_f32("a", &mut numbers).unwrap();
            "accepted"
        }
        Err(error) => error.code(),
    }
}

/// Runs the table; returns how many were refused.
pub fn check() -> usize {
    let map =
        |pairs: Value| json!({ "metadata": {"total_size": 8}, "weight_map": pairs }).to_string().into_bytes();
    let many: Value = (0..300)
        .map(|i| (format!("t{i}"), json!(format!("s{i}.bin"))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("good", map(json!({"a": "a.bin"})), "accepted"),
        ("a file above", map(json!({"a": "../a.bin"})), "weights.shard_name"),
        ("an absolute file", map(json!({"a": "/etc/a.bin"})), "weights.shard_name"),
        ("another drive", map(json!({"a": "C:a.bin"})), "weights.shard_name"),
        ("a folder", map(json!({"a": "x/a.bin"})), "weights.shard_name"),
        ("a Windows folder", map(json!({"a": "x\\a.bin"})), "weights.shard_name"),
        ("an address", map(json!({"a": "https://x.org/a.bin"})), "weights.shard_name"),
        ("a hidden file", map(json!({"a": ".bin"})), "weights.shard_name"),
        ("a program", map(json!({"a": "a.exe"})), "weights.shard_name"),
        ("a file that is missing", map(json!({"a": "c.bin"})), "weights.read"),
        ("a tensor that is missing", map(json!({"a": "a.bin", "b": "a.bin"})), "weights.shard_tensor"),
        ("a tensor in two files", map(json!({"a": "a.bin", "b": "b.bin"})), "weights.shard_unlisted"),
        ("a tensor not listed", map(json!({"b": "a.bin"})), "weights.shard_unlisted"),
        (
            "a tensor listed twice",
            br#"{"weight_map": {"a": "a.bin", "a": "b.bin"}}"#.to_vec(),
            "weights.shard_twice",
        ),
        ("a bad name", map(json!({"../a": "a.bin"})), "weights.bad_name"),
        ("300 files", map(many), "weights.too_many_shards"),
        ("no tensors", map(json!({})), "weights.no_tensors"),
        ("no list", b"{}".to_vec(), "weights.index_json"),
        ("numbers for files", map(json!({"a": 1})), "weights.index_json"),
        ("a page", b"<html>".to_vec(), "weights.index_json"),
        ("deep", "[".repeat(100_000).into_bytes(), "weights.index_json"),
        ("5 MiB of blanks", vec![b' '; 5 << 20], "weights.index_json"),
    ];
    for (what, index, code) in &cases {
        assert_eq!(result_code(index), *code, "{what}");
        let one = checkpoint(&good(), &[("0", &[0; 8])]);
        let files: [(&str, &[u8]); 3] =
            [("pytorch_model.bin.index.json", index), ("a.bin", &one), ("b.bin", &one)];
        specimens::keep("shards", what, &files);
    }
    cases.iter().filter(|(_, _, code)| *code != "accepted").count()
}
