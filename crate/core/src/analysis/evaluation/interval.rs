//! How sure a metric is: 95 % intervals and paired comparisons.
//!
//! | function | says |
//! |---|---|
//! | [`t_interval`] | where the mean over seeds lies (Student's t) |
//! | [`percentile_interval`] | between which values 95 % of the seeds fall |
//! | [`bootstrap`] | where a metric of the same fitted models lies if other rows had been drawn (as published) |
//! | [`paired_bootstrap`] | whether the difference of two metrics of the same fitted models may be zero (as published) |
//!
//! Fitted models held fixed, a bootstrap leaves out how much they vary with the rows that trained them;
//! [`half_samples`](super::half_samples) has the whole.

use super::EvaluationError;
use crate::math::{atan, sin_cos};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;
use serde::Serialize;

/// A mean and the two ends of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    /// Mean of the values or draws; of half-samples the score of the whole sample.
    pub mean: f64,
    /// Standard deviation of the values or draws (divisor n − 1); of half-samples that of the score.
    pub deviation: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Values, draws or pairs of halves that count; those in which the metric is undefined do not.
    pub count: usize,
}

/// A difference of two metrics of the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Paired {
    /// Second metric minus first: positive if the second is larger.
    pub difference: Interval,
    /// Two-sided, at most 1 and never 0. Of a bootstrap 2 · (1 + draws on the rarer side of 0) / (1 + draws).
    pub p: f64,
}

/// Mean ± t₀.₉₇₅ · sd / √n. `None` for fewer than two values.
#[must_use]
pub fn t_interval(values: &[f64]) -> Option<Interval> {
    let mut interval = summary(values)?;
    let half = t_quantile(values.len() - 1) * interval.deviation / (values.len() as f64).sqrt();
    (interval.low, interval.high) = (interval.mean - half, interval.mean + half);
    Some(interval)
}

/// The 2.5 and 97.5 percentiles, interpolated between neighbours. `None` for fewer than two values.
#[must_use]
pub fn percentile_interval(values: &[f64]) -> Option<Interval> {
    let mut interval = summary(values)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (interval.low, interval.high) = (percentile(&sorted, 0.025), percentile(&sorted, 0.975));
    Some(interval)
}

/// The percentile bootstrap (Efron 1979): draws rows with replacement and takes the metric of each draw.
///
/// `metric` is given how often each row was drawn, as weights. Rows whose `eligible` is false are never drawn.
///
/// # Shape
///
/// `eligible` `[n]`, weights `[n]`
///
/// # Errors
///
/// `bootstrap.undefined` if the metric is defined in fewer than two draws, `probe.cancelled`.
pub fn bootstrap(
    eligible: &[bool],
    draws: usize,
    seed: u64,
    mut metric: impl FnMut(&[u32]) -> Option<f64>,
    progress: &mut dyn Progress,
) -> Result<Interval, EvaluationError> {
    let mut values = Vec::with_capacity(draws.min(1 << 20));
    resample(eligible, draws, seed, progress, |weights| values.extend(metric(weights)))?;
    percentile_interval(&values).ok_or(EvaluationError::Undefined)
}

/// The bootstrap of a paired difference: `second` minus `first`, both of the same draws.
///
/// # Shape
///
/// As [`bootstrap`].
///
/// # Errors
///
/// As [`bootstrap`].
pub fn paired_bootstrap(
    eligible: &[bool],
    draws: usize,
    seed: u64,
    mut first: impl FnMut(&[u32]) -> Option<f64>,
    mut second: impl FnMut(&[u32]) -> Option<f64>,
    progress: &mut dyn Progress,
) -> Result<Paired, EvaluationError> {
    let mut values = Vec::with_capacity(draws.min(1 << 20));
    resample(eligible, draws, seed, progress, |weights| {
        if let (Some(a), Some(b)) = (first(weights), second(weights)) {
            values.push(b - a);
        }
    })?;
    let difference = percentile_interval(&values).ok_or(EvaluationError::Undefined)?;
    let count = |holds: fn(f64) -> bool| values.iter().filter(|&&value| holds(value)).count();
    let rarer = count(|d| d <= 0.0).min(count(|d| d >= 0.0));
    let p = (2.0 * (1 + rarer) as f64 / (1 + values.len()) as f64).min(1.0);
    Ok(Paired { difference, p })
}

