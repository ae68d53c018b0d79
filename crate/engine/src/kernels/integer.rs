//! Products of 8-bit integers on the CPU, with exact sums.
//!
//! A row of inputs becomes codes of its own: `x ≈ scale · (q − zero)` with `q` in -128 … 127, so that
//! the whole range of the row is used (asymmetric; after a GELU nearly all of it is positive). A
//! weight is symmetric, `w ≈ scale · q`. So
//!
//! ```text
//! Σ x·w = scale_x · scale_w · (Σ q_x·q_w − zero · Σ q_w)
//! ```
//!
//! where both sums are integers: a result depends on its row and nothing else. Four inputs at a
//! time make a **quad**; weights lie in panels of [`WIDTH`] outputs, `[quads, WIDTH]` words of four
//! codes each.

use super::adopted::{self, Adopted, Call};
use super::panel::WIDTH;
use bytemuck::{cast, cast_slice};
use std::array::from_fn;
use std::ops::Range;
use wide::{i8x16, i16x16, i32x8};

/// Inputs in one word of codes.
pub(super) const QUAD: usize = 4;
/// Rows taken at a time: `2 · WIDTH` pairs of sums fill half of sixteen 128-bit registers.
const ROWS: usize = 2;
/// Adding and subtracting 1.5 · 2²³ rounds to the nearest integer without a branch.
const ROUND: f32 = 12_582_912.0;
/// Steps between the smallest and the largest code.
const STEPS: f32 = 255.0;

/// Codes of inputs, `[rows, quads]`.
#[derive(Debug)]
enum Codes {
    /// For our own products.
    Wide(Vec<[i16; QUAD]>),
    /// For an adopted kernel, with rows of zeros up to a whole number of its steps.
    Bytes(Vec<[u8; QUAD]>, Adopted),
}

/// Rows of inputs as codes.
#[derive(Debug)]
pub(super) struct Rows {
    codes: Codes,
    quads: usize,
    /// Per row: what one step of its codes stands for.
    pub scales: Vec<f32>,
    /// Per row: the code of zero.
    pub zeros: Vec<i32>,
}

impl Rows {
    /// Codes of `x [rows, k]`, each row filled up to `quads` quads, for our own products or a kernel.
    pub fn quantize(x: &[f32], k: usize, quads: usize, kernel: Option<Adopted>) -> Self {
        let count = x.len() / k;
        let (scales, zeros): (Vec<f32>, Vec<i32>) = x.chunks_exact(k).map(range).unzip();
        let codes = match kernel {
            None => Codes::Wide(encode(x, k, quads, count, &scales, &zeros, |code| code as i16)),
            Some(kernel) => {
                let room = count.next_multiple_of(adopted::ROWS);
                // Only the lowest byte is kept: a negative code becomes its two's complement.
                let byte = |code| (code + kernel.offset) as u8;
                Codes::Bytes(encode(x, k, quads, room, &scales, &zeros, byte), kernel)
            }
        };
        Self { codes, quads, scales, zeros }
    }

    /// Rows that sums must have room for.
    pub fn room(&self) -> usize {
        match self.codes {
            Codes::Wide(_) => self.scales.len(),
            Codes::Bytes(..) => self.scales.len().next_multiple_of(adopted::ROWS),
        }
    }

    /// What was added to every code.
    pub fn offset(&self) -> i32 {
        match self.codes {
            Codes::Wide(_) => 0,
            Codes::Bytes(_, kernel) => kernel.offset,
        }
    }

    /// The numbers that a single row's codes stand for, `[k]`.
    pub fn values(&self, k: usize) -> Vec<f32> {
        let (scale, zero, offset) = (self.scales[0], self.zeros[0], self.offset());
        let value = |code: i32| scale * (code - zero) as f32;
        match &self.codes {
            Codes::Wide(codes) => codes.iter().flatten().take(k).map(|q| value(i32::from(*q))).collect(),
            Codes::Bytes(codes, _) => {
                let code = |q: &u8| i32::from((i32::from(*q) - offset) as i8);
                codes.iter().flatten().take(k).map(|q| value(code(q))).collect()
            }
        }
    }
}

