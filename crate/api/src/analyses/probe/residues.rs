//! A label per residue: strings of letters, and tables of residues or of tokens that stand for several.

use super::clusters::clusters;
use super::features::{FeatureSet, Features};
use super::folds::{FoldMaker, FoldSummary};
use super::score::Trained;
use super::units::ProbeUnits;
use super::within::groups;
use super::{Prepared, Request, validations};
use crate::context::Context;
use crate::refusal::Refusal;
use crate::sources::{Rows, Sources};
use crossgrain_core::analysis::evaluation::Target;
use crossgrain_core::analysis::evaluation::folds::{Folds, given};
use crossgrain_core::analysis::probe::{
    ProbeError, Residue, RunKind, Task, TokenLayout, plan, probe_residues_of_plan, read_residues,
    residue_warnings,
};
use crossgrain_core::join::locus_name;
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Stage;
use serde::Serialize;
use std::borrow::Cow;

/// How the residues of an answer belong to sequences and rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ResidueCounts {
    /// Sequences with labelled residues.
    pub sequences: usize,
    /// Residues of one row, for each feature set.
    pub residues_per_token: Vec<usize>,
    /// Labelled residues that a table has no row for.
    pub without_token: usize,
}

/// Trains every feature set on the labelled residues that all of them have.
///
/// # Errors
/// `probe.per_residue` for options that do not apply, `probe.residue_lengths`, `probe.offsets`, `table.other_ids`, and those of the probe.
pub fn train(context: &mut Context<'_>, request: &Request) -> Result<Prepared, Refusal> {
    refuse_what_does_not_apply(request)?;
    let sources = context.sources;
    let sets = request.features.iter().map(|set| features(sources, set)).collect::<Result<Vec<_>, _>>()?;
    let layouts = layouts(&sets, &request.residues_per_token)?;
    let sequences = sequences(&sets, &layouts)?;
    let words = sources.column(&request.labels, &sequences)?;
    let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
    let unlabelled: Vec<char> = request.unlabelled.chars().collect();
    let of_sequences = |error| with_names(error, sequences.ids.as_deref());
    let column = read_residues(&words, &layouts, &unlabelled).map_err(of_sequences)?;
    let all: Vec<usize> = (0..words.len()).collect();
    let clusters = clusters(sources, &request.folds, &sequences, &all, context.progress)?;
    let folds = FoldMaker::new(
        sources,
        &request.folds,
        &sequences,
        &all,
        clusters.as_ref().map(|clusters| clusters.of.as_slice()),
    )?;
    let named = (&request.folds, request.units.as_ref());
    let units = ProbeUnits::new(sources, named, &sequences, &all, clusters.as_ref())?;
    let of_residue: Vec<u32> = column.residues.iter().take(1).flatten().map(|at| at.sequence).collect();
    let units = units.of_residues(of_residue.iter().copied());
    let within = groups(sources, request.within.as_ref(), &sequences, &all)?.map(|groups| {
        let of = |&sequence: &u32| groups.get(sequence as usize).copied().flatten();
        of_residue.iter().map(of).collect()
    });
    // Folds of sequences: a residue is never tested by a model that saw its neighbours.
    let of = |_: &Target, rows: &[usize], seed: u64| -> Result<Folds, Refusal> {
        let sequence = |&row: &usize| of_residue.get(row).map_or(0, |&at| at as usize);
        let whole = rows.len() == of_residue.len();
        let mut some: Vec<usize> = if whole { all.clone() } else { rows.iter().map(sequence).collect() };
        some.dedup();
        let folds = folds.of_sequences(&some, seed)?;
        let fold = |row: &usize| {
            let at = some.binary_search(&sequence(row)).ok()?;
            folds.of().get(at).copied().flatten()
        };
        Ok(given(&rows.iter().map(fold).collect::<Vec<_>>())?)
    };
    let options = request.plan();
    let mut planned = plan::<Refusal>(&column.target, &units.units, options.as_ref(), &of)?;
    let count = planned.first().map_or(0, |run| run.validation.folds.count());
    let model = request.model.model(Task::Classes);
    context.progress.begin(Stage::Training);
    let (total, mut trained) = (sets.len() as u64, Vec::new());
    for ((at, set), (layout, residues)) in (0_u64..).zip(&sets).zip(layouts.iter().zip(&column.residues)) {
        let tokens: usize = layout.tokens.iter().sum();
        let base = rows_of(&set.name, None, tokens)?;
        let rows = set.matrix(sources, &base, &(0..tokens).collect::<Vec<_>>(), request)?;
        let progress = &mut *context.progress;
        let mut part = |done: u64, of: u64| progress.report(at * of + done, total * of);
        let job = (&model, planned.as_slice());
        let outcome = probe_residues_of_plan(rows.view(), residues, &column.target, job, &mut part)?;
        let (name, classes) = (set.name.clone(), column.names.clone());
        trained.push(Trained { name, columns: rows.cols(), classes, outcome });
        // Permuted labels say what a score is by chance; those of the first set are enough.
        planned.retain(|run| run.kind != RunKind::Shuffled);
    }
    let residues = column.residues.first().map(Vec::as_slice).unwrap_or_default();
    let mut warnings = residue_warnings(&column, words.iter().flatten().count());
    let clusters = clusters.map(|clusters| {
        warnings.extend(clusters.warnings);
        Box::new(clusters.summary)
    });
    warnings.extend(units.warnings());
    Ok(Prepared {
        task: Task::Classes,
        ids: names(&sequences.names(), residues),
        residues: Some(ResidueCounts {
            sequences: words.len(),
            residues_per_token: layouts.iter().map(|layout| layout.per_token).collect(),
            without_token: column.without_token,
        }),
        warnings,
        unlabelled: column.unlabelled,
        folds: FoldSummary { kind: folds.kind(false), count, clusters },
        units,
        within,
        validations: validations(planned),
        classes: column.names,
        trained,
    })
}

