//! Clusters of similar sequences: made from the sequences of the rows, kept together by the folds, and drawn as units.

use super::cluster_summary::{ClusterSize, ClusterSummary};
use super::folds::FoldOptions;
use crate::analyses::sequence_clusters::default_identity;
use crate::refusal::Refusal;
use crate::sources::{Rows, Sequences, Sources};
use crossgrain_core::analysis::evaluation::folds::FoldKind;
use crossgrain_core::analysis::sequence_clusters;
use crossgrain_core::error::Notice;
use crossgrain_core::progress::Progress;
use crossgrain_core::seq::{SequenceKind, match_close_ids};
use std::collections::{BTreeMap, HashMap};

/// Ids that a message names.
const NAMED: usize = 5;
/// Identity below which relatives share as few words as unrelated proteins, so that the estimate does not distinguish them.
const LEAST_IDENTITY: f64 = 0.4;
/// The same for DNA.
const LEAST_DNA_IDENTITY: f64 = 0.7;

/// The clusters of some rows.
pub struct Clusters {
    /// The cluster of each row. `[n]`
    pub of: Vec<u32>,
    /// How many there are, and how large.
    pub summary: ClusterSummary,
    /// What must be known of them.
    pub warnings: Vec<Notice>,
}

/// Clusters the sequences of the rows that `kept` lists; `None` for other folds.
///
/// # Errors
/// `folds.no_sequences`, `folds.not_by_cluster` if sequences are given for other folds, `clusters.no_sequence` if a row has none,
/// `clusters.same_id`, `clusters.too_few` if there are fewer clusters than folds, `clusters.identity`, and those of
/// [`Sources::sequences`].
pub fn clusters(
    sources: &dyn Sources,
    options: &FoldOptions,
    rows: &Rows,
    kept: &[usize],
    progress: &mut dyn Progress,
) -> Result<Option<Clusters>, Refusal> {
    if options.kind != FoldKind::Clusters {
        return match options.sequences {
            None => Ok(None),
            Some(_) => {
                let what = "sequences are given, but the folds are not made by cluster";
                Err(Refusal::new("folds.not_by_cluster", what, "ask for folds by cluster, or leave them out"))
            }
        };
    }
    let Some(source) = &options.sequences else {
        let what = "folds by cluster need the sequences of the rows";
        let hint = "give them: a list of { id, sequence }, or a file with --sequences";
        return Err(Refusal::new("folds.no_sequences", what, hint));
    };
    let sequences = sources.sequences(source, None)?;
    let (letters, mut warnings) = letters(&sequences, rows, kept)?;
    let identity = options.identity.unwrap_or_else(|| default_identity(sequences.kind));
    let found = sequence_clusters(&letters, sequences.kind, identity, progress)?;
    let (count, all) = (found.sizes.len(), kept.len());
    if count < options.count {
        let what = format!(
            "{all} sequences make {count} clusters at an identity of {identity}: too few for {} folds",
            options.count
        );
        let hint = "ask for fewer folds, or for a higher identity, which makes more and smaller clusters";
        return Err(Refusal::new("clusters.too_few", what, hint));
    }
    warnings.extend(cautions(options, &found.sizes, found.without_word));
    warnings.extend(low_identity(sequences.kind, identity));
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    found.sizes.iter().for_each(|&size| *sizes.entry(size).or_default() += 1);
    let sizes =
        sizes.into_iter().rev().map(|(sequences, clusters)| ClusterSize { sequences, clusters }).collect();
    let summary = ClusterSummary { count, sizes, identity, word: found.word };
    Ok(Some(Clusters { of: found.of, summary, warnings }))
}

/// What makes folds by cluster say less than they seem to.
fn cautions(options: &FoldOptions, sizes: &[usize], without_word: usize) -> Vec<Notice> {
    let mut found = Vec::new();
    let mut add = |code: &str, message: String, hint: &str| {
        found.push(*Refusal::new(code, message, hint).0);
    };
    let (all, largest) = (sizes.iter().sum::<usize>(), sizes.iter().copied().max().unwrap_or_default());
    // Twice the share of a fold.
    if largest * options.count > 2 * all {
        let message = format!(
            "the largest cluster holds {largest} of {all} sequences, so that the folds are unequal: a model that is trained \
             on the other {} tests it",
            all - largest
        );
        add("clusters.one_large", message, "a higher identity makes smaller clusters");
    }
    if without_word > 0 {
        let message = format!(
            "{without_word} sequences have no word to compare, being short or of unknown letters: of them only exact \
             copies are kept together"
        );
        add("clusters.without_word", message, "leave such sequences out");
    }
    found
}

