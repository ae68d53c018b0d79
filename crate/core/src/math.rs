//! Elementary functions that give the same bits on every machine.
//!
//! The standard library calls the system's, which differ in the last bit between systems and from those in wasm; a map
//! or a probe would then differ between the page and the command line. Square roots are exact everywhere and need none
//! of this.

pub(crate) use libm::{atan, exp, expf, log as ln, log1p as ln_1p, log2, pow as powf, sincos as sin_cos};
