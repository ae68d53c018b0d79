//! Registers an external kernel after a check.

use super::external_kernel::{ExternalKernel, GemmI8Args, store};
use super::gemm_i8::gemm_i8;
use super::layout::QUAD;
use super::quantized_rows::QuantizedRows;
use crate::kernels::panel::WIDTH;
use bytemuck::cast;

/// Takes a kernel for 8-bit products into use if its sums are exactly those of the engine's own code,
/// on inputs as unsigned bytes or as signed ones. Returns whether it did.
pub fn register_external_kernel(run: fn(&GemmI8Args)) -> bool {
    let mut kernels = [128, 0].map(|offset| ExternalKernel { offset, run }).into_iter();
    kernels.find(|kernel| agrees(*kernel)).is_some_and(store)
}

/// Compares a kernel with the engine's own products on codes that cover their range.
fn agrees(kernel: ExternalKernel) -> bool {
    const COUNT: usize = 7;
    const QUADS: usize = 65;
    let value = |i: usize| [-128.0, 127.0, 0.0, -1.0, 1.0, 126.0, -127.0, 64.0][(i * i + i / 5) % 8];
    let x: Vec<f32> = (0..COUNT * QUADS * QUAD).map(value).collect();
    let weight = |i: usize| [127, -127, 1, 0, -1, 64, -126, 99][(i * 5 + i / 7) % 8];
    let panels: Vec<i32> = (0..3 * QUADS * WIDTH)
        .map(|i| cast([weight(i), weight(i + 1), weight(i * 3), weight(i / 2)] as [i8; QUAD]))
        .collect();
    [0..QUADS, 8..16, 64..65].into_iter().all(|quads| {
        let sums = |kernel: Option<ExternalKernel>| {
            let rows = QuantizedRows::new(&x, QUADS * QUAD, QUADS, kernel);
            let mut sums = vec![0; rows.padded_count() * 3 * WIDTH];
            gemm_i8(&rows, quads.clone(), &panels, &mut sums);
            let code_sum = |j: usize| -> i32 {
                let panel = &panels[j / WIDTH * QUADS * WIDTH..][quads.start * WIDTH..quads.end * WIDTH];
                let column = panel.iter().skip(j % WIDTH).step_by(WIDTH);
                column.flat_map(|word| cast::<i32, [i8; QUAD]>(*word)).map(i32::from).sum()
            };
            let mut found: Vec<i32> = sums[..COUNT * 3 * WIDTH].to_vec();
            for (i, sum) in found.iter_mut().enumerate() {
                *sum -= rows.offset() * code_sum(i % (3 * WIDTH));
            }
            found
        };
        sums(None) == sums(Some(kernel))
    })
}

#[cfg(test)]
mod tests {
    use super::super::external_kernel::registered;
    use super::register_external_kernel;

    #[test]
    fn a_kernel_that_computes_nothing_is_refused() {
        assert!(!register_external_kernel(|_| {}));
        assert!(registered().is_none());
    }
}
