//! Every `models/<id>/model.toml` can be read and agrees with itself, with its folder and with the
//! published counts of parameters.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Model {
    id: String,
    name: String,
    family: String,
    granularity: String,
    demonstration: bool,
    licence: String,
    non_commercial: Option<bool>,
    attribution: String,
    source: Source,
    files: Vec<File>,
    architecture: Architecture,
    #[serde(rename = "use")]
    usage: Usage,
}

#[derive(Deserialize)]
struct Source {
    kind: String,
    repository: Option<String>,
    revision: Option<String>,
    record: Option<String>,
}

#[derive(Deserialize)]
struct File {
    name: String,
    bytes: Option<u64>,
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct Architecture {
    layers: u64,
    width: u64,
    heads: Option<u64>,
    feed_forward: Option<u64>,
    vocabulary: u64,
    embedding: Option<u64>,
    inner: Option<u64>,
    kernel: Option<u64>,
    positions: String,
    maximum_positions: Option<u64>,
    parameters: Option<u64>,
}

#[derive(Deserialize)]
struct Usage {
    tokenizer: String,
    pooling: String,
    memory_bytes: Memory,
    refused: Option<String>,
}

/// Bytes of the weights in memory, by how their linear layers are held.
#[derive(Debug, Deserialize, PartialEq)]
struct Memory {
    f32: u64,
    f16: u64,
    int8: u64,
    int4: u64,
}

/// Family, granularity, tokenizers.
const FAMILIES: [(&str, &str, &[&str]); 7] = [
    ("esm2", "protein", &["esm"]),
    ("esm1b", "protein", &["esm"]),
    ("ntv1", "nucleotide", &["6-mer v1"]),
    ("ntv2", "nucleotide", &["6-mer", "3-mer"]),
    ("dnabert2", "nucleotide", &["bpe"]),
    ("bigcarp", "domain", &["domains"]),
    ("carp", "protein", &["carp"]),
];

#[test]
fn every_model_is_described() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let mut published = 0;
    for entry in std::fs::read_dir(&models).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(folder.join("model.toml")).unwrap();
        let model: Model =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        assert_eq!(folder.file_name().and_then(|name| name.to_str()), Some(model.id.as_str()));
        check(&model);
        let card = std::fs::read_to_string(folder.join("CARD.md")).unwrap();
        assert!(card.starts_with(&format!("# {}\n", model.id)) && card.contains("icence"), "{}", model.id);
        published += usize::from(!model.demonstration);
    }
    assert_eq!(published, 25);
}

fn check(model: &Model) {
    let id = &model.id;
    let (_, granularity, tokenizers) = FAMILIES.iter().find(|(family, ..)| *family == model.family).unwrap();
    assert_eq!(model.granularity, *granularity, "{id}");
    assert!(tokenizers.contains(&model.usage.tokenizer.as_str()), "{id}: {}", model.usage.tokenizer);
    assert!(
        ![&model.name, &model.licence, &model.attribution, &model.usage.pooling]
            .iter()
            .any(|text| text.is_empty()),
        "{id}"
    );
    if let Some(non_commercial) = model.non_commercial {
        assert_eq!(non_commercial, model.licence.contains("-NC"), "{id}");
    }
    let source = &model.source;
    match source.kind.as_str() {
        "builtin" => assert!(model.demonstration, "{id}"),
        "hub" => {
            assert!(source.repository.as_ref().is_some_and(|name| name.ends_with(&format!("/{id}"))), "{id}");
            assert!(source.revision.as_ref().is_none_or(|revision| is_hex(revision, 40)), "{id}");
        }
        "zenodo" => {
            assert!(source.record.as_ref().is_some_and(|record| record.parse::<u64>().is_ok()), "{id}")
        }
        other => assert_eq!(other, "hub", "{id}"),
    }
    assert!(!model.files.is_empty(), "{id}");
    for file in &model.files {
        assert!(!file.name.contains('/') && file.bytes != Some(0), "{id}: {}", file.name);
        assert!(file.sha256.as_ref().is_none_or(|sha256| is_hex(sha256, 64)), "{id}: {}", file.name);
        assert!(!model.demonstration || file.bytes.is_some() && file.sha256.is_some(), "{id}: {}", file.name);
    }
    let shape = &model.architecture;
    assert!(shape.layers > 0 && shape.vocabulary > 0 && !shape.positions.is_empty(), "{id}");
    assert!(shape.heads.is_none_or(|heads| shape.width.is_multiple_of(heads)), "{id}");
    assert!(model.usage.refused.as_ref().is_none_or(|reason| !reason.is_empty()), "{id}");
    if !model.demonstration {
        assert_eq!(shape.parameters, counted(model), "{id}");
    }
    assert_eq!(model.usage.memory_bytes, memory(model), "{id}");
}

/// The rule that models/README.md states: numbers of the blocks' linear layers take 4, 2, 1 or 5/8
/// bytes, all others 4, and the scales of int8 another 4 for each output.
fn memory(model: &Model) -> Memory {
    let (weights, outputs) = linear(model);
    let rest = 4 * (model.architecture.parameters.unwrap() - weights);
    Memory {
        f32: 4 * weights + rest,
        f16: 2 * weights + rest,
        int8: weights + 4 * outputs + rest,
        int4: weights * 5 / 8 + rest,
    }
}

/// Weights and outputs of the blocks' linear layers.
fn linear(model: &Model) -> (u64, u64) {
    let Architecture { layers, width: d, .. } = model.architecture;
    let (weights, outputs) = match model.architecture.feed_forward {
        Some(f) if ["ntv2", "dnabert2"].contains(&model.family.as_str()) => {
            (4 * d * d + 3 * d * f, 5 * d + 2 * f)
        }
        Some(f) => (4 * d * d + 2 * d * f, 5 * d + f),
        None => {
            let (inner, kernel) = (model.architecture.inner.unwrap(), model.architecture.kernel.unwrap());
            (2 * d * inner + kernel * inner * inner, 2 * inner + d)
        }
    };
    (layers * weights, layers * outputs)
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Parameters of a model from its shape, as each family's published number counts them.
fn counted(model: &Model) -> Option<u64> {
    let Architecture { layers, width: d, vocabulary: v, .. } = model.architecture;
    if let (Some(e), Some(inner)) = (model.architecture.embedding, model.architecture.inner) {
        let norms = layers * (2 * d + 4 * inner) + 2 * d;
        let biases = layers * (2 * inner + d);
        return Some(v * e + e * d + d + linear(model).0 + biases + norms + d * v + v);
    }
    let (heads, f) = (model.architecture.heads?, model.architecture.feed_forward?);
    let positions = model.architecture.maximum_positions.unwrap_or(0) * d;
    let attention = 4 * (d * d + d) + 4 * d; // with both norms
    let biased = 2 * d * f + f + d;
    let head = d * d + d + 2 * d + v;
    let contact = layers * heads + 1;
    Some(match model.family.as_str() {
        "esm2" => v * d + layers * (attention + biased) + 2 * d + head + contact,
        "esm1b" => v * d + positions + 2 * d + layers * (attention + biased) + 2 * d + head + contact,
        "ntv2" => {
            2 * v * d + positions + layers * (attention + d / heads / 2 + 3 * d * f) + 2 * d + head + contact
        }
        "ntv1" => 2 * v * d + positions + layers * (attention + biased) + 2 * d + head,
        "dnabert2" => v * d + 2 * d + 2 * d + layers * (attention + 3 * d * f + d) + head,
        _ => return None,
    })
}
