//! Vectors of names from the company that they keep: skip-gram with negative sampling (Mikolov et
//! al. 2013), as Pfam2vec is trained on the domains of gene clusters.
//!
//! The method and the defaults are word2vec's: around each name a window of up to `window` names,
//! its width drawn anew; each neighbour's vector is drawn towards the name and away from `negatives`
//! names drawn by count^0.75; frequent names are passed over by chance; the rate falls linearly to a
//! ten-thousandth. One thing differs: every name gets a vector, however rare (word2vec leaves out
//! what occurs fewer than five times), since a domain without one would be missing from its cluster.

use super::names::NameVectors;
use crate::analysis::probe::ProbeError;
use crate::matrix::Matrix;
use crate::random::Random;

/// The power of a name's count by which it is drawn as a stranger.
const POWER: f64 = 0.75;
/// Share of the rate that is left at the end.
const LAST_RATE: f64 = 1e-4;

/// What can be chosen; the defaults are word2vec's.
#[derive(Clone, Debug, PartialEq)]
pub struct SkipGramOptions {
    /// Numbers per name.
    pub width: usize,
    /// Names on each side that count as company, at most.
    pub window: usize,
    /// Strangers that each pair is weighed against.
    pub negatives: usize,
    /// Passes over the lists.
    pub epochs: usize,
    /// Step size at the start.
    pub rate: f64,
    /// Share of all names above which a name is passed over by chance; 0 passes over none.
    pub sample: f64,
}

impl Default for SkipGramOptions {
    fn default() -> Self {
        Self { width: 100, window: 5, negatives: 5, epochs: 5, rate: 0.025, sample: 1e-3 }
    }
}

/// Trains the vectors; `tick` hears how many lists are done of how many, and stops by saying false.
///
/// # Shape
///
/// n lists of names, in their order → `[names, width]`
///
/// # Errors
///
/// `probe.nothing` without a name, `probe.setting`, `probe.cancelled`.
pub fn skip_gram(
    rows: &[Vec<&str>],
    options: &SkipGramOptions,
    seed: u64,
    tick: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<NameVectors, ProbeError> {
    let whole = options.width > 0 && options.window > 0 && options.negatives > 0 && options.epochs > 0;
    let real = options.rate > 0.0 && options.rate.is_finite() && options.sample >= 0.0;
    if !(whole && real) {
        return Err(ProbeError::Setting {
            what: "width, window, negatives, epochs and rate must be above 0",
        });
    }
    let mut names: Vec<&str> = rows.iter().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(ProbeError::Nothing { what: "name" });
    }
    let mut training = Training::new(rows, &names, options, seed);
    let steps = rows.len() * options.epochs;
    for step in 0..steps {
        if !tick(step, steps) {
            return Err(ProbeError::Cancelled);
        }
        training.list(step % rows.len());
    }
    let vectors = Matrix::from_parts(training.own, names.len(), options.width);
    Ok(NameVectors::new(&names, vectors))
}

struct Training<'a> {
    options: &'a SkipGramOptions,
    /// Places of the names of each list.
    lists: Vec<Vec<usize>>,
    /// How likely each name is kept.
    kept: Vec<f64>,
    /// Rising sums of count^0.75, by which strangers are drawn.
    sums: Vec<f64>,
    /// Vectors of the names, the answer. `[names, width]`
    own: Vec<f32>,
    /// Vectors of the names as company. `[names, width]`
    company: Vec<f32>,
    /// Names met so far, and in all passes.
    met: usize,
    whole: usize,
    rng: Random,
}

impl<'a> Training<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "vectors are f32")]
    fn new(rows: &[Vec<&str>], names: &[&str], options: &'a SkipGramOptions, seed: u64) -> Self {
        let place = |name: &&str| names.binary_search(name).ok();
        let lists: Vec<Vec<usize>> =
            rows.iter().map(|names| names.iter().filter_map(place).collect()).collect();
        let mut counts = vec![0_usize; names.len()];
        for &name in lists.iter().flatten() {
            if let Some(count) = counts.get_mut(name) {
                *count += 1;
            }
        }
        let whole = counts.iter().sum::<usize>();
        let kept = |&count: &usize| {
            let share = count as f64 / whole as f64 / options.sample;
            if options.sample > 0.0 { (share.sqrt() + 1.0) / share } else { 1.0 }
        };
        let kept = counts.iter().map(kept).collect();
        let mut sum = 0.0;
        let mut rising = |&count: &usize| {
            sum += (count as f64).powf(POWER);
            sum
        };
        let sums = counts.iter().map(&mut rising).collect();
        let mut rng = Random::new(seed);
        let numbers = names.len() * options.width;
        let own = (0..numbers).map(|_| ((rng.unit() - 0.5) / options.width as f64) as f32).collect();
        let company = vec![0.0; numbers];
        Self { options, lists, kept, sums, own, company, met: 0, whole: whole * options.epochs, rng }
    }

    /// One pass over one list.
    #[expect(clippy::cast_possible_truncation, reason = "vectors are f32")]
    fn list(&mut self, list: usize) {
        let all = self.lists.get(list).cloned().unwrap_or_default();
        let left = 1.0 - self.met as f64 / (self.whole + 1) as f64;
        let rate = (self.options.rate * left.max(LAST_RATE)) as f32;
        self.met += all.len();
        let mut names = Vec::with_capacity(all.len());
        for name in all {
            if self.rng.unit() < self.kept.get(name).copied().unwrap_or(1.0) {
                names.push(name);
            }
        }
        for (at, &name) in names.iter().enumerate() {
            let reach = 1 + self.rng.below(self.options.window);
            let near = at.saturating_sub(reach)..(at + reach + 1).min(names.len());
            for (other, &neighbour) in names.iter().enumerate().take(near.end).skip(near.start) {
                if other != at {
                    self.pair(neighbour, name, rate);
                }
            }
        }
    }

    /// Draws a neighbour towards a name, and away from strangers.
    fn pair(&mut self, neighbour: usize, name: usize, rate: f32) {
        let width = self.options.width;
        let whole = self.sums.last().copied().unwrap_or_default();
        let mut change = vec![0.0_f32; width];
        let Some(own) = self.own.get_mut(neighbour * width..(neighbour + 1) * width) else { return };
        for stranger in 0..=self.options.negatives {
            let (other, wanted) = if stranger == 0 {
                (name, 1.0)
            } else {
                let drawn = self.rng.unit() * whole;
                (self.sums.partition_point(|&sum| sum <= drawn), 0.0)
            };
            if stranger > 0 && other == name {
                continue;
            }
            let Some(company) = self.company.get_mut(other * width..(other + 1) * width) else { continue };
            let product = own.iter().zip(company.iter()).map(|(a, b)| a * b).sum::<f32>();
            let step = rate * (wanted - 1.0 / (1.0 + (-product).exp()));
            for ((change, company), own) in change.iter_mut().zip(company).zip(own.iter()) {
                *change += step * *company;
                *company += step * own;
            }
        }
        own.iter_mut().zip(change).for_each(|(own, change)| *own += change);
    }
}
