//! How far a score varies from sample to sample, from scores of halves of the sample.
//!
//! Two disjoint halves are two independent samples: the square of the difference of their scores is, on average, twice
//! the variance of the score of such a sample, with everything that varies in it: which rows are tested, which rows
//! train the model, its folds and its seed. A sample of twice the size has half the variance, so
//!
//! ```text
//! variance = mean over pairs of (score of one half − score of the other)² / 4
//! ```
//!
//! over random divisions into halves (balanced half-samples: McCarthy 1969; for cross-validation, where no estimate
//! from one sample size alone is unbiased: Bengio and Grandvalet 2004; from disjoint subsamples: Wang and Lindsay
//! 2014, Fuchs et al. 2020). Units, not rows, are divided. Ends follow from Student's t on a scale on which the score
//! has no bounds, with degrees of freedom 1 / (1 / pairs + 1 / (units − 1)).

use super::interval::{Interval, Paired, t_probability, t_quantile};
use super::metrics::ProbeMetric;
use crate::math::{exp, ln};

/// Pairs of halves with a defined score below which there is no interval.
const LEAST_PAIRS: usize = 5;
/// Seeds from which on their own variance is known well enough to be taken out.
const LEAST_SEEDS: usize = 3;
/// The part of the variance that always stays, whatever the seeds say.
const LEAST_PART: f64 = 0.3;
/// The smallest p: a tail of Student's t beyond it says more about the formula than about the data.
pub const LEAST_P: f64 = 1e-6;

/// The scores of one metric: of the sample under each seed, and of pairs of halves.
#[derive(Clone, Debug, PartialEq)]
pub struct HalfSamples {
    /// One score per seed.
    pub of_seeds: Vec<f64>,
    /// The scores of the two halves, where both are defined.
    pub pairs: Vec<[f64; 2]>,
    /// Units that were divided.
    pub units: usize,
    /// Tested rows of the sample.
    pub rows: usize,
}

impl HalfSamples {
    /// The 95 % interval of the expected score: of the mean over samples of this size. `None` with fewer than five
    /// defined pairs.
    #[must_use]
    pub fn interval(&self, metric: ProbeMetric) -> Option<Interval> {
        let scale = Scale { metric, rows: self.rows as f64 };
        let spread = self.spread(|x| scale.free(x))?;
        let plain = self.spread(|x| x)?;
        let mean = mean(&self.of_seeds)?;
        let middle = scale.free(mean);
        let half = t_quantile(spread.degrees) * spread.deviation;
        let (a, b) = (scale.back(middle - half), scale.back(middle + half));
        // The scale moves a score at its bound a little inwards; the score itself is always inside.
        let (low, high) = (a.min(b).min(mean), a.max(b).max(mean));
        Some(Interval { mean, deviation: plain.deviation, low, high, count: self.pairs.len() })
    }

    /// Two-sided test that the expected score is zero, for scores that are differences of two models on the same rows,
    /// folds and halves.
    #[must_use]
    pub fn difference(&self) -> Option<Paired> {
        let mean = mean(&self.of_seeds)?;
        let Spread { deviation, degrees } = self.spread(|x| x)?;
        let half = t_quantile(degrees) * deviation;
        let count = self.pairs.len();
        let difference = Interval { mean, deviation, low: mean - half, high: mean + half, count };
        let p = match (mean == 0.0, deviation > 0.0) {
            (true, _) => 1.0,
            (false, true) => (1.0 - t_probability(mean.abs() / deviation, degrees)).clamp(LEAST_P, 1.0),
            (false, false) => LEAST_P,
        };
        Some(Paired { difference, p })
    }

    fn spread(&self, scale: impl Fn(f64) -> f64) -> Option<Spread> {
        let count = self.pairs.len();
        if count < LEAST_PAIRS || self.units < 4 {
            return None;
        }
        let squares = self.pairs.iter().map(|[a, b]| (scale(*a) - scale(*b)).powi(2));
        let whole = squares.sum::<f64>() / (4.0 * count as f64);
        // A half was scored once, the sample once per seed: of the variance over folds and models, a share stays.
        let seeds: Vec<f64> = self.of_seeds.iter().map(|&x| scale(x)).collect();
        let over_seeds = if seeds.len() < LEAST_SEEDS { 0.0 } else { variance(&seeds) };
        let averaged = over_seeds * (1.0 - 1.0 / seeds.len().max(1) as f64);
        let variance = (whole - averaged).max(LEAST_PART * whole);
        let degrees = 1.0 / (1.0 / count as f64 + 1.0 / (self.units - 1) as f64);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let degrees = (degrees.floor() as usize).max(1);
        Some(Spread { deviation: variance.sqrt(), degrees })
    }
}

struct Spread {
    deviation: f64,
    degrees: usize,
}

/// A scale without bounds: logits for shares and areas, Fisher's z for correlations, logarithms for errors and for the
/// share of the variance that a model leaves. Scores at a bound are moved inwards by half a row.
struct Scale {
    metric: ProbeMetric,
    rows: f64,
}

impl Scale {
    fn free(&self, x: f64) -> f64 {
        match self.metric {
            ProbeMetric::R2 => ln((1.0 - x).max(0.5 / self.rows)),
            ProbeMetric::Rmse => ln(x.max(f64::MIN_POSITIVE)),
            _ => {
                let share = (self.share(x) * self.rows + 0.5) / (self.rows + 1.0);
                ln(share / (1.0 - share))
            }
        }
    }

