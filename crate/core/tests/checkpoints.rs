//! The golden checkpoints in their published containers: every tensor can be read, settings and
//! vocabularies come along, and embedded tokens are the reference's, number for number.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::token::DomainTokenizer;
use crossgrain_core::weights::{ByteSource, CheckpointLayout, FileBytes, OpenCheckpoint, TensorSource};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn golden(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(folder)
}

/// Opens the model in a folder; expected outputs are not part of it.
fn open(folder: &Path) -> (CheckpointLayout, OpenCheckpoint) {
    let entries = std::fs::read_dir(folder).unwrap();
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let names: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| *name != "expected.safetensors").collect();
    let detected = CheckpointLayout::detect(&names).unwrap();
    let mut bytes =
        |name: &str| FileBytes::open(&folder.join(name)).map(|file| Box::new(file) as Box<dyn ByteSource>);
    let checkpoint = detected.open(&mut bytes).unwrap();
    (detected, checkpoint)
}

fn inputs(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("inputs.json")).unwrap()).unwrap()
}

fn ids(folder: &Path) -> Vec<Vec<u32>> {
    serde_json::from_value(inputs(folder)["input_ids"].clone()).unwrap()
}

fn read(source: &dyn TensorSource, name: &str) -> (Vec<usize>, Vec<f32>) {
    let mut numbers = Vec::new();
    source.read_f32(name, &mut numbers).unwrap();
    (source.info(name).unwrap().shape.clone(), numbers)
}

fn expected(folder: &Path) -> Box<dyn TensorSource> {
    let bytes = FileBytes::open(&folder.join("expected.safetensors")).unwrap();
    Box::new(crossgrain_core::weights::Safetensors::open(bytes, "expected.safetensors").unwrap())
}

#[test]
fn every_golden_checkpoint_opens() {
    fn t(name: &str, tensors: usize) {
        let folder = golden(name);
        let (_, checkpoint) = open(&folder);
        let names = checkpoint.tensors.names();
        assert_eq!(names.len(), tensors, "{name}: {names:?}");
        for name in names {
            let (shape, numbers) = read(checkpoint.tensors.as_ref(), name);
            assert_eq!(shape.iter().product::<usize>(), numbers.len());
        }
    }
    t("esm2-tiny-fairesm", 44);
    t("ntv2-tiny-3mer", 42);
    t("dnabert2-tiny", 32);
    t("bigcarp-tiny-random", 127);
    t("bigcarp-tiny-frozen", 128);
}

#[test]
fn embedded_tokens_are_the_reference_s() {
    fn t(name: &str, table: &str, state: &str) {
        let folder = golden(name);
        let (_, checkpoint) = open(&folder);
        let (shape, table) = read(checkpoint.tensors.as_ref(), table);
        let (of, expected) = read(expected(&folder).as_ref(), state);
        let width = shape[1];
        for (i, ids) in ids(&folder).iter().enumerate() {
            for (j, &id) in ids.iter().enumerate() {
                let row = &table[id as usize * width..][..width];
                assert_eq!(
                    row,
                    &expected[(i * of[1] + j) * width..][..width],
                    "{name}: sequence {i}, token {j}"
                );
            }
        }
    }
    t("ntv2-tiny-3mer", "esm.embeddings.word_embeddings.weight", "hidden_0");
    t("bigcarp-tiny-random", "embedder.embedder.weight", "embedder");
}

#[test]
fn bigcarp_brings_its_vocabulary() {
    for name in ["bigcarp-tiny-random", "bigcarp-tiny-frozen"] {
        let folder = golden(name);
        let (_, checkpoint) = open(&folder);
        let settings = &checkpoint.settings;
        assert_eq!((settings["d_model"].as_u64(), settings["slim"].as_bool()), (Some(32), Some(true)));
        let tokenizer =
            DomainTokenizer::from_metadata(&settings["tokens"], &settings["pfam_to_domain"]).unwrap();
        assert_eq!((tokenizer.len_tokens(), tokenizer.classes().count()), (309, 5));
        let sequences: Vec<String> = serde_json::from_value(inputs(&folder)["sequences"].clone()).unwrap();
        for (sequence, expected) in sequences.iter().zip(ids(&folder)) {
            assert_eq!(tokenizer.encode(sequence).ids, expected, "{sequence}");
        }
    }
}

#[test]
fn fair_esm_in_the_hub_s_words() {
    let folder = golden("esm2-tiny-fairesm");
    let (_, checkpoint) = open(&folder);
    let config = &checkpoint.settings;
    let number = |name: &str| config[name].as_u64();
    assert_eq!((number("num_hidden_layers"), number("hidden_size")), (Some(2), Some(72)));
    assert_eq!((number("num_attention_heads"), number("vocab_size")), (Some(3), Some(33)));
    assert_eq!(
        (config["token_dropout"].as_bool(), config["emb_layer_norm_before"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(config["position_embedding_type"].as_str(), Some("rotary"));
    let names = checkpoint.tensors.names();
    assert!(names.iter().all(|name| name.starts_with("esm.") || name.starts_with("lm_head.")), "{names:?}");
    assert!(checkpoint.tensors.info("esm.contact_head.regression.weight").is_some());
    let (_, frequencies) =
        read(checkpoint.tensors.as_ref(), "esm.encoder.layer.1.attention.self.rotary_embeddings.inv_freq");
    assert_eq!((frequencies.len(), frequencies.first()), (12, Some(&1.0)));
}

#[test]
fn column_major_tensors_keep_their_rows() {
    let folder = golden("ntv2-tiny-3mer");
    let (_, checkpoint) = open(&folder);
    // Stored column by column: the second number of the first row is the 65th in the file.
    let (shape, weights) =
        read(checkpoint.tensors.as_ref(), "esm.encoder.layer.0.attention.self.query.weight");
    assert_eq!((shape, weights.len()), (vec![64, 64], 4096));
    let found = [weights[0], weights[1], weights[2], weights[64], weights[65], weights[4095]];
    assert_eq!(
        found,
        [-0.214_318_93, 0.229_599_37, -0.017_979_138, 0.008_354_388, -0.178_370_8, 0.171_531_63]
    );
}
