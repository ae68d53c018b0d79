//! The published neighbourhood protocol for single mutants (Boshar et al. 2024, A.4.1).
//!
//! A protein model puts mutants with the same new amino acid side by side; a gene model puts mutants of the same
//! position side by side. Three figures distinguish them: the distance along the sequence between a mutant and its
//! neighbours, how often they carry the same new amino acid, and which amino acids are neighbours.

use super::error::AnalysisError;
use super::knn::{Metric, Neighbours, knn, with_next};
use crate::amino_acids::AMINO_ACIDS;
use crate::matrix::View;
use crate::progress::Progress;
use std::collections::BTreeMap;

/// A single mutant: an amino acid substituted at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Substitution {
    /// Position of the mutation, counted from 1.
    pub position: u32,
    /// The amino acid it brings, one of [`AMINO_ACIDS`].
    pub amino_acid: u8,
}

/// What the neighbours of all mutants have in common with them, for one k.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbourhood {
    /// Neighbours of each mutant.
    pub k: usize,
    /// |position − position of a neighbour| for all pairs: how many pairs are that far apart.
    pub distances: Vec<u64>,
    /// The median of these.
    pub median_distance: f64,
    /// The median for neighbours drawn at random from the other mutants.
    pub chance_distance: f64,
    /// Mutants whose k-th neighbour is no nearer than the next: which of the two counts is decided by their order.
    pub ties: usize,
    /// The share of neighbours with the same new amino acid.
    pub accuracy: f64,
    /// What neighbours drawn at random from the other mutants would give.
    pub chance: f64,
    /// Row: the mutant's amino acid; column: its neighbours'; shares of the row. A row of an amino
    /// acid that no mutant has is 0. `[20, 20]`
    pub heat: [[f64; 20]; 20],
}

