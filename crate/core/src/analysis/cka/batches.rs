//! Rows in batches (mini-batch CKA, Nguyen et al. 2021).

use std::ops::Range;

/// Fewest rows of a batch: the debiased estimate divides by n − 3.
const FEWEST: usize = 4;

/// The rows of each batch. A last batch of fewer than four rows is left out, as in the published runs; 0 rows per
/// batch are all rows at once.
#[must_use]
pub fn cka_batches(rows: usize, rows_per_batch: usize) -> Vec<Range<usize>> {
    let size = if rows_per_batch == 0 { rows.max(1) } else { rows_per_batch };
    let batch = |start: usize| start..start.saturating_add(size).min(rows);
    (0..rows.max(1)).step_by(size).map(batch).filter(|rows| rows.start == 0 || rows.len() >= FEWEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_batches() {
        fn t(rows: usize, size: usize, expected: &[(usize, usize)]) {
            let found: Vec<_> =
                cka_batches(rows, size).into_iter().map(|rows| (rows.start, rows.end)).collect();
            assert_eq!(found, expected, "{rows} in {size}");
        }
        t(25, 10, &[(0, 10), (10, 20), (20, 25)]);
        t(23, 10, &[(0, 10), (10, 20)]);
        t(20, 10, &[(0, 10), (10, 20)]);
        t(7, 0, &[(0, 7)]);
        t(7, 100, &[(0, 7)]);
        t(3, 0, &[(0, 3)]);
        t(0, 0, &[(0, 0)]);
        t(5, usize::MAX, &[(0, 5)]);
    }
}
