//! General matrix products (GEMM) of row-major slices, with the same bits on every machine.
//!
//! Every number of the result is a sum in one order: the products of a block of up to [`DEPTH`] columns one after the
//! other, then block after block. A library that picks fused instructions by processor would round differently here
//! and in wasm. Natively the same loops are compiled for several widths of vectors, and the processor chooses; without
//! fused instructions the width changes no bit.

use nalgebra::RealField;

/// Rows of the left factor per block.
const LEFT: usize = 4;
/// Columns of the right factor per block: two vectors of four f32, in wasm and on any x86-64.
const RIGHT: usize = 8;
/// Columns of the left factor that are summed at a time: a panel of the right factor stays in the first cache.
const DEPTH: usize = 512;

/// A row-major matrix, or its transpose.
#[derive(Clone, Copy)]
pub(super) struct Operand<'a, T> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    /// Steps to the next row and column.
    strides: (usize, usize),
}

impl<'a, T: RealField + Copy> Operand<'a, T> {
    /// `data` must hold rows × cols numbers.
    pub(super) fn new(data: &'a [T], rows: usize, cols: usize) -> Self {
        Self { data, rows, cols, strides: (cols, 1) }
    }

    pub(super) fn transposed(self) -> Self {
        Self { rows: self.cols, cols: self.rows, strides: (self.strides.1, self.strides.0), ..self }
    }

    #[inline(always)]
    fn at(&self, row: usize, col: usize) -> T {
        self.data.get(row * self.strides.0 + col * self.strides.1).copied().unwrap_or_else(T::zero)
    }
}

/// `into = a b + keep · into`
///
/// # Shape
///
/// a `[m, k]`, b `[k, n]`, into `[m, n]`
pub(super) fn gemm<T: RealField + Copy>(into: &mut [T], a: Operand<T>, b: Operand<T>, keep: T) {
    let fits = |x: &Operand<T>| x.data.len() >= x.rows * x.cols;
    if a.rows == 0 || b.cols == 0 || into.len() < a.rows * b.cols || !fits(&a) || !fits(&b) {
        return;
    }
    into.iter_mut().for_each(|x| *x = if keep == T::zero() { keep } else { *x * keep });
    #[cfg(not(target_family = "wasm"))]
    pulp::Arch::new().dispatch(|| add_product(into, a, b));
    #[cfg(target_family = "wasm")]
    add_product(into, a, b);
}

/// A left factor that many products share: laid out once, since with few columns on the right this costs more than
/// the product.
pub(super) struct PackedLeft<T> {
    rows: usize,
    cols: usize,
    /// `[cols / DEPTH, rows / LEFT, DEPTH, LEFT]`
    numbers: Vec<T>,
}

impl<T: RealField + Copy> PackedLeft<T> {
    pub(super) fn new(a: Operand<T>) -> Self {
        let (mut numbers, mut panel) = (Vec::new(), Vec::new());
        for first in (0..a.cols).step_by(DEPTH) {
            let depth = DEPTH.min(a.cols - first);
            pack::<T, LEFT>(&mut panel, a.rows, depth, |row, k| a.at(row, first + k));
            numbers.extend_from_slice(&panel);
        }
        Self { rows: a.rows, cols: a.cols, numbers }
    }

    /// `into = self b + keep · into`: to the bit the numbers of [`gemm`].
    ///
    /// # Shape
    ///
    /// self `[m, k]`, b `[k, n]`, into `[m, n]`
    pub(super) fn times(&self, into: &mut [T], b: Operand<T>, keep: T) {
        let fits = b.rows == self.cols && b.data.len() >= b.rows * b.cols;
        if self.rows == 0 || b.cols == 0 || into.len() < self.rows * b.cols || !fits {
            return;
        }
        into.iter_mut().for_each(|x| *x = if keep == T::zero() { keep } else { *x * keep });
        #[cfg(not(target_family = "wasm"))]
        pulp::Arch::new().dispatch(|| self.add_product(into, b));
        #[cfg(target_family = "wasm")]
        self.add_product(into, b);
    }

    #[inline(always)]
    fn add_product(&self, into: &mut [T], b: Operand<T>) {
        let groups = self.rows.div_ceil(LEFT);
        let mut panels = Vec::new();
        for first in (0..self.cols).step_by(DEPTH) {
            let depth = DEPTH.min(self.cols - first);
            pack::<T, RIGHT>(&mut panels, b.cols, depth, |column, k| b.at(first + k, column));
            let start = first * groups * LEFT;
            let lines = self.numbers.get(start..).unwrap_or_default().chunks_exact(depth * LEFT);
            for (into, left) in into.chunks_mut(LEFT * b.cols).zip(lines).take(groups) {
                add_lines(into, b.cols, left, &panels, depth);
            }
        }
    }
}

