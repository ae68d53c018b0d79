//! A PyTorch checkpoint (`.bin`, `.pt`, `.pth`) as a source of tensors.
//!
//! A zip archive, stored and not compressed: `*/data.pkl` describes the saved object, `*/data/<key>`
//! holds the numbers of one storage each. Opening reads the archive's directory and the pickle (see
//! [`PICKLE_BYTES`]); the numbers of a tensor are read by range when it is asked for, in the order of
//! the file, with strides and offsets honoured. Two tensors may share a storage.
//!
//! What is saved is either the tensors themselves or a dictionary with them under
//! `model_state_dict`, `state_dict`, `model` and the like; everything else in it is [`Pytorch::metadata`], without
//! what a training run keeps to go on later ([`Pytorch::training`]).
//!
//! [`PICKLE_BYTES`]: crate::limits::PICKLE_BYTES

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod contents;
mod strided;

use super::error::visible;
use super::sniff::{SNIFFED_BYTES, sniff};
use super::zip::{self, Entry};
use super::{ByteSource, ContainerProblem, TensorInfo, TensorSource, WeightsError, WeightsProblem, pickle};
use crate::limits::PICKLE_BYTES;
use serde_json::Value;
use std::collections::BTreeMap;
use strided::Layout;

/// A PyTorch checkpoint whose directory and pickle have been read and checked.
#[derive(Debug)]
pub struct Pytorch<B> {
    bytes: B,
    file: String,
    tensors: BTreeMap<String, (TensorInfo, Layout)>,
    metadata: Value,
    training: Vec<String>,
}

impl<B: ByteSource> Pytorch<B> {
    /// Reads and checks the file called `file`.
    ///
    /// # Errors
    ///
    /// - another file: `weights.{empty, html, lfs_pointer, json, pickle, gzip, gguf, hdf5, tar,
    ///   not_zip}`;
    /// - its archive: `weights.{zip_damaged, zip_too_many, zip_compressed, zip_encrypted,
    ///   zip_duplicate, zip_name, zip_overlap, zip_crc, no_pickle, torchscript, big_endian}`;
    /// - its pickle: `weights.{pickle_too_large, pickle_damaged, pickle_op, pickle_global,
    ///   pickle_call, pickle_bomb, pickle_depth}`;
    /// - its tensors: `weights.{no_tensors, too_many_tensors, bad_name, duplicate_name, not_a_tensor,
    ///   rank, shape_overflow, tensor_too_large, storage_missing, storage_size, storage_range,
    ///   strides}`;
    /// - `weights.read` if the bytes cannot be read.
    pub fn open(bytes: B, file: &str) -> Result<Self, WeightsError> {
        let read = || -> Result<_, WeightsError> {
            is_zip(&bytes)?;
            let entries = zip::directory(&bytes)?;
            let folder = folder(&entries)?;
            check_order(&bytes, &entries, folder)?;
            let pickle = pickle::load(read_pickle(&bytes, &entries, folder)?)?;
            let storage = |key: &str| entries.get(&format!("{folder}/data/{key}"));
            let contents = contents::sort(&pickle)?;
            let mut tensors = BTreeMap::new();
            for (name, tensor) in contents.tensors {
                let placed =
                    strided::place(&name, tensor, pickle.text_at(&tensor.storage.key).and_then(storage))?;
                if tensors.insert(name.clone(), placed).is_some() {
                    return Err(WeightsProblem::DuplicateName { name: visible(&name) }.into());
                }
            }
            Ok((tensors, contents.metadata, contents.training))
        };
        let (tensors, metadata, training) = read().map_err(|error| error.in_file(file))?;
        Ok(Self { bytes, file: file.to_owned(), tensors, metadata, training })
    }

    /// What was saved beside the tensors, as JSON: dictionaries and namespaces are objects, with
    /// keys that are not texts written out; a tensor outside the weights is `null`. An empty object
    /// if the tensors themselves were saved.
    #[must_use]
    pub fn metadata(&self) -> &Value {
        &self.metadata
    }

