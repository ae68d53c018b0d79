//! One head for each place inside a token, scored together.
//!
//! A 6-mer of DNA stands for two residues, and its one row must say a label for each. As published,
//! each place inside a token has a head of its own: trained on the residues of that place, with the
//! folds of all, and scored with the others as one probe.

use super::{
    Model, Outcome, Predictions, ProbeError, Residue, Run, Target, Trainer, gather, outcome, shuffled_order,
};
use crate::analysis::folds::given;
use crate::matrix::View;

/// What the head of one place learns from.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its residues, by their number in the list of all. `[m]`
    pub residues: Vec<usize>,
    /// Their truth. `[m]`
    pub target: Target,
    /// The runs with these residues' folds.
    pub runs: Vec<Run>,
}

/// Trains the head of every place and scores them together; `tick` sees the progress and stops by
/// saying false.
///
/// # Shape
///
/// `tokens` `[t, d]`; residues, target and folds `[n]`.
///
/// # Errors
///
/// Those of [`by_place`], [`gather`], [`Trainer::new`] and [`Trainer::run`].
pub fn probe_residues(
    tokens: View,
    residues: &[Residue],
    target: &Target,
    (model, runs, shuffles): (&Model, &[Run], usize),
    tick: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Outcome, ProbeError> {
    let places = by_place(residues, target, runs)?;
    let (count, mut heads) = (places.len(), Vec::new());
    for (at, place) in places.into_iter().enumerate() {
        let own: Vec<Residue> = place.residues.iter().filter_map(|&at| residues.get(at).copied()).collect();
        let rows = gather(tokens, &own)?;
        let trainer = Trainer::new(rows.view(), place.target.clone(), model, place.runs.clone(), shuffles)?;
        let found = trainer.run(&mut |done, total| tick(at * total + done, count * total))?;
        heads.push((place, found));
    }
    together(target, runs, &heads)
}

/// Splits a job by the places of its residues, the first place first.
///
/// # Shape
///
/// Residues, target and folds `[n]`.
///
/// # Errors
///
/// `probe.rows`, `folds.count` if one fold holds every residue of a place.
pub fn by_place(residues: &[Residue], target: &Target, runs: &[Run]) -> Result<Vec<Place>, ProbeError> {
    let lengths = runs.iter().map(|run| run.folds.of().len()).chain([target.rows()]);
    if let Some(found) = lengths.into_iter().find(|&found| found != residues.len()) {
        return Err(ProbeError::Rows { expected: residues.len(), found });
    }
    let places = residues.iter().map(|residue| residue.place + 1).max().unwrap_or_default();
    let one = |place: usize| -> Result<Place, ProbeError> {
        let is_here = |&at: &usize| residues.get(at).is_some_and(|residue| residue.place == place);
        let own: Vec<usize> = (0..residues.len()).filter(is_here).collect();
        let run = |run: &Run| -> Result<Run, ProbeError> {
            let of: Vec<Option<u32>> =
                own.iter().map(|&at| run.folds.of().get(at).copied().flatten()).collect();
            Ok(Run { folds: given(&of)?, seed: run.seed })
        };
        let runs = runs.iter().map(run).collect::<Result<_, _>>()?;
        Ok(Place { target: target.reordered(&own), residues: own, runs })
    };
    (0..places).map(one).collect()
}

/// What the heads of all places found, as one outcome over all residues.
///
/// # Errors
///
/// `probe.rows` if an outcome is not of its place, `probe.nothing` without a head,
/// `probe.not_finite`.
pub fn together(target: &Target, runs: &[Run], heads: &[(Place, Outcome)]) -> Result<Outcome, ProbeError> {
    let (_, first) = heads.first().ok_or(ProbeError::Nothing { what: "head" })?;
    let shuffles = first.runs.iter().filter(|run| run.kind == outcome::Kind::Shuffled).count();
    let merge = |kind: outcome::Kind, at: usize| -> Result<Predictions, ProbeError> {
        let cols = target.cols();
        let mut all = Predictions { data: vec![0.0; target.rows() * cols], cols };
        for (place, found) in heads {
            let said = found.runs.iter().filter(|run| run.kind == kind).nth(at);
            let said = said.ok_or(ProbeError::Nothing { what: "such run" })?;
            let rows = said.predictions.data.chunks_exact(cols.max(1));
            if said.predictions.cols != cols || rows.len() != place.residues.len() {
                return Err(ProbeError::Rows { expected: place.residues.len(), found: rows.len() });
            }
            for (&residue, row) in place.residues.iter().zip(rows) {
                if let Some(cells) = all.data.get_mut(residue * cols..(residue + 1) * cols) {
                    cells.copy_from_slice(row);
                }
            }
        }
        Ok(all)
    };
    let real = (0..runs.len()).map(|at| merge(outcome::Kind::Probe, at)).collect::<Result<_, _>>()?;
    let wrong = (0..shuffles).map(|at| merge(outcome::Kind::Shuffled, at)).collect::<Result<_, _>>()?;
    let shuffled: Vec<Target> = runs.iter().take(shuffles).map(|run| shuffled(target, run, heads)).collect();
    outcome::score(target, runs, real, wrong, &shuffled)
}

/// The truth as the heads saw it where labels were shuffled: each place among its own residues.
fn shuffled(target: &Target, run: &Run, heads: &[(Place, Outcome)]) -> Target {
    let mut order: Vec<usize> = (0..target.rows()).collect();
    for (place, _) in heads {
        let own = shuffled_order(place.residues.len(), run.seed);
        for (&to, from) in place.residues.iter().zip(own) {
            if let (Some(slot), Some(&from)) = (order.get_mut(to), place.residues.get(from)) {
                *slot = from;
            }
        }
    }
    target.reordered(&order)
}