    fn back(&self, free: f64) -> f64 {
        match self.metric {
            ProbeMetric::R2 => 1.0 - exp(free),
            ProbeMetric::Rmse => exp(free),
            _ => {
                let share = 1.0 / (1.0 + exp(-free));
                let share = ((share * (self.rows + 1.0) - 0.5) / self.rows).clamp(0.0, 1.0);
                if self.is_correlation() { 2.0 * share - 1.0 } else { share }
            }
        }
    }

    fn share(&self, x: f64) -> f64 {
        if self.is_correlation() { (x + 1.0) / 2.0 } else { x }
    }

    fn is_correlation(&self) -> bool {
        matches!(self.metric, ProbeMetric::Spearman | ProbeMetric::Mcc)
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values).unwrap_or_default();
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    squares / values.len().saturating_sub(1).max(1) as f64
}

/// The p-values of several comparisons, corrected so that the chance of any false one is kept (Holm 1979), in the same
/// order.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| match (p.get(a), p.get(b)) {
        (Some(a), Some(b)) => a.total_cmp(b),
        _ => a.cmp(&b),
    });
    let (mut corrected, mut least) = (vec![1.0; p.len()], 0.0_f64);
    for (place, &at) in order.iter().enumerate() {
        if let (Some(to), Some(p)) = (corrected.get_mut(at), p.get(at)) {
            least = least.max(p * (order.len() - place) as f64).min(1.0);
            *to = least;
        }
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }

    #[test]
    fn intervals_by_hand() {
        let pairs = vec![[0.5, 0.7], [0.6, 0.4], [0.5, 0.7], [0.6, 0.4], [0.5, 0.7], [0.6, 0.4]];
        let half = HalfSamples { of_seeds: vec![0.1], pairs, units: 1_000_001, rows: 100 };
        // Variance 0.2² / 4, six degrees of freedom (5.99… rounded down to 5): t 2.570582.
        let found = half.difference().unwrap();
        close(found.difference.deviation, 0.1);
        close(found.difference.high, 0.1 + 0.257_058_2);
        close(found.p, 0.363_217_5);
        assert_eq!(found.difference.count, 6);
        let few = HalfSamples { pairs: half.pairs[..4].to_vec(), ..half.clone() };
        assert_eq!((few.difference(), few.interval(ProbeMetric::R2)), (None, None));
        let found = half.interval(ProbeMetric::MacroAuroc).unwrap();
        assert!(0.0 < found.low && found.low < 0.1 && 0.1 < found.high && found.high < 0.5, "{found:?}");
    }

    #[test]
    fn seeds_take_their_own_variance_out() {
        let pairs = vec![[0.5, 0.7]; 8];
        let of = |of_seeds: Vec<f64>| {
            let half = HalfSamples { of_seeds, pairs: pairs.clone(), units: 50, rows: 100 };
            half.difference().unwrap().difference.deviation.powi(2)
        };
        close(of(vec![0.6]), 0.01);
        close(of(vec![0.6; 5]), 0.01);
        // Variance 0.0025 over five seeds; four fifths of it are averaged away.
        let seeds = [-1.0, 1.0, 0.0, 1.0, -1.0].map(|x| 0.6 + 0.05 * x);
        close(of(seeds.to_vec()), 0.01 - 0.8 * 0.0025);
        close(of(vec![0.0, 1.0, 0.5]), LEAST_PART * 0.01);
    }

    #[test]
    fn ends_stay_within_the_bounds() {
        for metric in [ProbeMetric::Accuracy, ProbeMetric::Mcc, ProbeMetric::R2, ProbeMetric::Rmse] {
            let half = HalfSamples { of_seeds: vec![1.0], pairs: vec![[1.0, 0.9]; 9], units: 30, rows: 30 };
            let found = half.interval(metric).unwrap();
            assert!(found.low < 1.0 && found.low > 0.0 && found.high >= 1.0, "{metric:?} {found:?}");
            assert!(found.high == 1.0 || metric == ProbeMetric::Rmse, "{metric:?} {found:?}");
        }
    }

    #[test]
    fn the_mean_of_normal_numbers_is_covered() {
        let mut random = Random::new(5);
        let (mut covered, mut rejected) = (0, 0);
        for _ in 0..400 {
            let x: Vec<f64> = (0..40).map(|_| random.normal()).collect();
            let mut order: Vec<usize> = (0..40).collect();
            let pairs = (0..15)
                .map(|_| {
                    random.shuffle(&mut order);
                    let of = |half: &[usize]| half.iter().map(|&i| x[i]).sum::<f64>() / 20.0;
                    [of(&order[..20]), of(&order[20..])]
                })
                .collect();
            let half =
                HalfSamples { of_seeds: vec![x.iter().sum::<f64>() / 40.0], pairs, units: 40, rows: 40 };
            let found = half.difference().unwrap();
            covered += u32::from(found.difference.low < 0.0 && found.difference.high > 0.0);
            rejected += u32::from(found.p <= 0.05);
        }
        assert!((372..=392).contains(&covered) && covered + rejected == 400, "{covered} {rejected}");
    }

    #[test]
    fn holm_by_hand() {
        assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
        assert_eq!(holm(&[0.9, 0.5]), [1.0, 1.0]);
        assert_eq!(holm(&[]), Vec::<f64>::new());
    }
}
