//! Linear layer: `y = act(x · Wᵀ + b)` or `y = r + x · Wᵀ + b`.
//!
//! `x [t, k]`, `W [n, k]` (rows are outputs, as checkpoints store it), `b [n]`, `r`, `y` `[t, n]`.
//! CPU: in wasm our own product on packed panels, natively burn-flex's, which uses whatever the
//! processor has; then the end of each row in one pass. GPU: see `linear.wgsl`.

use super::activation::Activation;
use super::panel::{HEIGHT, WIDTH, pack, product};
use super::wgsl::{Shader, empty_like, launch};
use burn::backend::ops::FloatTensorOps;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use burn_flex::FlexTensor;
use std::array::from_fn;
use std::ops::Range;

/// Columns of `y` that one workgroup covers: 16 threads of 8 columns.
const COLUMNS: usize = 128;

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

/// Prepares a weight for [`cpu`], once per layer.
///
/// In wasm our own product on packed panels is the fastest there is; natively burn-flex's, which
/// uses whatever the processor has, wants the weight as it is.
///
/// # Shape
/// `[n, k]` → in wasm `[⌈n / 8⌉, k·8]`.
pub(super) fn prepare(weight: FlexTensor) -> FlexTensor {
    if cfg!(target_arch = "wasm32") { pack_weight(&weight) } else { weight }
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
pub(super) fn pack_weight(weight: &FlexTensor) -> FlexTensor {
    let (n, k) = (weight.shape()[0], weight.shape()[1]);
    let weight = weight.to_contiguous();
    let flat: &[f32] = weight.storage();
    let panels = pack(n, k, |j| &flat[j * k..][..k]);
    FlexTensor::from_data(TensorData::new(panels, [n.div_ceil(WIDTH), k * WIDTH]))
}

/// Rows whose inputs stay in the cache while all panels pass.
const BLOCK: usize = 64;

/// The product on panels; `weight` as [`pack_weight`] makes it.
pub(super) fn on_panels(
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
            let columns = p * WIDTH..n.min((p + 1) * WIDTH);
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
    }
    for (i, row) in y.chunks_exact_mut(n).enumerate() {
        finish(row, bias.storage(), residual.map(|r| &r[i * n..][..n]), activation);
    }
    FlexTensor::from_data(TensorData::new(y, [t, n]))
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
fn finish(row: &mut [f32], bias: &[f32], residual: Option<&[f32]>, activation: Activation) {
    for (y, b) in row.iter_mut().zip(bias) {
        *y += b;
    }
    for (y, r) in row.iter_mut().zip(residual.unwrap_or_default()) {
        *y += r;
    }
    activation.apply(row);
}

/// With `None` the layer ends by adding a residual.
pub(super) fn shader(k: usize, n: usize, activation: Option<Activation>) -> Shader {
    let sizes = [("K", k.into()), ("N", n.into())];
    let (name, end, constants) = match activation {
        Some(activation) => {
            let code = ("ACTIVATION", activation.code().into());
            ("linear_act", include_str!("linear_act.wgsl"), sizes.into_iter().chain([code]).collect())
        }
        None => ("linear_add", include_str!("linear_add.wgsl"), sizes.to_vec()),
    };
    Shader {
        name,
        body: vec![include_str!("linear.wgsl"), end],
        constants,
        unrolled: Vec::new(),
        group: (16, 4),
    }
}

/// `act(x · weightᵀ + bias)`.
pub(super) fn gpu(
    x: CubeTensor,
    weight: CubeTensor,
    bias: &CubeTensor,
    activation: Activation,
) -> CubeTensor {
    run(x, weight, bias, None, Some(activation))
}

/// `residual + x · weightᵀ + bias`.
pub(super) fn gpu_add(
    x: CubeTensor,
    weight: CubeTensor,
    bias: &CubeTensor,
    residual: CubeTensor,
) -> CubeTensor {
    run(x, weight, bias, Some(&into_contiguous(residual)), None)
}

fn run(
    x: CubeTensor,
    weight: CubeTensor,
    bias: &CubeTensor,
    residual: Option<&CubeTensor>,
    activation: Option<Activation>,
) -> CubeTensor {
    let (t, k) = (x.shape()[0], x.shape()[1]);
    let n = bias.shape()[0];
    let x = into_contiguous(x);
    let weight = into_contiguous(weight);
    let y = empty_like(&x, [t, n]);
    let mut buffers = vec![&x, &weight, bias, &y];
    buffers.extend(residual);
    launch(shader(k, n, activation), (n.div_ceil(COLUMNS), t / super::ROWS), &buffers);
    y
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
            let packed = pack_weight(&tensor(&w, [n, k]));
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
