//! The silhouette of another column is that of the map's own answer, and wrong shapes are refused.

use crate::double::{Double, cloud_labels, clouds};
use crossgrain_api::analyses::{map, silhouette};

fn double() -> Double {
    let made = Double::default()
        .table("rows", 3, &clouds())
        .ask::<map::Request>(r#"{ "table": "rows", "method": "pca" }"#)
        .unwrap();
    Double::default().table("rows", 3, &clouds()).table("map", 2, &made.points.data).table(
        "line",
        1,
        &made.points.data[..20],
    )
}

#[test]
fn the_same_numbers_as_with_the_map() {
    for extra in ["", r#", "standardise": true"#] {
        let labels = cloud_labels();
        let asked = format!(r#"{{ "table": "rows", "map": "map", "labels": {labels}{extra} }}"#);
        let found = double().ask::<silhouette::Request>(&asked).unwrap().silhouette.unwrap();
        let json = format!(r#"{{ "table": "rows", "method": "pca", "labels": {labels}{extra} }}"#);
        let whole = double().ask::<map::Request>(&json).unwrap().silhouette.unwrap();
        assert_eq!((found.space, found.rows, found.groups), (whole.space, 20, 2), "{extra}");
        // A map of standardised rows has other points.
        if extra.is_empty() {
            assert!((found.map - whole.map).abs() < 1e-6 && found.map > 0.9);
        }
    }
}

#[test]
fn other_columns_have_other_numbers_and_one_group_has_none() {
    let labels =
        |of: fn(usize) -> &'static str| serde_json::to_string(&(0..20).map(of).collect::<Vec<_>>()).unwrap();
    let ask = |labels: String| {
        let json = format!(r#"{{ "table": "rows", "map": "map", "labels": {labels} }}"#);
        double().ask::<silhouette::Request>(&json).unwrap().silhouette
    };
    let mixed = ask(labels(|row| if row % 2 == 0 { "even" } else { "odd" })).unwrap();
    assert!(mixed.map < 0.1 && mixed.space < 0.1, "{mixed:?}");
    assert_eq!(ask(labels(|_| "one")), None);
}

#[test]
fn a_map_has_two_coordinates_for_each_row() {
    let json = format!(r#"{{ "table": "rows", "map": "line", "labels": {} }}"#, cloud_labels());
    assert_eq!(double().ask::<silhouette::Request>(&json).unwrap_err().0.code, "map.shape");
}