/// The same error with the names of the sequences.
fn with_names(error: ProbeError, ids: Option<&[String]>) -> ProbeError {
    match (error, ids) {
        (ProbeError::ResidueLengths { mut sequences, given }, Some(ids)) => {
            sequences.iter_mut().for_each(|one| one.name = ids.get(one.sequence).cloned());
            ProbeError::ResidueLengths { sequences, given }
        }
        (error, _) => error,
    }
}

fn refuse_what_does_not_apply(request: &Request) -> Result<(), Refusal> {
    let given = [
        (request.each_layer, "eachLayer"),
        (!request.with_numbers.is_empty(), "withNumbers"),
        (!request.with_classes.is_empty(), "withClasses"),
        (request.task.is_some(), "task"),
    ];
    match given.iter().find(|(given, _)| *given) {
        Some((_, option)) => Err(Refusal::new(
            "probe.per_residue",
            format!("{option} does not apply to labels per residue"),
            "every letter is a class, and the features are the rows alone",
        )),
        None => Ok(()),
    }
}

fn features<'a>(sources: &'a dyn Sources, set: &'a FeatureSet) -> Result<Features<'a>, Refusal> {
    let tables = set.of.iter().map(|table| sources.tokens(table)).collect::<Result<_, _>>()?;
    Ok(Features { name: set.name(), tables, set })
}

/// How the rows of each set belong to sequences and residues.
fn layouts(sets: &[Features], per_token: &[usize]) -> Result<Vec<TokenLayout>, Refusal> {
    if per_token.len() != 1 && per_token.len() != sets.len() {
        let what = format!("{} numbers of residues per token for {} tables", per_token.len(), sets.len());
        return Err(Refusal::new("probe.per_residue", what, "give one number, or one per table"));
    }
    let one = |(set, &per_token): (&Features, &usize)| Ok(TokenLayout { tokens: lengths(set)?, per_token });
    sets.iter().zip(per_token.iter().cycle()).map(one).collect()
}

/// Rows of each sequence: from the offsets of the set, or as its tables know them.
fn lengths(set: &Features) -> Result<Vec<usize>, Refusal> {
    let rows = set.tables.first().map(|table| table.view().rows());
    let offsets = &set.set.offsets;
    let rise = |pair: &[usize]| pair.last()?.checked_sub(*pair.first()?);
    let found = match offsets.first() {
        Some(0) => offsets.windows(2).map(rise).collect(),
        Some(_) => None,
        None => set.tables.iter().find_map(|table| table.lengths.clone()),
    };
    found.filter(|lengths| rows.is_none_or(|rows| lengths.iter().sum::<usize>() == rows)).ok_or_else(|| {
        let what = format!("the offsets of '{}' do not divide its rows among sequences", set.name);
        Refusal::new("probe.offsets", what, "give the offsets of an embedding with pool: \"none\"")
    })
}

/// The sequences of all sets, as rows without columns.
///
/// # Errors
/// `probe.offsets` if the sets differ in their number of sequences, `table.other_ids` if they differ in the sequences.
fn sequences(sets: &[Features], layouts: &[TokenLayout]) -> Result<Rows<'static>, Refusal> {
    let mut first: Option<Rows<'static>> = None;
    for (set, layout) in sets.iter().zip(layouts) {
        let count = layout.tokens.len();
        let known = set.tables.iter().find_map(|table| table.ids.as_deref());
        let ids = known.or(Some(&set.set.ids)).filter(|ids| ids.len() == count);
        let rows = rows_of(&set.name, ids, count)?;
        match &first {
            None => first = Some(rows),
            Some(first) if first.matrix.rows() != count => {
                let what =
                    format!("'{}' has {count} sequences, '{}' {}", set.name, first.name, first.matrix.rows());
                return Err(Refusal::new("probe.offsets", what, "embed the same sequences with each model"));
            }
            Some(first) => first.same_rows_as(&rows)?,
        }
    }
    first.ok_or_else(|| Refusal::new("probe.nothing", "there is no table", "give at least one table"))
}

/// Rows without numbers, for label columns that stand beside them.
fn rows_of(name: &str, ids: Option<&[String]>, count: usize) -> Result<Rows<'static>, Refusal> {
    Ok(Rows {
        name: name.to_owned(),
        layer: String::new(),
        ids: ids.map(|ids| Cow::Owned(ids.to_vec())),
        matrix: Cow::Owned(Matrix::new(Vec::new(), count, 0)?),
        lengths: None,
        methods: None,
    })
}

/// `id/position`, counted from 1, as rows of residues are named.
fn names(ids: &[String], residues: &[Residue]) -> Vec<String> {
    let id = |at: &Residue| ids.get(at.sequence as usize).map(String::as_str).unwrap_or_default();
    residues.iter().map(|at| locus_name(id(at), at.residue + 1)).collect()
}
