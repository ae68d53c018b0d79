//! What is written is read: every case of `tests/corpus/round_trips/index.toml` comes back equal to the bit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the failure report")]

use crossgrain_core::export::{NpyNumbers, Tensor, csv, npy, npy_of, safetensors};
use crossgrain_core::matrix::View;
use crossgrain_core::table::{LayerTable, TokenTable};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Index {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    file: String,
    ids: String,
    records: usize,
    columns: usize,
    #[serde(default = "one")]
    layers: usize,
    #[serde(default)]
    left_out: usize,
}

fn one() -> usize {
    1
}

fn index() -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/round_trips/index.toml");
    toml::from_str::<Index>(&std::fs::read_to_string(path).unwrap()).unwrap().case
}

fn id(kind: &str, i: usize) -> String {
    match kind {
        "short" => format!("r{i}"),
        "long" => format!("{i}_{}", "x".repeat(900)),
        "names" => format!("sp|Q{i:06}|PROT{i}_HUMAN_with_a_name_as_long_as_those_of_assemblers"),
        "formula" => format!("{}{i}", ["=", "'", "'=", "-", "''@", "+", "\t", "a'="][i % 8]),
        "odd" => format!(
            "{}{i}",
            ["\"q\" ", "a,b ", "line\nbreak", "é ünï 🧬 ", " blank ", "\\u0041", "/1/", "#x"][i % 8]
        ),
        other => panic!("{other}"),
    }
}

/// Numbers with all kinds of exponents, the same for the same place.
fn number(at: usize) -> f32 {
    let bits = (at as u32).wrapping_mul(0x9E37_79B9) ^ 0x5bd1_e995;
    let number = f32::from_bits(bits);
    if number.is_finite() { number } else { at as f32 }
}

fn numbers(seed: usize, count: usize) -> Vec<f32> {
    (0..count).map(|at| number(seed * 7_919 + at)).collect()
}

fn assert_bits(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let differs = found.iter().zip(expected).position(|(a, b)| a.to_bits() != b.to_bits());
    assert_eq!(differs, None, "{what}");
}

#[test]
fn every_case_comes_back() {
    let cases = index();
    assert!(cases.len() >= 20, "{} cases", cases.len());
    for case in cases {
        println!("{}", case.name);
        match case.file.as_str() {
            "csv" | "npy" => table(&case),
            "layers" | "beside" | "own" => layers(&case),
            "residues" | "tokens" => residues(&case),
            "vectors" => vectors(&case),
            other => panic!("{other}"),
        }
    }
}

fn table(case: &Case) {
    let data = numbers(1, case.records * case.columns);
    let view = View::new(&data, case.records, case.columns).unwrap();
    let (file, bytes, ids) = match case.file.as_str() {
        "npy" => ("x.npy", npy(view).unwrap(), None),
        _ => {
            let ids: Vec<String> = (0..case.records).map(|i| id(&case.ids, i)).collect();
            ("x.csv", csv(&ids, view, "d").unwrap(), Some(ids))
        }
    };
    let found = LayerTable::read(file, &bytes, None).unwrap();
    assert_eq!(found.ids, ids, "{}", case.name);
    assert_eq!((found.layers.len(), found.layers[0].matrix.cols()), (1, case.columns));
    assert_bits(found.layers[0].matrix.data(), &data, &case.name);
}

type Owned = (String, Vec<usize>, Vec<f32>);

fn write(tensors: &[Owned], metadata: BTreeMap<String, String>) -> Vec<u8> {
    let views: Vec<Tensor> = tensors.iter().map(|(name, shape, data)| Tensor { name, shape, data }).collect();
    safetensors(&views, &metadata).unwrap()
}

fn list(ids: &[String]) -> String {
    serde_json::json!(ids).to_string()
}

