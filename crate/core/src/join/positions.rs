//! Positions to pool in each sequence: the residues that line a pocket, the Stachelhaus code.
//!
//! ```text
//! # a comment
//! p1<TAB>235,236,239,278
//! p2<TAB>201 202 205 244
//! ```

use super::JoinError;
use crate::error::{Notice, Where};
use crate::limits::{LETTERS_PER_RECORD, NOTICES_PER_CODE, RECORDS};
use crate::matrix::View;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the rows of chosen positions become one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum PositionPooling {
    /// Their mean, `[d]`.
    #[default]
    Mean,
    /// One after the other in the order given, `[positions · d]`.
    Concatenated,
}

/// A table of positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// Positions, counted from 1, of each sequence, in the order given.
    pub by_id: BTreeMap<String, Vec<usize>>,
    /// Lines that could not be read, `positions.line`, or name a sequence again,
    /// `positions.duplicate_id`; at most [`NOTICES_PER_CODE`].
    pub refusals: Vec<Notice>,
}

/// Reads a table of positions, UTF-8.
///
/// # Errors
///
/// `positions.not_a_table` if no line is one.
pub fn read_positions(bytes: &[u8], file: Option<&str>) -> Result<Positions, JoinError> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut found = Positions::default();
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut refuse = |code: &str, message: &str, id: Option<&str>| {
            if found.refusals.len() < NOTICES_PER_CODE {
                found.refusals.push(Notice {
                    code: code.to_owned(),
                    message: message.to_owned(),
                    at: Where {
                        file: file.map(str::to_owned),
                        line: Some(number),
                        record: id.map(str::to_owned),
                    },
                    hint: "write a name, a tab, and positions with commas, counted from 1".to_owned(),
                });
            }
        };
        let row = line.split_once('\t').and_then(|(id, list)| {
            let parts = list.split([',', ';', ' ', '\t']).filter(|part| !part.trim().is_empty());
            let positions: Vec<usize> = parts.map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
            let good = (1..=LETTERS_PER_RECORD).contains(&positions.len())
                && positions.iter().all(|position| (1..=LETTERS_PER_RECORD).contains(position));
            (good && !id.trim().is_empty()).then(|| (id.trim().to_owned(), positions))
        });
        match row {
            None => refuse("positions.line", "the line is not a name, a tab and positions", None),
            Some((id, _)) if found.by_id.contains_key(&id) => {
                refuse(
                    "positions.duplicate_id",
                    "the positions of this sequence are given twice: the first count",
                    Some(&id),
                );
            }
            Some(_) if found.by_id.len() >= RECORDS => {
                refuse("positions.line", "there are more lines than sequences a file may have", None);
            }
            Some((id, positions)) => _ = found.by_id.insert(id, positions),
        }
    }
    if found.by_id.is_empty() { Err(JoinError::NotPositions) } else { Ok(found) }
}

/// One row from the rows of a sequence at chosen positions.
///
/// # Shape
///
/// `rows [l, d]`, one per letter → `[d]` or `[positions · d]`.
///
/// # Errors
///
/// `positions.missing` for no positions, `positions.outside` for a position beyond the sequence.
pub fn pool_sequence(
    id: &str,
    rows: View<'_>,
    positions: &[usize],
    pooling: PositionPooling,
) -> Result<Vec<f32>, JoinError> {
    if positions.is_empty() {
        return Err(JoinError::NoPositions { id: id.to_owned() });
    }
    let row = |&position: &usize| {
        let found = position.checked_sub(1).and_then(|at| rows.row(at));
        found.ok_or_else(|| JoinError::Outside { id: id.to_owned(), position, rows: rows.rows() })
    };
    let chosen = positions.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    match pooling {
        PositionPooling::Concatenated => Ok(chosen.concat()),
        PositionPooling::Mean => {
            #[expect(clippy::cast_precision_loss, reason = "a count of positions")]
            let count = chosen.len() as f64;
            let mean = (0..rows.cols()).map(|column| {
                let sum: f64 =
                    chosen.iter().filter_map(|row| row.get(column)).map(|value| f64::from(*value)).sum();
                #[expect(clippy::cast_possible_truncation, reason = "a mean of f32, summed as f64")]
                let mean = (sum / count) as f32;
                mean
            });
            Ok(mean.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn tables() {
        /// Positions as text, and the number of refused lines.
        fn t(text: &str, expected: Result<(&str, usize), &str>) {
            let found = read_positions(text.as_bytes(), None);
            let found = found.as_ref().map_err(Coded::code);
            let found = found.map(|found| (format!("{:?}", found.by_id), found.refusals.len()));
            assert_eq!(
                found,
                expected.map(|(positions, refused)| (positions.to_owned(), refused)),
                "{text:?}"
            );
        }
        t("p1\t3,1,2\n# x\np2\t7 8", Ok((r#"{"p1": [3, 1, 2], "p2": [7, 8]}"#, 0)));
        t("p1\t3\np1\t4\np2\t0\np3\t\n\t5\np4\t-1\n", Ok((r#"{"p1": [3]}"#, 5)));
        t("", Err("positions.not_a_table"));
        t("p1,3", Err("positions.not_a_table"));
    }

    #[test]
    fn rows_at_positions() {
        let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let t = |positions: &[usize], pooling: PositionPooling, expected: Result<&[f32], &str>| {
            let found = pool_sequence("p", View::new(&rows, 3, 2).unwrap(), positions, pooling);
            assert_eq!(found.as_deref().map_err(Coded::code), expected, "{positions:?}");
        };
        t(&[1, 3], PositionPooling::Mean, Ok(&[3.0, 4.0]));
        t(&[3, 1], PositionPooling::Concatenated, Ok(&[5.0, 6.0, 1.0, 2.0]));
        t(&[2], PositionPooling::Mean, Ok(&[3.0, 4.0]));
        t(&[4], PositionPooling::Mean, Err("positions.outside"));
        t(&[0], PositionPooling::Mean, Err("positions.outside"));
        t(&[], PositionPooling::Mean, Err("positions.missing"));
    }
}
