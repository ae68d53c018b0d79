//! Units: the rows that depend on one another, and are therefore drawn, permuted and left out together.
//!
//! Copies of one sequence, proteins of one family and residues of one chain are not independent samples. A unit joins
//! them; rows that nothing joins are units of their own.

use super::Target;
use crate::analysis::labels::group_codes;
use crate::matrix::View;
use crate::random::Random;
use std::collections::BTreeMap;

/// The unit of each row, numbered from 0 in the order of first appearance. `[n]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    of: Vec<u32>,
    count: usize,
}

impl Units {
    /// Every row is a unit.
    #[must_use]
    pub fn rows(rows: usize) -> Self {
        Self { of: (0_u32..).take(rows).collect(), count: rows }
    }

    /// Rows with the same code are a unit.
    ///
    /// # Shape
    ///
    /// `codes` `[n]`
    #[must_use]
    pub fn of_codes(codes: &[u32]) -> Self {
        let mut names = BTreeMap::new();
        let number = |code: &u32| {
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            *names.entry(*code).or_insert(next)
        };
        let of = codes.iter().map(number).collect();
        Self { of, count: names.len() }
    }

    /// Rows of the same group are a unit; a row without a group is one of its own.
    ///
    /// # Shape
    ///
    /// `groups` `[n]`
    #[must_use]
    pub fn of_groups<S: AsRef<str>>(groups: &[Option<S>]) -> Self {
        Self::of_codes(&group_codes(groups))
    }

    /// Rows that are equal in every number are copies of one another, and a unit.
    ///
    /// # Shape
    ///
    /// `[n, d]`
    #[must_use]
    pub fn of_copies(rows: View) -> Self {
        let mut seen: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let mut codes = Vec::with_capacity(rows.rows());
        for (row, code) in rows.iter_rows().zip(0_u32..) {
            let bits = row.iter().map(|x| (x + 0.0).to_bits()).collect();
            codes.push(*seen.entry(bits).or_insert(code));
        }
        Self::of_codes(&codes)
    }

    /// Units that hold whatever either of two divisions holds together.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        // Each unit of `other` points to the smallest unit of `self` that it is linked with.
        let mut root: Vec<usize> = (0..self.count).collect();
        let find = |root: &[usize], mut at: usize| {
            while let Some(&up) = root.get(at).filter(|&&up| up != at) {
                at = up;
            }
            at
        };
        let mut first: Vec<Option<usize>> = vec![None; other.count];
        for (&own, &theirs) in self.of.iter().zip(&other.of) {
            let own = find(&root, own as usize);
            let Some(linked) = first.get_mut(theirs as usize) else { continue };
            let linked = *linked.get_or_insert(own);
            let (a, b) = (find(&root, linked), own);
            if let Some(up) = root.get_mut(a.max(b)) {
                *up = a.min(b);
            }
        }
        let code = |&own: &u32| u32::try_from(find(&root, own as usize)).unwrap_or(u32::MAX);
        Self::of_codes(&self.of.iter().map(code).collect::<Vec<_>>())
    }

    /// The unit of each row. `[n]`
    #[must_use]
    pub fn of(&self) -> &[u32] {
        &self.of
    }

    /// Number of units.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether every row is a unit of its own.
    #[must_use]
    pub fn are_rows(&self) -> bool {
        self.count == self.of.len()
    }

    /// The rows of each unit, ascending. `[units][·]`
    #[must_use]
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.count];
        for (row, &unit) in self.of.iter().enumerate() {
            if let Some(members) = members.get_mut(unit as usize) {
                members.push(row);
            }
        }
        members
    }

    /// An order in which rows take the labels of other rows without breaking what makes rows alike: row i takes the
    /// label of row `order[i]`.
    ///
    /// Where the labels are constant in every unit (`constant`), units exchange their labels whatever their sizes.
    /// Otherwise the units are laid end to end in random order, so that labels that lie beside one another stay
    /// beside one another; for units of one size this exchanges whole units.
    pub(in crate::analysis) fn permuted(&self, constant: bool, random: &mut Random) -> Vec<usize> {
        let members = self.members();
        let mut order: Vec<usize> = (0..members.len()).collect();
        random.shuffle(&mut order);
        if constant {
            let label = |unit: usize| members.get(*order.get(unit)?)?.first().copied();
            return self.of.iter().map(|&unit| label(unit as usize).unwrap_or_default()).collect();
        }
        let laid = order.iter().filter_map(|&unit| members.get(unit)).flatten();
        let mut taken = vec![0; self.of.len()];
        for (&to, &from) in members.iter().flatten().zip(laid) {
            if let Some(taken) = taken.get_mut(to) {
                *taken = from;
            }
        }
        taken
    }

    /// Two disjoint halves of the units, as rows in ascending order. The classes are shared out evenly: units are
    /// dealt in turn, class by class (that of most rows of a unit; for labels their set). Numbers are dealt at random.
    pub(in crate::analysis) fn halves(&self, target: &Target, random: &mut Random) -> [Vec<usize>; 2] {
        let members = self.members();
        let mut order: Vec<usize> = (0..members.len()).collect();
        random.shuffle(&mut order);
        let keys: Vec<u64> = members.iter().map(|rows| stratum(target, rows)).collect();
        order.sort_by_key(|&unit| keys.get(unit).copied());
        let mut side = vec![false; members.len()];
        // Which half a pair of neighbours goes to is a coin for each pair: a fixed turn would send the larger number
        // always to the same half.
        for pair in order.chunks(2) {
            let coin = random.below(2) == 1;
            for (at, &unit) in pair.iter().enumerate() {
                if let Some(side) = side.get_mut(unit) {
                    *side = coin ^ (at == 1);
                }
            }
        }
        let half = |wanted: bool| {
            let of = |&unit: &u32| side.get(unit as usize) == Some(&wanted);
            self.of.iter().enumerate().filter(|(_, unit)| of(unit)).map(|(row, _)| row).collect()
        };
        [half(false), half(true)]
    }
}

