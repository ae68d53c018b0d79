//! Metrics against their definitions, written out pair by pair and row by row.

use crossgrain_core::analysis::evaluation::metrics::{Predictions, ProbeMetric, Scorer};
use crossgrain_core::analysis::probe::Target;
use proptest::prelude::*;

/// The share of pairs of a positive and a negative row in which the positive scores higher, ties half.
fn auroc(rows: &[(bool, f64)]) -> Option<f64> {
    let (mut won, mut pairs) = (0.0, 0.0);
    for &(_, yes) in rows.iter().filter(|row| row.0) {
        for &(_, no) in rows.iter().filter(|row| !row.0) {
            pairs += 1.0;
            won += if yes > no { 1.0 } else { f64::from(u8::from(yes == no)) / 2.0 };
        }
    }
    (pairs > 0.0).then(|| won / pairs)
}

/// Rows as often as they count.
fn repeated<T: Clone>(rows: &[T], times: &[u32]) -> Vec<T> {
    rows.iter().zip(times).flat_map(|(row, &n)| std::iter::repeat_n(row.clone(), n as usize)).collect()
}

fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |x: &[f64], m, y: &[f64], n| x.iter().zip(y).map(|(x, y)| (x - m) * (y - n)).sum::<f64>();
    let scale = (sum(a, ma, a, ma) * sum(b, mb, b, mb)).sqrt();
    (scale > 1e-12).then(|| sum(a, ma, b, mb) / scale)
}

/// Half of the equal rows before, every smaller one: the average rank.
fn ranks(x: &[f64]) -> Vec<f64> {
    let count = |keep: &dyn Fn(&f64) -> bool| x.iter().filter(|y| keep(y)).count() as f64;
    x.iter().map(|a| count(&|b| b < a) + (count(&|b| b == a) + 1.0) / 2.0).collect()
}

fn same(found: Option<f64>, expected: Option<f64>, name: &str) -> Result<(), TestCaseError> {
    match (found, expected) {
        (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-9, "{name}: {a}, not {b}"),
        _ => prop_assert_eq!(found, expected, "{}", name),
    }
    Ok(())
}

fn weighted(values: &[f64], weights: &[f64]) -> Option<f64> {
    let whole: f64 = weights.iter().sum();
    (!values.is_empty()).then(|| {
        if whole > 0.0 { values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / whole } else { 0.0 }
    })
}

/// Precision, recall and F1 of one class over (true, predicted), 0 if the divisor is 0.
fn of_class(rows: &[(bool, bool)]) -> [f64; 3] {
    let count = |t, p| rows.iter().filter(|&&row| row == (t, p)).count() as f64;
    let share = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
    let (both, over, under) = (count(true, true), count(false, true), count(true, false));
    [share(both, both + over), share(both, both + under), share(2.0 * both, 2.0 * both + over + under)]
}

const BY_CLASS: [[ProbeMetric; 3]; 3] = [
    [ProbeMetric::MacroPrecision, ProbeMetric::WeightedPrecision, ProbeMetric::MicroPrecision],
    [ProbeMetric::MacroRecall, ProbeMetric::WeightedRecall, ProbeMetric::MicroRecall],
    [ProbeMetric::MacroF1, ProbeMetric::WeightedF1, ProbeMetric::MicroF1],
];