/// `into += left right` for up to [`LEFT`] rows.
#[inline(always)]
fn add_lines<T: RealField + Copy>(into: &mut [T], n: usize, left: &[T], panels: &[T], depth: usize) {
    let (left, _) = left.as_chunks::<LEFT>();
    for (panel, right) in panels.chunks_exact(depth * RIGHT).enumerate() {
        let (right, _) = right.as_chunks::<RIGHT>();
        let sums = block(left, right);
        let columns = panel * RIGHT..(panel * RIGHT + RIGHT).min(n);
        for (row, sums) in into.chunks_exact_mut(n).zip(&sums) {
            for (x, sum) in row.get_mut(columns.clone()).into_iter().flatten().zip(sums) {
                *x += *sum;
            }
        }
    }
}

/// `into += a b`
#[inline(always)]
fn add_product<T: RealField + Copy>(into: &mut [T], a: Operand<T>, b: Operand<T>) {
    let n = b.cols;
    let (mut panels, mut rows) = (Vec::new(), Vec::new());
    for first in (0..a.cols).step_by(DEPTH) {
        let depth = DEPTH.min(a.cols - first);
        pack::<T, RIGHT>(&mut panels, n, depth, |column, k| b.at(first + k, column));
        for (group, into) in into.chunks_mut(LEFT * n).take(a.rows.div_ceil(LEFT)).enumerate() {
            let start = group * LEFT;
            let count = LEFT.min(a.rows - start);
            pack::<T, LEFT>(&mut rows, count, depth, |row, k| a.at(start + row, first + k));
            add_lines(into, n, &rows, &panels, depth);
        }
    }
}

/// The sums of one block: 32 running sums.
///
/// # Shape
///
/// left `[depth, LEFT]`, right `[depth, RIGHT]` → `[LEFT, RIGHT]`
#[inline(always)]
fn block<T: RealField + Copy>(left: &[[T; LEFT]], right: &[[T; RIGHT]]) -> [[T; RIGHT]; LEFT] {
    let mut sums = [[T::zero(); RIGHT]; LEFT];
    for (left, right) in left.iter().zip(right) {
        for (sums, left) in sums.iter_mut().zip(left) {
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum += *left * *right;
            }
        }
    }
    sums
}

/// Lays `count` lines out in groups of `WIDTH`, position after position; a last group is filled up with zeros.
///
/// # Shape
///
/// `count` lines of `depth` numbers → `[count / WIDTH, depth, WIDTH]`
#[inline(always)]
fn pack<T: RealField + Copy, const WIDTH: usize>(
    into: &mut Vec<T>,
    count: usize,
    depth: usize,
    number: impl Fn(usize, usize) -> T,
) {
    into.clear();
    into.resize(count.div_ceil(WIDTH) * depth * WIDTH, T::zero());
    for (group, start) in into.chunks_exact_mut(depth * WIDTH).zip((0..count).step_by(WIDTH)) {
        let width = WIDTH.min(count - start);
        for (k, numbers) in group.chunks_exact_mut(WIDTH).enumerate() {
            for (lane, x) in numbers.iter_mut().take(width).enumerate() {
                *x = number(start + lane, k);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_every_size_match_the_definition() {
        fn t(m: usize, n: usize, k: usize) {
            let numbers = |count: usize, by: usize| -> Vec<f64> {
                (0..count).map(|i| ((i * by + 3) % 17) as f64 - 8.0).collect()
            };
            let (a, b, start) = (numbers(m * k, 37), numbers(k * n, 29), numbers(m * n, 5));
            let sum = |i: usize, j: usize| (0..k).map(|x| a[i * k + x] * b[x * n + j]).sum::<f64>();
            let expected: Vec<f64> = (0..m * n).map(|at| sum(at / n, at % n) + 2.0 * start[at]).collect();
            let mut found = start.clone();
            gemm(&mut found, Operand::new(&a, m, k), Operand::new(&b, k, n), 2.0);
            assert_eq!(found, expected, "{m} × {k} × {n}");
            let mut found = start.clone();
            PackedLeft::new(Operand::new(&a, m, k)).times(&mut found, Operand::new(&b, k, n), 2.0);
            assert_eq!(found, expected, "packed: {m} × {k} × {n}");
            // The same from transposed factors.
            let turn = |x: &[f64], rows: usize, cols: usize| -> Vec<f64> {
                (0..cols * rows).map(|at| x[at % rows * cols + at / rows]).collect()
            };
            let (a, b) = (turn(&a, m, k), turn(&b, k, n));
            let mut found = start;
            let (a, b) = (Operand::new(&a, k, m).transposed(), Operand::new(&b, n, k).transposed());
            gemm(&mut found, a, b, 2.0);
            assert_eq!(found, expected, "{m} × {k} × {n}, transposed");
        }
        t(1, 1, 1);
        t(3, 7, 5);
        t(4, 8, 512);
        t(5, 9, 513);
        t(2, 17, 1030);
        t(13, 1, 3);
    }

    #[test]
    fn no_columns_leave_what_is_kept() {
        let mut found = [1.0_f32, 2.0];
        gemm(&mut found, Operand::new(&[], 1, 0), Operand::new(&[], 0, 2), 3.0);
        assert_eq!(found, [3.0, 6.0]);
    }
}
