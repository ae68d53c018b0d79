//! An external kernel for products of 8-bit integers.
//!
//! WebAssembly's relaxed SIMD has an instruction that multiplies and adds sixteen bytes at once, but
//! many browsers do not load a module that contains it, and its result for bytes beyond seven bits
//! depends on the processor. So the engine does not contain it: the browser border has such a kernel in
//! a module of its own, and [`register_external_kernel`](super::register_external_kernel) checks it
//! before use. Its inputs are unsigned bytes (code plus 128) or signed ones.

use std::sync::OnceLock;

/// An external kernel takes a multiple of this number of rows.
pub(super) const ROWS: usize = 4;

/// The arguments of a call: addresses, counts and distances, in the order in which a kernel reads them.
///
/// The kernel adds up, for every row `r`, panel `p` and column `c` of a panel,
/// `Σ inputs[r][4·q + i] · weights[p][q][c][i]` over `q < quads` and `i < 4`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GemmI8Args {
    /// Address of the codes of the inputs, `[rows, …]` bytes.
    pub inputs: usize,
    /// Bytes from one row of inputs to the next.
    pub input_step: usize,
    /// Number of rows, a multiple of four.
    pub rows: usize,
    /// Address of the codes of the weights, `[panels, …, 8, 4]` bytes.
    pub weights: usize,
    /// Bytes from one panel to the next.
    pub weight_step: usize,
    /// Number of panels.
    pub panels: usize,
    /// Number of quads per sum.
    pub quads: usize,
    /// Address of the sums, `[rows, …]` words.
    pub sums: usize,
    /// Bytes from one row of sums to the next.
    pub sum_step: usize,
}

/// A kernel that gives the right sums.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExternalKernel {
    /// The kernel reads each code plus this number as a byte.
    pub offset: i32,
    /// Runs it.
    pub run: fn(&GemmI8Args),
}

static REGISTERED: OnceLock<ExternalKernel> = OnceLock::new();

/// The kernel in use.
pub(super) fn registered() -> Option<ExternalKernel> {
    REGISTERED.get().copied()
}

/// Takes a kernel into use; `false` if there is one already.
pub(super) fn store(kernel: ExternalKernel) -> bool {
    REGISTERED.set(kernel).is_ok()
}
