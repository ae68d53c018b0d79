//! Attention on the CPU: two matrix products on packed panels, with the softmax between them.
//!
//! A head of a sequence takes eight queries at a time; they stay side by side from the scores to the
//! weighted values. The scores `[l, 8]` are keys (rows) times a panel of queries. The maximum and the
//! sum of the softmax are then plain vector operations on eight lanes, and the probabilities are the
//! interleaved rows that the second product multiplies with panels of values. At most `8·l` scores
//! exist at once.

use super::bias::Bias;
use crate::kernels::exp::Exp2;
use crate::kernels::panel::{HEIGHT, WIDTH, interleave, microkernel, store};
use std::array::from_fn;
use std::f32::consts::LOG2_E;
use std::ops::Range;

/// Queries per step: one panel for the scores, two blocks of rows for the weighted values.
const QUERIES: usize = WIDTH;

/// Softmax attention of each row with the rows of its span.
///
/// # Shape
/// `qkv [t, 3·d]`, `spans [t, 2]` flat → `[t, d]`.
pub(super) fn attention(qkv: &[f32], spans: &[i32], heads: usize, bias: Bias) -> Vec<f32> {
    let t = spans.len() / 2;
    let d = qkv.len() / (3 * t);
    let mut out = vec![0.0_f32; t * d];
    let mut start = 0;
    // The rows of a span are contiguous, so the loop goes from span to span.
    while start < t {
        let end = (spans[2 * start + 1] as usize).clamp(start + 1, t);
        let (qkv, out) = (&qkv[start * 3 * d..end * 3 * d], &mut out[start * d..end * d]);
        let mut head = HeadBuffers::new(d / heads, d, end - start);
        for i in 0..heads {
            // The softmax takes powers of two, so scores and bias are in units of log₂.
            head.forward(qkv, out, i * d / heads, bias.slope(i, heads) * LOG2_E);
        }
        start = end;
    }
    out
}

/// Buffers for one head of one sequence.
struct HeadBuffers {
    width: usize,                 // c
    step: usize,                  // d
    length: usize,                // l
    keys: Vec<[f32; HEIGHT]>,     // [⌈l / HEIGHT⌉, c, HEIGHT]
    values: Vec<[f32; WIDTH]>,    // [⌈c / WIDTH⌉, l, WIDTH]
    queries: Vec<[f32; QUERIES]>, // [c, QUERIES]
    scores: Vec<[f32; QUERIES]>,  // [l, QUERIES], rounded up to whole blocks of keys
}

impl HeadBuffers {
    fn new(width: usize, step: usize, length: usize) -> Self {
        let blocks = length.div_ceil(HEIGHT);
        Self {
            width,
            step,
            length,
            keys: vec![[0.0; HEIGHT]; blocks * width],
            values: vec![[0.0; WIDTH]; width.div_ceil(WIDTH) * length],
            queries: vec![[0.0; QUERIES]; width],
            scores: vec![[0.0; QUERIES]; blocks * HEIGHT],
        }
    }

    /// `qkv [l, 3·d]` → columns `column..column + c` of `out [l, d]`.
    fn forward(&mut self, qkv: &[f32], out: &mut [f32], column: usize, slope: f32) {
        let (c, d, l) = (self.width, self.step, self.length);
        let part = |which: usize| &qkv[which * d + column..];
        interleave(part(1), l, 3 * d, c, &mut self.keys);
        self.pack_values(part(2));
        let scale = LOG2_E / (c as f32).sqrt();
        for first in (0..l).step_by(QUERIES) {
            let count = QUERIES.min(l - first);
            interleave(&part(0)[first * 3 * d..], count, 3 * d, c, &mut self.queries);
            self.queries.iter_mut().flatten().for_each(|q| *q *= scale);
            self.score();
            if slope != 0.0 {
                self.add_bias(first, slope);
            }
            let norms = softmax(&mut self.scores[..l]);
            let scores = &self.scores[..l];
            for (p, panel) in self.values.chunks_exact(l).enumerate() {
                let columns = column + p * WIDTH..column + c.min((p + 1) * WIDTH);
                let rows = &mut out[first * d..(first + count) * d];
                store_rows(&microkernel::<QUERIES, 0>(scores, panel), &norms[..HEIGHT], rows, d, &columns);
                if count > HEIGHT {
                    let (sums, rows) =
                        (microkernel::<QUERIES, HEIGHT>(scores, panel), &mut rows[HEIGHT * d..]);
                    store_rows(&sums, &norms[HEIGHT..], rows, d, &columns);
                }
            }
        }
    }

