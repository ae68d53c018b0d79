//! Tokenizers against the published test strings of DNABERT-2 and the token ids of the golden
//! checkpoints in `tests/golden`, exact.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::token::{BpeTokenizer, EncodeOptions, EsmTokenizer, KmerTokenizer, Tokenizer};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder of golden files.
fn golden(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(folder)
}

fn dnabert2() -> BpeTokenizer {
    let json = std::fs::read(golden("dnabert2-tiny").join("tokenizer.json")).unwrap();
    BpeTokenizer::from_json(&json).unwrap()
}

#[test]
fn dnabert2_strings() {
    let tokenizer = dnabert2();
    let t = |text: &str, expected: &[u32]| assert_eq!(tokenizer.encode(text).ids, expected, "{text:?}");
    t("ATCGATCGGCTAAGCTTAGC", &[1, 5, 359, 288, 79, 263, 19, 2]);
    t(
        "ACGTAGCATCGGATCTATCTATCGACACTTGGTTATCGATCTACGAGCATCTCGTTAGC",
        &[1, 5, 194, 32, 757, 1239, 2092, 294, 24, 359, 88, 93, 32, 75, 77, 19, 2],
    );
    t("ACGTNACGTNACGTN", &[1, 5, 6, 1049, 0, 5, 6, 1049, 0, 5, 6, 1049, 0, 2]);
    t(
        "AAAACCCCGGGGTTTTACGTNACGTNNNNACGTTGCAACGTACGT",
        &[1, 39, 102, 92, 69, 6, 1049, 0, 5, 6, 1049, 0, 0, 0, 0, 5, 134, 66, 194, 6, 1049, 2],
    );
    t("A C\tG\nT", &[1, 5, 6, 7, 8, 2]);
    t("acgt", &[1, 0, 0, 0, 0, 2]);
    t("[MASK]A", &[1, 4, 5, 2]);
    t("", &[1, 2]);
}

#[test]
fn dnabert2_vocabulary() {
    let tokenizer = dnabert2();
    let specials = [0, 3, 4].map(|id| tokenizer.token(id));
    assert_eq!(specials, [Some("[UNK]"), Some("[PAD]"), Some("[MASK]")]);
    assert_eq!((tokenizer.len_tokens(), tokenizer.added()), (4096, (1, 1)));
    let longest = (0..4096).filter_map(|id| tokenizer.token(id)).map(str::len).max();
    assert_eq!(longest, Some(32));
}

#[test]
fn golden_token_ids() {
    let esm = |folder: &Path| {
        let vocab = std::fs::read_to_string(folder.join("vocab.txt"));
        Tokenizer::Esm(
            vocab.map_or_else(|_| EsmTokenizer::new(), |text| EsmTokenizer::from_vocab(&text).unwrap()),
        )
    };
    let kmer = |rows: usize, published: KmerTokenizer| {
        move |folder: &Path| {
            let text = std::fs::read_to_string(folder.join("vocab.txt")).unwrap();
            let read = KmerTokenizer::from_vocab(&text, rows).unwrap();
            assert!(read.vocabulary().tokens().eq(published.vocabulary().tokens()));
            Tokenizer::Kmer(read)
        }
    };
    let bpe = |folder: &Path| {
        Tokenizer::Bpe(
            BpeTokenizer::from_json(&std::fs::read(folder.join("tokenizer.json")).unwrap()).unwrap(),
        )
    };
    t("esm2-tiny", esm);
    t("esm1b-tiny", esm);
    t("esm2-tiny-fairesm", esm);
    t("ntv2-tiny-6mer", kmer(4107, KmerTokenizer::nt_v2(6)));
    t("ntv2-tiny-3mer", kmer(75, KmerTokenizer::nt_v2(3)));
    t("ntv1-tiny", kmer(4105, KmerTokenizer::nt_v1()));
    t("dnabert2-tiny", bpe);
}

fn t(name: &str, tokenizer: impl Fn(&Path) -> Tokenizer) {
    let folder = golden(name);
    let tokenizer = tokenizer(&folder);
    let inputs: Value = serde_json::from_slice(&std::fs::read(folder.join("inputs.json")).unwrap()).unwrap();
    let ids = inputs.get("input_ids").and_then(Value::as_array).unwrap();
    let sequences = inputs.get("sequences").and_then(Value::as_array).unwrap();
    assert_eq!(ids.len(), sequences.len());
    for (sequence, expected) in sequences.iter().zip(ids) {
        let encoded = tokenizer.encode(sequence.as_str().unwrap(), &EncodeOptions::default()).unwrap();
        let expected: Vec<u32> = serde_json::from_value(expected.clone()).unwrap();
        assert_eq!(encoded.ids, expected, "{name}: {sequence}");
    }
}
