//! A label table beside the sequences.

use crossgrain_core::analysis::probe::{Task, guess_task};
use crossgrain_core::error::Notice;
use crossgrain_core::seq::{LabelMatch, LabelTable};
use serde::Serialize;

use crate::defaults;

/// Columns that a summary describes.
const DESCRIBED: usize = 12;

/// A label table matched to the sequences by id.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LabelsReport"))]
pub struct Response {
    /// Names of the columns, without the ids.
    pub columns: Vec<String>,
    /// For each column: the value of each sequence, `null` where it is absent, empty or missing. They stand in the order of
    /// `columns` and not under their names, because a column may be called like a part of every JavaScript object.
    pub values: Vec<Vec<Option<String>>>,
    /// Sequences that have a row in the table.
    pub matched: usize,
    /// Sequences without a row in the table.
    pub unmatched: usize,
    /// What was decided about the table, in one line: separator, header, ids, missing values, kinds of columns.
    pub decided: String,
    /// Warnings of the reader, and what is odd about the match, with counts.
    pub warnings: Vec<Notice>,
}

impl Response {
    /// Lines a table up with the sequences.
    #[must_use]
    pub fn of(table: &LabelTable, ids: &[String]) -> Self {
        let file = table.warnings.iter().find_map(|notice| notice.at.file.clone());
        let found = table.match_ids(ids, file.as_deref());
        let values = (0..found.table.columns.len()).map(|at| found.values(at)).collect();
        let matched = found.matched();
        let mut warnings = found.table.warnings.clone();
        warnings.extend(found.notices.iter().cloned());
        Self {
            values,
            matched,
            unmatched: ids.len() - matched,
            columns: found.table.columns.clone(),
            decided: decided(&found),
            warnings,
        }
    }
}

/// What was decided about a table, in one line.
#[must_use]
pub fn decided(found: &LabelMatch) -> String {
    let table = &found.table;
    let kind = |(at, name): (usize, &String)| {
        let values: Vec<Option<&str>> =
            table.rows.iter().map(|(_, values)| values.get(at).map(String::as_str)).collect();
        let missing = values.iter().filter(|value| value.is_none_or(str::is_empty)).count();
        let missing = if missing > 0 { format!(", {missing} missing") } else { String::new() };
        match guess_task(&values, defaults::SEPARATOR) {
            None => format!("{name}: empty"),
            Some((Task::Numbers, _)) => format!("{name}: numbers{missing}"),
            Some((Task::Classes, different)) => format!("{name}: {different} classes{missing}"),
            Some((Task::Labels, _)) => format!("{name}: several labels each{missing}"),
        }
    };
    let mut parts = vec![table.layout.describe()];
    parts.extend(table.columns.iter().enumerate().take(DESCRIBED).map(kind));
    let more = table.columns.len().saturating_sub(DESCRIBED);
    if more > 0 {
        parts.push(format!("and {more} more columns"));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossgrain_core::seq::read_labels;

    #[test]
    fn labels_beside_sequences() {
        let text = b"id;Tm;type\np1;44,4;base\np2;NA;acid\np3;50,1;-\nq;60;base\n";
        let ids = ["p1", "p2", "p3", "p3_2", "p4"].map(str::to_owned);
        let found = Response::of(&read_labels(text, Some("a.csv")).unwrap(), &ids);
        let some = |words: [&str; 5]| words.map(|word| (!word.is_empty()).then(|| word.to_owned())).to_vec();
        assert_eq!(found.values[0], some(["44.4", "", "50.1", "50.1", ""]));
        assert_eq!(found.values[1], some(["base", "acid", "", "", ""]));
        assert_eq!((found.matched, found.unmatched), (4, 1));
        let expected = "separated by semicolons, the first row names the columns, ids in column 1 (id), decimal commas in \
                        Tm, missing: empty cells and `-`, `NA`; Tm: 3 classes, 1 missing; type: 2 classes, 1 missing";
        assert_eq!(found.decided, expected);
        let codes: Vec<&str> = found.warnings.iter().map(|notice| notice.code.as_str()).collect();
        assert_eq!(codes, ["labels.rows_without_label", "labels.unused", "labels.repeated_id"]);
        assert!(found.warnings[0].message.starts_with("1 of 5 rows match no id of the table: p4"));
    }
}
