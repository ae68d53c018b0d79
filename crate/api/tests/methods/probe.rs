//! Probes of rows and of residues.

use crate::double::{Double, cloud_labels, clouds};
use crossgrain_api::Answer;
use crossgrain_api::analyses::probe::{ModelOptions, Preset, Request, Response, UnitKind};
use crossgrain_core::analysis::evaluation::folds::FoldKind;
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain_core::analysis::probe::Task;
use serde_json::{Value, json};

fn double() -> Double {
    let noise: Vec<f32> = (0..20).map(|i| ((i * 7) % 5) as f32).collect();
    let words: Vec<&str> = (0..20).map(|i| if i < 10 { "a" } else { "b" }).collect();
    let numbers: Vec<String> = (0..20).map(|i| format!("{}", i * i)).collect();
    let groups: Vec<&str> = (0..20).map(|i| if i % 3 == 0 { "-" } else { ["x", "y", "z"][i % 2] }).collect();
    Double::default()
        .table("rows", 3, &clouds())
        .table("noise", 1, &noise)
        .layer("deep", "layer_1", 1, &noise)
        .layer("deep", "layer_2", 3, &clouds())
        .column("cloud", &words)
        .column("square", &numbers.iter().map(String::as_str).collect::<Vec<_>>())
        .column("group", &groups)
}

fn ask(request: &Value) -> Response {
    double()
        .ask::<Request>(&request.to_string())
        .unwrap_or_else(|refusal| panic!("{request}: {}", refusal.0.code))
}

fn refused(request: &Value) -> String {
    double().ask::<Request>(&request.to_string()).unwrap_err().0.code.to_string()
}

#[test]
fn two_clouds_are_separated_and_noise_is_not() {
    let labels: Value = serde_json::from_str(&cloud_labels()).unwrap();
    let found = ask(&json!({
        "features": [{ "of": ["rows"] }, { "name": "noise alone", "of": ["noise"] }],
        "labels": labels, "seeds": [1, 2], "shuffles": 19,
    }));
    assert_eq!((found.task, found.rows, found.unlabelled), (Task::Classes, 20, 0));
    assert_eq!(
        (&found.classes, &found.seeds, found.draws, found.halves, found.shuffles, found.comparisons),
        (&vec!["a".into(), "b".into()], &vec![1, 2], 0, 15, 19, 1)
    );
    assert_eq!((found.folds.kind, found.folds.count), (FoldKind::Stratified, 5));
    assert_eq!(found.model, ModelOptions::Linear { c: Some(1.0), alpha: None, choose: false });
    let [rows, noise] = found.tables.as_slice() else { panic!("two sets") };
    assert_eq!((rows.name.as_str(), rows.columns, noise.name.as_str()), ("rows", 3, "noise alone"));
    let head = &rows.scores[0];
    assert_eq!((head.metric, head.value, rows.scores.len()), (ProbeMetric::MacroAuroc, Some(1.0), 16));
    assert!(rows.scores.iter().all(|score| score.interval.is_some() && score.of_seeds.len() == 2));
    assert!(head.over_seeds.is_some() && head.percentiles_over_seeds.is_some());
    let permuted = head.permuted.unwrap();
    assert_eq!((permuted.shuffles, permuted.p, head.constant), (19, 0.05, Some(0.5)));
    assert!((0.3..0.7).contains(&permuted.mean.unwrap()), "{permuted:?}");
    assert_eq!((head.mean_of_folds, noise.scores[0].permuted.is_none()), (Some(1.0), true));
    assert_eq!((found.units.count, found.units.kind, found.units.copies), (20, UnitKind::Rows, 0));
    assert!(found.interval_of.contains("the expected score"), "{}", found.interval_of);
    assert!(rows.minus_first.is_none());
    // Noise minus rows: negative.
    let minus = noise.minus_first.unwrap();
    assert!(minus.difference.high < 0.0 && minus.p > 0.0 && minus.p_holm == minus.p, "{minus:?}");
    assert_eq!(found.confusion.as_ref().unwrap(), &[vec![10.0, 0.0], vec![0.0, 10.0]]);
    assert_eq!((found.predictions.shape, found.seed_predictions.shape), ([20, 2], [40, 2]));
    assert_eq!(found.fold_of_rows.shape, [20, 2]);
    assert!(found.fold_of_rows.data.iter().all(|fold| (1..=5).contains(fold)));
    let classes: Vec<_> = rows.classes.iter().map(|class| (class.label.as_str(), class.support)).collect();
    assert_eq!(classes, [("a", 10), ("b", 10)]);
    assert!(rows.classes.iter().flat_map(|class| &class.scores).all(|score| score.value == Some(1.0)));
    assert_eq!(rows.reliability.iter().map(|bin| bin.count).sum::<u64>(), 2 * 20 * 2);
    assert_eq!(Answer::ids(&found).unwrap()[19], "20");
    let codes: Vec<&str> = found.warnings.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, ["probe.small_classes", "probe.few_rows", "probe.answer_in_features"]);
}