fn resample(
    eligible: &[bool],
    draws: usize,
    seed: u64,
    progress: &mut dyn Progress,
    mut each: impl FnMut(&[u32]),
) -> Result<(), EvaluationError> {
    let rows: Vec<usize> = (0..eligible.len()).filter(|&i| eligible.get(i) == Some(&true)).collect();
    if rows.is_empty() {
        return Err(EvaluationError::Undefined);
    }
    progress.begin(Stage::Resampling);
    let mut rng = Random::new(seed);
    let mut weights = vec![0_u32; eligible.len()];
    for draw in 0..draws {
        if draw % 64 == 0 {
            report(progress, draw, draws)?;
        }
        weights.fill(0);
        for _ in 0..rows.len() {
            let row = rng.one(&rows).copied().unwrap_or_default();
            if let Some(weight) = weights.get_mut(row) {
                *weight += 1;
            }
        }
        each(&weights);
    }
    Ok(())
}

/// Mean and deviation; the ends are filled in by the caller.
fn summary(values: &[f64]) -> Option<Interval> {
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let square: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (square / (values.len() - 1) as f64).sqrt();
    Some(Interval { mean, deviation, low: mean, high: mean, count: values.len() })
}

/// A percentile of sorted values, interpolated linearly (NumPy: `percentile`).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a list")]
pub(in crate::analysis) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len().max(1) - 1) as f64;
    let at = |i: usize| sorted.get(i).or(sorted.last()).copied().unwrap_or_default();
    let (low, part) = (at(position as usize), position.fract());
    low + (at(position as usize + 1) - low) * part
}

/// The 97.5 % point of Student's t, by bisection of its closed distribution function.
pub(in crate::analysis) fn t_quantile(degrees: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1e3);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if t_probability(middle, degrees) < 0.95 { low = middle } else { high = middle }
    }
    low
}

/// P(|T| < t) for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
pub(in crate::analysis) fn t_probability(t: f64, degrees: usize) -> f64 {
    let theta = atan(t / (degrees as f64).sqrt());
    let (sine, cosine) = sin_cos(theta);
    let odd = degrees % 2 == 1;
    let (mut term, mut sum) = if odd { (cosine, 0.0) } else { (1.0, 1.0) };
    // Odd: cos + 2/3 cos³ + … ; even: 1 + 1/2 cos² + 3/8 cos⁴ + …
    let mut k = if odd { 1 } else { 2 };
    if odd && degrees > 1 {
        sum = term;
    }
    while k + 2 <= degrees {
        let step = if odd { (k + 1) as f64 / (k + 2) as f64 } else { (k - 1) as f64 / k as f64 };
        term *= step * cosine * cosine;
        if !odd || k + 2 < degrees {
            sum += term;
        }
        k += 2;
    }
    if odd { std::f64::consts::FRAC_2_PI * (theta + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use std::ops::ControlFlow;

    #[test]
    fn quantiles_of_t() {
        fn t(degrees: usize, expected: f64) {
            let found = t_quantile(degrees);
            assert!((found - expected).abs() < 1e-5, "{degrees}: {found}");
        }
        t(1, 12.706_205);
        t(2, 4.302_653);
        t(3, 3.182_446);
        t(4, 2.776_445);
        t(9, 2.262_157);
        t(30, 2.042_272);
        t(99, 1.984_217);
    }

    #[test]
    fn intervals_by_hand() {
        let t = t_interval(&[1.0, 2.0, 3.0]).unwrap();
        assert!((t.low - (2.0 - 4.302_653 / 3f64.sqrt())).abs() < 1e-5);
        let values: Vec<f64> = (0..=40).map(f64::from).collect();
        let p = percentile_interval(&values).unwrap();
        assert_eq!((p.low, p.high), (1.0, 39.0));
        assert_eq!(t_interval(&[1.0]), None);
    }

    #[test]
    fn a_figure_compared_with_itself() {
        let first = |weights: &[u32]| Some(f64::from(weights[0]));
        let same = paired_bootstrap(&[true; 4], 200, 1, first, first, &mut Silent).unwrap();
        assert_eq!((same.difference.mean, same.p), (0.0, 1.0));
        let mut stop = |done, _| if done < 64 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
        let stopped = bootstrap(&[true; 4], 200, 1, first, &mut stop);
        assert_eq!(stopped, Err(EvaluationError::Cancelled));
        let never = bootstrap(&[true; 4], 20, 1, |_| None, &mut Silent);
        assert_eq!(never, Err(EvaluationError::Undefined));
        assert_eq!(bootstrap(&[false; 4], 20, 1, first, &mut Silent), Err(EvaluationError::Undefined));
    }
}
