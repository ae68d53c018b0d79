//! A pickle of weights, read without running anything.
//!
//! Reference: Python's `pickletools` and PyTorch's `torch/_weights_only_unpickler.py`. A pickle is a
//! program for a small stack machine. This one knows the instructions that `torch.save` uses (see
//! `opcodes`), and the calls that a checkpoint needs:
//!
//! | called | gives |
//! |---|---|
//! | `collections.OrderedDict` | a dictionary |
//! | `torch._utils._rebuild_tensor_v2` | a tensor: storage, offset, shape, strides |
//! | `torch._utils._rebuild_parameter` | the tensor inside it |
//! | `torch.FloatStorage`, `Half…`, `BFloat16…`, `Long…` | the type of a storage |
//! | `argparse.Namespace` | a dictionary (fair-esm's settings) |
//!
//! Any other name is refused by name, any other instruction by number. Values live in one list and
//! refer to each other by place, so that nothing is ever copied, shared values cost nothing, loops
//! do no harm, and dropping a deeply nested value is dropping a list. Texts stay in the pickle's own
//! bytes. Memory: the pickle, and at most [`PICKLE_NODES`] values of 32 bytes.
//!
//! [`PICKLE_NODES`]: crate::limits::PICKLE_NODES

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod call;
mod cursor;
mod node;
mod opcodes;
mod unpickler;
mod values;

pub(super) use node::{Node, Pickle, Ref, Strided};
pub(super) use unpickler::load;
