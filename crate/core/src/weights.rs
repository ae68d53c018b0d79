//! The checked tensors of a checkpoint, read one at a time.
//!
//! Two containers are read, safetensors and PyTorch's zip archives (see [`Pytorch`]), each whole or
//! in shards; [`CheckpointLayout`] finds out which a model comes in, and [`TensorSource`] is the same for all, so
//! that a model needs one loader. safetensors:
//!
//! ```text
//! ┌────────────┬──────────────────────────────┬──────────────────────────────────────────┐
//! │ u64, LE: n │ n bytes of JSON              │ tensors, little-endian, back to back     │
//! │            │ {"a": {"dtype": "F32",       │ ┌─────────────┬──────┬────────────────┐  │
//! │            │   "shape": [2, 3],           │ │ a: 24 bytes │ b    │ c              │  │
//! │            │   "data_offsets": [0, 24]},… │ └─────────────┴──────┴────────────────┘  │
//! └────────────┴──────────────────────────────┴──────────────────────────────────────────┘
//! ```
//!
//! The format's library accepts duplicate names, unknown fields, any name, any rank and a header
//! of 100 MB; none of that passes here (see [`Safetensors::open`]). Opening reads the header only.
//! A tensor's bytes are read when it is asked for, so no loader ever holds a whole checkpoint.
//!
//! | file | what it holds |
//! |---|---|
//! | `bytes` | where bytes come from: memory, a file, later a browser's blob |
//! | `sniff` | what a file is when it is not safetensors |
//! | `header` | the JSON header, read once, duplicates seen |
//! | `header_limits` | what a header of weights, and of a table, may hold |
//! | `tensor_info` | shapes and offsets against the length of the file |
//! | `dtype` | stored numbers → f32 |
//! | `safetensors` | the source itself |
//! | `zip`, `pickle`, `pytorch` | the same for PyTorch: archive, saved object, tensors |
//! | `shards`, `renamed` | several files as one source; a source under other names |
//! | `saved_names` | a checkpoint under the hub's names, whatever program saved it |
//! | `fair_esm` | fair-esm's checkpoints under the hub's names |
//! | `adapter` | LoRA and IA³ adapters, merged as the weights are read |
//! | `checkpoint_layout` | which files a model has |
//! | `quantized` | a whole model in one file of our own, its layers as small integers |
//! | `expected` | a source against what a model needs |
//! | `digest` | SHA-256 of a source |

mod adapter;
mod bytes;
mod checkpoint_layout;
mod digest;
mod dtype;
mod error;
mod expected;
mod fair_esm;
mod header;
mod header_limits;
mod pickle;
mod pytorch;
mod quantized;
mod renamed;
mod safetensors;
mod saved_names;
mod shards;
mod sniff;
mod tensor_info;
mod tensor_name;
mod zip;

#[cfg(not(target_arch = "wasm32"))]
pub use bytes::FileBytes;
pub use bytes::{ByteSource, SliceBytes};
pub use checkpoint_layout::{
    AdapterLayout, CheckpointLayout, Container, OpenBytes, OpenCheckpoint, PackedFiles,
};
pub use digest::sha256;
pub use dtype::Dtype;
pub use error::{AdapterProblem, ContainerProblem, QuantizedProblem, WeightsError, WeightsProblem};
pub use expected::{Expected, check};
pub use pytorch::Pytorch;
pub use quantized::{
    Codes, Manifest, NewTensor, QuantizedFile, QuantizedWriter, VERSION, WriteAt, channels_last, coded,
    is_quantized,
};
pub use renamed::Renamed;
pub use safetensors::Safetensors;
pub use shards::{OpenShard, ShardIndex, Shards};
pub use tensor_info::TensorInfo;

use std::rc::Rc;

/// Named tensors that can be read one at a time, as f32.
pub trait TensorSource {
    /// The file they come from, as the user knows it, if it is one.
    fn file(&self) -> Option<&str> {
        None
    }

    /// The names of all tensors, sorted.
    fn names(&self) -> Vec<&str>;

    /// Type and shape of a tensor, or `None` if there is no tensor of that name.
    fn info(&self, name: &str) -> Option<&TensorInfo>;

    /// Replaces the content of `into` with the tensor's numbers in row-major order.
    ///
    /// # Errors
    ///
    /// `weights.no_such_tensor`, `weights.read`, `weights.memory`, and `weights.not_finite` if any
    /// number is infinite or not a number. After an error the content of `into` means nothing.
    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError>;

    /// The codes of a tensor that is stored as small integers; `None` for all others.
    ///
    /// # Errors
    ///
    /// `weights.read`, `weights.memory`, `weights.damaged`, `weights.code_range`, `weights.scale_value`.
    fn read_codes(&self, _name: &str) -> Result<Option<Codes>, WeightsError> {
        Ok(None)
    }
}

impl<S: TensorSource + ?Sized> TensorSource for Rc<S> {
    fn file(&self) -> Option<&str> {
        (**self).file()
    }

    fn names(&self) -> Vec<&str> {
        (**self).names()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        (**self).info(name)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        (**self).read_f32(name, into)
    }

    fn read_codes(&self, name: &str) -> Result<Option<Codes>, WeightsError> {
        (**self).read_codes(name)
    }
}

impl<S: TensorSource + ?Sized> TensorSource for Box<S> {
    fn file(&self) -> Option<&str> {
        (**self).file()
    }

    fn names(&self) -> Vec<&str> {
        (**self).names()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        (**self).info(name)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        (**self).read_f32(name, into)
    }

    fn read_codes(&self, name: &str) -> Result<Option<Codes>, WeightsError> {
        (**self).read_codes(name)
    }
}