/// Checks what classes and labels have in common, from columns of (true, predicted, score).
fn check(
    score: &dyn Fn(ProbeMetric) -> Option<f64>,
    columns: &[Vec<(bool, bool, f64)>],
    two: bool,
    labels: bool,
) -> Result<(), TestCaseError> {
    let held = |column: &Vec<(bool, bool, f64)>| column.iter().filter(|row| row.0).count() as f64;
    let area = |column: &Vec<(bool, bool, f64)>| {
        auroc(&column.iter().map(|row| (row.0, row.2)).collect::<Vec<_>>()).map(|area| (area, held(column)))
    };
    // Two classes have one area: that of the second.
    let areas: Vec<(f64, f64)> = columns.iter().skip(usize::from(two)).filter_map(area).collect();
    let (values, weights): (Vec<f64>, Vec<f64>) = areas.iter().copied().unzip();
    same(score(ProbeMetric::MacroAuroc), weighted(&values, &vec![1.0; values.len()]), "macro AUROC")?;
    same(score(ProbeMetric::WeightedAuroc), weighted(&values, &weights), "weighted AUROC")?;
    let flat: Vec<(bool, f64)> = columns.iter().flatten().map(|row| (row.0, row.2)).collect();
    same(score(ProbeMetric::MicroAuroc), auroc(&flat), "micro AUROC")?;

    let said = |column: &Vec<(bool, bool, f64)>| column.iter().map(|row| (row.0, row.1)).collect::<Vec<_>>();
    let present = |column: &&Vec<(bool, bool, f64)>| labels || column.iter().any(|row| row.0 || row.1);
    let kept: Vec<&Vec<_>> = columns.iter().filter(present).collect();
    let supports: Vec<f64> = kept.iter().map(|column| held(column)).collect();
    let all: Vec<(bool, bool)> = columns.iter().flat_map(said).collect();
    for (at, [mean, by_support, pooled]) in BY_CLASS.into_iter().enumerate() {
        let values: Vec<f64> = kept.iter().map(|column| of_class(&said(column))[at]).collect();
        same(score(mean), weighted(&values, &vec![1.0; values.len()]), "mean over classes")?;
        same(score(by_support), weighted(&values, &supports), "mean by support")?;
        same(score(pooled), Some(of_class(&all)[at]), "pooled counts")?;
    }
    Ok(())
}

