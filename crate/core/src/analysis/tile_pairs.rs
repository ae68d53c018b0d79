//! The order in which tiles of rows are compared with each other.

use std::ops::Range;

/// Two tiles of rows. Every row of the left tile is multiplied with every row of the right tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TilePair {
    /// Rows of the left tile.
    pub left: Range<usize>,
    /// Rows of the right tile.
    pub right: Range<usize>,
}

/// Every tile of the left set with every tile of the right set. Within one set (symmetric), a tile is paired
/// with itself first and then with the later tiles, so that each pair comes once.
#[derive(Clone, Debug)]
pub(super) struct TilePairs {
    rows: [usize; 2],
    symmetric: bool,
    /// Rows of a tile.
    tile: usize,
    /// First rows of the current pair.
    at: [usize; 2],
    done: usize,
}

impl TilePairs {
    /// Tiles of one set with one another.
    pub(super) fn symmetric(rows: usize, tile: usize) -> Self {
        Self { rows: [rows; 2], symmetric: true, tile: tile.max(1), at: [0; 2], done: 0 }
    }

    /// Tiles of one set with those of another.
    pub(super) fn rectangular(left: usize, right: usize, tile: usize) -> Self {
        Self { rows: [left, right], symmetric: false, tile: tile.max(1), at: [0; 2], done: 0 }
    }

    /// The same pairs from the start, in tiles of another size.
    pub(super) fn in_tiles(&self, tile: usize) -> Self {
        Self { tile: tile.max(1), at: [0; 2], done: 0, ..self.clone() }
    }

    /// The current pair; `None` after the last.
    pub(super) fn current(&self) -> Option<TilePair> {
        let tile = |at: usize, rows: usize| at..(at + self.tile).min(rows);
        let (left, right) = (tile(self.at[0], self.rows[0]), tile(self.at[1], self.rows[1]));
        (!left.is_empty() && !right.is_empty()).then_some(TilePair { left, right })
    }

    /// Moves on to the next pair.
    pub(super) fn advance(&mut self) {
        let Some(TilePair { left, right }) = self.current() else { return };
        self.done += 1;
        self.at = if right.end < self.rows[1] {
            [left.start, right.end]
        } else {
            [left.end, if self.symmetric { left.end } else { 0 }]
        };
    }

    /// Left rows whose pairs are all done.
    pub(super) fn rows_done(&self) -> usize {
        self.at[0]
    }

    /// Pairs done.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// Pairs in all.
    pub(super) fn total(&self) -> usize {
        let [left, right] = self.rows.map(|rows| rows.div_ceil(self.tile));
        if self.symmetric { left * (left + 1) / 2 } else { left * right }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_comes_once() {
        fn t(mut pairs: TilePairs, expected: usize) {
            let mut seen = std::collections::BTreeSet::new();
            while let Some(TilePair { left, right }) = pairs.current() {
                for i in left.clone() {
                    for j in right.clone() {
                        assert!(seen.insert((i, j)), "{i} and {j} twice");
                        if pairs.symmetric && left != right {
                            assert!(seen.insert((j, i)), "{j} and {i} twice");
                        }
                    }
                }
                pairs.advance();
            }
            assert_eq!((seen.len(), pairs.done()), (expected, pairs.total()));
        }
        t(TilePairs::symmetric(0, 4), 0);
        t(TilePairs::symmetric(1, 4), 1);
        t(TilePairs::symmetric(9, 4), 81);
        t(TilePairs::symmetric(8, 4).in_tiles(3), 64);
        t(TilePairs::rectangular(3, 0, 4), 0);
        t(TilePairs::rectangular(5, 9, 4), 45);
        t(TilePairs::rectangular(8, 4, 4), 32);
    }
}
