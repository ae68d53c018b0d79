//! Packs a checkpoint of any family into one quantized file of our own, tensor by tensor.
//!
//! The file holds what the loader would make of the original: the weights of linear layers as codes
//! or halves, everything else unchanged, and the texts that belong to the model. Loading it gives
//! the same numbers, bit for bit. Memory holds at most one tensor at a time, before and after
//! quantization.

use super::{Identified, identify};
use crate::error::EngineError;
use crate::files::CheckpointFiles;
use crate::progress::report;
use crate::quant::{Precision, quantize};
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::weights::{
    Dtype, Expected, Manifest, NewTensor, QuantizedWriter, WeightsProblem, WriteAt, channels_last, coded,
};
use half::{bf16, f16};

/// What the file will say about itself.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The model's name.
    pub name: &'a str,
    /// SHA-256 of the original weights.
    pub source_sha256: &'a str,
}

/// Writes a checkpoint as a quantized file to `sink`; `progress` counts tensors. Answers the length of the file in
/// bytes.
///
/// # Errors
/// `model.quantized` for a file that is one already; any `model.*`, `token.*` or `weights.*` code;
/// `engine.cancelled`.
pub fn pack(
    files: &CheckpointFiles<'_>,
    precision: Precision,
    about: About<'_>,
    sink: &mut WriteAt<'_>,
    progress: &mut dyn Progress,
) -> Result<u64, EngineError> {
    if files.manifest.is_some() {
        return Err(EngineError::Quantized);
    }
    // A checkpoint that cannot be loaded now could not be loaded from the file either.
    let Identified { family, mut tensors, .. } = identify(files)?;
    tensors.retain(|tensor| files.tensors.info(&tensor.name).is_some());
    let texts = texts(files)?;

    let group = precision.scheme().and_then(|scheme| scheme.group).unwrap_or(0);
    let mut manifest = Manifest {
        precision: precision.name().to_owned(),
        group,
        name: about.name.to_owned(),
        family: family.id.to_owned(),
        source_sha256: about.source_sha256.to_owned(),
        ..Manifest::default()
    };
    let mut planned: Vec<NewTensor> =
        texts.iter().map(|(file, text)| NewTensor::file(file, text.len())).collect();
    for tensor in &tensors {
        let (outputs, inputs) = sides(&tensor.shape);
        let both = is_linear(tensor)
            .then(|| coded::tensors(&tensor.name, precision.name(), outputs, inputs, group))
            .flatten();
        match both {
            Some(both) => {
                manifest.shapes.insert(tensor.name.clone(), tensor.shape.clone());
                planned.extend(both);
            }
            None => {
                let dtype = stored_as(files, tensor, precision);
                planned.push(NewTensor::new(tensor.name.as_str(), dtype, &tensor.shape));
            }
        }
    }

    let mut writer = QuantizedWriter::new(manifest, planned)?;
    let length = writer.length();
    for (file, text) in &texts {
        writer.write(NewTensor::file(file, 0).name(), text, sink)?;
    }
    let mut numbers = Vec::new();
    let total = tensors.len() as u64;
    progress.begin(Stage::Saving);
    for (done, tensor) in (0..).zip(&tensors) {
        report(progress, done, total)?;
        files.tensors.read_f32(&tensor.name, &mut numbers)?;
        match precision.scheme().filter(|_| is_linear(tensor)) {
            Some(scheme) => {
                let (_, inputs) = sides(&tensor.shape);
                if let [_, inner, kernel_size] = tensor.shape.as_slice()
                    && *kernel_size > 1
                {
                    numbers = channels_last(&numbers, *inner, *kernel_size);
                }
                let quantized = quantize(&numbers, inputs, scheme);
                writer.write(
                    &tensor.name,
                    &coded::codes(precision.name(), &quantized.codes, inputs),
                    sink,
                )?;
                // Scales in groups are f16 numbers already.
                let dtype = if scheme.group.is_some() { Dtype::F16 } else { Dtype::F32 };
                let scales = narrow(&tensor.name, &quantized.scales, dtype)?;
                writer.write(&coded::scale_name(&tensor.name), &scales, sink)?;
            }
            None => {
                let bytes = narrow(&tensor.name, &numbers, stored_as(files, tensor, precision))?;
                writer.write(&tensor.name, &bytes, sink)?;
            }
        }
    }
    writer.finish(sink)?;
    report(progress, total, total)?;
    Ok(length)
}

/// Reads all tensors of a quantized file once and compares each with its checksum; `progress` counts tensors.
///
/// # Errors
/// Any `weights.*` code, `engine.cancelled`.
pub fn verify(files: &CheckpointFiles<'_>, progress: &mut dyn Progress) -> Result<(), EngineError> {
    let names = files.tensors.names();
    let mut numbers = Vec::new();
    let total = names.len() as u64;
    progress.begin(Stage::Loading);
    for (done, name) in (0..).zip(&names) {
        report(progress, done, total)?;
        if files.tensors.read_codes(name)?.is_none() {
            files.tensors.read_f32(name, &mut numbers)?;
        }
    }
    report(progress, total, total)
}

/// The model's other files, by the names they have in a folder.
fn texts(files: &CheckpointFiles<'_>) -> Result<Vec<(&'static str, Vec<u8>)>, EngineError> {
    let settings = match files.settings.as_object() {
        Some(settings) if !settings.is_empty() => {
            Some(serde_json::to_vec(settings).map_err(|error| EngineError::Config(error.to_string()))?)
        }
        _ => None,
    };
    let texts = [
        ("config.json", files.config.clone()),
        ("vocab.txt", files.vocabulary.as_ref().map(|text| text.clone().into_bytes())),
        ("tokenizer.json", files.tokenizer.clone()),
        ("settings.json", settings),
    ];
    Ok(texts.into_iter().filter_map(|(file, text)| Some((file, text?))).collect())
}

/// Whether a tensor is the weight of a linear layer, or a convolution, inside a layer of the model:
/// of all families these are the only tensors there with more than one dimension.
fn is_linear(tensor: &Expected) -> bool {
    let inside = [".layer.", ".layers."].iter().any(|part| tensor.name.contains(part));
    inside && tensor.shape.len() >= 2
}

/// Outputs, and inputs times the kernel size.
fn sides(shape: &[usize]) -> (usize, usize) {
    (shape.first().copied().unwrap_or(1), shape.iter().skip(1).product())
}

/// The type that floats of a tensor get in the file: halves for the layers if f16 was asked for, else the type of the original.
fn stored_as(files: &CheckpointFiles<'_>, tensor: &Expected, precision: Precision) -> Dtype {
    if precision == Precision::F16 && is_linear(tensor) {
        return Dtype::F16;
    }
    files.tensors.info(&tensor.name).map_or(Dtype::F32, |info| info.dtype)
}

/// Numbers as bytes of a float type.
fn narrow(name: &str, numbers: &[f32], dtype: Dtype) -> Result<Vec<u8>, EngineError> {
    Ok(match dtype {
        Dtype::F16 => {
            let halves: Vec<f16> = numbers.iter().map(|number| f16::from_f32(*number)).collect();
            if let Some(at) = halves.iter().position(|half| !half.is_finite()) {
                let (name, value) = (name.to_owned(), numbers[at].to_string());
                return Err(EngineError::Weights(WeightsProblem::NotFinite { name, at, value }.into()));
            }
            halves.iter().flat_map(|half| half.to_le_bytes()).collect()
        }
        Dtype::BF16 => numbers.iter().flat_map(|number| bf16::from_f32(*number).to_le_bytes()).collect(),
        _ => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
    })
}
