//! Writing a quantized file, tensor by tensor.
//!
//! The header comes first in the file but holds the check sums of what follows, so room is left for
//! it and it is written last: the caller's sink must accept writes at any offset.

use super::super::error::visible;
use super::super::{Dtype, QuantizedProblem, WeightsError, WeightsProblem};
use super::manifest::{DIGESTS, Manifest, SEAL};
use super::seal::{DIGITS, digest, seal};
use super::{FILE, SCALE};
use crate::limits::WEIGHTS_HEADER_BYTES;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a weight becomes in the file.
pub mod coded {
    use super::{Dtype, NewTensor, SCALE};
    use crate::weights::quantized::codes::Coding;

    pub(crate) fn dtype(nibbles: bool) -> Dtype {
        if nibbles { Dtype::U8 } else { Dtype::I8 }
    }

    pub(crate) fn scale_dtype(nibbles: bool) -> Dtype {
        if nibbles { Dtype::F16 } else { Dtype::F32 }
    }

    /// The two tensors, codes and scales, of a weight of `outputs` by `inputs`; `precision` is `int8`
    /// or `int4`, `group` as in [`Manifest`](super::Manifest). `None` for floats.
    #[must_use]
    pub fn tensors(
        name: &str,
        precision: &str,
        outputs: usize,
        inputs: usize,
        group: usize,
    ) -> Option<[NewTensor; 2]> {
        let coding = Coding::of(precision)?;
        let nibbles = coding == Coding::Int4;
        let groups = if group == 0 { 1 } else { inputs.div_ceil(group) };
        Some([
            NewTensor::new(name, dtype(nibbles), &[outputs, coding.row_bytes(inputs)]),
            NewTensor::new(format!("{name}{SCALE}"), scale_dtype(nibbles), &[outputs, groups]),
        ])
    }

    /// The name of the scales of a weight.
    #[must_use]
    pub fn scale_name(name: &str) -> String {
        format!("{name}{SCALE}")
    }

    /// The bytes of codes `[n, k]`.
    #[must_use]
    pub fn codes(precision: &str, codes: &[i8], inputs: usize) -> Vec<u8> {
        Coding::of(precision).map(|coding| coding.pack(codes, inputs)).unwrap_or_default()
    }
}

/// A tensor that will be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
}

impl NewTensor {
    /// A tensor of this name, type and shape.
    #[must_use]
    pub fn new(name: impl Into<String>, dtype: Dtype, shape: &[usize]) -> Self {
        Self { name: name.into(), dtype, shape: shape.to_vec() }
    }

    /// A file of the model, such as `config.json`, and its size in bytes.
    #[must_use]
    pub fn file(file: &str, bytes: usize) -> Self {
        Self::new(format!("{FILE}{file}"), Dtype::U8, &[bytes])
    }

    /// Its name in the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn bytes(&self) -> u64 {
        let count = self.shape.iter().fold(1_u64, |all, &size| all.saturating_mul(size as u64));
        count.saturating_mul(self.dtype.bytes() as u64)
    }
}

#[derive(Serialize)]
struct Header<'a> {
    #[serde(rename = "__metadata__")]
    metadata: BTreeMap<String, String>,
    #[serde(flatten)]
    tensors: BTreeMap<&'a str, Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    dtype: &'static str,
    shape: &'a [usize],
    data_offsets: [u64; 2],
}

/// Where bytes go: an offset in the file, and the bytes.
pub type WriteAt<'s> = dyn FnMut(u64, &[u8]) -> Result<(), WeightsError> + 's;

/// A file that is being written.
pub struct QuantizedWriter {
    manifest: Manifest,
    /// Those with the widest numbers first, so that all lie aligned.
    tensors: Vec<NewTensor>,
    /// Where each begins, counted from the end of the header, by name.
    places: BTreeMap<String, (usize, u64)>,
    digests: BTreeMap<String, String>,
    /// Length of the header's JSON.
    header: usize,
}