#[test]
fn as_published_holds_the_models_fixed() {
    let request = json!({
        "features": [{ "of": ["rows"] }, { "of": ["noise"] }], "labels": "cloud", "shuffles": 0,
        "intervals": "asPublished", "draws": 200,
    });
    let found = ask(&request);
    let (first, other) = (&found.tables[0], &found.tables[1]);
    assert_eq!((found.halves, found.draws, first.scores[0].interval.unwrap().count), (0, 200, 200));
    assert!(first.scores[0].permuted.is_none() && found.interval_of.contains("held fixed"));
    // No draw is on the other side, and p is not 0 all the same.
    assert_eq!(other.minus_first.unwrap().p, 2.0 / 201.0);
    assert!(found.warnings.iter().any(|notice| notice.code == "probe.as_published"), "{:?}", found.warnings);
}

/// Twenty near-copies of five families with two classes: the families are what is independent.
#[test]
fn groups_are_the_units() {
    let with = |more: Value| {
        let mut request =
            json!({ "features": [{ "of": ["rows"] }], "labels": "cloud", "shuffles": 9, "halves": 5 });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask(&request).units
    };
    let families: Vec<String> = (0..20).map(|row| format!("f{}", row / 2)).collect();
    let grouped = with(json!({ "folds": { "kind": "grouped", "groups": families, "count": 5 } }));
    assert_eq!((grouped.kind, grouped.count), (UnitKind::Groups, 10));
    let beside = with(json!({ "folds": { "groups": families } }));
    assert_eq!(beside, grouped);
    assert_eq!(with(json!({ "units": families })), grouped);
    let folds: Vec<String> = (0..20).map(|row| format!("{}", row % 4)).collect();
    let given = with(json!({ "folds": { "kind": "given", "groups": folds } }));
    assert_eq!((given.kind, given.count), (UnitKind::Rows, 20));
}

/// Nothing to learn: a table whose rows are all alike. Whatever the folds, its AUROC is a half.
#[test]
fn a_constant_has_an_auroc_of_a_half() {
    for folds in [json!({}), json!({ "kind": "leaveOneOut" })] {
        let set = json!([{ "numbers": [vec![1; 20]] }]);
        let labels: Vec<&str> = (0..20).map(|row| if row < 13 { "a" } else { "b" }).collect();
        let found =
            ask(&json!({ "features": set, "labels": labels, "folds": folds, "shuffles": 0, "halves": 0 }));
        let head = &found.tables[0].scores[0];
        assert_eq!((head.value, head.constant, head.interval), (Some(0.5), Some(0.5), None));
        let labels: Vec<String> = (0..20).map(|row| format!("{}.5", row * row)).collect();
        let found =
            ask(&json!({ "features": set, "labels": labels, "folds": folds, "shuffles": 0, "halves": 0 }));
        assert_eq!((found.tables[0].scores[0].value, found.tables[0].scores[0].constant), (None, None));
    }
}

#[test]
fn keys_are_in_one_spelling() {
    let request = json!({ "features": [{ "of": ["rows"] }], "labels": "cloud", "draws": 20 });
    let json = serde_json::to_value(ask(&request)).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&json["tables"][0]["scores"][0]),
        [
            "constant",
            "interval",
            "meanOfFolds",
            "metric",
            "ofSeeds",
            "overSeeds",
            "percentilesOverSeeds",
            "permuted",
            "value",
            "within"
        ]
    );
    assert_eq!(
        keys(&json["tables"][0]),
        ["classes", "columns", "minusFirst", "name", "penalties", "reliability", "scores"]
    );
    assert_eq!(json["tables"][0]["scores"][0]["metric"], "macro_auroc");
    assert_eq!(json.get("predictions"), None);
}

