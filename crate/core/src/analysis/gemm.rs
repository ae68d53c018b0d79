//! General matrix products (GEMM) of row-major slices, through nalgebra's blocked kernels.

use nalgebra::{DMatrixView, DMatrixViewMut, Dyn, MatrixView, RealField};

/// Up to this side nalgebra uses a kernel that does not support row-major results.
const SMALL: usize = 5;

/// A row-major matrix, or its transpose.
#[derive(Clone, Copy)]
pub(super) struct Operand<'a, T> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    /// Steps to the next row and column.
    strides: (usize, usize),
}

impl<'a, T> Operand<'a, T> {
    /// `data` must hold rows × cols numbers.
    pub(super) fn new(data: &'a [T], rows: usize, cols: usize) -> Self {
        Self { data, rows, cols, strides: (cols, 1) }
    }

    pub(super) fn transposed(self) -> Self {
        Self { rows: self.cols, cols: self.rows, strides: (self.strides.1, self.strides.0), ..self }
    }
}

/// `into = a b + keep · into`
///
/// # Shape
///
/// a `[m, k]`, b `[k, n]`, into `[m, n]`
pub(super) fn gemm<T: RealField + Copy>(into: &mut [T], a: Operand<T>, b: Operand<T>, keep: T) {
    let (m, n) = (a.rows, b.cols);
    if m == 0 || n == 0 || into.len() < m * n {
        return;
    }
    if a.cols == 0 {
        into.iter_mut().for_each(|x| *x *= keep);
        return;
    }
    if a.data.len() < a.rows * a.cols || b.data.len() < b.rows * b.cols {
        return;
    }
    if m.min(n).min(a.cols) <= SMALL {
        into.iter_mut().for_each(|x| *x = if keep == T::zero() { keep } else { *x * keep });
        thin(into, a, b);
        return;
    }
    let a: MatrixView<T, Dyn, Dyn, Dyn, Dyn> =
        DMatrixView::from_slice_with_strides(a.data, a.rows, a.cols, a.strides.0, a.strides.1);
    let b: MatrixView<T, Dyn, Dyn, Dyn, Dyn> =
        DMatrixView::from_slice_with_strides(b.data, b.rows, b.cols, b.strides.0, b.strides.1);
    DMatrixViewMut::from_slice_with_strides_mut(into, m, n, n, 1).gemm(T::one(), &a, &b, keep);
}

/// `into += a b` with a short side, row by row of whichever factor lies in order.
fn thin<T: RealField + Copy>(into: &mut [T], a: Operand<T>, b: Operand<T>) {
    let n = b.cols;
    let at = |table: Operand<T>, row: usize, col: usize| {
        table.data.get(row * table.strides.0 + col * table.strides.1).copied().unwrap_or_else(T::zero)
    };
    if a.strides.1 == 1 && n <= SMALL {
        // Few columns: a sum of products each.
        let columns: Vec<Vec<T>> = (0..n).map(|j| (0..b.rows).map(|k| at(b, k, j)).collect()).collect();
        for (into, row) in into.chunks_mut(n).zip(a.data.chunks(a.cols)) {
            for (x, column) in into.iter_mut().zip(&columns) {
                *x += row.iter().zip(column).fold(T::zero(), |sum, (&a, &b)| sum + a * b);
            }
        }
        return;
    }
    for k in 0..a.cols {
        for (i, into) in into.chunks_mut(n).take(a.rows).enumerate() {
            let scale = at(a, i, k);
            for (j, x) in into.iter_mut().enumerate() {
                *x += scale * at(b, k, j);
            }
        }
    }
}
