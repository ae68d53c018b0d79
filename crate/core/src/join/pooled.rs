//! The rows of many sequences at chosen positions, as one row each.

use super::{JoinError, PositionPooling, Positions, pool_sequence};
use crate::matrix::{Matrix, View};

/// One row per sequence that has all of its chosen positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Which sequences, counted from 0, in their order.
    pub kept: Vec<usize>,
    /// Their rows, `[kept, d]` or `[kept, positions · d]`.
    pub rows: Matrix,
    /// The others, and why.
    pub left_out: Vec<(usize, JoinError)>,
}

/// Pools the rows of each sequence over its chosen positions.
///
/// A sequence without positions, or with one that it does not have, is left out and named, and so is
/// one with another number of positions than the first if these are concatenated.
///
/// # Shape
///
/// `rows [offsets.last(), d]`, sequence i being `offsets[i]..offsets[i + 1]`; `ids [n]`,
/// `offsets [n + 1]` → `[kept, d]` or `[kept, positions · d]`.
///
/// # Errors
///
/// `join.rows` if ids, offsets and rows do not fit together, `positions.none` if no sequence is left.
pub fn pool_sequences<S: AsRef<str>>(
    ids: &[S],
    offsets: &[usize],
    rows: View<'_>,
    positions: &Positions,
    pooling: PositionPooling,
) -> Result<Pooled, JoinError> {
    let fits = offsets.len() == ids.len().saturating_add(1)
        && offsets.is_sorted()
        && offsets.last().is_some_and(|end| *end == rows.rows());
    if !fits {
        let keys = offsets.last().copied().unwrap_or(0);
        return Err(JoinError::Rows { table: "of residues".to_owned(), keys, rows: rows.rows() });
    }
    let (mut kept, mut data, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut width = None;
    for (at, (id, span)) in ids.iter().zip(offsets.windows(2)).enumerate() {
        let &[first, end] = span else { continue };
        let id = id.as_ref();
        let own = positions.by_id.get(id).map(Vec::as_slice).unwrap_or_default();
        let row = pool_sequence(id, rows.part(first, end), own, pooling).and_then(|row| {
            if *width.get_or_insert(row.len()) == row.len() {
                Ok(row)
            } else {
                Err(JoinError::OtherCount { id: id.to_owned(), positions: own.len() })
            }
        });
        match row {
            Ok(row) => {
                data.try_reserve(row.len()).map_err(|_| JoinError::Memory)?;
                data.extend(row);
                kept.push(at);
            }
            Err(error) => left_out.push((at, error)),
        }
    }
    let width = width.ok_or(JoinError::NoneLeft)?;
    let rows = Matrix::new(data, kept.len(), width).map_err(|_| JoinError::Memory)?;
    Ok(Pooled { kept, rows, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::join::read_positions;

    #[test]
    fn sequences_without_their_positions_are_named() {
        fn t(table: &str, how: PositionPooling, kept: &[usize], numbers: &[f32], left_out: &[(usize, &str)]) {
            let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
            let chosen = read_positions(table.as_bytes(), None).unwrap();
            let view = View::new(&rows, 7, 1).unwrap();
            let found = pool_sequences(&["a", "b", "c"], &[0, 3, 5, 7], view, &chosen, how).unwrap();
            let codes: Vec<_> = found.left_out.iter().map(|(at, error)| (*at, error.code())).collect();
            assert_eq!(
                (found.kept.as_slice(), found.rows.data(), codes.as_slice()),
                (kept, numbers, left_out),
                "{table}"
            );
        }
        t("a\t1,3\nb\t2\nc\t1,2", PositionPooling::Mean, &[0, 1, 2], &[2.0, 5.0, 6.5], &[]);
        t(
            "a\t1,3\nb\t2\nc\t2,1",
            PositionPooling::Concatenated,
            &[0, 2],
            &[1.0, 3.0, 7.0, 6.0],
            &[(1, "positions.count")],
        );
        // The third row of the file is no row of the second sequence.
        t(
            "a\t1\nb\t3",
            PositionPooling::Mean,
            &[0],
            &[1.0],
            &[(1, "positions.outside"), (2, "positions.missing")],
        );
    }

    #[test]
    fn refusals() {
        fn t(offsets: &[usize], table: &str, code: &str) {
            let chosen = read_positions(table.as_bytes(), None).unwrap();
            let view = View::new(&[1.0, 2.0], 2, 1).unwrap();
            let error =
                pool_sequences(&["a", "b"], offsets, view, &chosen, PositionPooling::Mean).unwrap_err();
            assert_eq!(error.code(), code, "{offsets:?}");
        }
        t(&[0, 1, 3], "a\t1", "join.rows");
        t(&[0, 2], "a\t1", "join.rows");
        t(&[0, 2, 1], "a\t1", "join.rows");
        t(&[0, 1, 2], "x\t1", "positions.none");
    }
}
