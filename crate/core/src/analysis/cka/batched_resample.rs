//! The tests of a mini-batch CKA: every permutation and every draw is cut into batches, and each batch is centred by
//! itself, as the value was.

use super::batches::cka_batches;
use super::hsic::{Hsic, Pair, Quotient, Value};
use super::kernel::{Kernel, centred};
use super::test_answer::{CkaTest, CkaTestOptions};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::evaluation::units::Units;
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;

/// One space, on the scale of its first batch.
struct Space<'a> {
    view: View<'a>,
    kernel: Kernel,
    scale: f64,
}

/// A row of a draw: which draw of its unit it belongs to.
#[derive(Clone, Copy)]
struct Drawn {
    row: usize,
    unit: u32,
    draw: usize,
}

pub(super) fn in_batches(
    x: View,
    y: View,
    kernel: Kernel,
    options: CkaTestOptions,
    progress: &mut dyn Progress,
) -> Result<CkaTest, AnalysisError> {
    let CkaTestOptions { shuffles, draws, seed, batch, .. } = options;
    check_finite(x)?;
    check_finite(y)?;
    let n = x.rows();
    let (x, y) = (Space::new(x, kernel, batch), Space::new(y, kernel, batch));
    let rows = Units::rows(n);
    let units = options.units.unwrap_or(&rows);
    let as_it_is: Vec<Drawn> =
        units.of().iter().enumerate().map(|(row, &unit)| Drawn { row, unit, draw: 0 }).collect();
    let total = shuffles + draws;
    progress.begin(Stage::Resampling);
    let mut random = Random::new(seed);
    let value = cka(&x, &y, &as_it_is, &as_it_is, batch)?;

    let mut reached = 0;
    for done in 0..shuffles {
        report(progress, done, total)?;
        let order = units.permuted(false, &mut random);
        let permuted: Vec<Drawn> = order.iter().filter_map(|&row| as_it_is.get(row).copied()).collect();
        let found = cka(&x, &y, &as_it_is, &permuted, batch)?.number();
        // Without a value, a permutation cannot be said not to reach that of the sample.
        reached += usize::from(found.is_none_or(|found| Some(found) >= value.number()));
    }
    let members = units.members();
    let mut found = Vec::new();
    for done in shuffles..total {
        report(progress, done, total)?;
        let mut drawn = Vec::with_capacity(n);
        for draw in 0..units.count() {
            let unit = random.below(units.count());
            let of = |&row: &usize| Drawn { row, unit: u32::try_from(unit).unwrap_or(u32::MAX), draw };
            drawn.extend(members.get(unit).into_iter().flatten().map(of));
        }
        found.extend(cka(&x, &y, &drawn, &drawn, batch)?.number());
    }
    Ok(CkaTest::new(value, (reached, shuffles), found, draws))
}

/// The debiased mini-batch CKA of rows of x paired with rows of y.
fn cka(x: &Space, y: &Space, of_x: &[Drawn], of_y: &[Drawn], batch: usize) -> Result<Value, AnalysisError> {
    let mut sums = [0.0; 3];
    for rows in cka_batches(of_x.len(), batch) {
        let (a, b) = (of_x.get(rows.clone()).unwrap_or_default(), of_y.get(rows).unwrap_or_default());
        if a.len() < 4 {
            continue;
        }
        let (k, l) = (x.kernel_of(a)?, y.kernel_of(b)?);
        for (sum, pair) in sums.iter_mut().zip([(&k, &l), (&k, &k), (&l, &l)]) {
            *sum += hsic(pair.0, pair.1, a.len()).debiased;
        }
    }
    Ok(Value::new(sums[0], sums[1], sums[2], Quotient::Plain))
}

impl<'a> Space<'a> {
    fn new(view: View<'a>, kernel: Kernel, batch: usize) -> Self {
        let (_, scale) = centred(view.part(0, batch.min(view.rows())), None);
        Self { view, kernel, scale }
    }

