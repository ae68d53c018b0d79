//! Linear layer: `y = act(x · Wᵀ + b)` or `y = r + x · Wᵀ + b`.
//!
//! `x [t, k]`, `W [n, k]` (rows are outputs, as checkpoints store it), `b [n]`, `r`, `y` `[t, n]`.
//! CPU: in wasm our own product on packed panels, natively burn-flex's, which uses whatever the
//! processor has; then the end of each row in one pass. GPU: [`super::linear_gpu`].

use super::activation::Activation;
use super::panel::{HEIGHT, WIDTH, pack, product};
use burn::backend::ops::FloatTensorOps;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use burn_flex::FlexTensor;
use std::array::from_fn;
use std::ops::Range;

/// The plain twin: `y[i][j] = act(b[j] + Σ x[i][c]·w[j][c])`, sums in f64.
///
/// # Shape
/// `x [t, k]`, `weight [n, k]`, `bias [n]` → `[t, n]`.
#[must_use]
pub fn linear_plain(x: &[f32], weight: &[f32], bias: &[f32], activation: Activation) -> Vec<f32> {
    let k = weight.len() / bias.len();
    let mut y = Vec::with_capacity(x.len() / k * bias.len());
    for row in x.chunks_exact(k) {
        for (w, b) in weight.chunks_exact(k).zip(bias) {
            let sum: f64 = row.iter().zip(w).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            y.push(activation.plain((sum + f64::from(*b)) as f32));
        }
    }
    y
}

/// A weight `[n, k]` as [`cpu`] wants it: rows and columns of the tensor, and its numbers.
///
/// In wasm our own product on packed panels is the fastest there is; natively burn-flex's, which
/// uses whatever the processor has, wants the weight as it is.
///
/// # Shape
/// `[n, k]` → in wasm `[⌈n / 8⌉, k·8]`.
pub(super) fn lay_out(weight: Vec<f32>, inputs: usize) -> TensorData {
    if cfg!(target_arch = "wasm32") {
        panels(&weight, inputs)
    } else {
        let rows = weight.len() / inputs;
        TensorData::new(weight, [rows, inputs])
    }
}

pub(super) fn cpu(
    x: FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    if cfg!(target_arch = "wasm32") {
        on_panels(&x, weight, bias, residual, activation)
    } else {
        on_flex(x, weight, bias, residual, activation)
    }
}

fn on_flex(
    x: FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let n = bias.shape()[0];
    let mut y = Flex::float_matmul(x, weight.transpose(0, 1)); // [t, k]·[k, n] → [t, n]
    let (bias, residual) = (bias.to_contiguous(), residual.map(FlexTensor::to_contiguous));
    let residual = residual.as_ref().map(FlexTensor::storage::<f32>);
    for (i, row) in y.storage_mut::<f32>().chunks_exact_mut(n).enumerate() {
        finish(row, bias.storage(), residual.map(|r| &r[i * n..][..n]), activation);
    }
    y
}

/// A weight as panels.
fn panels(weight: &[f32], k: usize) -> TensorData {
    let n = weight.len() / k;
    TensorData::new(pack(n, k, |j| &weight[j * k..][..k]), [n.div_ceil(WIDTH), k * WIDTH])
}

/// Rows whose inputs stay in the cache while all panels pass.
pub(super) const BLOCK: usize = 64;