proptest! {
    #[test]
    fn classes((rows, k) in (2_usize..5).prop_flat_map(|k| (
        prop::collection::vec((0..k as u32, prop::collection::vec(0_u8..5, k), 0_u32..3), 2..30), Just(k)
    ))) {
        let labels: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let times: Vec<u32> = rows.iter().map(|row| row.2).collect();
        prop_assume!(labels.iter().any(|l| l != &labels[0]) && times.iter().any(|&n| n > 0));
        let data = rows.iter().flat_map(|row| row.1.iter().map(|&x| f64::from(x) / 4.0)).collect();
        let (target, predictions) = (Target::Classes { labels, classes: k }, Predictions { data, cols: k });
        let scorer = Scorer::new(&target, &predictions).unwrap();
        // The first of the largest is predicted.
        let best = |row: &[u8]| row.iter().position(|x| Some(x) == row.iter().max()).unwrap();
        let columns: Vec<Vec<(bool, bool, f64)>> = (0..k).map(|c| {
            let cells: Vec<_> = rows.iter().map(|(label, row, _)| {
                (*label as usize == c, best(row) == c, f64::from(row[c]) / 4.0)
            }).collect();
            repeated(&cells, &times)
        }).collect();
        let score = |metric| scorer.score(metric, &times);
        check(&score, &columns, k == 2, false)?;

        let pairs: Vec<(usize, usize)> =
            repeated(&rows.iter().map(|(label, row, _)| (*label as usize, best(row))).collect::<Vec<_>>(), &times);
        let right = pairs.iter().filter(|(t, p)| t == p).count() as f64 / pairs.len() as f64;
        same(score(ProbeMetric::Accuracy), Some(right), "accuracy")?;
        let table = scorer.confusion(&times).unwrap();
        for (t, row) in table.iter().enumerate() {
            for (p, &count) in row.iter().enumerate() {
                prop_assert_eq!(count as usize, pairs.iter().filter(|&&pair| pair == (t, p)).count());
            }
        }
        // Matthews: the correlation of the two tables of zeros and ones, all columns together.
        let covariance = |a: fn(&(usize, usize)) -> usize, b: fn(&(usize, usize)) -> usize| -> f64 {
            let n = pairs.len() as f64;
            let of = |c, side: fn(&(usize, usize)) -> usize| pairs.iter().filter(|pair| side(pair) == c).count() as f64;
            (0..k).map(|c| {
                let both = pairs.iter().filter(|pair| a(pair) == c && b(pair) == c).count() as f64;
                both / n - of(c, a) / n * (of(c, b) / n)
            }).sum()
        };
        let scale = covariance(|p| p.0, |p| p.0) * covariance(|p| p.1, |p| p.1);
        let expected = if scale > 1e-12 { covariance(|p| p.0, |p| p.1) / scale.sqrt() } else { 0.0 };
        same(score(ProbeMetric::Mcc), Some(expected), "MCC")?;
    }

    #[test]
    fn labels((rows, k) in (1_usize..4).prop_flat_map(|k| (
        prop::collection::vec((prop::collection::vec((prop::bool::ANY, 0_u8..5), k), 0_u32..3), 1..30), Just(k)
    ))) {
        let times: Vec<u32> = rows.iter().map(|row| row.1).collect();
        prop_assume!(times.iter().any(|&n| n > 0));
        let cells = || rows.iter().flat_map(|row| row.0.iter());
        let target = Target::Multi { labels: cells().map(|cell| cell.0).collect(), columns: k };
        let predictions = Predictions { data: cells().map(|cell| f64::from(cell.1) / 4.0).collect(), cols: k };
        let scorer = Scorer::new(&target, &predictions).unwrap();
        let score = |metric| scorer.score(metric, &times);
        // Above one half is predicted; one half is not.
        let columns: Vec<Vec<(bool, bool, f64)>> = (0..k).map(|c| {
            let cells: Vec<_> =
                rows.iter().map(|(row, _)| (row[c].0, row[c].1 > 2, f64::from(row[c].1) / 4.0)).collect();
            repeated(&cells, &times)
        }).collect();
        check(&score, &columns, false, true)?;
        let exact = repeated(&rows, &times);
        let right = exact.iter().filter(|(row, _)| row.iter().all(|cell| cell.0 == (cell.1 > 2))).count();
        same(score(ProbeMetric::Accuracy), Some(right as f64 / exact.len() as f64), "exact match")?;
        let number = |x: bool| f64::from(u8::from(x));
        let matthews: Vec<f64> = columns.iter().map(|column| {
            let side = |of: fn(&(bool, bool, f64)) -> bool| column.iter().map(|row| number(of(row))).collect::<Vec<_>>();
            pearson(&side(|row| row.0), &side(|row| row.1)).unwrap_or(0.0)
        }).collect();
        same(score(ProbeMetric::Mcc), weighted(&matthews, &vec![1.0; k]), "MCC")?;
        prop_assert!(scorer.confusion(&times).is_none());
    }

    #[test]
    fn numbers(rows in prop::collection::vec((-4_i8..5, -4_i8..5, 0_u32..3), 1..30)) {
        let times: Vec<u32> = rows.iter().map(|row| row.2).collect();
        let (truth, found): (Vec<f64>, Vec<f64>) =
            rows.iter().map(|row| (f64::from(row.0), f64::from(row.1) / 2.0)).unzip();
        let (target, predictions) = (Target::Numbers(truth.clone()), Predictions { data: found.clone(), cols: 1 });
        let scorer = Scorer::new(&target, &predictions).unwrap();
        let (y, f) = (repeated(&truth, &times), repeated(&found, &times));
        if y.is_empty() {
            prop_assert!(ProbeMetric::of(&target).iter().all(|&metric| scorer.score(metric, &times).is_none()));
            return Ok(());
        }
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let error: f64 = y.iter().zip(&f).map(|(y, f)| (y - f).powi(2)).sum();
        let spread: f64 = y.iter().map(|y| (y - mean).powi(2)).sum();
        same(scorer.score(ProbeMetric::Spearman, &times), pearson(&ranks(&y), &ranks(&f)), "Spearman")?;
        same(scorer.score(ProbeMetric::R2, &times), (spread > 1e-12).then(|| 1.0 - error / spread), "R²")?;
        same(scorer.score(ProbeMetric::Rmse, &times), Some((error / y.len() as f64).sqrt()), "RMSE")?;
        prop_assert!(scorer.score(ProbeMetric::Accuracy, &times).is_none());
    }
}
