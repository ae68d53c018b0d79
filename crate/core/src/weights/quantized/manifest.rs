//! The metadata of a quantized file.

use super::super::QuantizedProblem;
use super::super::tensor_name::clean;
use super::codes::Coding;
use crate::limits::{WEIGHTS_RANK, WEIGHTS_TENSORS};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The version that is written and read.
pub const VERSION: &str = "1";
pub(super) const FORMAT: &str = "crossgrain.format";
pub(super) const PRECISION: &str = "crossgrain.precision";
pub(super) const GROUP: &str = "crossgrain.group";
pub(super) const NAME: &str = "crossgrain.name";
pub(super) const FAMILY: &str = "crossgrain.family";
pub(super) const SOURCE: &str = "crossgrain.source_sha256";
pub(super) const SHAPES: &str = "crossgrain.shapes";
pub(super) const DIGESTS: &str = "crossgrain.sha256";
pub(super) const SEAL: &str = "crossgrain.seal";

/// What a quantized file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// `f32`, `f16`, `int8` or `int4`: of the weights of linear layers.
    pub precision: String,
    /// Inputs that share a scale, for codes; 0 stands for all inputs of an output.
    pub group: usize,
    /// The model's name, as its user knew it.
    pub name: String,
    /// The family, in the words of the model registry.
    pub family: String,
    /// SHA-256 of the original weights, one for each of their files.
    pub source_sha256: String,
    /// The tensors that are stored as codes, and their shape as weights.
    pub shapes: BTreeMap<String, Vec<usize>>,
}

impl Manifest {
    /// How codes are stored, if there are any.
    pub(super) fn coding(&self) -> Option<Coding> {
        Coding::of(&self.precision)
    }

    /// Inputs that share a scale in a layer of `inputs`.
    pub(super) fn group_of(&self, inputs: usize) -> usize {
        if self.group == 0 { inputs.max(1) } else { self.group }
    }

    /// As metadata, without check sums.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let json = serde_json::to_string(&self.shapes).unwrap_or_default();
        let texts = [
            (FORMAT, VERSION.to_owned()),
            (PRECISION, self.precision.clone()),
            (GROUP, self.group.to_string()),
            (NAME, self.name.clone()),
            (FAMILY, self.family.clone()),
            (SOURCE, self.source_sha256.clone()),
            (SHAPES, json),
        ];
        texts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// Reads the metadata; also answers the check sums of the tensors.
    pub(super) fn read(
        texts: &BTreeMap<String, String>,
    ) -> Result<(Self, BTreeMap<String, String>), QuantizedProblem> {
        let refuse = |reason: String| QuantizedProblem::Metadata { reason };
        let text = |key: &str| texts.get(key).cloned().ok_or_else(|| refuse(format!("{key} is missing")));
        let version = text(FORMAT)?;
        if version != VERSION {
            return Err(QuantizedProblem::Version { version: version.chars().take(20).collect() });
        }
        let manifest = Self {
            precision: text(PRECISION)?,
            group: text(GROUP)?.parse().map_err(|_| refuse(format!("{GROUP} is not a number")))?,
            name: text(NAME)?,
            family: text(FAMILY)?,
            source_sha256: text(SOURCE)?,
            shapes: json(SHAPES, &text(SHAPES)?)?,
        };
        let known = ["f32", "f16", "int8", "int4"].contains(&manifest.precision.as_str());
        if !known {
            return Err(refuse(format!("{PRECISION} is not a known precision")));
        }
        if manifest.coding().is_none() && !manifest.shapes.is_empty() {
            return Err(refuse(format!("{SHAPES} lists codes in a file of floats")));
        }
        let odd = |(name, shape): (&String, &Vec<usize>)| {
            !clean(name) || !(2..=WEIGHTS_RANK.min(3)).contains(&shape.len()) || shape.contains(&0)
        };
        if manifest.shapes.len() > WEIGHTS_TENSORS || manifest.shapes.iter().any(odd) {
            return Err(refuse(format!("{SHAPES} lists a shape that no weight has")));
        }
        Ok((manifest, json(DIGESTS, &text(DIGESTS)?)?))
    }
}

fn json<T: DeserializeOwned>(key: &str, text: &str) -> Result<T, QuantizedProblem> {
    serde_json::from_str(text)
        .map_err(|error| QuantizedProblem::Metadata { reason: format!("{key} cannot be read: {error}") })
}