    /// The kernel of some rows; pairs of one row, and of one unit that was drawn twice, are taken out as far as the sums
    /// go: they have the value of the mean.
    fn kernel_of(&self, rows: &[Drawn]) -> Result<Vec<f64>, AnalysisError> {
        let data: Vec<f32> =
            rows.iter().flat_map(|at| self.view.row(at.row).unwrap_or_default()).copied().collect();
        let rows_alone = Matrix::from_parts(data, rows.len(), self.view.cols());
        let (own, _) = centred(rows_alone.view(), Some(self.scale));
        let kernel = self.kernel.fit(own.view(), self.scale)?;
        let m = rows.len();
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        let mut tile = vec![0.0_f32; m * m];
        let own: Vec<&[f32]> = own.view().iter_rows().collect::<Vec<_>>();
        #[expect(clippy::cast_possible_truncation, reason = "kernels are f32")]
        for (row, a) in tile.chunks_exact_mut(m).zip(&own) {
            row.iter_mut().zip(&own).for_each(|(x, b)| *x = dot(a, b) as f32);
        }
        #[expect(clippy::cast_possible_truncation, reason = "kernels are f32")]
        let squares: Vec<f32> = own.iter().map(|row| dot(row, row) as f32).collect();
        kernel.apply(&mut tile, &squares, &squares);
        let mut k: Vec<f64> = tile.into_iter().map(f64::from).collect();
        let twice = |a: &Drawn, b: &Drawn| a.unit == b.unit && a.draw != b.draw;
        let (mut sum, mut count) = (0.0, 0_usize);
        for (a, row) in rows.iter().zip(k.chunks_exact(m)) {
            for (b, x) in rows.iter().zip(row).filter(|(b, _)| a.row != b.row && !twice(a, b)) {
                let _ = b;
                sum += x;
                count += 1;
            }
        }
        let mean = sum / count.max(1) as f64;
        for (a, row) in rows.iter().zip(k.chunks_exact_mut(m)) {
            for (b, x) in rows.iter().zip(row) {
                if twice(a, b) {
                    *x = mean;
                }
            }
        }
        Ok(k)
    }
}

/// The sums over pairs of rows of two kernels. `[m, m]` each
fn hsic(k: &[f64], l: &[f64], m: usize) -> Hsic {
    let mut pair = Pair::default();
    for (i, (k, l)) in k.chunks_exact(m).zip(l.chunks_exact(m)).enumerate() {
        let (rows, own) = ([k.iter().sum::<f64>(), l.iter().sum::<f64>()], [k.get(i), l.get(i)]);
        let own = own.map(|x| x.copied().unwrap_or_default());
        pair.all += k.iter().zip(l).map(|(k, l)| k * l).sum::<f64>();
        pair.diagonal += own[0] * own[1];
        pair.rows += rows[0] * rows[1];
        pair.mixed += rows[0] * own[1] + own[0] * rows[1];
        pair.totals = [pair.totals[0] + rows[0], pair.totals[1] + rows[1]];
        pair.traces = [pair.traces[0] + own[0], pair.traces[1] + own[1]];
    }
    pair.hsic(m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::cka::{Bandwidth, LayerSums};
    use crate::analysis::gram::CpuGram;
    use crate::progress::Silent;

    #[test]
    fn the_value_is_that_of_mini_batches() {
        let mut random = Random::new(2);
        let x: Vec<f32> = (0..40 * 3).map(|_| random.normal() as f32).collect();
        let y: Vec<f32> = x.iter().map(|x| x + random.normal() as f32).collect();
        let (x, y) = (View::new(&x, 40, 3).unwrap(), View::new(&y, 40, 3).unwrap());
        for kernel in [Kernel::Linear, Kernel::Rbf(Bandwidth::Median(1.0))] {
            let mut sums = LayerSums::new(kernel);
            for rows in cka_batches(40, 12) {
                let (a, b) = (x.part(rows.start, rows.end), y.part(rows.start, rows.end));
                sums.add(&[a], Some(&[b]), &mut CpuGram, &mut Silent).unwrap();
            }
            let expected = sums.finish(Quotient::Plain).at(0, 0).debiased.number().unwrap();
            let options = CkaTestOptions { shuffles: 99, draws: 200, seed: 1, batch: 12, units: None };
            let found = in_batches(x, y, kernel, options, &mut Silent).unwrap();
            let value = found.value.number().unwrap();
            assert!((value - expected).abs() < 1e-5, "{kernel:?} {value} {expected}");
            let [low, high] = found.interval.unwrap();
            assert!(low < value && value < high && found.p_value == Some(0.01), "{found:?}");
        }
    }
}
