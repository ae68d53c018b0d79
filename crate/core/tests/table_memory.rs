//! A table with a tensor for each of 100,000 records and 10 MB of names opens within three times its size and 16 MiB.

#![allow(clippy::expect_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::export::{Tensor, safetensors};
use crossgrain_core::table::{LayerTable, TokenTable};
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::time::Instant;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const TENSORS: usize = 100_000;

fn file(name: impl Fn(usize) -> String, shape: &[usize], ids: &[String]) -> Vec<u8> {
    let names: Vec<String> = (0..TENSORS).map(name).collect();
    let data = vec![0.5; shape.iter().product()];
    let tensors: Vec<Tensor> = names.iter().map(|name| Tensor { name, shape, data: &data }).collect();
    let ids = serde_json::json!(ids).to_string();
    safetensors(&tensors, &BTreeMap::from([("ids".to_owned(), ids)])).expect("a file")
}

/// Reads a file and answers what `read` does, after a look at time and memory.
fn measured<T>(what: &str, bytes: &[u8], read: impl Fn(&dyn crossgrain_core::weights::ByteSource) -> T) -> T {
    let own = bytes.to_vec();
    let before = MEMORY.current_usage_as_mb();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let found = read(&own);
    let (seconds, peak) = (start.elapsed().as_secs_f64(), MEMORY.peak_usage_as_mb() - before);
    let most = 3.0 * (own.len() as f32 / 1_048_576.0) + 16.0;
    println!("{what}: {peak:.1} MiB of {most:.1}, {seconds:.2} s");
    assert!(peak < most, "{what}: {peak} MiB of {most}");
    assert!(seconds < 20.0, "{what}: {seconds} s");
    found
}

#[test]
fn a_tensor_for_each_record() {
    // Names of 100 bytes: rows per residue, and vectors as other programs write them.
    let ids: Vec<String> = (0..TENSORS).map(|i| format!("r{i}")).collect();
    let bytes = file(|i| format!("{i:0>92}/layer_1"), &[2, 2], &ids);
    let tokens = measured("rows per residue", &bytes, |bytes| {
        TokenTable::read("x.safetensors", bytes, None).expect("a table")
    });
    assert_eq!((tokens.ids.len(), tokens.rows.rows()), (TENSORS, 2 * TENSORS));
    drop(tokens);
    let table = measured("rows per residue, named", &bytes, |bytes| {
        LayerTable::read("x.safetensors", bytes, None).expect("a table")
    });
    assert_eq!(table.layers[0].matrix.rows(), 2 * TENSORS);
    drop(table);

    let bytes = file(|i| format!("sp|{i:0>96}|"), &[4], &[]);
    let table =
        measured("vectors", &bytes, |bytes| LayerTable::read("x.safetensors", bytes, None).expect("a table"));
    assert_eq!(table.layers[0].matrix.rows(), TENSORS);
    drop(table);

    // As many layers of one row: a strange table, but one that opens.
    let bytes = file(|i| format!("sp|{i:0>96}|"), &[1, 4], &["only".to_owned()]);
    let table =
        measured("layers", &bytes, |bytes| LayerTable::read("x.safetensors", bytes, None).expect("a table"));
    assert_eq!(table.layers.len(), TENSORS);
}
