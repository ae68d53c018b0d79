//! A loaded model of any family, and the numbers of it that matter to a caller.

use super::{Family, Pass};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::nn::Place as Placement;
use burn::tensor::{Device, Tensor};

/// The numbers of one checkpoint that matter to a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// Its family.
    pub family: Family,
    /// Layers or blocks, `L`.
    pub layers: usize,
    /// Number of the last hidden state; the first is 0.
    pub last: usize,
    /// Width of a hidden state, `d`.
    pub width: usize,
    /// Attention heads, `h`; 0 without attention.
    pub heads: usize,
    /// Token kinds, `v`.
    pub vocabulary: usize,
    /// Tokens of a window, without special tokens; longer sequences are cut into windows. `None` if sequences of any
    /// length are run whole.
    pub window: Option<usize>,
    /// Whether the model cannot run a longer window at all.
    pub hard_limit: bool,
    /// Whether there is a language-model head.
    pub has_logits: bool,
    /// Whether there is a contact head.
    pub has_contacts: bool,
}

/// A loaded checkpoint on a device, whatever its family.
///
/// A forward pass is a [`Pass`] that [`Model::begin`] starts and [`Model::step`] advances layer by layer, so that a
/// caller can pool a layer, report progress or stop in between. A family implements the parts: the first hidden state,
/// the step from one state to the next, and the head.
pub trait Model {
    /// The architecture numbers.
    fn architecture(&self) -> &Architecture;

    /// The device of the weights, and their precision.
    fn placement(&self) -> &Placement;

    /// Hidden state 0 of a batch: the embedded tokens.
    ///
    /// # Shape
    /// Tokens `[t]` → `[rows, d]`, with `rows` ≥ `t` from [`Batch::rows`].
    fn embed(&self, batch: &Batch, rows: usize) -> Tensor<2>;

    /// Rotary angles of a batch; `None` in models with other positions.
    ///
    /// # Shape
    /// `[rows, c]`.
    fn angles(&self, _batch: &Batch, _rows: usize) -> Option<Tensor<2>> {
        None
    }

    /// The hidden state that follows the one the pass has reached, which is not the last. With `keep` the pass
    /// remembers queries and keys for [`Pass::attention_weights`].
    ///
    /// # Shape
    /// `[rows, d]` → `[rows, d]`.
    fn next_state(&self, pass: &mut Pass, keep: bool) -> Tensor<2>;

    /// Masked-language-model logits of the last hidden state.
    ///
    /// # Shape
    /// `[rows, v]`.
    ///
    /// # Errors
    /// `embed.no_logits`.
    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError>;

    /// Weights of layer `i`'s channels in the contact regression, `[h]`, and the bias, if the model has one.
    fn contact_weights(&self, _i: usize) -> Option<(&[f32], f32)> {
        None
    }

    /// The device the weights are on.
    fn device(&self) -> &Device {
        &self.placement().device
    }

    /// Whether that device is a GPU.
    fn on_gpu(&self) -> bool {
        self.placement().gpu
    }

    /// Starts a forward pass: it stands at hidden state 0.
    fn begin(&self, batch: &Batch) -> Pass {
        let rows = batch.rows(self.on_gpu());
        let x = self.embed(batch, rows); // [rows, d]
        Pass::new(x, batch.row_spans(rows, self.device()), self.angles(batch, rows))
    }

    /// Takes the pass to its next hidden state. Returns the number of that state, or `None` at the end. For `keep` see
    /// [`Model::next_state`].
    fn step(&self, pass: &mut Pass, keep: bool) -> Option<usize> {
        if pass.layer >= self.architecture().last {
            return None;
        }
        pass.x = self.next_state(pass, keep);
        pass.layer += 1;
        Some(pass.layer)
    }
}
