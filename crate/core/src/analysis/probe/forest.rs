//! A random forest (Breiman 2001), as scikit-learn's `RandomForestClassifier` grows one.
//!
//! Every tree is grown on a bootstrap sample of the training rows until its leaves are pure. A split is the
//! best of √d columns drawn for it (`max_features="sqrt"`) and lies half-way between two values. The
//! prediction of a row is the mean of its leaves. "Best" is the smallest sum of the variances of the outputs:
//! for classes as columns of 0 and 1 that is Gini's impurity, and numbers need no other rule.
//!
//! Test rows fall through a tree while it grows, so no tree is kept, and a branch that no test row reaches is
//! not grown. Each node has a seed of its own: the prediction of a row does not depend on the other test rows.

use super::Target;
use crate::matrix::View;
use crate::random::Random;
use std::ops::Range;

/// A forest that grows.
pub(super) struct Forest {
    n_estimators: usize,
    grown: usize,
    train: Vec<usize>,
    test: Vec<usize>,
    /// The truth of every row of the whole table. `[n, outputs]`
    truth: Vec<f64>,
    outputs: usize,
    /// Sums over the trees. `[test, outputs]`
    sums: Vec<f64>,
    rng: Random,
}

/// A node that still has to be split, or to become a leaf: parts of the rows drawn and tested.
struct Node {
    drawn: Range<usize>,
    tested: Range<usize>,
    seed: u64,
}

/// Rows with `column` ≤ `threshold` go left.
struct Split {
    column: usize,
    threshold: f32,
    score: f64,
}

impl Forest {
    /// `columns` are those of the target that it learns: all classes, or one label.
    pub(super) fn new(
        n_estimators: usize,
        target: &Target,
        columns: Range<usize>,
        train: Vec<usize>,
        test: Vec<usize>,
        seed: u64,
    ) -> Self {
        let outputs = columns.len();
        let truth =
            (0..target.rows()).flat_map(|row| columns.clone().map(move |c| target.number(row, c))).collect();
        let sums = vec![0.0; test.len() * outputs];
        Self { n_estimators, grown: 0, train, test, truth, outputs, sums, rng: Random::new(seed) }
    }

    /// Grows one tree; true if it was the last.
    pub(super) fn grow(&mut self, features: View) -> bool {
        let count = self.train.len();
        let mut drawn: Vec<usize> =
            (0..count).filter_map(|_| self.train.get(self.rng.below(count)).copied()).collect();
        let mut tested: Vec<usize> = (0..self.test.len()).collect();
        let mut open = vec![Node { drawn: 0..count, tested: 0..tested.len(), seed: self.rng.seed() }];
        while let Some(node) = open.pop() {
            let Some(rows) = drawn.get_mut(node.drawn.clone()) else { continue };
            let Some(positions) = tested.get_mut(node.tested.clone()) else { continue };
            if positions.is_empty() {
                continue;
            }
            let mut rng = Random::new(node.seed);
            let Some(split) = self.split(features, rows, &mut rng) else {
                self.leaf(rows, positions);
                continue;
            };
            let left = |row: usize| {
                features.row(row).and_then(|row| row.get(split.column)).is_some_and(|&x| x <= split.threshold)
            };
            let test = &self.test;
            let rows = node.drawn.start + part(rows, left);
            let positions = node.tested.start
                + part(positions, |position| test.get(position).is_some_and(|&row| left(row)));
            let seeds = [rng.seed(), rng.seed()];
            open.push(Node {
                drawn: rows..node.drawn.end,
                tested: positions..node.tested.end,
                seed: seeds[1],
            });
            open.push(Node {
                drawn: node.drawn.start..rows,
                tested: node.tested.start..positions,
                seed: seeds[0],
            });
        }
        self.grown += 1;
        self.grown >= self.n_estimators
    }

    /// Predictions of the tested rows. `[test, outputs]`
    pub(super) fn predict(&self) -> Vec<f64> {
        self.sums.iter().map(|sum| sum / self.grown.max(1) as f64).collect()
    }

    fn truth(&self, row: usize) -> &[f64] {
        self.truth.get(row * self.outputs..(row + 1) * self.outputs).unwrap_or_default()
    }

    /// The best split of √d columns that vary among the rows; `None` for a leaf.
    fn split(&self, features: View, rows: &[usize], rng: &mut Random) -> Option<Split> {
        let first = self.truth(*rows.first()?);
        if rows.iter().all(|&row| self.truth(row) == first) {
            return None;
        }
        let mut columns: Vec<usize> = (0..features.cols()).collect();
        let (mut wanted, mut best, mut order) = (columns.len().isqrt().max(1), None, Vec::new());
        for i in 0..columns.len() {
            let drawn = i + rng.below(columns.len() - i);
            columns.swap(i, drawn);
            let column = columns.get(i).copied()?;
            let value = |row: usize| features.row(row).and_then(|row| row.get(column)).copied();
            order.clear();
            order.extend(rows.iter().filter_map(|&row| Some((value(row)?, row))));
            order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            // A column that is constant here cannot be split and does not count.
            if order.first().map(|first| first.0) == order.last().map(|last| last.0) {
                continue;
            }
            let found = self.best_of(column, &order);
            if best.as_ref().is_none_or(|best: &Split| found.score > best.score) {
                best = Some(found);
            }
            wanted -= 1;
            if wanted == 0 {
                break;
            }
        }
        best
    }

