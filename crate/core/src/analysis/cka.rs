//! Centred kernel alignment (Kornblith et al. 2019): do two embeddings of the same rows have the same structure?
//!
//! With K and L the kernels of the rows in two spaces,
//!
//! ```text
//! CKA = HSIC(K, L) / √(HSIC(K, K) · HSIC(L, L))
//! ```
//!
//! The **biased** HSIC is ⟨HKH, HLH⟩ with H the centring matrix. It tends to 1 when there are more
//! columns than rows, whatever they mean. The **debiased** one (Song et al. 2012) leaves the diagonal out, and its
//! expectation is 0 for unrelated spaces. It can be negative, and then there is no root to divide by: the answer is
//! [`Value::Undefined`], never NaN. Both are always computed.
//!
//! | file | what it holds |
//! |---|---|
//! | `layers` | layers × layers, over one batch or many, without an n × n matrix |
//! | `batch` | one batch on its way through the tiles |
//! | `stream` | one pair of spaces, exact over batches in f64 |
//! | `hsic` | the sums, and the quotient |
//! | `kernel` | linear and Gaussian |
//! | `resample` | permutation test and bootstrap |
//! | `batched_resample` | the same for batches |
//! | `batches` | rows in batches |

mod batch;
mod batched_resample;
mod batches;
mod hsic;
mod kernel;
mod layers;
mod resample;
mod stream;
mod test_answer;

pub use batch::LayerBatch;
pub use batches::cka_batches;
pub use hsic::{Cka, Quotient, Value};
pub use kernel::{Bandwidth, Kernel, KernelKind};
pub use layers::{CkaMatrix, LayerSums, cka_layers};
pub use resample::{cka_test, cka_test_with};
pub use stream::CkaStream;
pub use test_answer::{CkaTest, CkaTestOptions};

use super::error::AnalysisError;
use crate::matrix::View;
use crate::progress::Progress;

/// Compares two embeddings of the same rows.
///
/// ```
/// use crossgrain_core::analysis::{Kernel, cka};
/// use crossgrain_core::matrix::View;
/// use crossgrain_core::progress::Silent;
///
/// let x = [0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 3.0, 1.0];
/// let turned = [0.0, 0.0, 0.0, 1.0, -2.0, 0.0, -1.0, 3.0];
/// let found = cka(View::new(&x, 4, 2)?, View::new(&turned, 4, 2)?, Kernel::Linear, &mut Silent)?;
/// assert!((found.biased.number().unwrap_or_default() - 1.0).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// `x` `[n, ·]`, `y` `[n, ·]`
///
/// # Errors
///
/// As [`cka_layers`].
pub fn cka(x: View, y: View, kernel: Kernel, progress: &mut dyn Progress) -> Result<Cka, AnalysisError> {
    let matrix = cka_layers(&[x], Some(&[y]), kernel, progress)?;
    Ok(matrix.at(0, 0))
}