/// The codes of `x [rows, k]` in `room` rows of `quads` quads.
fn encode<T: Copy + Default>(
    x: &[f32],
    k: usize,
    quads: usize,
    room: usize,
    scales: &[f32],
    zeros: &[i32],
    store: impl Fn(i32) -> T,
) -> Vec<[T; QUAD]> {
    let mut all = vec![[T::default(); QUAD]; room * quads];
    let rows = x.chunks_exact(k).zip(all.chunks_exact_mut(quads));
    for ((x, codes), (scale, zero)) in rows.zip(scales.iter().zip(zeros)) {
        let inverse = 1.0 / scale;
        // The lowest bits of a float next to 1.5 · 2²³ are an integer already.
        let steps = |v: f32| (v * inverse + ROUND).to_bits() as i32 - ROUND.to_bits() as i32;
        let code = |v: f32| store((steps(v) + zero).clamp(-128, 127));
        let whole = x.chunks_exact(QUAD);
        for (slot, v) in codes.iter_mut().flatten().skip(k / QUAD * QUAD).zip(whole.remainder()) {
            *slot = code(*v);
        }
        for (codes, x) in codes.iter_mut().zip(whole) {
            *codes = from_fn(|i| code(x[i]));
        }
    }
    all
}

/// Scale and zero point of a row: its range, stretched to hold zero, in [`STEPS`] steps.
fn range(x: &[f32]) -> (f32, i32) {
    let (mut low, mut high) = ([0.0_f32; WIDTH], [0.0_f32; WIDTH]);
    for chunk in x.chunks(WIDTH) {
        for ((low, high), v) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *v < *low { *v } else { *low };
            *high = if *v > *high { *v } else { *high };
        }
    }
    let low = low.into_iter().fold(0.0, f32::min);
    let high = high.into_iter().fold(0.0, f32::max);
    let scale = (high - low) / STEPS;
    if scale > 0.0 { (scale, (-128.0 - low / scale).round() as i32) } else { (1.0, 0) }
}

/// `Σ (q_x + offset)·q_w` over a range of quads, for every row and every column of the panels.
///
/// # Shape
/// `panels [count, quads, WIDTH]` words → `sums [room, count · WIDTH]`.
pub(super) fn products(rows: &Rows, quads: Range<usize>, panels: &[i32], sums: &mut [i32]) {
    match &rows.codes {
        Codes::Bytes(codes, kernel) => offer(codes, rows, *kernel, &quads, panels, sums),
        Codes::Wide(codes) => own(codes, rows.quads, &quads, panels, sums),
    }
}

/// The products by an adopted kernel.
fn offer(
    codes: &[[u8; QUAD]],
    rows: &Rows,
    kernel: Adopted,
    quads: &Range<usize>,
    panels: &[i32],
    sums: &mut [i32],
) {
    let count = panels.len() / (rows.quads * WIDTH);
    (kernel.run)(&Call {
        inputs: codes[quads.start..].as_ptr().addr(),
        input_step: rows.quads * QUAD,
        rows: rows.room(),
        weights: panels[quads.start * WIDTH..].as_ptr().addr(),
        weight_step: rows.quads * WIDTH * QUAD,
        panels: count,
        quads: quads.len(),
        sums: sums.as_mut_ptr().expose_provenance(),
        sum_step: count * WIDTH * size_of::<i32>(),
    });
}

/// The products by our own code.
fn own(codes: &[[i16; QUAD]], quads: usize, range: &Range<usize>, panels: &[i32], sums: &mut [i32]) {
    let row = |row: usize| &codes[row * quads..][range.clone()];
    let columns = panels.len() / quads;
    for (p, panel) in panels.chunks_exact(quads * WIDTH).enumerate() {
        let panel = &panel[range.start * WIDTH..range.end * WIDTH];
        for (i, sums) in sums.chunks_mut(ROWS * columns).enumerate() {
            let first = i * ROWS;
            if sums.len() == ROWS * columns {
                let found = product::<ROWS>(from_fn(|r| row(first + r)), panel);
                for (sums, found) in sums.chunks_exact_mut(columns).zip(&found) {
                    sums[p * WIDTH..][..WIDTH].copy_from_slice(found);
                }
            } else {
                let [found] = product([row(first)], panel);
                sums[p * WIDTH..][..WIDTH].copy_from_slice(&found);
            }
        }
    }
}