/// What units are dealt by: the class of most rows, or the set of labels; nothing for numbers.
fn stratum(target: &Target, rows: &[usize]) -> u64 {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for &row in rows {
        let held = (0..target.cols()).filter(|&c| target.holds(row, c));
        let key = held.fold(0_u64, |key, c| key.wrapping_mul(31).wrapping_add(c as u64 + 1));
        *counts.entry(key).or_default() += 1;
    }
    let most = counts.iter().max_by_key(|&(&key, &count)| (count, std::cmp::Reverse(key)));
    most.map_or(0, |(&key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_joined_where_either_joins() {
        let groups = Units::of_groups(&[Some("x"), None, Some("y"), Some("x"), None]);
        assert_eq!((groups.of(), groups.count(), groups.are_rows()), (&[0, 1, 2, 0, 3][..], 4, false));
        let data = [1.0, 2.0, 1.0, 0.0, -0.0];
        let copies = Units::of_copies(View::new(&data, 5, 1).unwrap());
        assert_eq!(copies.of(), [0, 1, 0, 2, 2]);
        // 0 and 3 by group, 0 and 2, 3 and 4 by copies.
        assert_eq!(groups.joined(&copies).of(), [0, 1, 0, 0, 0]);
        assert_eq!(copies.joined(&groups).of(), [0, 1, 0, 0, 0]);
        assert!(Units::rows(3).joined(&Units::rows(3)).are_rows());
    }

    #[test]
    fn permuted_units_keep_their_labels_together() {
        let units = Units::of_codes(&[7, 7, 3, 3, 3, 9]);
        let mut random = Random::new(1);
        for _ in 0..20 {
            let order = units.permuted(true, &mut random);
            assert!(order[0] == order[1] && order[2] == order[3] && order[3] == order[4], "{order:?}");
            let mut laid = units.permuted(false, &mut random);
            laid.sort_unstable();
            assert_eq!(laid, [0, 1, 2, 3, 4, 5]);
        }
        let equal = Units::of_codes(&[0, 1, 0, 1]);
        for _ in 0..20 {
            let order = equal.permuted(false, &mut random);
            assert!(order == [0, 1, 2, 3] || order == [1, 0, 3, 2], "{order:?}");
        }
    }

    #[test]
    fn halves_share_out_classes_and_keep_units() {
        let labels: Vec<u32> = (0..40).map(|i| u32::from(i / 4 % 2 == 0)).collect();
        let units = Units::of_codes(&(0..40).map(|i| i / 4).collect::<Vec<u32>>());
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let halves = units.halves(&target, &mut Random::new(3));
        let [a, b] = &halves;
        assert_eq!(a.len() + b.len(), 40);
        for half in &halves {
            let held = half.iter().filter(|&&row| labels[row] == 1).count();
            assert!((8..=12).contains(&held), "{held}");
            assert!(half.iter().all(|row| half.binary_search(&(row / 4 * 4)).is_ok()));
        }
    }
}
