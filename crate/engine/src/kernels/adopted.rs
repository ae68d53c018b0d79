//! Integer products by somebody else's kernel.
//!
//! WebAssembly's relaxed SIMD has an instruction that multiplies and adds sixteen bytes at once,
//! but a module that contains it does not load everywhere, and what it does with bytes beyond seven
//! bits depends on the processor. So whoever has such a kernel (the browser border) offers it with
//! [`adopt`], which takes it only if it gives the very sums of [`super::integer`], either on inputs
//! as unsigned bytes (code plus 128) or as signed ones.

use super::integer::{QUAD, Rows, products};
use super::panel::WIDTH;
use bytemuck::cast;
use std::sync::OnceLock;

/// Rows that an adopted kernel takes at a time.
pub(super) const ROWS: usize = 4;

/// One call: addresses, counts and distances in bytes, in the order in which a kernel reads them.
///
/// The kernel adds up, for every row `r`, panel `p` and column `c` of a panel,
/// `Σ inputs[r][4·q + i] · weights[p][q][c][i]` over `q < quads` and `i < 4`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Codes of the inputs, `[rows, …]` bytes.
    pub inputs: usize,
    /// From one row of inputs to the next.
    pub input_step: usize,
    /// Rows, a multiple of four.
    pub rows: usize,
    /// Codes of the weights, `[panels, …, 8, 4]` bytes.
    pub weights: usize,
    /// From one panel to the next.
    pub weight_step: usize,
    /// Panels.
    pub panels: usize,
    /// Quads to add up.
    pub quads: usize,
    /// Sums, `[rows, …]` words.
    pub sums: usize,
    /// From one row of sums to the next.
    pub sum_step: usize,
}

/// A kernel that was found to give the right sums.
#[derive(Clone, Copy, Debug)]
pub(super) struct Adopted {
    /// What is added to a code before it becomes a byte.
    pub offset: i32,
    pub run: fn(&Call),
}

static ADOPTED: OnceLock<Adopted> = OnceLock::new();

pub(super) fn adopted() -> Option<Adopted> {
    ADOPTED.get().copied()
}

/// Takes a kernel into use if its sums are exactly ours; says whether they were.
pub fn adopt(run: fn(&Call)) -> bool {
    let found = [128, 0].map(|offset| Adopted { offset, run }).into_iter().find(|kernel| agrees(*kernel));
    found.is_some_and(|kernel| ADOPTED.set(kernel).is_ok())
}

/// Compares a kernel with our own products on codes that reach every corner of their range.
fn agrees(kernel: Adopted) -> bool {
    const COUNT: usize = 7;
    const QUADS: usize = 65;
    let value = |i: usize| [-128.0, 127.0, 0.0, -1.0, 1.0, 126.0, -127.0, 64.0][(i * i + i / 5) % 8];
    let x: Vec<f32> = (0..COUNT * QUADS * QUAD).map(value).collect();
    let weight = |i: usize| [127, -127, 1, 0, -1, 64, -126, 99][(i * 5 + i / 7) % 8];
    let panels: Vec<i32> = (0..3 * QUADS * WIDTH)
        .map(|i| cast([weight(i), weight(i + 1), weight(i * 3), weight(i / 2)] as [i8; QUAD]))
        .collect();
    [0..QUADS, 8..16, 64..65].into_iter().all(|quads| {
        let sums = |kernel: Option<Adopted>| {
            let rows = Rows::quantize(&x, QUADS * QUAD, QUADS, kernel);
            let mut sums = vec![0; rows.room() * 3 * WIDTH];
            products(&rows, quads.clone(), &panels, &mut sums);
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
    use super::*;

    #[test]
    fn a_kernel_that_computes_nothing_is_not_taken() {
        assert!(!adopt(|_| {}));
        assert!(adopted().is_none());
    }
}
