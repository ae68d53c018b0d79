//! A letter per residue: strings of labels, and tables of residues or of tokens that stand for several.

use super::question::{FoldKind, PerResidue, Question, Set};
use super::{answer, codes, model, sets};
use crate::analysis::tables::Tables;
use crate::error::{Refusal, plain};
use crate::progress::Reporter;
use crossgrain_core::analysis::evaluation::folds::{
    Folds, given, grouped, leave_one_out, plain as plain_folds,
};
use crossgrain_core::analysis::probe::{ProbeOutcome, Run, Task, TokenLayout, probe_residues, read_residues};
use js_sys::Function;
use serde_json::json;
use std::ops::ControlFlow;
use wasm_bindgen::JsValue;

/// As [`super::run`], with strings for labels.
///
/// # Errors
/// `probe.offsets`, and those of [`super::run`].
pub fn run(
    tables: &Tables,
    asked: &Question,
    letters: &PerResidue,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let words: Vec<Option<&str>> = asked.labels.iter().map(Option::as_deref).collect();
    let divisions =
        asked.features.iter().map(|set| division(set, words.len())).collect::<Result<Vec<_>, _>>()?;
    let unlabelled: Vec<char> = letters.unlabelled.chars().collect();
    let column = read_residues(&words, &divisions, &unlabelled)?;
    let seeds = if asked.seeds.is_empty() { vec![42] } else { asked.seeds.clone() };
    let one = |seed| -> Result<Run, Refusal> {
        Ok(Run { folds: column.folds(&folds(asked, words.len(), seed)?)?, seed })
    };
    let runs = seeds.into_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let model = model(&asked.model, Task::Classes);
    let mut reporter = Reporter::new(progress, "training", "folds");
    let mut outcomes: Vec<(String, usize, ProbeOutcome)> = Vec::new();
    let sets = asked.features.iter().zip(&divisions).zip(&column.residues);
    for (at, ((set, division), residues)) in sets.enumerate() {
        let tokens: usize = division.tokens.iter().sum();
        let all: Vec<usize> = (0..tokens).collect();
        let rows = sets::features(tables, set, tokens, &all)?;
        let shuffles = if at == 0 { asked.shuffles.min(runs.len()) } else { 0 };
        let mut tell = |done: u64, total: u64| {
            let before = at as u64 * total;
            reporter.report((before + done) as f64, (asked.features.len() as u64 * total) as f64);
            ControlFlow::Continue(())
        };
        let job = (&model, runs.as_slice(), shuffles);
        let found = probe_residues(rows.view(), residues, &column.target, job, &mut tell)?;
        outcomes.push((set.name.clone(), rows.cols(), found));
    }
    let tables = answer::tables(&outcomes, asked, progress)?;
    Ok(plain(&json!({
        "task": Task::Classes,
        "classes": column.names,
        "rows": column.target.rows(),
        "residues": {
            "sequences": words.len(),
            "perToken": divisions.iter().map(|division| division.per_token).collect::<Vec<_>>(),
            "withoutToken": column.without_token,
        },
        "unlabelled": column.unlabelled,
        "model": asked.model,
        "folds": { "kind": asked.folds.kind, "count": runs.first().map_or(0, |run| run.folds.count()) },
        "seeds": runs.iter().map(|run| run.seed).collect::<Vec<_>>(),
        "draws": asked.draws,
        "tables": tables,
        "confusion": answer::confusion(outcomes.first().map(|(_, _, outcome)| outcome)),
        "warnings": warnings(words.iter().flatten().count()),
    })))
}

/// The rows of each sequence, from where each begins.
fn division(set: &Set, sequences: usize) -> Result<TokenLayout, Refusal> {
    let rise = |pair: &[usize]| pair.last()?.checked_sub(*pair.first()?);
    let tokens: Option<Vec<usize>> = set.offsets.windows(2).map(rise).collect();
    match tokens {
        Some(tokens) if tokens.len() == sequences && set.offsets.first() == Some(&0) => {
            Ok(TokenLayout { tokens, per_token: set.per_token })
        }
        _ => {
            let what =
                format!("the offsets of '{}' do not divide its rows among {sequences} strings", set.name);
            Err(Refusal::new("probe.offsets", what, "give the offsets of an embedding with pool: \"none\""))
        }
    }
}

/// Folds of sequences: a residue is never tested by a model that saw its neighbours.
fn folds(asked: &Question, sequences: usize, seed: u64) -> Result<Folds, Refusal> {
    let count = asked.folds.count.unwrap_or(5);
    let rows: Vec<usize> = (0..sequences).collect();
    Ok(match asked.folds.kind {
        // The share of a class is a matter of residues, folds one of sequences.
        FoldKind::Stratified | FoldKind::Plain => plain_folds(sequences, count, seed)?,
        FoldKind::LeaveOneOut => leave_one_out(sequences)?,
        FoldKind::Grouped => grouped(&codes(&asked.folds, &rows)?, count, seed)?,
        FoldKind::Given => {
            let codes = codes(&asked.folds, &rows)?;
            given(&codes.into_iter().map(Some).collect::<Vec<_>>())?
        }
    })
}

/// Residues of one sequence are no independent samples: the number of sequences says how sure a figure is.
fn warnings(labelled: usize) -> Vec<String> {
    let mut found = vec![
        "intervals draw residues, which are alike within a sequence: they are narrower than new sequences would make \
         them"
            .to_owned(),
    ];
    if labelled < 50 {
        found.push(format!("{labelled} labelled sequences are few"));
    }
    found
}