#[test]
fn numbers_have_a_ridge() {
    let request = json!({
        "features": [{ "of": ["rows"], "numbers": [(0..20).collect::<Vec<i32>>()] }],
        "labels": "square", "folds": { "kind": "plain", "count": 4 }, "draws": 20,
    });
    let found = ask(&request);
    assert_eq!((found.task, found.folds.count, found.tables[0].columns), (Task::Numbers, 4, 4));
    assert_eq!(found.model, ModelOptions::Linear { c: None, alpha: Some(1.0), choose: false });
    assert_eq!((found.confusion.is_none(), found.predictions.shape), (true, [20, 1]));
    assert!(found.tables[0].scores[0].value.unwrap() > 0.9);
}

#[test]
fn the_penalty_is_chosen_inside_the_training_rows() {
    let mut request = json!({
        "features": [{ "of": ["rows"], "numbers": [(0..20).collect::<Vec<i32>>()] }, { "of": ["noise"] }],
        "labels": "square", "model": { "kind": "linear", "choose": true },
        "folds": { "kind": "plain", "count": 4 }, "seeds": [1, 2], "draws": 20,
    });
    let found = ask(&request);
    assert_eq!(found.model, ModelOptions::Linear { c: None, alpha: None, choose: true });
    let chosen = |at: usize| found.tables[at].penalties.clone().unwrap();
    assert_eq!((chosen(0).len(), chosen(1).len()), (8, 8), "a penalty for each fold of each seed");
    assert!(chosen(0).iter().all(|alpha| *alpha <= 1.0), "{:?}", chosen(0));
    assert!(chosen(1).iter().sum::<f64>() > chosen(0).iter().sum::<f64>());
    request["folds"]["count"] = json!(2);
    assert_eq!(refused(&request), "probe.setting");
    request["model"] = json!({ "kind": "linear" });
    assert_eq!(ask(&request).tables[0].penalties, None);
}

#[test]
fn columns_are_appended_to_one_set_or_to_all() {
    let request = json!({
        "features": [{ "of": ["rows", "noise"] }, { "name": "group only", "classes": ["cloud"] }],
        "labels": "cloud", "withNumbers": ["square"], "withClasses": ["cloud"], "draws": 20,
    });
    let found = ask(&request);
    let sets: Vec<_> = found.tables.iter().map(|table| (table.name.as_str(), table.columns)).collect();
    assert_eq!(sets, [("rows+noise", 3 + 1 + 1 + 2), ("group only", 1 + 2 + 2)]);
}

#[test]
fn each_layer_is_a_set() {
    let request = json!({
        "features": [{ "of": ["deep"] }, { "of": ["noise"] }], "labels": "cloud", "eachLayer": true, "draws": 20,
    });
    let found = ask(&request);
    let names: Vec<&str> = found.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["deep#layer_1", "deep#layer_2", "noise"]);
    assert!(found.tables[1].minus_first.unwrap().difference.low > 0.0);
}

#[test]
fn rows_without_a_group() {
    let with = |kind: &str, count: usize| {
        let folds = json!({ "kind": kind, "groups": "group", "count": count });
        ask(&json!({ "features": [{ "of": ["rows"] }], "labels": "cloud", "folds": folds, "draws": 20 }))
    };
    let grouped = with("grouped", 3);
    assert_eq!(grouped.folds.count, 3);
    // Given folds: rows without one are trained on and never tested.
    let given = with("given", 5);
    assert_eq!(given.folds.count, 2);
    let tested: f64 = given.confusion.unwrap().iter().flatten().sum();
    assert_eq!(tested, 13.0);
    assert_eq!(&given.predictions.data[..2], [0.0, 0.0]);
}

#[test]
fn an_mlp_has_the_schedule_of_a_paper() {
    let resolved =
        |json: Value| serde_json::from_value::<ModelOptions>(json).unwrap().resolved(Task::Classes);
    let found = resolved(json!({ "kind": "mlp", "preset": "halogenation", "epochs": 7 }));
    let expected = ModelOptions::Mlp {
        preset: Some(Preset::Halogenation),
        hidden: Some(vec![512, 128]),
        alpha: Some(0.01),
        epochs: Some(7),
        patience: Some(30),
    };
    assert_eq!(found, expected);
    assert_eq!(resolved(json!({ "kind": "forest" })), ModelOptions::Forest { trees: Some(100) });
    assert!(serde_json::from_value::<ModelOptions>(json!({ "kind": "forest", "c": 1 })).is_err());
    let model = json!({ "kind": "mlp", "hidden": [4], "epochs": 3 });
    let request = json!({ "features": [{ "of": ["rows"] }], "labels": "cloud", "model": model, "draws": 20 });
    assert_eq!(ask(&request).tables[0].scores.len(), 16);
}

