//! Metrics of ranks: AUROC and correlations, with ties and weighted rows.

/// Indices by ascending value; equal values by index.
pub(super) fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| match (values.get(a), values.get(b)) {
        (Some(x), Some(y)) => x.total_cmp(y).then(a.cmp(&b)),
        _ => a.cmp(&b),
    });
    order
}

/// The average precision over rows in ascending order of their score: the mean, over the positive rows, of the precision
/// at their score. `None` without a positive row, or without any other.
pub(super) fn average_precision(
    order: &[usize],
    score: impl Fn(usize) -> f64,
    positive: impl Fn(usize) -> bool,
    weight: impl Fn(usize) -> u32,
) -> Option<f64> {
    let (mut sum, mut held, mut all) = (0.0, 0_u64, 0_u64);
    let mut tied = 0_u64;
    let mut above = f64::NAN;
    for &row in order.iter().rev().filter(|&&row| weight(row) > 0) {
        let own = score(row);
        if own.total_cmp(&above).is_ne() {
            sum += tied as f64 * held as f64 / all.max(1) as f64;
            (tied, above) = (0, own);
        }
        let times = u64::from(weight(row));
        all += times;
        if positive(row) {
            held += times;
            tied += times;
        }
    }
    sum += tied as f64 * held as f64 / all.max(1) as f64;
    (held > 0 && held < all).then(|| sum / held as f64)
}

/// The area under the ROC curve over rows in ascending order of their score.
pub(super) fn auroc(
    order: &[usize],
    score: impl Fn(usize) -> f64,
    positive: impl Fn(usize) -> bool,
    weights: impl Fn(usize) -> u32,
) -> Option<f64> {
    // Twice the number of concordant pairs, so that a tie is 1 and everything stays whole.
    let (mut concordant, mut negatives_below, mut positives) = (0_u128, 0_u64, 0_u64);
    for tied in order.chunk_by(|&a, &b| score(a) == score(b)) {
        let (mut tied_positives, mut tied_negatives) = (0, 0);
        for &row in tied {
            let side = if positive(row) { &mut tied_positives } else { &mut tied_negatives };
            *side += u64::from(weights(row));
        }
        concordant += u128::from(tied_positives) * u128::from(2 * negatives_below + tied_negatives);
        negatives_below += tied_negatives;
        positives += tied_positives;
    }
    let pairs = 2.0 * positives as f64 * negatives_below as f64;
    (pairs > 0.0).then(|| concordant as f64 / pairs)
}

/// The rank of each row among the weighted rows, ties sharing theirs.
pub(super) fn ranks(order: &[usize], values: &[f64], weight: &[f64]) -> Vec<f64> {
    let (mut ranks, mut before) = (vec![0.0; values.len()], 0.0);
    for tied in order.chunk_by(|&a, &b| values.get(a) == values.get(b)) {
        let here: f64 = tied.iter().filter_map(|&row| weight.get(row)).sum();
        for &row in tied {
            if let Some(rank) = ranks.get_mut(row) {
                *rank = before + 0.5 * (here + 1.0);
            }
        }
        before += here;
    }
    ranks
}

/// Pearson's correlation; `None` if a side does not vary.
pub(super) fn correlation(a: &[f64], b: &[f64], weight: &[f64]) -> Option<f64> {
    let whole: f64 = weight.iter().sum();
    let mean = |x: &[f64]| x.iter().zip(weight).map(|(x, w)| x * w).sum::<f64>() / whole;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for ((a, b), w) in a.iter().zip(b).zip(weight) {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += w * a * b;
        aa += w * a * a;
        bb += w * b * b;
    }
    (aa > 0.0 && bb > 0.0).then(|| ab / (aa.sqrt() * bb.sqrt()))
}