fn layers(case: &Case) {
    let ids: Vec<String> = (0..case.records).map(|i| id(&case.ids, i)).collect();
    let mut tensors: Vec<Owned> = (0..case.layers)
        .map(|layer| {
            let data = numbers(layer, case.records * case.columns);
            (format!("layer_{layer}"), vec![case.records, case.columns], data)
        })
        .collect();
    let mut metadata =
        BTreeMap::from([("ids".to_owned(), list(&ids)), ("pool".to_owned(), "mean".to_owned())]);
    let mut own: Option<(Vec<String>, Vec<f32>)> = None;
    match case.file.as_str() {
        "beside" => {
            for record in 0..case.records {
                // One record has as many residues as there are records: its maps are no rows of ids all the same.
                let l = record + 1;
                tensors.push((format!("{record}/logits"), vec![l + 2, 33], numbers(record, (l + 2) * 33)));
                tensors.push((format!("{record}/contacts"), vec![l, l], numbers(record, l * l)));
            }
        }
        "own" => {
            // As many domains as records: the ids alone say whose rows they are.
            let domains: Vec<String> = (0..case.records).map(|i| format!("PF{i:05}")).collect();
            let data = numbers(99, case.records * case.columns);
            tensors.push(("vectors".to_owned(), vec![case.records, case.columns], data.clone()));
            metadata.insert("ids/vectors".to_owned(), list(&domains));
            own = Some((domains, data));
        }
        _ => {}
    }
    let bytes = write(&tensors, metadata);
    let found = LayerTable::read("x.safetensors", &bytes, None).unwrap();
    assert_eq!(found.ids.as_ref(), Some(&ids), "{}", case.name);
    assert_eq!(found.layers.len(), case.layers, "{}", case.name);
    for (layer, (name, _, data)) in found.layers.iter().zip(&tensors) {
        assert_eq!(&layer.name, name);
        assert_bits(layer.matrix.data(), data, &case.name);
    }
    let left_out: Vec<(&str, bool)> = found
        .notices
        .iter()
        .map(|notice| (notice.code.as_str(), notice.message.starts_with(&case.left_out.to_string())))
        .collect();
    let expected: &[(&str, bool)] = if case.left_out == 0 { &[] } else { &[("table.left_out", true)] };
    assert_eq!(left_out, expected, "{}: {:?}", case.name, found.notices);
    // Each tensor also by its name.
    let named = |name: &str| LayerTable::read("x.safetensors", &bytes, Some(name)).unwrap();
    assert_bits(named("layer_0").layers[0].matrix.data(), &tensors[0].2, &case.name);
    if let Some((domains, data)) = own {
        let found = named("vectors");
        assert_eq!(found.ids, Some(domains));
        assert_bits(found.layers[0].matrix.data(), &data, &case.name);
    }
    if case.file == "beside" {
        let found = named("2/logits");
        assert_eq!((found.ids, found.layers[0].matrix.rows()), (None, 5));
    }
}

fn residues(case: &Case) {
    let ids: Vec<String> = (0..case.records).map(|i| id(&case.ids, i)).collect();
    let length = |record: usize| 1 + record % 3;
    let mut tensors: Vec<Owned> = Vec::new();
    for layer in 0..case.layers {
        for record in 0..case.records {
            let shape = vec![length(record), case.columns];
            let data = numbers(record + layer, length(record) * case.columns);
            tensors.push((format!("{record}/layer_{layer}"), shape, data));
        }
    }
    let (pool, first) = if case.file == "tokens" { ("tokens", 0) } else { ("none", 1) };
    let bytes = write(
        &tensors,
        BTreeMap::from([("ids".to_owned(), list(&ids)), ("pool".to_owned(), pool.to_owned())]),
    );
    let found = LayerTable::read("x.safetensors", &bytes, None).unwrap();
    let rows = (0..case.records).flat_map(|record| (0..length(record)).map(move |row| (record, row)));
    let names: Vec<String> = rows.map(|(record, row)| format!("{}/{}", ids[record], row + first)).collect();
    assert!(found.ids == Some(names), "{}: the names of its rows", case.name);
    for (layer, at) in found.layers.iter().zip(0..) {
        assert_eq!(layer.number(), Some(at));
        let expected: Vec<f32> = tensors[at * case.records..(at + 1) * case.records]
            .iter()
            .flat_map(|(_, _, data)| data)
            .copied()
            .collect();
        assert_bits(layer.matrix.data(), &expected, &case.name);
    }
    let tokens = TokenTable::read("x.safetensors", &bytes, None).unwrap();
    assert!(tokens.ids == ids, "{}: the names of its records", case.name);
    assert!(tokens.lengths.iter().zip(0..).all(|(&found, record)| found == length(record)));
    assert_eq!(found.layers.last().map(|layer| layer.matrix.data()), Some(tokens.rows.data()));
}

fn vectors(case: &Case) {
    let tensors: Vec<Owned> = (0..case.records)
        .map(|record| (id(&case.ids, record), vec![case.columns], numbers(record, case.columns)))
        .collect();
    let found = LayerTable::read("x.safetensors", &write(&tensors, BTreeMap::new()), None).unwrap();
    let names: Vec<String> = tensors.iter().map(|(name, ..)| name.clone()).collect();
    assert_eq!(found.ids, Some(names), "{}", case.name);
    let expected: Vec<f32> = tensors.iter().flat_map(|(_, _, data)| data).copied().collect();
    assert_bits(found.layers[0].matrix.data(), &expected, &case.name);
}

#[test]
fn whole_numbers_come_back() {
    let numbers = [0_u32, 1, 16_777_216, 65_535, 7, 9];
    let bytes = npy_of(NpyNumbers::U32(&numbers), [2, 3]).unwrap();
    let found = LayerTable::read("windows.npy", &bytes, None).unwrap();
    assert_eq!(found.layers[0].matrix.data(), [0.0, 1.0, 16_777_216.0, 65_535.0, 7.0, 9.0]);
    let bytes = npy_of(NpyNumbers::U8(&[0, 255]), [2, 1]).unwrap();
    assert_eq!(LayerTable::read("x.npy", &bytes, None).unwrap().layers[0].matrix.data(), [0.0, 255.0]);
    let bytes = npy_of(NpyNumbers::F64(&[0.5, -2.0]), [1, 2]).unwrap();
    assert_eq!(LayerTable::read("x.npy", &bytes, None).unwrap().layers[0].matrix.data(), [0.5, -2.0]);
}