/// The product on panels; `weight` as [`panels`] makes it.
fn on_panels(
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> FlexTensor {
    let (t, k) = (x.shape()[0], x.shape()[1]);
    let n = bias.shape()[0];
    let (x, weight, bias) = (x.to_contiguous(), weight.to_contiguous(), bias.to_contiguous());
    let residual = residual.map(FlexTensor::to_contiguous);
    let residual = residual.as_ref().map(FlexTensor::storage::<f32>);
    let (x, weight): (&[f32], &[f32]) = (x.storage(), weight.storage());
    let mut y = vec![0.0_f32; t * n];
    for (x, y) in x.chunks(BLOCK * k).zip(y.chunks_mut(BLOCK * n)) {
        for (p, panel) in weight.chunks_exact(k * WIDTH).enumerate() {
            on_panel(x, panel, y, n, p * WIDTH..n.min((p + 1) * WIDTH));
        }
    }
    for (i, row) in y.chunks_exact_mut(n).enumerate() {
        finish(row, bias.storage(), residual.map(|r| &r[i * n..][..n]), activation);
    }
    FlexTensor::from_data(TensorData::new(y, [t, n]))
}

/// All rows `x [rows, k]` of one panel into columns `columns` of `y [rows, n]`.
pub(super) fn on_panel(x: &[f32], panel: &[f32], y: &mut [f32], n: usize, columns: Range<usize>) {
    let k = panel.len() / WIDTH;
    for (x, y) in x.chunks(HEIGHT * k).zip(y.chunks_mut(HEIGHT * n)) {
        if x.len() == HEIGHT * k {
            tile::<HEIGHT>(x, panel, y, n, columns.clone());
            continue;
        }
        for (x, y) in x.chunks(k).zip(y.chunks_mut(n)) {
            tile::<1>(x, panel, y, n, columns.clone());
        }
    }
}

/// `R` rows of one panel into columns `columns` of `y [R, n]`.
fn tile<const R: usize>(x: &[f32], panel: &[f32], y: &mut [f32], n: usize, columns: Range<usize>) {
    let k = panel.len() / WIDTH;
    let sums = product::<R>(from_fn(|r| &x[r * k..][..k]), panel);
    for (row, sums) in y.chunks_exact_mut(n).zip(&sums) {
        row[columns.clone()].copy_from_slice(&sums[..columns.len()]);
    }
}

/// The end of a row: bias, then the residual or the activation.
pub(super) fn finish(row: &mut [f32], bias: &[f32], residual: Option<&[f32]>, activation: Activation) {
    for (y, b) in row.iter_mut().zip(bias) {
        *y += b;
    }
    for (y, r) in row.iter_mut().zip(residual.unwrap_or_default()) {
        *y += r;
    }
    activation.apply(row);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(flat: &[f32], shape: [usize; 2]) -> FlexTensor {
        FlexTensor::from_data(TensorData::new(flat.to_vec(), shape))
    }

    /// Natively nothing else runs the panels.
    #[test]
    fn panels_agree_with_the_twin() {
        fn t(t: usize, k: usize, n: usize) {
            let number = |i: usize| ((i * 7919 + 13) % 1000) as f32 / 500.0 - 1.0;
            let numbers =
                |count: usize, seed: usize| (0..count).map(|i| number(i + seed)).collect::<Vec<_>>();
            let (x, w, b, r) = (numbers(t * k, 1), numbers(n * k, 2), numbers(n, 3), numbers(t * n, 4));
            let packed = FlexTensor::from_data(panels(&w, k));
            let bias = FlexTensor::from_data(TensorData::new(b.clone(), [n]));
            let y = on_panels(&tensor(&x, [t, k]), &packed, &bias, None, Activation::Gelu);
            let close = |y: &FlexTensor, plain: &[f32]| {
                let y: &[f32] = y.storage();
                y.len() == plain.len() && y.iter().zip(plain).all(|(a, b)| (a - b).abs() < 2e-5)
            };
            assert!(close(&y, &linear_plain(&x, &w, &b, Activation::Gelu)), "{t} {k} {n}");
            let residual = tensor(&r, [t, n]);
            let y = on_panels(&tensor(&x, [t, k]), &packed, &bias, Some(&residual), Activation::None);
            let plain = linear_plain(&x, &w, &b, Activation::None);
            let plain: Vec<f32> = plain.iter().zip(&r).map(|(y, r)| y + r).collect();
            assert!(close(&y, &plain), "{t} {k} {n} with a residual");
        }
        t(1, 1, 1);
        t(3, 4, 7);
        t(4, 8, 8);
        t(5, 12, 9);
        t(64, 33, 16);
        t(65, 20, 33);
        t(130, 64, 24);
    }
}
