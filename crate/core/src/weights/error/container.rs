//! What is wrong with a container other than safetensors: zip archive, pickle, shards, folder.

use super::visible;
use crate::limits::{PICKLE_BYTES, PICKLE_DEPTH, PICKLE_NODES, SHARDS, ZIP_DIRECTORY_BYTES, ZIP_ENTRIES};
use thiserror::Error;

/// A refused archive, pickle, list of shards or folder. Names from the file are shown escaped and
/// cut.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is its message")]
pub enum ContainerProblem {
    // The archive.
    #[error("this is a tar archive, a PyTorch checkpoint from before 2017 at best")]
    Tar,
    #[error("this is not a PyTorch checkpoint: a zip archive was expected")]
    NotZip,
    #[error("the zip archive is damaged: {reason}")]
    ZipDamaged { reason: &'static str },
    #[error(
        "the zip archive lists {entries} files or has a directory of {bytes} bytes; {ZIP_ENTRIES} and {ZIP_DIRECTORY_BYTES} are allowed"
    )]
    ZipTooMany { entries: u64, bytes: u64 },
    #[error("the file {name} in the archive is compressed; PyTorch never compresses")]
    ZipCompressed { name: String },
    #[error("the file {name} in the archive is encrypted")]
    ZipEncrypted { name: String },
    #[error("the archive holds two files called {name}")]
    ZipDuplicate { name: String },
    #[error("the archive holds a file with the name {name}, which no checkpoint has")]
    ZipName { name: String },
    #[error("the file {name} in the archive shares bytes with another one")]
    ZipOverlap { name: String },
    #[error("the file {name} in the archive does not match its check sum")]
    ZipCrc { name: String },
    #[error("the archive holds no data.pkl: it is not a PyTorch checkpoint")]
    NoPickle,
    #[error("the archive holds a TorchScript program, not a plain checkpoint")]
    TorchScript,
    #[error("the checkpoint was written on a big-endian machine")]
    BigEndian,

    // The pickle.
    #[error("the pickle has {bytes} bytes; {PICKLE_BYTES} are allowed")]
    PickleTooLarge { bytes: u64 },
    #[error("the pickle is damaged at byte {at}: {reason}")]
    PickleDamaged { at: usize, reason: &'static str },
    #[error("the pickle uses the instruction 0x{op:02x} at byte {at}, which weights do not need")]
    PickleOp { at: usize, op: u8 },
    #[error("the pickle wants to call {name}, which weights do not need")]
    PickleGlobal { name: String },
    #[error("the pickle calls {name} with arguments that a checkpoint never has there")]
    PickleCall { name: &'static str },
    #[error("the pickle makes more than {PICKLE_NODES} values")]
    PickleBomb,
    #[error("the pickle is nested more than {PICKLE_DEPTH} levels deep")]
    PickleDepth,

    // The tensors in it.
    #[error("{name} is not a tensor, but stands among the weights")]
    NotATensor { name: String },
    #[error("the numbers of tensor {name} are not in the archive")]
    StorageMissing { name: String },
    #[error("the storage of tensor {name} claims {claimed} bytes, the archive holds {there}")]
    StorageSize { name: String, claimed: u64, there: u64 },
    #[error("tensor {name} reaches beyond its storage")]
    StorageRange { name: String },
    #[error("the strides of tensor {name} are negative, repeat numbers or do not fit its shape")]
    Strides { name: String },

    // Shards and folders.
    #[error("this is not the index of a sharded checkpoint: {reason}")]
    IndexJson { reason: String },
    #[error("the index names more than {SHARDS} files")]
    TooManyShards,
    #[error("the index names the file {name}, which is not a weight file beside it")]
    ShardName { name: String },
    #[error("the index lists tensor {name} twice")]
    ShardTwice { name: String },
    #[error("tensor {name} is not in the file {shard}, where the index says it is")]
    ShardTensor { name: String, shard: String },
    #[error("the file {shard} holds tensor {name}, which the index does not list there")]
    ShardUnlisted { name: String, shard: String },
    #[error("there are no weights among these files")]
    NoWeights,
    #[error("there are several checkpoints here: {}", names.join(", "))]
    Ambiguous { names: Vec<String> },
    #[error("there are two models in this file: {first} and {second}")]
    TwoModels { first: String, second: String },
    #[error("the fair-esm checkpoint says nothing usable about {what}")]
    FairEsm { what: &'static str },
}

impl ContainerProblem {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Tar => "weights.tar",
            Self::NotZip => "weights.not_zip",
            Self::ZipDamaged { .. } => "weights.zip_damaged",
            Self::ZipTooMany { .. } => "weights.zip_too_many",
            Self::ZipCompressed { .. } => "weights.zip_compressed",
            Self::ZipEncrypted { .. } => "weights.zip_encrypted",
            Self::ZipDuplicate { .. } => "weights.zip_duplicate",
            Self::ZipName { .. } => "weights.zip_name",
            Self::ZipOverlap { .. } => "weights.zip_overlap",
            Self::ZipCrc { .. } => "weights.zip_crc",
            Self::NoPickle => "weights.no_pickle",
            Self::TorchScript => "weights.torchscript",
            Self::BigEndian => "weights.big_endian",
            Self::PickleTooLarge { .. } => "weights.pickle_too_large",
            Self::PickleDamaged { .. } => "weights.pickle_damaged",
            Self::PickleOp { .. } => "weights.pickle_op",
            Self::PickleGlobal { .. } => "weights.pickle_global",
            Self::PickleCall { .. } => "weights.pickle_call",
            Self::PickleBomb => "weights.pickle_bomb",
            Self::PickleDepth => "weights.pickle_depth",
            Self::NotATensor { .. } => "weights.not_a_tensor",
            Self::StorageMissing { .. } => "weights.storage_missing",
            Self::StorageSize { .. } => "weights.storage_size",
            Self::StorageRange { .. } => "weights.storage_range",
            Self::Strides { .. } => "weights.strides",
            Self::IndexJson { .. } => "weights.index_json",
            Self::TooManyShards => "weights.too_many_shards",
            Self::ShardName { .. } => "weights.shard_name",
            Self::ShardTwice { .. } => "weights.shard_twice",
            Self::ShardTensor { .. } => "weights.shard_tensor",
            Self::ShardUnlisted { .. } => "weights.shard_unlisted",
            Self::NoWeights => "weights.no_weights",
            Self::Ambiguous { .. } => "weights.ambiguous",
            Self::TwoModels { .. } => "weights.two_models",
            Self::FairEsm { .. } => "weights.fair_esm",
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Tar | Self::NotZip | Self::TorchScript | Self::NoPickle => {
                "choose the model's model.safetensors, or a checkpoint saved by torch.save of PyTorch 1.6 or later"
            }
            Self::ZipDamaged { .. } | Self::ZipCrc { .. } => {
                "the download did not finish or the file was damaged: fetch it again and compare its size"
            }
            Self::BigEndian => "convert it to safetensors on a little-endian machine",
            Self::PickleGlobal { .. } | Self::PickleOp { .. } | Self::PickleCall { .. } => {
                "this file can run programs when Python opens it; if you trust it, convert its weights to safetensors"
            }
            Self::ShardName { .. }
            | Self::ShardTwice { .. }
            | Self::ShardTensor { .. }
            | Self::ShardUnlisted { .. }
            | Self::TooManyShards
            | Self::IndexJson { .. } => "choose the index and all the files it lists, from the same download",
            Self::NoWeights => {
                "choose model.safetensors, pytorch_model.bin or a .pt file, with config.json beside it"
            }
            Self::Ambiguous { .. } => "choose the files of one model only",
            Self::TwoModels { .. } => "save one of the two by itself, with save_pretrained or torch.save",
            Self::FairEsm { .. } => {
                "choose a file from fair-esm's own list, or the model's files from the hub"
            }
            _ => "the file was not made by torch.save, or was damaged: fetch the original file",
        }
    }

    /// The pickle names something that is not on the list.
    pub(in crate::weights) fn global(name: &str) -> Self {
        Self::PickleGlobal { name: visible(name) }
    }
}
