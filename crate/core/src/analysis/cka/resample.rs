//! Is the similarity more than chance, and how sure is it?
//!
//! Both work on U-centred kernels (Székely and Rizzo 2014), whose off-diagonal products sum to the
//! debiased HSIC; shuffling rows keeps them centred. A row drawn twice by the bootstrap is not
//! compared with itself: such pairs would raise every similarity.

use super::hsic::{Quotient, Value};
use super::kernel::{Kernel, centred};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::evaluation::interval::percentile;
use crate::analysis::gram::{CpuGram, Gram};
use crate::limits::CKA_RESAMPLED_ROWS;
use crate::matrix::View;
use crate::progress::{Progress, Stage, report};
use crate::random::Random;

/// A debiased linear or Gaussian CKA with its p-value and interval.
#[derive(Clone, Debug, PartialEq)]
pub struct CkaTest {
    /// The debiased similarity.
    pub value: Value,
    /// (1 + shuffles that reach it) / (1 + shuffles), rows of one space shuffled.
    pub p_value: f64,
    /// The middle 95 % of the bootstrap, if enough draws were defined.
    pub interval: Option<[f64; 2]>,
    /// Draws whose similarity was undefined.
    pub undefined: usize,
}

/// A permutation test and a percentile bootstrap of the debiased CKA, both seeded.
///
/// # Shape
///
/// `x` `[n, ·]`, `y` `[n, ·]`
///
/// # Errors
///
/// As [`cka_layers`](super::cka_layers), and `cka.too_many_rows` above
/// [`CKA_RESAMPLED_ROWS`].
pub fn cka_test(
    x: View,
    y: View,
    kernel: Kernel,
    [shuffles, draws]: [usize; 2],
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<CkaTest, AnalysisError> {
    let n = x.rows();
    if n != y.rows() {
        return Err(AnalysisError::RowMismatch { left: n, right: y.rows() });
    }
    if n < 4 {
        return Err(AnalysisError::CkaRows { rows: n });
    }
    if n > CKA_RESAMPLED_ROWS {
        return Err(AnalysisError::CkaManyRows { rows: n });
    }
    let (k, l) = (u_centred(x, kernel)?, u_centred(y, kernel)?);
    let total = shuffles + draws;
    progress.begin(Stage::Resampling);
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..n).collect();
    let same = vec![1.0; n];
    let [both, own, other] = sums(&k, &l, n, &same);
    let value = Value::new(both, own, other, Quotient::Plain);

    let mut reached = 0;
    for done in 0..shuffles {
        report(progress, done, total)?;
        random.shuffle(&mut order);
        reached += usize::from(shuffled(&k, &l, n, &order) >= both);
    }
    let mut found = Vec::new();
    for done in shuffles..total {
        report(progress, done, total)?;
        let mut counts = vec![0.0; n];
        for _ in 0..n {
            if let Some(count) = counts.get_mut(random.below(n)) {
                *count += 1.0;
            }
        }
        let [both, own, other] = sums(&k, &l, n, &counts);
        found.extend(Value::new(both, own, other, Quotient::Plain).number());
    }
    found.sort_by(f64::total_cmp);
    let undefined = draws - found.len();
    let interval =
        (found.len() >= 20 && undefined * 20 < draws).then(|| [0.025, 0.975].map(|q| percentile(&found, q)));
    Ok(CkaTest { value, p_value: (1 + reached) as f64 / (1 + shuffles) as f64, interval, undefined })
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

/// Σ K·L, Σ K·K, Σ L·L over pairs of different rows, each pair as often as it was drawn; centred
/// again, because the drawn rows have another mean.
fn sums(k: &[f32], l: &[f32], n: usize, counts: &[f64]) -> [f64; 3] {
    let (mut products, mut rows) = ([0.0; 3], [0.0; 3]);
    let mut totals = [0.0; 2];
    for ((k, l), &own) in
        k.chunks_exact(n).zip(l.chunks_exact(n)).zip(counts).filter(|(_, count)| **count > 0.0)
    {
        let (mut sums, mut row) = ([0.0; 3], [0.0; 2]);
        for ((&k, &l), &count) in k.iter().zip(l).zip(counts) {
            let (k, l) = (f64::from(k), f64::from(l));
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
    let n = n as f64;
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
