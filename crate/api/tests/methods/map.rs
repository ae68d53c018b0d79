//! Maps of two clouds, and one map laid over another.

use crossgrain_api::Answer;
use crossgrain_api::analyses::map::MapMethod;
use crossgrain_api::analyses::{align, map};
use crate::double::{Double, cloud_labels, clouds};
use std::ops::ControlFlow;

fn double() -> Double {
    let words: Vec<&str> = (0..20).map(|i| if i < 10 { "a" } else { "b" }).collect();
    let ids: Vec<String> = (0..20).map(|i| format!("row{i}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    Double::default()
        .table("rows", 3, &clouds())
        .ids("rows", &ids)
        .table("narrow", 1, &[1.0, 2.0, 4.0])
        .column("cloud", &words)
}

#[test]
fn components_of_two_clouds() {
    let json = format!(r#"{{ "table": "rows", "method": "pca", "labels": {} }}"#, cloud_labels());
    let found = double().ask::<map::Request>(&json).unwrap();
    assert_eq!((found.method, found.rows, found.points.shape), (MapMethod::Pca, 20, [20, 2]));
    assert!(found.explained.as_ref().unwrap()[0] > 0.99);
    assert_eq!(Answer::ids(&found).unwrap()[19], "row19");
    let silhouette = found.silhouette.unwrap();
    assert_eq!((silhouette.rows, silhouette.groups), (20, 2));
    assert!(silhouette.map > 0.9 && silhouette.space > 0.9);
    let quality = found.quality.unwrap();
    assert_eq!((quality.k, quality.chance), (9, 9.0 / 19.0));
    assert!(quality.trustworthiness > 0.9);
}

#[test]
fn umap_and_tsne_say_what_they_used() {
    let found = double().ask::<map::Request>(r#"{ "table": "rows", "epochs": 20, "neighbours": 99 }"#).unwrap();
    let used = &found.parameters;
    assert_eq!((used.neighbours, used.min_dist, used.epochs, used.seed), (Some(20), Some(0.1), Some(20), Some(42)));
    assert_eq!(used.perplexity, None);
    let json = r#"{ "table": "rows", "method": "tsne", "iterations": 20, "quality": false }"#;
    let found = double().ask::<map::Request>(json).unwrap();
    assert_eq!((found.parameters.perplexity, found.parameters.iterations), (Some(19.0 / 3.0), Some(20)));
    assert_eq!((found.quality, found.silhouette, found.explained), (None, None, None));
    let again = double().ask::<map::Request>(json).unwrap();
    assert_eq!(found.points, again.points);
}

#[test]
fn only_some_labels_are_mapped() {
    let json = r#"{ "table": "rows", "method": "pca", "labels": "cloud", "only": ["b"] }"#;
    let found = double().ask::<map::Request>(json).unwrap();
    assert_eq!((found.rows, found.ids.unwrap()[0].as_str(), found.silhouette), (10, "row10", None));
    assert_eq!(found.kept.unwrap(), (10..20).collect::<Vec<_>>());
}

#[test]
fn one_column_has_a_second_of_zeros() {
    let found = double().ask::<map::Request>(r#"{ "table": "narrow", "method": "pca" }"#).unwrap();
    assert_eq!((found.points.shape, found.points.data[1], found.quality.unwrap().k), ([3, 2], 0.0, 1));
}

#[test]
fn what_cannot_be_mapped_is_refused() {
    fn t(json: &str, code: &str) {
        assert_eq!(double().ask::<map::Request>(json).unwrap_err().0.code, code, "{json}");
    }
    t(r#"{ "table": { "table": "rows", "rows": [0, 1] } }"#, "map.too_few_rows");
    t(r#"{ "table": "rows", "only": ["a"] }"#, "options.invalid");
    t(r#"{ "table": "rows", "neighbours": 1 }"#, "map.option");
    t(r#"{ "table": "rows", "minDist": 2 }"#, "map.option");
}

#[test]
fn a_map_is_cancelled() {
    let stopped = double().ask_with::<map::Request>(r#"{ "table": "rows" }"#, &mut |_, _| ControlFlow::Break(()));
    assert_eq!(stopped.unwrap_err().0.code, "analysis.cancelled");
}

#[test]
fn a_turned_map_comes_back() {
    let earlier = double().ask::<map::Request>(r#"{ "table": "rows", "method": "pca" }"#).unwrap();
    let turned: Vec<f32> = earlier.points.data.chunks(2).flat_map(|p| [3.0 * p[1] + 1.0, 3.0 * p[0]]).collect();
    let double = double().table("earlier", 2, &turned);
    let json = r#"{ "table": "rows", "method": "pca", "align": "earlier" }"#;
    let found = double.ask::<map::Request>(json).unwrap();
    assert!(found.disparity.unwrap() < 1e-6);
    assert!(found.points.data.iter().zip(&turned).all(|(a, b)| (a - b).abs() < 1e-3));
    let double = double.table("points", 2, &earlier.points.data);
    let found = double.ask::<align::Request>(r#"{ "map": "points", "target": "earlier" }"#).unwrap();
    assert!(found.disparity < 1e-6);
    assert_eq!((found.points.shape, found.ids), ([20, 2], None));
}