/// Runs the protocol for each k of a sweep with one search; the published one is Euclidean, k = 10.
///
/// # Shape
///
/// `view` `[n, d]`, `mutants` `[n]` → one answer per k
///
/// # Errors
///
/// `analysis.labels` unless there is one mutant per row, `neighbourhood.amino_acid`, and those of
/// [`knn()`].
pub fn neighbourhoods(
    view: View,
    mutants: &[Substitution],
    sweep: &[usize],
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<Vec<Neighbourhood>, AnalysisError> {
    if mutants.len() != view.rows() {
        return Err(AnalysisError::Labels { found: mutants.len(), rows: view.rows() });
    }
    let columns = mutants.iter().enumerate().map(|(row, mutant)| {
        let found = AMINO_ACIDS.iter().position(|letter| *letter == mutant.amino_acid);
        found.ok_or(AnalysisError::AminoAcid { row, letter: char::from(mutant.amino_acid) })
    });
    let columns: Vec<usize> = columns.collect::<Result<_, _>>()?;
    let most = sweep.iter().copied().max().unwrap_or_default();
    let found = knn(view, with_next(most, view.rows().saturating_sub(1)), metric, progress)?;
    let chance_distance = median_of_pairs(mutants);
    let one = |&k: &usize| {
        Ok(Neighbourhood {
            ties: found.ties(k),
            chance_distance,
            ..answer(&found.nearest(k)?, mutants, &columns)
        })
    };
    sweep.iter().map(one).collect()
}

fn answer(neighbours: &Neighbours, mutants: &[Substitution], columns: &[usize]) -> Neighbourhood {
    let mut counts = [[0_u64; 20]; 20];
    let mut apart = Vec::with_capacity(neighbours.indices().len());
    for (row, (mutant, &own)) in mutants.iter().zip(columns).enumerate() {
        for &other in neighbours.of(row) {
            let (Some(neighbour), Some(&column)) = (mutants.get(other as usize), columns.get(other as usize))
            else {
                continue;
            };
            apart.push(mutant.position.abs_diff(neighbour.position));
            if let Some(count) = counts.get_mut(own).and_then(|row| row.get_mut(column)) {
                *count += 1;
            }
        }
    }
    apart.sort_unstable();
    let same: u64 = counts.iter().enumerate().filter_map(|(i, row)| row.get(i)).sum();
    let heat = counts.map(|row| {
        let total = row.iter().sum::<u64>().max(1) as f64;
        row.map(|count| count as f64 / total)
    });
    let mut sizes = [0_usize; 20];
    for &own in columns {
        if let Some(size) = sizes.get_mut(own) {
            *size += 1;
        }
    }
    let (n, pairs) = (columns.len() as f64, apart.len().max(1) as f64);
    let chance = sizes.iter().map(|&size| (size * size.saturating_sub(1)) as f64).sum::<f64>();
    Neighbourhood {
        k: neighbours.k(),
        median_distance: median(&apart),
        distances: histogram(&apart),
        chance_distance: 0.0,
        ties: 0,
        accuracy: same as f64 / pairs,
        chance: chance / (n * (n - 1.0)).max(1.0),
        heat,
    }
}

fn median(sorted: &[u32]) -> f64 {
    let at = |i: usize| sorted.get(i).map_or(0.0, |&x| f64::from(x));
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { at(middle) } else { f64::midpoint(at(middle.saturating_sub(1)), at(middle)) }
}

/// The median of |position − position| over all pairs of mutants.
fn median_of_pairs(mutants: &[Substitution]) -> f64 {
    let mut at: BTreeMap<u32, u64> = BTreeMap::new();
    mutants.iter().for_each(|mutant| *at.entry(mutant.position).or_default() += 1);
    let mut apart: BTreeMap<u32, u64> = BTreeMap::new();
    for (&a, &count) in &at {
        *apart.entry(0).or_default() += count * count.saturating_sub(1) / 2;
        for (&b, &other) in at.range(a.saturating_add(1)..) {
            *apart.entry(b - a).or_default() += count * other;
        }
    }
    let pairs: u64 = apart.values().sum();
    let ranked = |rank: u64| {
        let mut past = 0;
        let found = apart.iter().find(|&(_, &count)| {
            past += count;
            past > rank
        });
        found.map_or(0.0, |(&distance, _)| f64::from(distance))
    };
    f64::midpoint(ranked(pairs.saturating_sub(1) / 2), ranked(pairs / 2))
}

/// How many of each value, up to [`SPAN`](crate::limits::MUTANT_SPAN) with all beyond in the last.
fn histogram(sorted: &[u32]) -> Vec<u64> {
    let last = sorted.last().map_or(0, |&x| (x as usize).min(crate::limits::MUTANT_SPAN));
    let mut counts = vec![0; if sorted.is_empty() { 0 } else { last + 1 }];
    for &x in sorted {
        if let Some(count) = counts.get_mut((x as usize).min(last)) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn a_case_done_by_hand() {
        // Two pairs: (A at 1, A at 4) and (C at 9, A at 11).
        let rows = [0.0, 1.0, 10.0, 11.5];
        let mutants = [(1, b'A'), (4, b'A'), (9, b'C'), (11, b'A')]
            .map(|(position, amino_acid)| Substitution { position, amino_acid });
        let view = View::new(&rows, 4, 1).unwrap();
        let found = neighbourhoods(view, &mutants, &[1, 3], Metric::Euclidean, &mut Silent).unwrap();
        assert_eq!((found[0].accuracy, found[0].median_distance), (0.5, 2.5));
        assert_eq!(found[0].distances, [0, 0, 2, 2]);
        assert_eq!(
            (found[0].heat[0][0], found[0].heat[0][1], found[0].heat[1][0]),
            (2.0 / 3.0, 1.0 / 3.0, 1.0)
        );
        assert_eq!((found[1].accuracy, found[1].chance), (0.5, 0.5));
        // All pairs are 3, 8, 10, 5, 7 and 2 apart.
        assert_eq!((found[0].chance_distance, found[1].chance_distance), (6.0, 6.0));
        assert_eq!((found[0].ties, found[1].ties), (0, 0));
        let even = [0.0, 1.0, 2.0, 3.0];
        let view = View::new(&even, 4, 1).unwrap();
        let tied = neighbourhoods(view, &mutants, &[1], Metric::Euclidean, &mut Silent).unwrap();
        assert_eq!(tied[0].ties, 2, "the two in the middle");
        let view = View::new(&rows, 4, 1).unwrap();
        let mut wrong = mutants;
        wrong[2].amino_acid = b'*';
        let refused = neighbourhoods(view, &wrong, &[1], Metric::Euclidean, &mut Silent);
        assert_eq!(refused, Err(AnalysisError::AminoAcid { row: 2, letter: '*' }));
    }
}