/// `R` rows times one panel: each multiply-and-add takes two inputs of four columns.
#[inline]
fn product<const R: usize>(rows: [&[[i16; QUAD]]; R], panel: &[i32]) -> [[i32; WIDTH]; R] {
    let quads = panel.len() / WIDTH;
    let rows: [&[[i16; QUAD]]; R] = from_fn(|r| &rows[r][..quads]);
    let mut sums = [[i32x8::ZERO; 2]; R];
    for (i, step) in panel.chunks_exact(WIDTH).enumerate() {
        let codes: &[i8] = cast_slice(step);
        let half = |j: usize| i16x16::from_i8x16(i8x16::new(from_fn(|c| codes[j * 16 + c])));
        let (low, high) = (half(0), half(1)); // four columns of four inputs each
        for r in 0..R {
            let x: i16x16 = cast([rows[r][i]; 4]);
            sums[r][0] += low.dot(x);
            sums[r][1] += high.dot(x);
        }
    }
    from_fn(|r| {
        let [low, high] = sums[r].map(i32x8::to_array);
        from_fn(|c| match c {
            0..4 => low[2 * c] + low[2 * c + 1],
            _ => high[2 * c - 8] + high[2 * c - 7],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_for_their_rows() {
        fn t(x: &[f32]) {
            let quads = x.len().div_ceil(QUAD) + 1;
            let rows = Rows::quantize(x, x.len(), quads, None);
            for (v, back) in x.iter().zip(rows.values(x.len())) {
                assert!((v - back).abs() <= rows.scales[0] * 1.01, "{v} became {back}");
            }
            let Codes::Wide(codes) = &rows.codes else { panic!("our own codes") };
            assert!(codes.iter().flatten().all(|q| (-128..=127).contains(q)));
            assert!(codes.iter().flatten().skip(x.len()).all(|q| *q == 0));
        }
        t(&[0.0]);
        t(&[0.0, 0.0, 0.0, 0.0, 0.0]);
        t(&[3.0, 3.0, 3.0]);
        t(&[-2.0]);
        t(&[-1.0, 0.0, 7.0, 0.5, -0.1, 3.0, 2.0, 1.0, 0.2]);
        t(&[1e-30, -1e-30, 1e-38]);
        t(&[1e30, -1.0, 2.0, 5e29]);
    }

    #[test]
    fn sums_are_exact() {
        fn t(count: usize, quads: usize, panels: usize, range: Range<usize>) {
            let k = quads * QUAD;
            let x: Vec<f32> = (0..count * k).map(|i| ((i * 7919 + 3) % 255) as f32 - 127.0).collect();
            let weights: Vec<i8> = (0..panels * quads * 32).map(|i| ((i * 104_729) % 255) as i8).collect();
            let rows = Rows::quantize(&x, k, quads, None);
            let Codes::Wide(codes) = &rows.codes else { panic!("our own codes") };
            let words: Vec<i32> = weights.chunks(4).map(|w| cast([w[0], w[1], w[2], w[3]])).collect();
            let mut sums = vec![0; count * panels * WIDTH];
            products(&rows, range.clone(), &words, &mut sums);
            for (r, row) in sums.chunks(panels * WIDTH).enumerate() {
                for (j, sum) in row.iter().enumerate() {
                    let (p, c) = (j / WIDTH, j % WIDTH);
                    let term = |q: usize, i: usize| {
                        let w = weights[((p * quads + q) * WIDTH + c) * QUAD + i];
                        i32::from(codes[r * quads + q][i]) * i32::from(w)
                    };
                    let plain: i32 = range
                        .clone()
                        .flat_map(|q| (0..QUAD).map(move |i| (q, i)))
                        .map(|(q, i)| term(q, i))
                        .sum();
                    assert_eq!(*sum, plain, "row {r}, column {j}");
                }
            }
        }
        t(1, 1, 1, 0..1);
        t(2, 3, 1, 0..3);
        t(3, 16, 2, 8..16);
        t(5, 80, 3, 0..80);
    }
}
