//! Is the similarity more than chance, and how sure is it?
//!
//! Rows that depend on one another (residues of a chain, proteins of a family) are one unit: units are permuted and
//! drawn, not rows. Pairs of rows of one unit that was drawn twice count once, as in the sample itself.
//!
//! Both work on U-centred kernels (Székely and Rizzo 2014), whose off-diagonal products sum to the
//! debiased HSIC; shuffling rows keeps them centred. A row drawn twice by the bootstrap is not
//! compared with itself: such pairs would raise every similarity.

use super::batched_resample::in_batches;
use super::hsic::{Quotient, Value};
use super::kernel::{Kernel, centred};
use super::test_answer::{CkaTest, CkaTestOptions};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::evaluation::interval::percentile;
use crate::analysis::evaluation::units::Units;
use crate::analysis::gram::{CpuGram, Gram};
use crate::limits::CKA_RESAMPLED_ROWS;
use crate::matrix::View;
use crate::progress::{Progress, Stage, report};
use crate::random::Random;

/// A permutation test and a percentile bootstrap of the debiased CKA of independent rows, both seeded.
///
/// # Shape
///
/// `x` `[n, ·]`, `y` `[n, ·]`
///
/// # Errors
///
/// As [`cka_test_with`].
pub fn cka_test(
    x: View,
    y: View,
    kernel: Kernel,
    [shuffles, draws]: [usize; 2],
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<CkaTest, AnalysisError> {
    cka_test_with(x, y, kernel, CkaTestOptions { shuffles, draws, seed, batch: 0, units: None }, progress)
}

/// A permutation test and a percentile bootstrap of the debiased CKA, of all rows at once or of batches: value, p and
/// interval are of the same estimate.
///
/// # Shape
///
/// `x` `[n, ·]`, `y` `[n, ·]`, units of n rows
///
/// # Errors
///
/// As [`cka_layers`](super::cka_layers), `analysis.labels` for units of other rows, and `cka.too_many_rows` above
/// [`CKA_RESAMPLED_ROWS`].
pub fn cka_test_with(
    x: View,
    y: View,
    kernel: Kernel,
    options: CkaTestOptions,
    progress: &mut dyn Progress,
) -> Result<CkaTest, AnalysisError> {
    let n = x.rows();
    if n != y.rows() {
        return Err(AnalysisError::RowMismatch { left: n, right: y.rows() });
    }
    if n < 4 {
        return Err(AnalysisError::CkaRows { rows: n });
    }
    if (1..4).contains(&options.batch) {
        return Err(AnalysisError::CkaRows { rows: options.batch });
    }
    if n > CKA_RESAMPLED_ROWS {
        return Err(AnalysisError::CkaManyRows { rows: n });
    }
    if let Some(units) = options.units.filter(|units| units.of().len() != n) {
        return Err(AnalysisError::Labels { found: units.of().len(), rows: n });
    }
    if options.batch > 0 && options.batch < n {
        return in_batches(x, y, kernel, options, progress);
    }
    let CkaTestOptions { shuffles, draws, seed, .. } = options;
    let (k, l) = (u_centred(x, kernel)?, u_centred(y, kernel)?);
    let total = shuffles + draws;
    progress.begin(Stage::Resampling);
    let mut random = Random::new(seed);
    let rows = Units::rows(n);
    let units = options.units.unwrap_or(&rows);
    let mut order: Vec<usize> = (0..n).collect();
    let same = vec![1.0; units.count()];
    let [both, own, other] = sums(&k, &l, units, &same);
    let value = Value::new(both, own, other, Quotient::Plain);

    let mut reached = 0;
    for done in 0..shuffles {
        report(progress, done, total)?;
        if units.are_rows() {
            random.shuffle(&mut order);
        } else {
            order = units.permuted(false, &mut random);
        }
        reached += usize::from(shuffled(&k, &l, n, &order) >= both);
    }
    let mut found = Vec::new();
    for done in shuffles..total {
        report(progress, done, total)?;
        let mut counts = vec![0.0; units.count()];
        for _ in 0..units.count() {
            if let Some(count) = counts.get_mut(random.below(units.count())) {
                *count += 1.0;
            }
        }
        let [both, own, other] = sums(&k, &l, units, &counts);
        found.extend(Value::new(both, own, other, Quotient::Plain).number());
    }
    Ok(CkaTest::new(value, (reached, shuffles), found, draws))
}

impl CkaTest {
    pub(super) fn new(
        value: Value,
        (reached, shuffles): (usize, usize),
        mut found: Vec<f64>,
        draws: usize,
    ) -> Self {
        found.sort_by(f64::total_cmp);
        let undefined = draws - found.len();
        let enough = found.len() >= 20 && undefined * 20 < draws;
        let defined = value.number().is_some();
        Self {
            value,
            p_value: defined.then(|| (1 + reached) as f64 / (1 + shuffles) as f64),
            interval: (enough && defined).then(|| [0.025, 0.975].map(|q| percentile(&found, q))),
            undefined,
        }
    }
}

/// The kernel, U-centred, with a diagonal of 0. `[n, n]`
#[expect(clippy::cast_possible_truncation, reason = "stored as f32")]
fn u_centred(view: View, kernel: Kernel) -> Result<Vec<f32>, AnalysisError> {
    check_finite(view)?;
    let (rows, scale) = centred(view, None);
    let kernel = kernel.fit(rows.view(), scale)?;
    let n = rows.rows();
    let mut k = vec![0.0; n * n];
    CpuGram.gram(rows.view(), rows.view(), &mut k);
    let squares: Vec<f32> = (0..n).map(|i| k.get(i * n + i).copied().unwrap_or_default()).collect();
    kernel.apply(&mut k, &squares, &squares);
    for (i, row) in k.chunks_exact_mut(n).enumerate() {
        if let Some(x) = row.get_mut(i) {
            *x = 0.0;
        }
    }
    let sums: Vec<f64> = k.chunks_exact(n).map(|row| row.iter().map(|&x| f64::from(x)).sum()).collect();
    let count = n as f64;
    let mean = sums.iter().sum::<f64>() / ((count - 1.0) * (count - 2.0));
    for (i, (row, own)) in k.chunks_exact_mut(n).zip(&sums).enumerate() {
        for (j, (x, other)) in row.iter_mut().zip(&sums).enumerate() {
            *x = if i == j { 0.0 } else { (f64::from(*x) - (own + other) / (count - 2.0) + mean) as f32 };
        }
    }
    Ok(k)
}

/// Σ K·L, Σ K·K, Σ L·L over pairs of different rows, each pair as often as its units were drawn; centred
/// again, because the drawn rows have another mean.
fn sums(k: &[f32], l: &[f32], units: &Units, counts: &[f64]) -> [f64; 3] {
    let n = units.of().len();
    let times: Vec<f64> =
        units.of().iter().map(|&unit| counts.get(unit as usize).copied().unwrap_or_default()).collect();
    let (mut products, mut rows) = ([0.0; 3], [0.0; 3]);
    let mut totals = [0.0; 2];
    let alone = units.are_rows();
    for (((k, l), &own), unit) in k
        .chunks_exact(n)
        .zip(l.chunks_exact(n))
        .zip(&times)
        .zip(units.of())
        .filter(|((_, own), _)| **own > 0.0)
    {
        let (mut sums, mut row) = ([0.0; 3], [0.0; 2]);
        for (((&k, &l), &count), other) in k.iter().zip(l).zip(&times).zip(units.of()) {
            let (k, l) = (f64::from(k), f64::from(l));
            let count = if !alone && unit == other { 1.0 } else { count };
            sums = [sums[0] + count * k * l, sums[1] + count * k * k, sums[2] + count * l * l];
            row = [row[0] + count * k, row[1] + count * l];
        }
        for (to, x) in products.iter_mut().zip(sums) {
            *to += own * x;
        }
        for (to, x) in rows.iter_mut().zip([row[0] * row[1], row[0] * row[0], row[1] * row[1]]) {
            *to += own * x;
        }
        totals = [totals[0] + own * row[0], totals[1] + own * row[1]];
    }
    let n: f64 = times.iter().sum();
    let pairs = [totals[0] * totals[1], totals[0] * totals[0], totals[1] * totals[1]];
    std::array::from_fn(|i| {
        products.get(i).copied().unwrap_or_default()
            + pairs.get(i).copied().unwrap_or_default() / ((n - 1.0) * (n - 2.0))
            - 2.0 / (n - 2.0) * rows.get(i).copied().unwrap_or_default()
    })
}

/// Σ K·L with the rows of L in another order.
fn shuffled(k: &[f32], l: &[f32], n: usize, order: &[usize]) -> f64 {
    let mut total = 0.0;
    for (k, &i) in k.chunks_exact(n).zip(order) {
        let l = l.get(i * n..(i + 1) * n).unwrap_or_default();
        total += k
            .iter()
            .zip(order)
            .map(|(k, &j)| k * l.get(j).copied().unwrap_or_default())
            .map(f64::from)
            .sum::<f64>();
    }
    total
}