    /// The best place to cut rows in the order of a column that is not constant. The variance left
    /// is least where Σ left² / left rows + Σ right² / right rows is largest.
    fn best_of(&self, column: usize, order: &[(f32, usize)]) -> Split {
        let mut right = vec![0.0; self.outputs];
        for &(_, row) in order {
            right.iter_mut().zip(self.truth(row)).for_each(|(sum, y)| *sum += y);
        }
        let mut left = vec![0.0; self.outputs];
        let mut best = Split { column, threshold: f32::NEG_INFINITY, score: f64::NEG_INFINITY };
        for (at, pair) in order.windows(2).enumerate() {
            let &[(low, row), (high, _)] = pair else { continue };
            for ((left, right), y) in left.iter_mut().zip(&mut right).zip(self.truth(row)) {
                *left += y;
                *right -= y;
            }
            if low >= high {
                continue;
            }
            let square = |sums: &[f64]| sums.iter().map(|sum| sum * sum).sum::<f64>();
            let here = (at + 1) as f64;
            let score = square(&left) / here + square(&right) / (order.len() as f64 - here);
            if score > best.score {
                let middle = low / 2.0 + high / 2.0;
                // Between neighbouring numbers there is none.
                best = Split { column, threshold: if middle < high { middle } else { low }, score };
            }
        }
        best
    }

    fn leaf(&mut self, rows: &[usize], positions: &[usize]) {
        let share = 1.0 / rows.len().max(1) as f64;
        let mut mean = vec![0.0; self.outputs];
        for &row in rows {
            mean.iter_mut().zip(self.truth(row)).for_each(|(sum, y)| *sum += y * share);
        }
        for &position in positions {
            if let Some(sums) = self.sums.get_mut(position * self.outputs..(position + 1) * self.outputs) {
                sums.iter_mut().zip(&mean).for_each(|(sum, mean)| *sum += mean);
            }
        }
    }
}

/// Moves the rows that go left to the front; returns their number.
fn part(items: &mut [usize], left: impl Fn(usize) -> bool) -> usize {
    let mut first = 0;
    for at in 0..items.len() {
        if items.get(at).is_some_and(|&item| left(item)) {
            items.swap(first, at);
            first += 1;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four corners, which no single column separates.
    fn corners() -> (Vec<f32>, Target) {
        let place = |i: usize| [i % 2, i / 2 % 2];
        let data = (0..80).flat_map(|i| place(i).map(|x| x as f32 + (i / 4) as f32 * 0.01)).collect();
        let labels = (0..80).map(|i| (place(i)[0] ^ place(i)[1]) as u32).collect();
        (data, Target::Classes { labels, classes: 2 })
    }

    fn predicted(data: &[f32], target: &Target, test: &[usize]) -> Vec<f64> {
        let mut forest = Forest::new(30, target, 0..2, (0..60).collect(), test.to_vec(), 7);
        let view = View::new(data, 80, 2).unwrap();
        while !forest.grow(view) {}
        forest.predict()
    }

    #[test]
    fn corners_are_separated() {
        let (data, target) = corners();
        let found = predicted(&data, &target, &[60, 61, 62, 63, 70, 75]);
        for (predicted, row) in found.chunks(2).zip([60, 61, 62, 63, 70, 75]) {
            assert!((predicted[0] + predicted[1] - 1.0).abs() < 1e-9);
            assert_eq!(predicted[1] > 0.5, target.holds(row, 1), "{row}: {predicted:?}");
        }
    }

    #[test]
    fn a_row_is_predicted_the_same_in_any_batch() {
        let (data, target) = corners();
        let together = predicted(&data, &target, &[60, 66, 71]);
        for (place, row) in [60, 66, 71].into_iter().enumerate() {
            assert_eq!(predicted(&data, &target, &[row]), together[2 * place..2 * place + 2]);
        }
    }

    #[test]
    fn a_cut_lies_between_its_rows() {
        let target = Target::Numbers(vec![1.0, 1.0, 5.0, 5.0]);
        let forest = Forest::new(1, &target, 0..1, vec![], vec![], 0);
        let t = |values: [f32; 4], expected: f32| {
            let order: Vec<_> = values.into_iter().zip(0..).collect();
            assert_eq!(forest.best_of(0, &order).threshold, expected, "{values:?}");
        };
        t([1.0, 2.0, 4.0, 9.0], 3.0);
        t([0.0, 1.0, 1.0, 1.0], 0.5);
        t([-3e38, -2e38, 2e38, 3e38], 0.0);
        t([0.0, 1.0, f32::from_bits(1.0_f32.to_bits() + 1), 2.0], 1.0);
    }
}
