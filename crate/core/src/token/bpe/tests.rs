use super::*;
use crate::error::Coded;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A small file of the published layout: letters A C G T, a few merges.
fn small() -> Value {
    let added: Vec<Value> = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
        .iter()
        .enumerate()
        .map(|(id, content)| json!({"id": id, "content": content, "special": true}))
        .collect();
    json!({
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "TemplateProcessing", "single": [
            {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
        ]},
        "model": {
            "type": "BPE", "unk_token": "[UNK]", "fuse_unk": false,
            "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[PAD]": 3, "[MASK]": 4, "A": 5, "C": 6, "G": 7,
                      "T": 8, "TG": 9, "AA": 10, "ATG": 11, "AAA": 12, "CTG": 13},
            "merges": ["T G", "A A", "A TG", ["AA", "A"], "C TG"],
        },
    })
}

fn tokenizer() -> BpeTokenizer {
    BpeTokenizer::from_json(small().to_string().as_bytes()).unwrap()
}

#[test]
fn merges_by_rank() {
    fn t(text: &str, expected: &[u32]) {
        assert_eq!(tokenizer().encode(text).ids, expected, "{text:?}");
    }
    t("", &[1, 2]);
    t("ATG", &[1, 11, 2]);
    t("AATG", &[1, 10, 9, 2]); // AA ranks before ATG
    t("AAAA", &[1, 10, 10, 2]); // leftmost first, then no pair AA AA
    t("AAA", &[1, 12, 2]);
    t("CTGATG", &[1, 13, 11, 2]);
    t("ATNG", &[1, 5, 8, 0, 7, 2]);
    t("AT G", &[1, 5, 8, 7, 2]);
    t("A-TG", &[1, 5, 0, 9, 2]);
    t("[MASK]TG", &[1, 4, 9, 2]);
    t("T[MASK]G", &[1, 8, 4, 7, 2]);
    t("[MAS", &[1, 0, 0, 5, 0, 2]);
    t("é\u{301}T", &[1, 0, 0, 8, 2]);
}

#[test]
fn spans_and_unknown_letters() {
    let encoded = tokenizer().encode("AT GNN-ATG[MASK]");
    let spans: Vec<_> = encoded.spans.iter().map(|span| (span.start, span.end)).collect();
    assert_eq!(encoded.ids, [1, 5, 8, 7, 0, 0, 0, 11, 4, 2]);
    assert_eq!(spans, [(0, 0), (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10), (10, 10)]);
    let unknown: Vec<_> = encoded.unknown.iter().map(|u| (u.position, u.letters.as_str())).collect();
    assert_eq!(unknown, [(4, "N"), (5, "N"), (6, "-")]);
}

#[test]
fn refusals() {
    fn t(what: &str, change: impl Fn(&mut Value), code: &str) {
        let mut file = small();
        change(&mut file);
        let error = BpeTokenizer::from_json(file.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{what}: {error}");
        assert!(!error.hint().is_empty());
    }
    t("another model", |f| f["model"]["type"] = json!("WordPiece"), "token.unsupported");
    t("a normalizer", |f| f["normalizer"] = json!({"type": "Lowercase"}), "token.unsupported");
    t("another splitter", |f| f["pre_tokenizer"] = json!({"type": "ByteLevel"}), "token.unsupported");
    t("fused unknowns", |f| f["model"]["fuse_unk"] = json!(true), "token.unsupported");
    t("bytes", |f| f["model"]["byte_fallback"] = json!(true), "token.unsupported");
    t("dropout", |f| f["model"]["dropout"] = json!(0.1), "token.unsupported");
    t("another unknown", |f| f["model"]["unk_token"] = json!("A"), "token.unsupported");
    t("a prefix", |f| f["model"]["continuing_subword_prefix"] = json!("##"), "token.unsupported");
    t("stripping", |f| f["added_tokens"][4]["lstrip"] = json!(true), "token.unsupported");
    t("no template", |f| f["post_processor"] = json!({"type": "Bert"}), "token.unsupported");
    t(
        "two sequences",
        |f| f["post_processor"]["single"] = json!([{"Sequence": {}}, {"Sequence": {}}]),
        "token.unsupported",
    );
    t("a Greek letter", |f| f["model"]["vocab"]["α"] = json!(14), "token.unsupported");
    t("a hole", |f| f["model"]["vocab"]["CC"] = json!(15), "token.ids");
    t("an id twice", |f| f["model"]["vocab"]["CTG"] = json!(5), "token.ids");
    t("another id", |f| f["added_tokens"][4]["id"] = json!(5), "token.ids");
    t("an empty literal", |f| f["added_tokens"][4]["content"] = json!(""), "token.ids");
    t("a long token", |f| f["model"]["vocab"]["A".repeat(65)] = json!(14), "token.ids");
    t("no product", |f| f["model"]["merges"][0] = json!("G T"), "token.merge");
    t("no parts", |f| f["model"]["merges"][0] = json!("XT G"), "token.merge");
    t("one part", |f| f["model"]["merges"][0] = json!("TG"), "token.merge");
    t("a triple", |f| f["model"]["merges"][0] = json!(["T", "G", "A"]), "token.json");
    t("no vocabulary", |f| f["model"] = json!({"type": "BPE"}), "token.json");
}

#[test]
fn files_that_are_no_tokenizer() {
    fn t(json: &[u8], code: &str) {
        assert_eq!(BpeTokenizer::from_json(json).unwrap_err().code(), code);
    }
    t(b"", "token.json");
    t(b"{}", "token.json");
    t(b"<html>", "token.json");
    t(b"\xff\xfe", "token.json");
    t("[".repeat(100_000).as_bytes(), "token.json");
    t(&vec![b' '; crate::limits::TOKENIZER_JSON_BYTES + 1], "token.file_too_large");
}

/// Merging without a queue, by the words of the description.
fn by_description(tokenizer: &BpeTokenizer, ids: &[u32]) -> Vec<u32> {
    let mut ids = ids.to_vec();
    loop {
        let ranked = ids.windows(2).enumerate().filter_map(|(at, pair)| {
            tokenizer.merges.get(&(pair[0], pair[1])).map(|&(rank, whole)| (rank, at, whole))
        });
        let Some((_, at, whole)) = ranked.min() else { return ids };
        ids.splice(at..at + 2, [whole]);
    }
}

proptest! {
    #[test]
    fn the_queue_does_as_described(text in "[ACGTN]{0,60}") {
        let tokenizer = tokenizer();
        let letters: Vec<u32> = text.chars().map(|c| tokenizer.letters.get(&c).copied().unwrap_or(0)).collect();
        let encoded = tokenizer.encode(&text);
        prop_assert_eq!(&encoded.ids[1..encoded.ids.len() - 1], by_description(&tokenizer, &letters));
        let covered: u32 = encoded.spans.iter().map(|span| span.end - span.start).sum();
        prop_assert_eq!(covered as usize, text.len());
    }

    #[test]
    fn any_text_is_tokenised(text in any::<String>()) {
        let encoded = tokenizer().encode(&text);
        prop_assert_eq!(encoded.ids.len(), encoded.spans.len());
    }
}