impl QuantizedWriter {
    /// Lays the tensors out.
    ///
    /// # Errors
    ///
    /// `weights.duplicate_name`, `weights.quantized_header`.
    pub fn new(manifest: Manifest, mut tensors: Vec<NewTensor>) -> Result<Self, WeightsError> {
        tensors.sort_by(|a, b| b.dtype.bytes().cmp(&a.dtype.bytes()).then_with(|| a.name.cmp(&b.name)));
        let (mut places, mut at) = (BTreeMap::new(), 0_u64);
        for (i, tensor) in tensors.iter().enumerate() {
            if places.insert(tensor.name.clone(), (i, at)).is_some() {
                return Err(WeightsProblem::DuplicateName { name: visible(&tensor.name) }.into());
            }
            at = at.saturating_add(tensor.bytes());
        }
        let zeros = "0".repeat(DIGITS);
        let digests = tensors.iter().map(|tensor| (tensor.name.clone(), zeros.clone())).collect();
        let mut writer = Self { manifest, tensors, places, digests, header: 0 };
        writer.header = writer.json()?.len();
        if writer.header as u64 > WEIGHTS_HEADER_BYTES {
            return Err(QuantizedProblem::HeaderTooLarge.into());
        }
        Ok(writer)
    }

    /// Length of the whole file in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        let data: u64 = self.tensors.iter().map(NewTensor::bytes).sum();
        (self.header as u64).saturating_add(8).saturating_add(data)
    }

    /// Writes one tensor; each is written once, in any order.
    ///
    /// # Errors
    ///
    /// `weights.no_such_tensor`, `weights.size_mismatch`, and those of the sink.
    pub fn write(&mut self, name: &str, bytes: &[u8], sink: &mut WriteAt<'_>) -> Result<(), WeightsError> {
        let (place, tensor) = self
            .places
            .get(name)
            .and_then(|(i, place)| Some((*place, self.tensors.get(*i)?)))
            .ok_or_else(|| WeightsProblem::NoSuchTensor { name: visible(name) })?;
        let (given, needed) = (bytes.len() as u64, tensor.bytes());
        if given != needed {
            return Err(WeightsProblem::SizeMismatch { name: visible(name), given, needed }.into());
        }
        sink((self.header as u64).saturating_add(8).saturating_add(place), bytes)?;
        self.digests.insert(name.to_owned(), digest(bytes));
        Ok(())
    }

    /// Writes the header, after all tensors.
    ///
    /// # Errors
    ///
    /// Those of the sink.
    pub fn finish(self, sink: &mut WriteAt<'_>) -> Result<(), WeightsError> {
        let mut json = self.json()?;
        seal(&mut json)?;
        sink(0, &[&(json.len() as u64).to_le_bytes(), json.as_slice()].concat())
    }

    fn json(&self) -> Result<Vec<u8>, WeightsError> {
        let failed = |error: serde_json::Error| QuantizedProblem::Write { reason: error.to_string() };
        let mut metadata = self.manifest.texts();
        metadata.insert(DIGESTS.to_owned(), serde_json::to_string(&self.digests).map_err(failed)?);
        metadata.insert(SEAL.to_owned(), "0".repeat(DIGITS));
        let entry = |tensor: &'_ NewTensor, place: u64| [place, place.saturating_add(tensor.bytes())];
        let tensors = self.tensors.iter().map(|tensor| {
            let place = self.places.get(&tensor.name).map_or(0, |(_, place)| *place);
            let data_offsets = entry(tensor, place);
            (tensor.name.as_str(), Entry { dtype: tensor.dtype.name(), shape: &tensor.shape, data_offsets })
        });
        let header = Header { metadata, tensors: tensors.collect() };
        let mut json = serde_json::to_vec(&header).map_err(failed)?;
        json.resize(json.len().next_multiple_of(8), b' ');
        Ok(json)
    }
}
