//! Random choices that depend on nothing but a seed.
//!
//! PCG-64 with a fixed stream; what is drawn from it is defined here, so that no update of a
//! library changes an answer.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// A seeded source of random choices.
#[derive(Clone, Debug)]
pub(super) struct Random {
    generator: Pcg64,
    /// The second of a pair of normal numbers.
    spare: Option<f64>,
}

impl Random {
    /// The same seed gives the same choices on every machine.
    pub(super) fn new(seed: u64) -> Self {
        let generator = Pcg64::new(u128::from(seed), 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96);
        Self { generator, spare: None }
    }

    /// One of 0 to `bound` − 1, each equally likely; 0 for a bound of 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        // Lemire's method: multiply, and reject the few draws that would favour small numbers.
        loop {
            let wide = u128::from(self.generator.next_u64()) * u128::from(bound);
            #[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
            let low = wide as u64;
            if bound == 0 || low >= bound.wrapping_neg() % bound {
                return (wide >> 64) as usize;
            }
        }
    }

    /// A number in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of the standard normal distribution (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * self.unit()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// Puts the items into random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
