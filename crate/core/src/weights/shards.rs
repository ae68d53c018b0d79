//! Several files as one source: a checkpoint in shards, or weights with a part in a file of their own.
//!
//! `model.safetensors.index.json` and `pytorch_model.bin.index.json` list for each tensor the file
//! that holds it: `{"weight_map": {"a": "model-00001-of-00002.safetensors", …}}`. The list and the
//! files must agree on every tensor, in both directions.

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

use super::error::visible;
use super::{ContainerProblem, TensorInfo, TensorSource, WeightsError, WeightsProblem, tensor_name};
use crate::limits::{SHARD_INDEX_BYTES, SHARDS, WEIGHTS_TENSORS};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Sources whose tensors have different names, as one.
pub struct Shards {
    file: String,
    sources: Vec<Box<dyn TensorSource>>,
    /// Tensor → source.
    places: BTreeMap<String, usize>,
}

/// The list of a sharded checkpoint: tensor → file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardIndex {
    tensors: BTreeMap<String, String>,
}

/// Opens a file of a sharded checkpoint by its name.
pub type OpenShard<'o> = dyn FnMut(&str) -> Result<Box<dyn TensorSource>, WeightsError> + 'o;

impl ShardIndex {
    /// Reads an index.
    ///
    /// # Errors
    ///
    /// `weights.index_json`, `weights.shard_name` for a name that is not of a plain weight file in
    /// the same folder, `weights.shard_twice`, `weights.bad_name`, `weights.too_many_tensors`,
    /// `weights.too_many_shards`, `weights.no_tensors`.
    pub fn parse(json: &[u8]) -> Result<Self, WeightsError> {
        if json.len() > SHARD_INDEX_BYTES {
            let reason = format!("it has more than {SHARD_INDEX_BYTES} bytes");
            return Err(ContainerProblem::IndexJson { reason }.into());
        }
        let index: Index = serde_json::from_slice(json)
            .map_err(|error| ContainerProblem::IndexJson { reason: error.to_string() })?;
        let mut tensors = BTreeMap::new();
        for (name, file) in index.weight_map.0 {
            if !tensor_name::clean(&name) {
                return Err(WeightsProblem::BadName { name: visible(&name) }.into());
            }
            if !is_shard(&file) {
                return Err(ContainerProblem::ShardName { name: visible(&file) }.into());
            }
            if tensors.insert(name.clone(), file).is_some() {
                return Err(ContainerProblem::ShardTwice { name: visible(&name) }.into());
            }
            if tensors.len() > WEIGHTS_TENSORS {
                return Err(WeightsProblem::TooManyTensors.into());
            }
        }
        let index = Self { tensors };
        match index.files().len() {
            0 => Err(WeightsProblem::NoTensors.into()),
            count if count > SHARDS => Err(ContainerProblem::TooManyShards.into()),
            _ => Ok(index),
        }
    }

    /// The files it lists, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let files: BTreeSet<&str> = self.tensors.values().map(String::as_str).collect();
        files.into_iter().collect()
    }
}

impl Shards {
    /// The files of an index, opened one after the other by `open`; `file` names the index.
    ///
    /// # Errors
    ///
    /// Those of `open`, `weights.shard_tensor` for a tensor that its file does not hold, and
    /// `weights.shard_unlisted` for one that the index does not expect there.
    pub fn open(index: &ShardIndex, file: &str, open: &mut OpenShard<'_>) -> Result<Self, WeightsError> {
        let mut sources = Vec::new();
        let mut places = BTreeMap::new();
        for shard in index.files() {
            let source = open(shard)?;
            for name in source.names() {
                if index.tensors.get(name).map(String::as_str) != Some(shard) {
                    let (name, shard) = (visible(name), visible(shard));
                    return Err(
                        WeightsError::from(ContainerProblem::ShardUnlisted { name, shard }).in_file(file)
                    );
                }
                places.insert(name.to_owned(), sources.len());
            }
            sources.push(source);
        }
        if let Some((name, shard)) = index.tensors.iter().find(|(name, _)| !places.contains_key(*name)) {
            let (name, shard) = (visible(name), visible(shard));
            return Err(WeightsError::from(ContainerProblem::ShardTensor { name, shard }).in_file(file));
        }
        Ok(Self { file: file.to_owned(), sources, places })
    }

    /// Sources that belong together without an index; the first one names the whole.
    ///
    /// # Errors
    ///
    /// `weights.duplicate_name`.
    pub fn of(sources: Vec<Box<dyn TensorSource>>) -> Result<Self, WeightsError> {
        let file = sources.first().and_then(|source| source.file()).unwrap_or_default().to_owned();
        let mut places = BTreeMap::new();
        for (place, source) in sources.iter().enumerate() {
            for name in source.names() {
                if places.insert(name.to_owned(), place).is_some() {
                    let twice = WeightsError::from(WeightsProblem::DuplicateName { name: visible(name) });
                    return Err(twice.in_file(source.file().unwrap_or(&file)));
                }
            }
        }
        Ok(Self { file, sources, places })
    }

    fn source(&self, name: &str) -> Option<&dyn TensorSource> {
        self.sources.get(*self.places.get(name)?).map(AsRef::as_ref)
    }
}

impl TensorSource for Shards {
    fn file(&self) -> Option<&str> {
        Some(&self.file)
    }

    fn names(&self) -> Vec<&str> {
        self.places.keys().map(String::as_str).collect()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.source(name)?.info(name)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        match self.source(name) {
            Some(source) => source.read_f32(name, into),
            None => {
                Err(WeightsError::from(WeightsProblem::NoSuchTensor { name: visible(name) })
                    .in_file(&self.file))
            }
        }
    }
}

impl fmt::Debug for Shards {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shards: Vec<_> = self.sources.iter().map(|source| source.file()).collect();
        formatter.debug_struct("Shards").field("file", &self.file).field("shards", &shards).finish()
    }
}

/// A plain name of a weight file: no folder, no hidden file.
fn is_shard(name: &str) -> bool {
    tensor_name::clean(name)
        && !name.contains(['/', ':'])
        && !name.starts_with('.')
        && (name.ends_with(".safetensors") || name.ends_with(".bin"))
}

#[derive(Deserialize)]
struct Index {
    weight_map: Pairs,
}

/// The pairs of a JSON object, equal keys kept.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of tensor names and files")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
