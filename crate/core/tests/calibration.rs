//! Do the intervals and tests of a probe keep what they promise? A small part, with fixed seeds; `npm run calibration`
//! measures the whole.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

#[path = "calibration/tables.rs"]
mod tables;

use crossgrain_core::analysis::probe::ProbeModel;
use tables::{FoldsOf, Said, Setting, likely, uniform};

fn linear(name: &'static str, groups: usize, copies: usize, folds: FoldsOf) -> Setting {
    Setting {
        name,
        groups,
        copies,
        columns: 8,
        signal: 0.0,
        apart: 0.1,
        folds,
        model: ProbeModel::Logistic { c: 1.0 },
        seeds: 1,
        permutations: 0,
        tables: 2,
    }
}

fn all(setting: &Setting, sets: u64) -> Vec<Said> {
    (1..=sets).map(|seed| setting.said(seed, 10)).collect()
}

fn share(said: &[Said], holds: impl Fn(&Said) -> bool) -> f64 {
    said.iter().filter(|said| holds(said)).count() as f64 / said.len() as f64
}

/// The share of data sets lies where chance puts it: three sets in a thousand seeds would fail.
fn near(name: &str, what: &str, found: f64, promised: f64, sets: usize) {
    let apart = likely(promised, sets);
    println!("{name}: {what} {found:.3}, promised {promised}");
    assert!(
        (found - promised).abs() <= apart + 0.02,
        "{name}: {what} {found:.3} instead of {promised} ± {apart:.3}"
    );
}

#[test]
fn intervals_cover_and_comparisons_keep_their_size() {
    for (setting, sets) in [
        (linear("30 rows, one left out", 30, 1, FoldsOf::LeaveOneOut), 80),
        (linear("60 rows", 60, 1, FoldsOf::Stratified), 120),
        (linear("20 families of 4", 20, 4, FoldsOf::Grouped), 100),
        (Setting { signal: 0.3, ..linear("60 rows with signal", 60, 1, FoldsOf::Stratified) }, 100),
    ] {
        let said = all(&setting, sets);
        let truth = said.iter().map(|said| said.expected).sum::<f64>() / said.len() as f64;
        let covers = |said: &Said| said.interval.is_some_and(|(low, high)| low <= truth && truth <= high);
        near(setting.name, "coverage", share(&said, covers), 0.95, said.len());
        near(setting.name, "size", share(&said, |said| said.compared[0] <= 0.05), 0.05, said.len());
    }
}

#[test]
fn permutation_p_is_uniform_on_noise() {
    for setting in
        [linear("40 rows", 40, 1, FoldsOf::Stratified), linear("16 families of 3", 16, 3, FoldsOf::Grouped)]
    {
        let setting = Setting { permutations: 19, tables: 1, ..setting };
        let said: Vec<Said> = (1..=120).map(|seed| setting.said(seed, 0)).collect();
        let p: Vec<f64> = said.iter().map(|said| said.by_chance.unwrap()).collect();
        let chance = uniform(&p, 19);
        println!("{}: KS p {chance:.3}", setting.name);
        assert!(chance > 0.01, "{}: {chance}", setting.name);
    }
}