#[test]
fn what_cannot_be_learnt_is_refused() {
    let rows = json!([{ "of": ["rows"] }]);
    let mut gaps = vec![json!("x"); 20];
    gaps[3] = json!(null);
    let t = |request: Value, code: &str| assert_eq!(refused(&request), code, "{request}");
    t(json!({ "features": [], "labels": "cloud" }), "probe.nothing");
    t(json!({ "features": rows, "labels": ["a"] }), "analysis.labels");
    t(json!({ "features": rows, "labels": "cloud", "folds": { "kind": "grouped" } }), "folds.no_groups");
    t(json!({ "features": rows, "labels": "cloud", "folds": { "count": 99 } }), "folds.count");
    t(json!({ "features": [{ "of": ["rows"], "classes": [gaps] }], "labels": "cloud" }), "labels.incomplete");
    t(json!({ "features": rows, "labels": "cloud", "model": { "kind": "linear", "c": 0 } }), "probe.setting");
}

#[test]
fn a_probe_is_cancelled() {
    let request = json!({ "features": [{ "of": ["rows"] }], "labels": "cloud" }).to_string();
    let mut stop_at_draws = |done: u64, _: u64| {
        if done > 100 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    };
    let stopped = double().ask_with::<Request>(&request, &mut stop_at_draws).unwrap_err();
    assert_eq!(stopped.0.code, "probe.cancelled");
}

/// Six sequences of four residues; the first column of a residue is 1 for `H`.
fn residues() -> Double {
    let strings = ["HHEE", "EHEH", "HE?E", "EEHH", "HEHE", "EHHE"];
    let of = |letter: char| [f32::from(u8::from(letter == 'H')), 0.5];
    let rows: Vec<f32> = strings.iter().flat_map(|string| string.chars().flat_map(of)).collect();
    // One row for two residues: whether the first and the second are helical.
    let pairs: Vec<f32> = rows.chunks(4).flat_map(|pair| [pair[0], pair[2]]).collect();
    Double::default()
        .table("residues", 2, &rows)
        .ids("residues", &["seq0", "seq1", "seq2", "seq3", "seq4", "seq5"])
        .lengths("residues", &[4; 6])
        .table("pairs", 2, &pairs)
        .column("structure", &strings)
}

#[test]
fn letters_of_residues_are_learnt_from_rows_of_tokens() {
    let request = json!({
        "features": [{ "of": ["residues"] }, { "of": ["pairs"], "offsets": [0, 2, 4, 6, 8, 10, 12] }],
        "labels": "structure", "perResidue": true, "residuesPerToken": [1, 2], "folds": { "count": 3 }, "draws": 50,
    });
    let found = residues().ask::<Request>(&request.to_string()).unwrap();
    assert_eq!((&found.classes, found.rows, found.unlabelled), (&vec!["E".into(), "H".into()], 23, 1));
    let counts = found.residues.unwrap();
    assert_eq!((counts.sequences, counts.residues_per_token, counts.without_token), (6, vec![1, 2], 0));
    // Two small models read the pairs, and their scores are ranked together.
    let values: Vec<Option<f64>> = found.tables.iter().map(|table| table.scores[0].value).collect();
    assert!(values[0] == Some(1.0) && values[1] > Some(0.9), "{values:?}");
    assert_eq!((found.ids[0].as_str(), found.ids[22].as_str()), ("seq0/1", "seq5/4"));
    let codes: Vec<&str> = found.warnings.iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(
        codes,
        ["probe.residues_alike", "probe.unlabelled_residues", "probe.few_rows", "probe.few_units"]
    );
    assert_eq!(found.predictions.shape, [23, 2]);
    assert_eq!((found.units.kind, found.units.count), (UnitKind::Sequences, 6));
}

#[test]
fn residues_without_a_layout_are_refused() {
    let t = |request: Value, code: &str| {
        let refused = residues().ask::<Request>(&request.to_string()).unwrap_err();
        assert_eq!(refused.0.code, code, "{request}");
    };
    let with = |set: Value| json!({ "features": [set], "labels": "structure", "perResidue": true });
    t(with(json!({ "of": ["pairs"] })), "probe.offsets");
    t(with(json!({ "of": ["pairs"], "offsets": [0, 2, 4] })), "probe.offsets");
    t(with(json!({ "of": ["pairs"], "offsets": [1, 2, 12] })), "probe.offsets");
    let mut request = with(json!({ "of": ["residues"] }));
    request["eachLayer"] = json!(true);
    t(request.clone(), "probe.per_residue");
    request["eachLayer"] = json!(false);
    request["residuesPerToken"] = json!([1, 2]);
    t(request, "probe.per_residue");
}
