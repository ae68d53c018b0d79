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
    positions: String,
    maximum_positions: Option<u64>,
    parameters: Option<u64>,
}

#[derive(Deserialize)]
struct Usage {
    tokenizer: String,
    pooling: String,
    memory_bytes: Option<u64>,
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
    if let (Some(bytes), Some(parameters)) = (model.usage.memory_bytes, shape.parameters) {
        assert_eq!(bytes, parameters * 4, "{id}");
    }
    if let (false, Some(counted)) = (model.demonstration, counted(model)) {
        assert_eq!(shape.parameters, Some(counted), "{id}");
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Parameters of a transformer from its shape, as each family's published number counts them.
fn counted(model: &Model) -> Option<u64> {
    let Architecture { layers, width: d, vocabulary: v, .. } = model.architecture;
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
