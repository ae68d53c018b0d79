//! What lets a model answer without having learnt anything about new rows, as warnings.

use super::units::COPY_COLUMNS;
use crate::refusal::Refusal;
use crossgrain_core::analysis::evaluation::Target;
use crossgrain_core::analysis::evaluation::folds::Folds;
use crossgrain_core::analysis::probe::{Copies, MOST_ROWS, answer_columns, copies_across_folds};
use crossgrain_core::error::Notice;
use crossgrain_core::matrix::View;
use crossgrain_core::progress::Progress;

/// Columns that a warning names.
const NAMED: usize = 5;

/// Warnings about one feature set: copies of tested rows among those trained on, and columns that are the answer.
///
/// # Errors
/// The codes of a search for neighbours.
pub fn leaks(
    name: &str,
    features: View,
    target: &Target,
    folds: &Folds,
    progress: &mut dyn Progress,
) -> Result<Vec<Notice>, Refusal> {
    let mut found = Vec::new();
    let copies = if features.cols() < COPY_COLUMNS {
        Copies::default()
    } else {
        copies_across_folds(features, folds, progress)?
    };
    if copies.exact + copies.near > 0 {
        let of = if copies.looked_at == MOST_ROWS { " that were looked at" } else { "" };
        let message = format!(
            "{name}: of {} tested rows{of}, {} have an exact copy and {} a near copy in another fold: the score says how \
             well copies are recognised",
            copies.looked_at, copies.exact, copies.near
        );
        let hint = "keep copies in one fold: group the folds by family, or by clusters of similar sequences";
        found.push(*Refusal::new("probe.copies_across_folds", message, hint).0);
    }
    let answers = answer_columns(features, target);
    if !answers.is_empty() {
        let named: Vec<String> = answers.iter().take(NAMED).map(|at| (at + 1).to_string()).collect();
        let more = answers.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!(
            "{name}: the answer is among the features, in column {}{more} of {}",
            named.join(", "),
            features.cols()
        );
        let hint = "leave the column out: a model that is given the answer learns nothing";
        found.push(*Refusal::new("probe.answer_in_features", message, hint).0);
    }
    Ok(found)
}
