//! Scores inside groups, beside those of all rows.

use crate::double::Double;
use crossgrain_api::analyses::probe::{Request, Response, Score};
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use serde_json::{Value, json};

/// Four species of twenty rows whose numbers differ, one of six rows with one number, one of three rows, and two rows of no
/// species. The number of a row is that of its species and a part of its own.
fn species() -> Double {
    let sizes = [("cold", 20, 10.0), ("mild", 20, 35.0), ("warm", 20, 60.0), ("hot", 20, 85.0)];
    let sizes = sizes.into_iter().chain([("one number", 6, 50.0), ("small", 3, 20.0), ("-", 2, 40.0)]);
    let (mut names, mut numbers, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for (name, rows, start) in sizes {
        for row in 0..rows {
            let part = if name == "one number" { 0.0 } else { f64::from(row * 7 % 20) / 2.0 };
            names.push(name);
            numbers.push(format!("{}", start + part));
            own.push(part as f32);
        }
    }
    let kinds: Vec<&str> = names.iter().map(|&name| if name == "-" { "none" } else { name }).collect();
    let classes: Vec<&str> = own.iter().map(|&part| if part > 4.6 { "high" } else { "low" }).collect();
    Double::default()
        .table("own", 1, &own)
        .column("species", &names)
        .column("kind", &kinds)
        .column("class", &classes)
        .column("number", &numbers.iter().map(String::as_str).collect::<Vec<_>>())
}

fn ask(more: &Value) -> Response {
    let mut request = json!({
        "features": [{ "name": "species", "classes": ["kind"], "of": [] }, { "name": "both", "of": ["own"], "classes": ["kind"] }],
        "labels": "number", "task": "numbers", "shuffles": 0, "halves": 10, "within": "species",
    });
    // Labels by name need a table.
    request["features"][0]["of"] = json!(["constant"]);
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    species().table("constant", 1, &[1.0; 91]).ask::<Request>(&request.to_string()).unwrap()
}

fn of(found: &Response, table: usize, metric: ProbeMetric) -> &Score {
    found.tables[table].scores.iter().find(|score| score.metric == metric).unwrap()
}

/// The species alone explains nearly all numbers, and nothing inside a species.
#[test]
fn what_the_species_says_is_not_within_species() {
    let found = ask(&json!({}));
    let (alone, both) = (of(&found, 0, ProbeMetric::R2), of(&found, 1, ProbeMetric::R2));
    assert!(alone.value.unwrap() > 0.95 && both.value.unwrap() > 0.99, "{alone:?} {both:?}");
    let (alone, both) = (alone.within.unwrap(), both.within.unwrap());
    assert!(alone.value.unwrap() < 0.05 && both.value.unwrap() > 0.8, "{alone:?} {both:?}");
    assert_eq!((alone.groups, both.groups), (4, 4));
    let interval = both.interval.unwrap();
    assert!(interval.low < both.value.unwrap() && interval.high >= both.value.unwrap(), "{interval:?}");
    assert!(interval.low > 0.3 && interval.count >= 5, "{interval:?}");

    let within = found.within.unwrap();
    let counts = (within.judged, within.rows, within.too_few, within.one_class, within.without_group);
    assert_eq!((counts, within.least_rows), ((4, 80, 1, 1, 2), 5));
    assert!(within.of.contains("weighted by their tested rows (80 in all)"), "{}", within.of);
    let reported = found.warnings.iter().find(|notice| notice.code == "probe.within_left_out").unwrap();
    assert_eq!(
        reported.message,
        "scores inside groups are of 4 of 6 groups: 1 have fewer than 5 tested rows, 1 have one class or number alone; 2 \
         tested rows have no group"
    );
}

#[test]
fn classes_as_published_and_without_groups() {
    let found =
        ask(&json!({ "labels": "class", "task": "classes", "intervals": "asPublished", "draws": 50 }));
    let score = of(&found, 1, ProbeMetric::MacroAuroc);
    let within = score.within.unwrap();
    assert!(
        within.value.unwrap() > 0.95 && within.interval.is_none() && score.interval.is_some(),
        "{score:?}"
    );
    let found = ask(&json!({ "within": null }));
    assert!(found.within.is_none() && of(&found, 0, ProbeMetric::R2).within.is_none());
    // Every group is its own class.
    let found = ask(&json!({ "labels": "kind", "task": "classes" }));
    let score = of(&found, 1, ProbeMetric::MacroAuroc).within.unwrap();
    assert_eq!((score.value, score.groups, score.interval), (None, 0, None));
    assert!(found.warnings.iter().any(|notice| notice.code == "probe.within_nothing"));
}

/// Residues belong to the group of their sequence.
#[test]
fn residues_are_in_the_groups_of_their_sequences() {
    let strings = ["HHEE", "EHEH", "HE?E", "EEHH", "HEHE", "EHHE"];
    let rows: Vec<f32> =
        strings.concat().chars().flat_map(|letter| [f32::from(u8::from(letter == 'H')), 0.5]).collect();
    let double = Double::default()
        .table("residues", 2, &rows)
        .ids("residues", &["s0", "s1", "s2", "s3", "s4", "s5"])
        .lengths("residues", &[4; 6])
        .column("structure", &strings)
        .column("fold", &["x", "x", "y", "y", "z", "-"]);
    let request = json!({
        "features": [{ "of": ["residues"] }], "labels": "structure", "perResidue": true, "folds": { "count": 3 },
        "shuffles": 0, "halves": 0, "within": "fold",
    });
    let found = double.ask::<Request>(&request.to_string()).unwrap();
    let within = found.within.unwrap();
    assert_eq!((within.judged, within.rows, within.too_few, within.without_group), (2, 15, 1, 4));
    assert_eq!(found.tables[0].scores[0].within.unwrap().value, Some(1.0));
}
