//! The order in which blocks of rows meet each other.

use std::ops::Range;

/// Rows of which every one on the left is to be multiplied with every one on the right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Rows of the left side.
    pub left: Range<usize>,
    /// Rows of the right side.
    pub right: Range<usize>,
}

/// Every block of the left side with every block of the right one; within one set, a block meets
/// itself first and then those behind it, so that each two blocks meet once.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    rows: [usize; 2],
    within: bool,
    block: usize,
    /// First rows of the next meeting.
    at: [usize; 2],
    done: usize,
}

impl Walk {
    /// Blocks of one set with one another.
    pub(super) fn within(rows: usize, block: usize) -> Self {
        Self { rows: [rows; 2], within: true, block: block.max(1), at: [0; 2], done: 0 }
    }

    /// Blocks of one set with those of another.
    pub(super) fn across(left: usize, right: usize, block: usize) -> Self {
        Self { rows: [left, right], within: false, block: block.max(1), at: [0; 2], done: 0 }
    }

    /// The same walk from its start in blocks of another size.
    pub(super) fn in_blocks(&self, block: usize) -> Self {
        Self { block: block.max(1), at: [0; 2], done: 0, ..self.clone() }
    }

    /// Where the walk is; `None` at its end.
    pub(super) fn now(&self) -> Option<Meeting> {
        let block = |at: usize, rows: usize| at..(at + self.block).min(rows);
        let (left, right) = (block(self.at[0], self.rows[0]), block(self.at[1], self.rows[1]));
        (!left.is_empty() && !right.is_empty()).then_some(Meeting { left, right })
    }

    /// One step on.
    pub(super) fn advance(&mut self) {
        let Some(Meeting { left, right }) = self.now() else { return };
        self.done += 1;
        self.at = if right.end < self.rows[1] {
            [left.start, right.end]
        } else {
            [left.end, if self.within { left.end } else { 0 }]
        };
    }

    /// Rows of the left side that have met all they are to meet.
    pub(super) fn rows_done(&self) -> usize {
        self.at[0]
    }

    /// Meetings that are over.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// Meetings in all.
    pub(super) fn total(&self) -> usize {
        let [left, right] = self.rows.map(|rows| rows.div_ceil(self.block));
        if self.within { left * (left + 1) / 2 } else { left * right }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_meet_once() {
        fn t(mut walk: Walk, expected: usize) {
            let mut met = std::collections::BTreeSet::new();
            while let Some(Meeting { left, right }) = walk.now() {
                for i in left.clone() {
                    for j in right.clone() {
                        assert!(met.insert((i, j)), "{i} and {j} met twice");
                        if walk.within && left != right {
                            assert!(met.insert((j, i)), "{j} and {i} met twice");
                        }
                    }
                }
                walk.advance();
            }
            assert_eq!((met.len(), walk.done()), (expected, walk.total()));
        }
        t(Walk::within(0, 4), 0);
        t(Walk::within(1, 4), 1);
        t(Walk::within(9, 4), 81);
        t(Walk::within(8, 4).in_blocks(3), 64);
        t(Walk::across(3, 0, 4), 0);
        t(Walk::across(5, 9, 4), 45);
        t(Walk::across(8, 4, 4), 32);
    }
}