/// An identity that the estimate cannot find.
fn low_identity(kind: SequenceKind, identity: f64) -> Option<Notice> {
    let least = match kind {
        SequenceKind::Protein => LEAST_IDENTITY,
        SequenceKind::Dna => LEAST_DNA_IDENTITY,
        SequenceKind::Domains => 0.0,
    };
    (identity < least).then(|| {
        let message = format!(
            "at an identity of {identity}, below {least}, relatives share as few words as unrelated sequences: clusters \
             lack the ones or join the others"
        );
        *Refusal::new("clusters.low_identity", message, "group the folds by families from an alignment").0
    })
}

/// The letters of the sequence of each kept row: by id, or by order where the rows have no ids.
fn letters<'s>(
    sequences: &'s Sequences,
    rows: &Rows,
    kept: &[usize],
) -> Result<(Vec<&'s str>, Vec<Notice>), Refusal> {
    let all = sequences.letters();
    let pick = |at: &usize| all.get(*at).copied().unwrap_or_default();
    let given = sequences.ids();
    let Some(ids) = rows.ids.as_deref() else {
        if given.len() == rows.count() {
            return Ok((kept.iter().map(pick).collect(), Vec::new()));
        }
        let what = format!(
            "there are {} sequences for the {} rows of '{}', which have no ids",
            given.len(),
            rows.count(),
            rows.name
        );
        let hint = "give one sequence for each row, in the order of the rows, or a table with ids";
        return Err(Refusal::new("clusters.no_sequence", what, hint));
    };
    if ids == given.as_slice() {
        return Ok((kept.iter().map(pick).collect(), Vec::new()));
    }
    let (ids, given): (Vec<&str>, Vec<&str>) =
        (ids.iter().map(String::as_str).collect(), given.iter().map(String::as_str).collect());
    let matched = match_close_ids(&ids, &given);
    let of = |row: usize| matched.rows.get(row).copied().flatten();
    let missing: Vec<&str> =
        kept.iter().filter(|&&row| of(row).is_none()).filter_map(|&row| ids.get(row).copied()).collect();
    if !missing.is_empty() {
        let there = given.first().map_or(String::new(), |first| format!("; the first sequence is '{first}'"));
        let what = format!(
            "{} of {} labelled rows have no sequence: {}{there}",
            missing.len(),
            kept.len(),
            listed(&missing)
        );
        let hint = "give the file of sequences from which the vectors were made";
        return Err(Refusal::new("clusters.no_sequence", what, hint));
    }
    let found: Vec<usize> = kept.iter().filter_map(|&row| of(row)).collect();
    let same = several(&given, &all, &found);
    if !same.is_empty() {
        let what = format!("different sequences have the same id: {}", listed(&same));
        let hint = "give each sequence an id of its own, or the file in the order of the rows";
        return Err(Refusal::new("clusters.same_id", what, hint));
    }
    Ok((found.iter().map(pick).collect(), matched.notices(&ids, &given, None)))
}

/// The ids of the sequences at `found` that other sequences of other letters have too.
fn several<'g>(given: &[&'g str], letters: &[&str], found: &[usize]) -> Vec<&'g str> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut differ: BTreeMap<&str, bool> = BTreeMap::new();
    for (&id, &own) in given.iter().zip(letters) {
        let one = *first.entry(id).or_insert(own);
        if one != own {
            differ.insert(id, false);
        }
    }
    for id in found.iter().filter_map(|&at| given.get(at)) {
        if let Some(wanted) = differ.get_mut(id) {
            *wanted = true;
        }
    }
    differ.into_iter().filter(|(_, wanted)| *wanted).map(|(id, _)| id).collect()
}

/// The first few ids, and how many more there are.
fn listed(ids: &[&str]) -> String {
    let named = ids.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = ids.len().saturating_sub(NAMED);
    if more > 0 { format!("{named} and {more} more") } else { named }
}