    /// Packs the values from `x`, whose rows are `3·d` apart, into panels.
    fn pack_values(&mut self, x: &[f32]) {
        for (j, row) in x.chunks(3 * self.step).enumerate() {
            let (panels, rest) = row[..self.width].as_chunks();
            for (p, panel) in panels.iter().enumerate() {
                self.values[p * self.length + j] = *panel;
            }
            let last = self.values.get_mut(panels.len() * self.length + j);
            last.into_iter().flatten().zip(rest).for_each(|(slot, v)| *slot = *v);
        }
    }

    /// The scores of all keys with the queries.
    fn score(&mut self) {
        let blocks = self.keys.chunks_exact(self.width);
        for (scores, keys) in self.scores.as_chunks_mut::<HEIGHT>().0.iter_mut().zip(blocks) {
            let sums = microkernel::<HEIGHT, 0>(keys, &self.queries);
            for (slot, sums) in scores.iter_mut().zip(&sums) {
                *slot = *sums;
            }
        }
    }

    /// Subtracts `slope · |i − j|` (ALiBi); the first query is row `first`.
    fn add_bias(&mut self, first: usize, slope: f32) {
        for (j, scores) in self.scores.iter_mut().enumerate() {
            for (i, s) in scores.iter_mut().enumerate() {
                *s -= slope * ((first + i) as f32 - j as f32).abs();
            }
        }
    }
}

/// Stores `sums · norms` in columns `columns` of `rows [_, d]`, at most [`HEIGHT`] rows.
#[inline(always)]
fn store_rows(
    sums: &[[f32; WIDTH]; HEIGHT],
    norms: &[f32],
    rows: &mut [f32],
    d: usize,
    columns: &Range<usize>,
) {
    let count = rows.len() / d;
    // A fixed number of iterations: the compiler unrolls them and finds the sums in registers.
    for r in 0..HEIGHT {
        if r >= count {
            break;
        }
        let norm = norms[r];
        store(&mut rows[r * d..][columns.clone()], &from_fn(|i| sums[r][i] * norm));
    }
}

/// The softmax of each lane, but for its norm: `2^(s − top)` in place. Returns the factor per lane that
/// makes the sum of the lane 1.
fn softmax(scores: &mut [[f32; QUERIES]]) -> [f32; QUERIES] {
    let top = largest(scores);
    let exp2 = Exp2::new();
    let mut sums = [0.0_f32; QUERIES];
    for row in scores {
        for i in 0..QUERIES {
            row[i] = exp2.nonpositive(row[i] - top[i]);
            sums[i] += row[i];
        }
    }
    from_fn(|i| 1.0 / sums[i])
}

/// The largest score per lane, in several chains: within one chain each step waits for the step before.
fn largest(scores: &[[f32; QUERIES]]) -> [f32; QUERIES] {
    const CHAINS: usize = 3;
    let larger = |a: f32, b: f32| if a < b { b } else { a };
    let mut tops = [[f32::NEG_INFINITY; QUERIES]; CHAINS];
    let (blocks, rest) = scores.as_chunks::<CHAINS>();
    for rows in blocks {
        for c in 0..CHAINS {
            tops[c] = from_fn(|i| larger(tops[c][i], rows[c][i]));
        }
    }
    let ends = tops.iter().chain(rest);
    ends.fold([f32::NEG_INFINITY; QUERIES], |top, row| from_fn(|i| larger(top[i], row[i])))
}
