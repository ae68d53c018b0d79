//! A safetensors file as a source of tensors.

use super::dtype::{read_dense, refuse_not_finite};
use super::error::visible;
use super::header_limits::HeaderLimits;
use super::sniff::{SNIFFED_BYTES, sniff};
use super::{
    ByteSource, TensorInfo, TensorSource, WeightsError, WeightsProblem, header, quantized, tensor_info,
};
use std::collections::BTreeMap;

/// A safetensors file whose header has been read and checked.
#[derive(Debug)]
pub struct Safetensors<B> {
    bytes: B,
    file: String,
    tensors: BTreeMap<String, TensorInfo>,
    metadata: BTreeMap<String, String>,
}

impl<B: ByteSource> Safetensors<B> {
    /// Reads and checks the header of the file called `file`.
    ///
    /// What passes: a header of at most 1 MiB with at most 4,096 tensors of rank ≤ 4, each listed
    /// once, with exactly the three fields of the format, of a type in [`Dtype`](super::Dtype), named in plain
    /// letters, filling the file from the end of the header to its last byte. A tensor may have no
    /// numbers; [`check`](super::check) finds out whether a model allows that.
    ///
    /// ```
    /// use crossgrain_core::export::{Tensor, safetensors};
    /// use crossgrain_core::weights::{Safetensors, TensorSource};
    /// use std::collections::BTreeMap;
    ///
    /// let tensor = Tensor { name: "weight", shape: &[2, 2], data: &[1.0, 2.0, 3.0, 4.0] };
    /// let file = safetensors(&[tensor], &BTreeMap::new())?;
    /// let source = Safetensors::open(file, "model.safetensors")?;
    /// let mut numbers = Vec::new();
    /// source.read_f32("weight", &mut numbers)?;
    /// assert_eq!(numbers, [1.0, 2.0, 3.0, 4.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - another file: `weights.{empty, too_short, html, lfs_pointer, json, pytorch_zip, pickle,
    ///   gzip, gguf, hdf5, not_safetensors}`;
    /// - its header: `weights.{header_too_large, header_truncated, header_not_utf8, header_json,
    ///   duplicate_name, duplicate_field, duplicate_metadata, unknown_field, missing_field,
    ///   too_many_tensors, no_tensors, bad_name, unknown_dtype, rank}`;
    /// - its layout: `weights.{shape_overflow, tensor_too_large, backward_offsets, size_mismatch,
    ///   overlap, hole, truncated, trailing, refused_by_library}`;
    /// - `weights.read` if the bytes cannot be read.
    pub fn open(bytes: B, file: &str) -> Result<Self, WeightsError> {
        Self::open_within(bytes, file, &HeaderLimits::WEIGHTS)
    }

    /// The same for a table of vectors, which may have a tensor for each record: a header of at most
    /// [`TABLE_HEADER_BYTES`](crate::limits::TABLE_HEADER_BYTES), and any names without control characters. Opening
    /// takes a few times the memory of the header.
    ///
    /// # Errors
    ///
    /// As [`Safetensors::open`].
    pub fn open_table(bytes: B, file: &str) -> Result<Self, WeightsError> {
        Self::open_within(bytes, file, &HeaderLimits::TABLE)
    }

    fn open_within(bytes: B, file: &str, limits: &HeaderLimits) -> Result<Self, WeightsError> {
        let length = bytes.len();
        let read = || -> Result<_, WeightsError> {
            let size = header_length(&bytes, limits)?;
            let data = size.saturating_add(8);
            let header = {
                // Within the limit and the file, checked just above.
                let mut json = Vec::new();
                let whole = usize::try_from(size).unwrap_or(usize::MAX);
                json.try_reserve_exact(whole).map_err(|_| WeightsProblem::Memory { bytes: size })?;
                json.resize(whole, 0);
                bytes.read_at(8, &mut json)?;
                header::parse(&json, limits)?
            };
            // Bytes and codes are not weights, except in our own files, which say so.
            let small = header.entries.iter().find(|entry| entry.dtype.is_small());
            if let Some(entry) = small.filter(|_| !quantized::claims(&header.metadata)) {
                let (name, dtype) = (visible(&entry.name), visible(entry.dtype.name()));
                return Err(WeightsProblem::UnknownDtype { name, dtype }.into());
            }
            Ok((tensor_info::place(header.entries, data, length, limits)?, header.metadata))
        };
        let (tensors, metadata) = read().map_err(|error| error.in_file(file))?;
        Ok(Self { bytes, file: file.to_owned(), tensors, metadata })
    }

    /// The free texts in the header. Published files hold `format: pt`.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The bytes of the whole file, for its digest.
    #[must_use]
    pub fn bytes(&self) -> &B {
        &self.bytes
    }
}

impl<B: ByteSource> TensorSource for Safetensors<B> {
    fn file(&self) -> Option<&str> {
        Some(&self.file)
    }

    fn names(&self) -> Vec<&str> {
        self.tensors.keys().map(String::as_str).collect()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        let read = match self.tensors.get(name) {
            Some(info) => read_dense(&self.bytes, info, into).and_then(|()| refuse_not_finite(name, into)),
            None => Err(WeightsProblem::NoSuchTensor { name: visible(name) }.into()),
        };
        read.map_err(|error| error.in_file(&self.file))
    }
}

/// The length of the header, once it is sure that there is one of that length.
fn header_length(bytes: &impl ByteSource, limits: &HeaderLimits) -> Result<u64, WeightsError> {
    let length = bytes.len();
    if length == 0 {
        return Err(WeightsProblem::Empty.into());
    }
    let mut start = vec![0; usize::try_from(length.min(SNIFFED_BYTES as u64)).unwrap_or(SNIFFED_BYTES)];
    bytes.read_at(0, &mut start)?;
    let or = |problem: WeightsProblem| WeightsError::new(sniff(&start).unwrap_or(problem));
    let Some((claimed, rest)) = start.split_first_chunk::<8>() else {
        return Err(or(WeightsProblem::TooShort { length }));
    };
    let claimed = u64::from_le_bytes(*claimed);
    if claimed > limits.header_bytes {
        return Err(or(WeightsProblem::HeaderTooLarge { length: claimed, allowed: limits.header_bytes }));
    }
    if rest.first().is_some_and(|&first| first != b'{') {
        return Err(or(WeightsProblem::NotSafetensors));
    }
    let there = length - 8;
    if claimed > there {
        return Err(WeightsProblem::HeaderTruncated { length: claimed, there }.into());
    }
    Ok(claimed)
}
