//! A whole model in one safetensors file, its linear layers quantized: a format of our own.
//!
//! `docs/quantized-file.md` describes it. In short: tensors under the names of the original; one that
//! is stored as codes has its scales beside it as `{name}.scale` and its shape in the metadata;
//! `file/config.json` and the like hold the model's other files as bytes. Every tensor has a check
//! sum in the header, and the header one of its own: what is read is what was written, or refused
//! with `weights.damaged`.

mod codes;
mod manifest;
mod seal;
mod write;

pub use codes::{Codes, channels_last};
pub use manifest::{Manifest, VERSION};
pub use write::{NewTensor, QuantizedWriter, WriteAt, coded};

use super::dtype::refuse_not_finite;
use super::error::visible;
use super::{
    ByteSource, Dtype, QuantizedProblem, Safetensors, TensorInfo, TensorSource, WeightsError, WeightsProblem,
};
use crate::limits::QUANTIZED_SETTINGS_BYTES;
use codes::{Coding, transposed};
use std::collections::BTreeMap;

/// Ending of the name of a tensor of scales.
const SCALE: &str = ".scale";
/// Beginning of the name of a file in the file.
const FILE: &str = "file/";

/// Whether a safetensors file claims to be one of ours.
#[must_use]
pub fn is_quantized<B: ByteSource>(file: &Safetensors<B>) -> bool {
    claims(file.metadata())
}

/// Whether a file with these texts claims to be one of ours.
pub(super) fn claims(metadata: &BTreeMap<String, String>) -> bool {
    metadata.contains_key(manifest::FORMAT)
}

/// A quantized file whose header has been read and checked, as a source of the original's tensors.
#[derive(Debug)]
pub struct QuantizedFile<B> {
    file: Safetensors<B>,
    manifest: Manifest,
    digests: BTreeMap<String, String>,
    /// What the tensors are as weights: codes under their shape, scales and files left out.
    infos: BTreeMap<String, TensorInfo>,
}

impl<B: ByteSource> QuantizedFile<B> {
    /// Checks the header: its check sum, the version, and that codes and scales fit each other.
    ///
    /// # Errors
    ///
    /// `weights.quantized_version`, `weights.quantized_metadata`, `weights.damaged`, `weights.codes`,
    /// `weights.scale_missing`, `weights.scale_shape`, `weights.read`.
    pub fn open(file: Safetensors<B>) -> Result<Self, WeightsError> {
        let name = file.file().unwrap_or_default().to_owned();
        let read = || -> Result<_, WeightsError> {
            let (manifest, digests) = Manifest::read(file.metadata())?;
            seal::check(&mut header(file.bytes())?)?;
            let mut infos = BTreeMap::new();
            for name in file.names() {
                if !digests.contains_key(name) {
                    let reason = format!("{} has no check sum", visible(name));
                    return Err(QuantizedProblem::Metadata { reason }.into());
                }
                let Some(info) = file.info(name) else { continue };
                let scales_of = name.strip_suffix(SCALE).filter(|of| manifest.shapes.contains_key(*of));
                if scales_of.is_none() && !name.starts_with(FILE) {
                    infos.insert(name.to_owned(), info.clone());
                }
            }
            for (name, shape) in &manifest.shapes {
                let info = coded_info(&file, &manifest, name, shape)?;
                infos.insert(name.clone(), info);
            }
            Ok((manifest, digests, infos))
        };
        let (manifest, digests, infos) = read().map_err(|error| error.in_file(&name))?;
        Ok(Self { file, manifest, digests, infos })
    }

    /// What the file says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A file of the model that lies in this one, such as `config.json`.
    ///
    /// # Errors
    ///
    /// `weights.quantized_file`, `weights.damaged`, `weights.read`.
    pub fn inner(&self, file: &str) -> Result<Option<Vec<u8>>, WeightsError> {
        let name = format!("{FILE}{file}");
        let Some(info) = self.file.info(&name) else { return Ok(None) };
        let whole = || -> Result<Vec<u8>, WeightsError> {
            if info.dtype != Dtype::U8 || info.count() > QUANTIZED_SETTINGS_BYTES {
                return Err(QuantizedProblem::File { file: file.to_owned() }.into());
            }
            self.bytes_of(&name, info)
        };
        whole().map(Some).map_err(|error| error.in_file(self.file.file().unwrap_or_default()))
    }

