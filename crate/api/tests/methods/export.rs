//! Rows as a file with how they were made, and back.

use crate::double::Double;
use crossgrain_api::analyses::export_table;
use crossgrain_api::session::record::MethodsRecord;
use crossgrain_api::session::table;
use serde_json::{Value, json};

/// A record with a value in every field.
fn record(layers: &[usize], precision: &str) -> MethodsRecord {
    let notice = json!({ "code": "model.adapter_applied", "message": "\"{}\" é", "where": {}, "hint": "" });
    let record = json!({
        "tool": "crossgrain", "version": "1.2.3", "precision": precision, "layers": layers, "pooling": "mean-tokens",
        "poolingNote": "mean over all tokens, special tokens included", "window": 2047, "overlap": 200, "width": 3,
        "model": {
            "name": "null", "source": "files on a disk", "family": "esm2", "granularity": "protein", "pool": "mean", "layers": 6,
            "last": 6, "width": 3, "heads": 1, "parameters": 12.0, "precision": precision, "quantized": true,
            "weightsSha256": "12ab", "weightsBytes": 48.0, "maxResidues": null, "window": 2047, "warnings": [notice],
        },
        "device": { "kind": "cpu", "name": "CPU", "reason": "CPU, because it was asked for" },
        "sequences": {
            "kind": "protein", "translatedBy": 11, "domainSlices": false, "upperCase": true, "uracilAsThymine": false,
            "records": 2, "distinct": 2, "residues": 2500, "refused": 1, "inSeveralWindows": 1, "mostWindows": 3,
        },
        "seconds": 1.5,
    });
    serde_json::from_value(record).unwrap()
}

/// Numbers whose bits a text would not keep.
const ROWS: [f32; 6] = [f32::MIN_POSITIVE / 2.0, -0.0, 0.1, f32::MAX, 1.0, f32::from_bits(0x3f80_0001)];

fn double() -> Double {
    let rows = Double::default().layer("rows", "layer_2", 3, &ROWS).layer("rows", "layer_6", 3, &ROWS);
    rows.layer("other", "layer_0", 3, &ROWS).layer("plain", "layer_0", 3, &ROWS)
}

fn export(double: &Double, request: &Value) -> (Vec<u8>, Option<MethodsRecord>) {
    let found = double.ask::<export_table::Request>(&request.to_string()).unwrap();
    (found.file.data, found.methods.map(|methods| *methods))
}

fn read(bytes: &[u8], layer: usize) -> table::Response {
    table::Response::read("rows.safetensors", &bytes.to_vec(), layer).unwrap()
}

