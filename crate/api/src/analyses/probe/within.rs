//! Scores inside groups, beside those of all rows.

use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::evaluation::interval::Interval;
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain_core::analysis::labels::ClassCodes;
use crossgrain_core::analysis::probe::{LEAST_ROWS, ProbeOutcome, WithinGroups, WithinScore};
use crossgrain_core::error::Notice;
use serde::Serialize;

/// What scores inside groups are means of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeWithinGroups"))]
pub struct WithinSummary {
    /// The same in words.
    pub of: String,
    /// Groups that are judged.
    pub judged: usize,
    /// Tested rows, or residues, of these groups.
    pub rows: usize,
    /// Groups that are left out because they have fewer tested rows than `leastRows`.
    pub too_few: usize,
    /// Groups that are left out because all their rows have the same class, labels or number.
    pub one_class: usize,
    /// Tested rows, or residues, of no group.
    pub without_group: usize,
    /// Tested rows from which a group is judged.
    pub least_rows: usize,
}

/// A metric inside groups.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeWithin"))]
pub struct Within {
    /// Mean over the groups, weighted by their tested rows, of the metric among the rows of each; mean over the seeds; `null`
    /// if no group has one.
    pub value: Option<f64>,
    /// Groups with a value under the first seed: at most those that are judged.
    pub groups: usize,
    /// 95 % interval by half-samples, of the expected score inside groups; `null` for intervals as published, or if
    /// undefined in too many halves.
    pub interval: Option<Interval>,
}

/// The code of the group of each row that `kept` lists; `None` if no groups are asked for.
///
/// # Errors
/// Those of [`Sources::column`].
pub fn groups(
    sources: &dyn Sources,
    column: Option<&Column>,
    rows: &Rows,
    kept: &[usize],
) -> Result<Option<Vec<Option<u32>>>, Refusal> {
    let Some(column) = column else { return Ok(None) };
    let words = sources.column(column, rows)?;
    // As with labels, an empty word is none.
    let word = |word: &&String| !word.trim().is_empty();
    let words: Vec<Option<&String>> = kept.iter().map(|&row| words.get(row)?.as_ref().filter(word)).collect();
    let classes = ClassCodes::new(&words);
    let mut codes = vec![None; words.len()];
    for (&row, &code) in classes.rows.iter().zip(&classes.codes) {
        if let Some(slot) = codes.get_mut(row) {
            *slot = Some(code);
        }
    }
    Ok(Some(codes))
}

/// All metrics of a feature set inside the groups.
#[must_use]
pub fn within(groups: &WithinGroups, outcome: &ProbeOutcome, units: usize) -> Vec<Within> {
    let metrics = ProbeMetric::of(&outcome.target);
    let one = |(score, &metric): (WithinScore, &ProbeMetric)| Within {
        value: score.value,
        groups: score.groups,
        interval: score.half_samples.interval(metric),
    };
    groups.scores(outcome, units).into_iter().zip(metrics).map(one).collect()
}

/// What the groups are, in numbers and in words.
#[must_use]
pub fn summary(groups: &WithinGroups) -> WithinSummary {
    let (judged, rows) = (groups.judged(), groups.rows());
    WithinSummary {
        of: format!(
            "the mean of the scores inside each of {judged} groups, weighted by their tested rows ({rows} in all): what the \
             model tells apart within a group, whatever the groups themselves say"
        ),
        judged,
        rows,
        too_few: groups.too_few,
        one_class: groups.one_class,
        without_group: groups.without_group,
        least_rows: LEAST_ROWS,
    }
}

/// What is left out of scores inside groups.
#[must_use]
pub fn warnings(groups: &WithinGroups) -> Vec<Notice> {
    let (judged, few, alike) = (groups.judged(), groups.too_few, groups.one_class);
    let all = judged + few + alike;
    let why = format!(
        "{few} have fewer than {LEAST_ROWS} tested rows, {alike} have one class or number alone; {} tested rows have no group",
        groups.without_group
    );
    let mut found = Vec::new();
    if judged == 0 {
        let message = format!("no score inside groups: of {all} groups {why}");
        let hint = "choose groups that hold rows of several classes";
        found.push(*Refusal::new("probe.within_nothing", message, hint).0);
    } else if few + alike + groups.without_group > 0 {
        let message = format!("scores inside groups are of {judged} of {all} groups: {why}");
        let hint = "what is left out counts in the score of all rows alone";
        found.push(*Refusal::new("probe.within_left_out", message, hint).0);
    }
    found
}
