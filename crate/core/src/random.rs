//! Random choices that depend only on a seed.
//!
//! PCG-32 (O'Neill 2014) with a fixed stream: one 64-bit product per draw, which is quick in wasm
//! too. What is drawn from it is defined here, so that no update of a library changes an answer.

use crate::math::{ln, sin_cos};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// A seeded source of random choices.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    generator: Pcg32,
    /// The second of a pair of normal numbers.
    spare: Option<f64>,
}

impl Random {
    /// The same seed gives the same choices on every machine.
    pub(crate) fn new(seed: u64) -> Self {
        Self { generator: Pcg32::new(seed, 0xac28_fa16_a64a_bf96), spare: None }
    }

    /// The source of one of many records: independent of the other records' and of those of any other seed.
    ///
    /// `seed + record` would give record 1 of seed 42 the draws of record 0 of seed 43.
    pub(crate) fn of_record(seed: u64, record: usize) -> Self {
        Self::new(mix(mix(seed).wrapping_add(record as u64)))
    }

    /// One of 0 to `bound` − 1, each equally likely; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // Rows are counted in u32 everywhere.
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        // Lemire's method: multiply, and reject the few draws that would favour small numbers.
        loop {
            let wide = u64::from(self.generator.next_u32()) * u64::from(bound);
            #[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
            let low = wide as u32;
            if low >= bound || low >= bound.wrapping_neg().checked_rem(bound).unwrap_or_default() {
                return (wide >> 32) as usize;
            }
        }
    }

    /// A seed for another source.
    pub(crate) fn seed(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// One of some things, each equally likely; `None` of none.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of the standard normal distribution (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * ln(1.0 - self.unit())).sqrt();
        let (sin, cos) = sin_cos(std::f64::consts::TAU * self.unit());
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// Puts the items into random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// Spreads every bit of a number over all bits of another (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_all_seeds_have_their_own_draws() {
        let mut first: Vec<u64> = (0..100)
            .flat_map(|seed| (0..100).map(move |record| Random::of_record(seed, record).seed()))
            .collect();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 10_000);
    }

    #[test]
    fn a_seed_fixes_every_choice() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            let mut order: Vec<usize> = (0..10).collect();
            random.shuffle(&mut order);
            (order, random.unit(), random.normal())
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn choices_are_spread_evenly() {
        let mut random = Random::new(7);
        let mut counts = [0_usize; 5];
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..50_000 {
            counts[random.below(5)] += 1;
            let x = random.normal();
            sum += x;
            square += x * x;
        }
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 500), "{counts:?}");
        assert!((sum / 5e4).abs() < 0.02 && (square / 5e4 - 1.0).abs() < 0.03);
        assert_eq!((random.below(0), random.below(1)), (0, 0));
    }
}
