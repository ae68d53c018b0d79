//! Tables of numbers: exported tables read back, and other files are refused.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::error::Coded;
use crossgrain_core::export::{Tensor, csv, safetensors};
use crossgrain_core::matrix::View;
use crossgrain_core::table::{LayerTable, TableError, TokenTable};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A `.safetensors` file of tensors `[rows, cols]` and metadata.
fn file(tensors: &[(&str, usize, usize)], metadata: &[(&str, &str)]) -> Vec<u8> {
    let numbers: Vec<Vec<f32>> =
        tensors.iter().map(|&(_, rows, cols)| (0..rows * cols).map(|i| i as f32).collect()).collect();
    let shapes: Vec<[usize; 2]> = tensors.iter().map(|&(_, rows, cols)| [rows, cols]).collect();
    let tensors: Vec<Tensor> = tensors
        .iter()
        .zip(&shapes)
        .zip(&numbers)
        .map(|((&(name, ..), shape), data)| Tensor { name, shape, data })
        .collect();
    let metadata: BTreeMap<String, String> =
        metadata.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
    safetensors(&tensors, &metadata).unwrap()
}

fn code<T: std::fmt::Debug>(found: Result<T, TableError>) -> &'static str {
    found.unwrap_err().code()
}

#[test]
fn layers_in_the_order_of_their_numbers() {
    let bytes =
        file(&[("layer_10", 2, 3), ("layer_2", 2, 1), ("layer_0", 2, 2)], &[("ids", "[\"a\",\"b\"]")]);
    let table = LayerTable::read("x.safetensors", &bytes, None).unwrap();
    let found: Vec<_> = table.layers.iter().map(|l| (l.name.as_str(), l.number(), l.matrix.cols())).collect();
    assert_eq!(found, [("layer_0", Some(0), 2), ("layer_2", Some(2), 1), ("layer_10", Some(10), 3)]);
    assert_eq!(table.ids, Some(vec!["a".to_owned(), "b".to_owned()]));
    let one = LayerTable::read("x.safetensors", &bytes, Some("layer_10")).unwrap();
    assert_eq!((one.name.as_str(), one.layers[0].matrix.cols()), ("x.safetensors#layer_10", 3));
}

#[test]
fn rows_of_residues_are_called_by_their_positions() {
    let tensors = [("0/layer_1", 2, 3), ("2/layer_1", 1, 3), ("0/layer_6", 2, 3), ("2/layer_6", 1, 3)];
    let ids = ("ids", "[\"p\",\"q\",\"r\"]");
    let read = |pool: &str| {
        let bytes = file(&tensors, &[ids, ("pool", pool)]);
        LayerTable::read("x.safetensors", &bytes, None).unwrap()
    };
    assert_eq!(read("none").ids.unwrap(), ["p/1", "p/2", "r/1"]);
    assert_eq!(read("tokens").ids.unwrap(), ["p/0", "p/1", "r/0"]);
    let tokens = TokenTable::read("x.safetensors", &file(&tensors, &[ids]), None).unwrap();
    assert_eq!((tokens.lengths.as_slice(), tokens.rows.rows()), (&[2, 0, 1][..], 3));
}

#[test]
fn texts_beside_the_numbers_are_kept_but_for_ids() {
    let texts = [("ids", "[\"a\"]"), ("ids/other", "[\"b\"]"), ("tool", "crossgrain"), ("note", "é \"{}\"")];
    for (tensors, read_tokens) in [(&[("layer_0", 1, 2)][..], false), (&[("0/layer_0", 1, 2)], true)] {
        let bytes = file(tensors, &texts);
        let kept = BTreeMap::from(
            [("tool", "crossgrain"), ("note", "é \"{}\"")].map(|(a, b)| (a.to_owned(), b.to_owned())),
        );
        assert_eq!(LayerTable::read("x.safetensors", &bytes, None).unwrap().texts, kept);
        if read_tokens {
            assert_eq!(TokenTable::read("x.safetensors", &bytes, None).unwrap().texts, kept);
        }
    }
    assert!(LayerTable::read("x.csv", &b"id,d0\na,1\n".to_vec(), None).unwrap().texts.is_empty());
}

#[test]
fn refusals() {
    let read =
        |name: &str, bytes: Vec<u8>| LayerTable::read(name, &bytes, None).map(|table| table.layers.len());
    assert_eq!(code(read("x.xlsx", vec![])), "table.unknown_format");
    assert_eq!(code(read("x.npy.gz", vec![])), "table.packed");
    assert_eq!(code(read("x.txt", vec![])), "table.csv");
    assert_eq!(code(read("x", vec![])), "table.unknown_format");
    assert_eq!(code(read("x.safetensors", vec![])), "weights.empty");
    assert_eq!(code(read("x.safetensors", file(&[("a", 2, 1), ("b", 3, 1)], &[]))), "table.rows");
    assert_eq!(code(read("x.safetensors", file(&[("a", 2, 1)], &[("ids", "[\"p\"]")]))), "table.ids");
    assert_eq!(
        code(read("x.safetensors", file(&[("0/layer_1", 2, 1), ("1/layer_1", 2, 2)], &[]))),
        "table.columns"
    );
    let named = LayerTable::read("x.safetensors", &file(&[("a", 2, 1)], &[]), Some("b"));
    assert_eq!(code(named), "table.no_rows");
    let tokens = |name: &str, bytes: Vec<u8>| TokenTable::read(name, &bytes, None).map(|table| table.lengths);
    assert_eq!(code(tokens("x.npy", vec![])), "table.unknown_format");
    assert_eq!(code(tokens("x.csv", b"id,d0\np,1\n".to_vec())), "table.no_rows");
    assert_eq!(
        code(tokens("x.safetensors", file(&[("a", 2, 1)], &[("ids", "[\"p\",\"q\"]")]))),
        "table.no_rows"
    );
    assert_eq!(
        code(tokens("x.safetensors", file(&[("1/layer_0", 2, 1)], &[("ids", "[\"p\"]")]))),
        "table.no_rows"
    );
}

proptest! {
    #[test]
    fn exported_layers_read_back(rows in 0_usize..6, cols in prop::collection::vec(0_usize..5, 1..4)) {
        let names: Vec<String> = (0..cols.len()).map(|i| format!("layer_{i}")).collect();
        let tensors: Vec<_> = names.iter().zip(&cols).map(|(name, &cols)| (name.as_str(), rows, cols)).collect();
        let table = LayerTable::read("x.safetensors", &file(&tensors, &[]), None).unwrap();
        let found: Vec<_> = table.layers.iter().map(|l| (l.name.as_str(), l.matrix.rows(), l.matrix.cols())).collect();
        prop_assert_eq!(found, tensors);
    }

    #[test]
    fn exported_positions_read_back(lengths in prop::collection::vec(1_usize..4, 1..5)) {
        let named = |(at, &length): (usize, &usize)| (1..=length).map(move |i| format!("p/{at}/{i}"));
        let ids: Vec<String> = lengths.iter().enumerate().flat_map(named).collect();
        let data = vec![0.5; ids.len()];
        let bytes = csv(&ids, View::new(&data, ids.len(), 1).unwrap(), "d").unwrap();
        prop_assert_eq!(TokenTable::read("x.csv", &bytes, None).unwrap().lengths, lengths);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), end in prop::sample::select(vec!["npy", "csv", "tsv", "safetensors"])) {
        _ = LayerTable::read(&format!("x.{end}"), &bytes, None);
        _ = TokenTable::read(&format!("x.{end}"), &bytes, None);
    }
}