#[test]
fn rows_come_back_to_the_bit_with_how_they_were_made() {
    let record = record(&[2, 6], "int4");
    let layers = json!([{ "name": "layer_6", "table": "other" }]);
    let request = json!({ "format": "safetensors", "layers": layers, "ids": ["a", "b"], "methods": record,
        "metadata": { "pool": "mean-tokens" } });
    let (bytes, beside) = export(&double(), &request);
    assert_eq!(beside, None, "the header holds it");
    let found = read(&bytes, 0);
    let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&found.numbers.data), bits(&ROWS));
    assert_eq!(found.ids, Some(vec!["a".to_owned(), "b".to_owned()]));
    // All but the seconds, so that the same rows give the same bytes.
    assert_eq!((record.seconds, found.methods), (Some(1.5), Some(record.of_rows())));
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    // Any reader of safetensors sees the fields by their names.
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let texts = &header["__metadata__"];
    for (key, expected) in [
        ("pool", "mean-tokens"),
        ("pooling", "mean-tokens"),
        ("precision", "int4"),
        ("layers", "[2,6]"),
        ("window", "2047"),
        ("overlap", "200"),
        ("version", "1.2.3"),
        ("ids", r#"["a","b"]"#),
    ] {
        assert_eq!(texts[key], expected, "{key}");
    }
    for (key, part) in [
        ("model", r#""weightsSha256":"12ab""#),
        ("device", r#""kind":"cpu""#),
        ("sequences", r#""translatedBy":11"#),
    ] {
        assert!(texts[key].as_str().unwrap().contains(part), "{key}: {texts}");
    }
}

#[test]
fn formats_without_a_place_for_it_have_it_beside_them() {
    for format in ["csv", "npy"] {
        let layers = json!([{ "name": "layer_0", "table": "other" }]);
        let request = json!({ "format": format, "layers": layers, "methods": record(&[0], "f32") });
        let (with, beside) = export(&double(), &request);
        assert_eq!(beside, Some(record(&[0], "f32").of_rows()), "{format}");
        let (without, beside) = export(&double(), &json!({ "format": format, "layers": layers }));
        assert_eq!((with, beside), (without, None), "{format}: the rows are the same");
    }
}

#[test]
fn tables_that_know_how_they_were_made_pass_it_on() {
    let sources = double().methods("other", "layer_0", record(&[0], "f32")).methods(
        "rows",
        "layer_2",
        record(&[2], "f32"),
    );
    let layer = |name: &str, table: &str| json!({ "name": name, "table": table });
    let request = |layers: &[Value]| json!({ "format": "safetensors", "layers": layers });
    // Alike but for the layer: one record of both.
    let alike = double().methods("other", "layer_0", record(&[0], "f16")).methods(
        "plain",
        "layer_0",
        record(&[6], "f16"),
    );
    let both = [layer("layer_0", "other"), layer("layer_6", "plain")];
    let (bytes, _) = export(&alike, &request(&both));
    assert_eq!(read(&bytes, 1).methods, Some(record(&[0, 6], "f16").of_rows()));
    // One of them is not known: the other's is its own only.
    let (bytes, _) = export(&sources, &request(&both));
    assert_eq!(read(&bytes, 0).methods, Some(record(&[0], "f32").of_rows()));
    assert_eq!(read(&bytes, 1).methods, None);
    // Different models side by side.
    let differ = double().methods("other", "layer_0", record(&[0], "f32")).methods(
        "plain",
        "layer_0",
        record(&[6], "int8"),
    );
    let (bytes, _) = export(&differ, &request(&both));
    assert_eq!(read(&bytes, 0).methods, Some(record(&[0], "f32").of_rows()));
    assert_eq!(read(&bytes, 1).methods, Some(record(&[6], "int8").of_rows()));
    assert_eq!(record(&[2, 6], "f32").of_layer("layer_6").layers, [6]);
    assert_eq!(record(&[2, 6], "f32").of_layer("rows").layers, [2, 6]);
}

#[test]
fn other_texts_are_no_record_and_a_broken_record_is_reported() {
    let layers = json!([{ "name": "layer_0", "table": "other" }]);
    let texts = |texts: Value| {
        let (bytes, _) =
            export(&double(), &json!({ "format": "safetensors", "layers": layers, "metadata": texts }));
        let found = read(&bytes, 0);
        let codes: Vec<String> = found.warnings.into_iter().map(|notice| notice.code).collect();
        (found.methods.is_some(), codes, found.joined)
    };
    assert_eq!(texts(json!({})), (false, vec![], None), "a file of an earlier version");
    assert_eq!(texts(json!({ "format": "pt", "model": "esm2", "version": "4.1" })), (false, vec![], None));
    assert_eq!(texts(json!({ "joined": "{}" })), (false, vec![], Some("{}".to_owned())));
    assert_eq!(
        texts(json!({ "tool": "crossgrain", "layers": "six" })),
        (false, vec!["table.methods".to_owned()], None)
    );
}

#[test]
fn a_line_says_what_matters_most() {
    assert_eq!(
        record(&[2, 6], "int4").line(),
        "rows of null (SHA-256 12ab…), layers 2, 6, pooling mean-tokens, int4, 1 record in windows that share 200, \
         cpu, crossgrain 1.2.3"
    );
    // A later version may have more fields, an earlier one fewer.
    let mut json = serde_json::to_value(record(&[6], "f32")).unwrap();
    json["later"] = json!({ "field": 1 });
    json["sequences"].as_object_mut().unwrap().remove("mostWindows");
    assert!(MethodsRecord::from_json(json.to_string().as_bytes()).unwrap().is_some());
    for other in ["", "[]", "{}", r#"{"tool":"other"}"#] {
        assert_eq!(MethodsRecord::from_json(other.as_bytes()), Ok(None), "{other}");
    }
}