    /// The bytes of a stored tensor, after a check of their check sum.
    fn bytes_of(&self, name: &str, info: &TensorInfo) -> Result<Vec<u8>, WeightsError> {
        let length = usize::try_from(info.range.end.saturating_sub(info.range.start)).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length).map_err(|_| WeightsProblem::Memory { bytes: length as u64 })?;
        bytes.resize(length, 0);
        self.file.bytes().read_at(info.range.start, &mut bytes)?;
        match self.digests.get(name) {
            Some(sum) if *sum == seal::digest(&bytes) => Ok(bytes),
            _ => Err(QuantizedProblem::Damaged { name: visible(name) }.into()),
        }
    }

    fn codes(&self, name: &str, coding: Coding, shape: &[usize]) -> Result<Codes, WeightsError> {
        let inputs: usize = shape.iter().skip(1).product();
        let stored = |name: &str| {
            self.file.info(name).ok_or_else(|| WeightsProblem::NoSuchTensor { name: visible(name) })
        };
        let codes = coding.unpack(name, &self.bytes_of(name, stored(name)?)?, inputs)?;
        let name_of_scales = format!("{name}{SCALE}");
        let info = stored(&name_of_scales)?;
        let mut scales = Vec::with_capacity(info.count());
        info.dtype.widen(&self.bytes_of(&name_of_scales, info)?, &mut scales);
        let odd = scales.iter().enumerate().find(|(_, scale)| !coding.allows_scale(**scale));
        if let Some((at, value)) = odd {
            let value = format!("{value:?}");
            return Err(QuantizedProblem::ScaleValue { name: visible(name), at, value }.into());
        }
        Ok(Codes { inputs, codes, scales })
    }

    fn read(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        into.clear();
        let info =
            self.infos.get(name).ok_or_else(|| WeightsProblem::NoSuchTensor { name: visible(name) })?;
        match (self.manifest.shapes.get(name), self.manifest.coding()) {
            (Some(shape), Some(coding)) => {
                let codes = self.codes(name, coding, shape)?;
                let numbers = codes.numbers(self.manifest.group_of(codes.inputs));
                *into = match shape.as_slice() {
                    [_, inputs, kernel_size] => transposed(&numbers, *kernel_size, *inputs),
                    _ => numbers,
                };
            }
            _ => {
                let bytes = self.bytes_of(name, info)?;
                let count = info.count();
                into.try_reserve_exact(count)
                    .map_err(|_| WeightsProblem::Memory { bytes: (count as u64).saturating_mul(4) })?;
                info.dtype.widen(&bytes, into);
            }
        }
        refuse_not_finite(name, into)
    }
}

impl<B: ByteSource> TensorSource for QuantizedFile<B> {
    fn file(&self) -> Option<&str> {
        self.file.file()
    }

    fn names(&self) -> Vec<&str> {
        self.infos.keys().map(String::as_str).collect()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.infos.get(name)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        self.read(name, into).map_err(|error| error.in_file(self.file.file().unwrap_or_default()))
    }

    fn read_codes(&self, name: &str) -> Result<Option<Codes>, WeightsError> {
        match (self.manifest.shapes.get(name), self.manifest.coding()) {
            (Some(shape), Some(coding)) => self
                .codes(name, coding, shape)
                .map(Some)
                .map_err(|error| error.in_file(self.file.file().unwrap_or_default())),
            _ => Ok(None),
        }
    }
}

/// The JSON of a header that has been read once already.
fn header(bytes: &dyn ByteSource) -> Result<Vec<u8>, WeightsError> {
    let mut length = [0; 8];
    bytes.read_at(0, &mut length)?;
    // Its length was checked when the file was opened.
    let mut json = vec![0; usize::try_from(u64::from_le_bytes(length)).unwrap_or_default()];
    bytes.read_at(8, &mut json)?;
    Ok(json)
}

/// A tensor of codes as a weight: its shape, after codes and scales were checked against it.
fn coded_info<B: ByteSource>(
    file: &Safetensors<B>,
    manifest: &Manifest,
    name: &str,
    shape: &[usize],
) -> Result<TensorInfo, WeightsError> {
    let refuse = |reason: String| QuantizedProblem::Codes { name: visible(name), reason };
    let Some(coding) = manifest.coding() else { return Err(refuse("there are none".to_owned()).into()) };
    let info = file.info(name).ok_or_else(|| refuse("they are missing".to_owned()))?;
    let product = |sizes: &[usize]| sizes.iter().try_fold(1_usize, |all, &size| all.checked_mul(size));
    let inputs = shape.get(1..).and_then(product).ok_or_else(|| refuse("too many inputs".to_owned()))?;
    let outputs = shape.first().copied().unwrap_or_default();
    // The number of elements must fit as well.
    product(&[outputs, inputs, 4]).ok_or_else(|| refuse("too many numbers".to_owned()))?;
    let dtype = coded::dtype(coding == Coding::Int4);
    let stored = [outputs, coding.row_bytes(inputs)];
    if info.dtype != dtype || info.shape != stored {
        let found = format!("{} {:?} instead of {} {stored:?}", info.dtype.name(), info.shape, dtype.name());
        return Err(refuse(found).into());
    }
    let scales = file
        .info(&format!("{name}{SCALE}"))
        .ok_or_else(|| QuantizedProblem::ScaleMissing { name: visible(name) })?;
    let wanted = [outputs, inputs.div_ceil(manifest.group_of(inputs))];
    let dtype = coded::scale_dtype(coding == Coding::Int4);
    if scales.shape != wanted || scales.dtype != dtype {
        let (found, wanted) = (scales.shape.clone(), format!("{} {wanted:?}", dtype.name()));
        return Err(QuantizedProblem::ScaleShape { name: visible(name), found, wanted }.into());
    }
    // The model sees a weight, whatever the type of the stored numbers.
    Ok(TensorInfo { dtype: Dtype::F32, shape: shape.to_vec(), range: info.range.clone() })
}