    /// Keys of what a training run kept beside its weights, such as `optimizer_state_dict`.
    #[must_use]
    pub fn training(&self) -> &[String] {
        &self.training
    }

    /// The bytes of the whole file, for its digest.
    #[must_use]
    pub fn bytes(&self) -> &B {
        &self.bytes
    }
}

impl<B: ByteSource> TensorSource for Pytorch<B> {
    fn file(&self) -> Option<&str> {
        Some(&self.file)
    }

    fn names(&self) -> Vec<&str> {
        self.tensors.keys().map(String::as_str).collect()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name).map(|(info, _)| info)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        let read = match self.tensors.get(name) {
            Some((info, layout)) => strided::read(&self.bytes, name, info, layout, into),
            None => Err(WeightsProblem::NoSuchTensor { name: visible(name) }.into()),
        };
        read.map_err(|error| error.in_file(&self.file))
    }
}

fn is_zip(bytes: &impl ByteSource) -> Result<(), WeightsError> {
    let length = bytes.len();
    if length == 0 {
        return Err(WeightsProblem::Empty.into());
    }
    let mut start = vec![0; usize::try_from(length.min(SNIFFED_BYTES as u64)).unwrap_or(SNIFFED_BYTES)];
    bytes.read_at(0, &mut start)?;
    if start.starts_with(b"PK") {
        return Ok(());
    }
    if start.get(257..262) == Some(b"ustar") {
        return Err(ContainerProblem::Tar.into());
    }
    Err(sniff(&start).map_or_else(|| ContainerProblem::NotZip.into(), WeightsError::from))
}

/// The folder in the archive that holds `data.pkl`.
fn folder(entries: &BTreeMap<String, Entry>) -> Result<&str, WeightsError> {
    let mut pickles = entries.keys().filter_map(|name| name.strip_suffix("/data.pkl"));
    let folder = pickles.next().ok_or(ContainerProblem::NoPickle)?;
    if pickles.next().is_some() {
        return Err(ContainerProblem::ZipDuplicate { name: visible("data.pkl") }.into());
    }
    if entries.contains_key(&format!("{folder}/constants.pkl")) {
        return Err(ContainerProblem::TorchScript.into());
    }
    Ok(folder)
}

/// Refuses numbers in another byte order. Older files do not say which order they have; they were little-endian.
fn check_order(
    bytes: &impl ByteSource,
    entries: &BTreeMap<String, Entry>,
    folder: &str,
) -> Result<(), WeightsError> {
    let Some(entry) = entries.get(&format!("{folder}/byteorder")) else { return Ok(()) };
    let mut order = [0; 6];
    if entry.range.end.saturating_sub(entry.range.start) == 6 {
        bytes.read_at(entry.range.start, &mut order)?;
    }
    if &order == b"little" { Ok(()) } else { Err(ContainerProblem::BigEndian.into()) }
}

fn read_pickle(
    bytes: &impl ByteSource,
    entries: &BTreeMap<String, Entry>,
    folder: &str,
) -> Result<Vec<u8>, WeightsError> {
    let name = format!("{folder}/data.pkl");
    let entry = entries.get(&name).ok_or(ContainerProblem::NoPickle)?;
    let size = entry.range.end.saturating_sub(entry.range.start);
    if size > PICKLE_BYTES {
        return Err(ContainerProblem::PickleTooLarge { bytes: size }.into());
    }
    let mut pickle = vec![0; usize::try_from(size).unwrap_or_default()];
    bytes.read_at(entry.range.start, &mut pickle)?;
    let mut crc = flate2::Crc::new();
    crc.update(&pickle);
    if crc.sum() != entry.crc {
        return Err(ContainerProblem::ZipCrc { name: visible(&name) }.into());
    }
    Ok(pickle)
}
