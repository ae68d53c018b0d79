//! `npm run calibration`: size and coverage of the statistics of a probe, on tables of noise and of signal.
//!
//! Arguments: data sets per setting (200), pairs of halves (15), a part of the names of the settings (all), permutations
//! (99, on noise).

#![expect(clippy::unwrap_used, reason = "a program that measures")]

#[path = "../tests/calibration/tables.rs"]
mod tables;

use crossgrain_core::analysis::probe::{MlpOptions, ProbeModel};
use tables::{FoldsOf, Said, Setting, uniform};

const TABLES: usize = 2;

fn settings() -> Vec<(Setting, f64)> {
    let base = |name, groups, copies, folds| Setting {
        name,
        groups,
        copies,
        columns: 20,
        signal: 0.0,
        apart: 0.1,
        folds,
        model: ProbeModel::Logistic { c: 1.0 },
        seeds: 1,
        permutations: 99,
        tables: TABLES,
    };
    let forest = ProbeModel::Forest { n_estimators: 20 };
    let mlp = ProbeModel::Mlp(MlpOptions {
        hidden_layer_sizes: vec![16],
        learning_rate_init: 0.01,
        batch_size: 32,
        max_iter: 60,
        ..MlpOptions::product_class()
    });
    let loo = base("linear, 46 rows, one left out", 46, 1, FoldsOf::LeaveOneOut);
    let rows60 = base("linear, 60 rows", 60, 1, FoldsOf::Stratified);
    let rows200 = base("linear, 200 rows", 200, 1, FoldsOf::Stratified);
    let families = base("linear, 40 families of 5", 40, 5, FoldsOf::Grouped);
    let chains = base("linear, 30 chains of 20", 30, 20, FoldsOf::Grouped);
    // A share of the data sets where one costs much.
    let mut found = Vec::new();
    for signal in [0.0, 0.25] {
        // Permutations are measured on noise.
        let permutations = if signal > 0.0 { 0 } else { 99 };
        let with = |setting: &Setting| Setting { signal, permutations, ..setting.clone() };
        found.push((with(&base("linear, 26 rows, one left out", 26, 1, FoldsOf::LeaveOneOut)), 1.0));
        found.push((with(&loo), 1.0));
        found.push((with(&rows60), 1.0));
        found.push((with(&Setting { name: "linear, 60 rows, 5 seeds", seeds: 5, ..rows60.clone() }), 0.5));
        found.push((with(&rows200), 1.0));
        found.push((with(&base("linear, 500 rows", 500, 1, FoldsOf::Stratified)), 0.5));
        found.push((with(&families), 1.0));
        found.push((with(&chains), 0.5));
        let copied = base("linear, 40 sequences of 2 copies, folds divide them", 40, 2, FoldsOf::Stratified);
        found.push((with(&Setting { apart: 0.0, ..copied }), 1.0));
        for (name, model) in [("forest, 60 rows", &forest), ("perceptron, 60 rows", &mlp)] {
            found.push((
                with(&Setting { name, model: model.clone(), permutations: 0, ..rows60.clone() }),
                0.5,
            ));
        }
        for (name, model) in [("forest, 40 families of 5", &forest), ("perceptron, 40 families of 5", &mlp)] {
            found.push((
                with(&Setting { name, model: model.clone(), permutations: 0, ..families.clone() }),
                0.5,
            ));
        }
        let several =
            Setting { name: "perceptron, 60 rows, 5 seeds", model: mlp.clone(), seeds: 5, ..rows60.clone() };
        found.push((with(&Setting { permutations: 0, ..several }), 0.25));
    }
    found.push((
        Setting { name: "linear, 60 rows, six equal tables", tables: 6, permutations: 0, ..rows60 },
        1.0,
    ));
    found.push((
        Setting {
            name: "linear, 40 families of 5, six equal tables",
            tables: 6,
            permutations: 0,
            ..families
        },
        0.5,
    ));
    // Perceptron and forest do not need as many permutations to be measured as they take time.
    for (setting, _) in &mut found {
        if !matches!(setting.model, ProbeModel::Logistic { .. }) {
            setting.permutations = 0;
        }
    }
    found
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let (sets, pairs) = (number(0, 200), number(1, 15));
    let part = arguments.get(2).map_or("", String::as_str);
    println!(
        "{sets} data sets per setting where no other number stands, {pairs} pairs of halves, seeds 1, 2, …\n"
    );
    println!(
        "| setting | signal | data sets | mean AUROC | expected | covers expected | covers mean | paired p ≤ 0.05 | p ≤ 0.01 | some of the corrected ≤ 0.05 | permutation p ≤ 0.05 | uniform (KS p) |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let permutations = number(3, 99);
    for (mut setting, share_of_sets) in
        settings().into_iter().filter(|(setting, _)| setting.name.contains(part))
    {
        setting.permutations = setting.permutations.min(permutations);
        let sets = ((sets as f64 * share_of_sets) as u64).max(1);
        let said: Vec<Said> = (1..=sets).map(|seed| setting.said(seed, pairs)).collect();
        let count = said.len() as f64;
        let share =
            |holds: &dyn Fn(&Said) -> bool| said.iter().filter(|said| holds(said)).count() as f64 / count;
        let mean = said.iter().map(|said| said.score).sum::<f64>() / count;
        let truth = said.iter().map(|said| said.expected).sum::<f64>() / count;
        let covers =
            |at: f64| share(&|said: &Said| said.interval.is_some_and(|(low, high)| low <= at && at <= high));
        let any =
            |of: fn(&Said) -> &Vec<f64>, most: f64| share(&|said: &Said| of(said).iter().any(|&p| p <= most));
        // Of six tables, only the corrected p are of interest.
        let plain = |most: f64| {
            if setting.tables > 2 {
                "–".to_owned()
            } else {
                format!("{:.3}", any(|said| &said.compared, most))
            }
        };
        let p: Vec<f64> = said.iter().filter_map(|said| said.by_chance).collect();
        let (size, ks) = if p.is_empty() {
            ("–".to_owned(), "–".to_owned())
        } else {
            let size = p.iter().filter(|&&p| p <= 0.05 + 1e-9).count() as f64 / p.len() as f64;
            (format!("{size:.3}"), format!("{:.2}", uniform(&p, setting.permutations)))
        };
        println!(
            "| {} | {} | {sets} | {mean:.3} | {truth:.3} | {:.3} | {:.3} | {} | {} | {:.3} | {size} | {ks} |",
            setting.name,
            setting.signal,
            covers(truth),
            covers(mean),
            plain(0.05),
            plain(0.01),
            any(|said| &said.corrected, 0.05),
        );
    }
}
