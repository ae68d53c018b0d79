//! CKA of layers, its test, and its curves over checkpoints.

use crate::double::{Double, clouds};
use crossgrain_api::analyses::{cka, cka_evolution, cka_test};
use crossgrain_api::blocks::BlockKind;
use crossgrain_api::{Answer, Numbers};

fn layers() -> Double {
    let (rows, other): (Vec<f32>, Vec<f32>) = (clouds(), (0..40).map(|i| ((i * i) % 11) as f32).collect());
    Double::default()
        .layer("model", "layer_1", 3, &rows)
        .layer("model", "layer_2", 2, &other)
        .layer("later", "layer_2", 2, &other)
        .layer("later", "layer_1", 3, &rows.iter().map(|x| 2.0 * x + 1.0).collect::<Vec<_>>())
        .table("constant", 1, &[1.0; 20])
        .table("named", 3, &rows)
        .table("strangers", 3, &rows)
        .ids("named", &["a"; 20])
        .ids("strangers", &["b"; 20])
}

#[test]
fn every_layer_with_every_layer() {
    let found = layers().ask::<cka::Request>(r#"{ "x": ["model"] }"#).unwrap();
    assert_eq!(found.x, ["model#layer_1", "model#layer_2"]);
    assert_eq!((found.n, found.rows, found.cols, &found.y), (20, 2, 2, &found.x));
    assert_eq!(found.debiased.shape, [2, 2]);
    assert!((found.debiased.data[0] - 1.0).abs() < 1e-6 && (found.biased.data[3] - 1.0).abs() < 1e-6);
    assert_eq!(found.debiased.data[1], found.debiased.data[2]);
    let fields: Vec<&str> = found.arrays().iter().map(|array| array.field).collect();
    assert_eq!(fields, ["debiased", "biased"]);
    assert_eq!(found.arrays()[1].numbers, Numbers::F64(&found.biased.data));
    assert_eq!(found.computed.device.name(), "cpu");
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json.get("debiased"), None);
}

#[test]
fn a_constant_layer_has_no_cka() {
    let found = layers().ask::<cka::Request>(r#"{ "x": ["model"], "y": ["constant"] }"#).unwrap();
    assert_eq!(found.debiased.shape, [2, 1]);
    assert!(found.debiased.data.iter().all(|x| x.is_nan()));
    let cells: Vec<_> = found.undefined.iter().map(|cell| (cell.row, cell.col, cell.product)).collect();
    assert_eq!(cells, [(0, 0, 0.0), (1, 0, 0.0)]);
}

#[test]
fn batches_are_centred_by_themselves() {
    let whole = layers().ask::<cka::Request>(r#"{ "x": ["model"] }"#).unwrap();
    let one = layers().ask::<cka::Request>(r#"{ "x": ["model"], "batch": 20 }"#).unwrap();
    let batches = layers().ask::<cka::Request>(r#"{ "x": ["model"], "batch": 6 }"#).unwrap();
    assert_eq!(whole.debiased, one.debiased);
    assert_ne!(whole.debiased.data[1], batches.debiased.data[1]);
}

#[test]
fn layers_of_other_rows_are_refused() {
    fn t(json: &str, code: &str) {
        assert_eq!(layers().ask::<cka::Request>(json).unwrap_err().0.code, code, "{json}");
    }
    t(r#"{ "x": [] }"#, "analysis.nothing");
    t(r#"{ "x": ["model"], "y": [] }"#, "analysis.nothing");
    t(r#"{ "x": ["named", "strangers"] }"#, "table.other_ids");
    t(r#"{ "x": ["named"], "y": ["strangers"] }"#, "table.other_ids");
    t(r#"{ "x": ["model"], "batch": 3 }"#, "cka.too_few_rows");
    t(r#"{ "x": ["model"], "kernel": "rbf", "bandwidth": 0 }"#, "cka.bandwidth");
}

#[test]
fn a_layer_with_itself_is_more_than_chance() {
    let json = r#"{ "x": "named", "y": "named", "shuffles": 99, "draws": 50 }"#;
    let found = layers().ask::<cka_test::Request>(json).unwrap();
    assert!((found.value.unwrap() - 1.0).abs() < 1e-9);
    assert_eq!((found.n, found.p, found.shuffles, found.draws, found.seed), (20, Some(0.01), 99, 50, 42));
    assert!(found.interval.unwrap()[0] > 0.99);
    let json = r#"{ "x": "named", "y": "constant", "shuffles": 9, "draws": 9 }"#;
    let found = layers().ask::<cka_test::Request>(json).unwrap();
    assert_eq!((found.value, found.product, found.undefined_draws), (None, Some(0.0), 9));
    assert_eq!((found.p, found.interval, found.blocks.kind), (None, None, BlockKind::Rows));
    let groups: Vec<String> = (0..20).map(|row| format!("g{}", row / 2)).collect();
    let json = serde_json::json!({ "x": "named", "y": "named", "shuffles": 99, "draws": 50, "batch": 8, "groups": groups });
    let found = layers().ask::<cka_test::Request>(&json.to_string()).unwrap();
    assert_eq!((found.blocks.kind, found.blocks.count, found.batch), (BlockKind::Groups, 10, 8));
    assert!((found.value.unwrap() - 1.0).abs() < 1e-9 && found.p == Some(0.01), "{found:?}");
    let refused =
        layers().ask::<cka_test::Request>(r#"{ "x": "named", "y": "named", "batch": 3 }"#).unwrap_err();
    assert_eq!(refused.0.code, "cka.too_few_rows");
}

#[test]
fn checkpoints_meet_by_the_names_of_their_layers() {
    let json = r#"{ "checkpoints": [["model"], ["later"]] }"#;
    let found = layers().ask::<cka_evolution::Request>(json).unwrap();
    assert_eq!(found.checkpoints, ["model", "later"]);
    let names: Vec<&str> = found.curves.iter().map(|curve| curve.layer.as_str()).collect();
    assert_eq!(names, ["layer_1", "layer_2"]);
    let one = |x: &Option<f64>| (x.unwrap() - 1.0).abs() < 1e-5;
    assert!(found.curves.iter().all(|curve| curve.debiased.iter().all(one) && curve.biased.iter().all(one)));
    let json = r#"{ "checkpoints": [["named"], ["constant"]] }"#;
    let found = layers().ask::<cka_evolution::Request>(json).unwrap();
    assert_eq!(found.curves[0].debiased[1], None);
    let json = r#"{ "checkpoints": [["model"], ["named"]] }"#; // A second layer is missing.
    assert_eq!(layers().ask::<cka_evolution::Request>(json).unwrap_err().0.code, "cka.layers");
}
