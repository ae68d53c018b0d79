//! The files of a model, and one way to open them for every container.
//!
//! | looked for, in this order | container |
//! |---|---|
//! | `model.safetensors`, `model.safetensors.index.json` | safetensors, whole or in shards |
//! | `pytorch_model.bin`, `pytorch_model.bin.index.json` | PyTorch, whole or in shards |
//! | the only other `.safetensors`, `.pt`, `.pth` or `.bin` | as its name says |
//!
//! A `-contact-regression.pt` beside a fair-esm checkpoint is its contact head.

use super::fair_esm::{from_fair_esm, is_fair_esm};
use super::{
    ByteSource, ContainerProblem, Manifest, Pytorch, QuantizedFile, QuantizedProblem, Safetensors,
    ShardIndex, Shards, TensorSource, WeightsError, is_quantized,
};
use crate::limits::SHARD_INDEX_BYTES;
use serde_json::{Map, Value};

const CONTACT: &str = "-contact-regression.pt";

/// The files of one model by what they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointLayout {
    /// The weights.
    pub weights: Container,
    /// `config.json`.
    pub config: Option<String>,
    /// `vocab.txt`.
    pub vocabulary: Option<String>,
    /// `tokenizer.json`.
    pub tokenizer: Option<String>,
}

/// How the weights are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Container {
    /// One safetensors file.
    Safetensors(String),
    /// The index of a sharded checkpoint.
    Sharded(String),
    /// One PyTorch file; of a fair-esm checkpoint, perhaps its contact head.
    Pytorch {
        /// The checkpoint.
        file: String,
        /// The contact head.
        contact: Option<String>,
    },
}

/// Gives the bytes of a file by its name.
pub type OpenBytes<'o> = dyn FnMut(&str) -> Result<Box<dyn ByteSource>, WeightsError> + 'o;

/// An opened checkpoint.
pub struct OpenCheckpoint {
    /// Its tensors, under the hub's names.
    pub tensors: Box<dyn TensorSource>,
    /// What was stored beside them: BiGCARP's sizes and vocabulary, or, for a fair-esm checkpoint,
    /// the settings in the words of `config.json`. Otherwise an empty object.
    pub settings: Value,
    /// What a quantized file of our own holds beside its tensors.
    pub inner: Option<PackedFiles>,
}

/// The model's other files, as they lie in a quantized file, and what the file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedFiles {
    /// What it says about itself.
    pub manifest: Manifest,
    /// `config.json`.
    pub config: Option<Vec<u8>>,
    /// `vocab.txt`.
    pub vocabulary: Option<Vec<u8>>,
    /// `tokenizer.json`.
    pub tokenizer: Option<Vec<u8>>,
}

impl CheckpointLayout {
    /// Finds out what each of the files called `names` is for. Folders in the names do not matter.
    ///
    /// ```
    /// use crossgrain_core::weights::{CheckpointLayout, Container};
    ///
    /// let layout = CheckpointLayout::detect(&["esm2/config.json", "esm2/model.safetensors"])?;
    /// assert_eq!(layout.weights, Container::Safetensors("esm2/model.safetensors".to_owned()));
    /// assert_eq!(layout.config.as_deref(), Some("esm2/config.json"));
    /// # Ok::<(), crossgrain_core::weights::WeightsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `weights.no_weights`, `weights.ambiguous`.
    pub fn detect(names: &[&str]) -> Result<Self, WeightsError> {
        let base = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        let called =
            |wanted: &str| names.iter().find(|name| base(name) == wanted).map(|&name| name.to_owned());
        let weights = match called("model.safetensors") {
            Some(file) => Container::Safetensors(file),
            None => {
                let contact =
                    || names.iter().find(|name| base(name).ends_with(CONTACT)).map(|&name| name.to_owned());
                let sharded = |name| called(name).map(Container::Sharded);
                let whole = || {
                    called("pytorch_model.bin").map(|file| Container::Pytorch { file, contact: contact() })
                };
                let known = sharded("model.safetensors.index.json").or_else(whole);
                match known.or_else(|| sharded("pytorch_model.bin.index.json")) {
                    Some(known) => known,
                    None => only(names, &base, contact())?,
                }
            }
        };
        Ok(Self {
            weights,
            config: called("config.json"),
            vocabulary: called("vocab.txt"),
            tokenizer: called("tokenizer.json"),
        })
    }

    /// The files that hold weights, among those called `names`: the files whose SHA-256 identifies the model.
    #[must_use]
    pub fn weight_files<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        let is_part = |name: &&'n str| match &self.weights {
            Container::Safetensors(file) | Container::Pytorch { file, .. } => name == file,
            Container::Sharded(_) => name.ends_with(".safetensors") || name.ends_with(".bin"),
        };
        names.iter().copied().filter(is_part).collect()
    }

    /// Opens the weights; `open` gives the bytes of a file by its name.
    ///
    /// # Errors
    ///
    /// Those of `open`, [`Safetensors::open`], [`Pytorch::open`], [`ShardIndex::parse`] and
    /// [`Shards::open`].
    pub fn open(&self, open: &mut OpenBytes<'_>) -> Result<OpenCheckpoint, WeightsError> {
        let nothing = || Value::Object(Map::new());
        match &self.weights {
            Container::Safetensors(file) => {
                let tensors = Safetensors::open(open(file)?, file)?;
                match is_quantized(&tensors) {
                    true => open_quantized(QuantizedFile::open(tensors)?),
                    false => {
                        Ok(OpenCheckpoint { tensors: Box::new(tensors), settings: nothing(), inner: None })
                    }
                }
            }
            Container::Pytorch { file, contact } => {
                let model = Pytorch::open(open(file)?, file)?;
                if !is_fair_esm(&model) {
                    let settings = model.metadata().clone();
                    return Ok(OpenCheckpoint { tensors: Box::new(model), settings, inner: None });
                }
                let contact = contact.as_deref().map(|file| Pytorch::open(open(file)?, file)).transpose()?;
                let (tensors, settings) = from_fair_esm(model, contact)?;
                Ok(OpenCheckpoint { tensors, settings, inner: None })
            }
            Container::Sharded(file) => {
                let index = read_index(open(file)?.as_ref()).map_err(|error| error.in_file(file))?;
                let beside = |name: &str| match file.rfind(['/', '\\']) {
                    Some(at) => format!("{}{name}", file.get(..=at).unwrap_or_default()),
                    None => name.to_owned(),
                };
                let mut shard = |name: &str| -> Result<Box<dyn TensorSource>, WeightsError> {
                    let bytes = open(&beside(name))?;
                    Ok(match name.ends_with(".safetensors") {
                        true => Box::new(Safetensors::open(bytes, name)?),
                        false => Box::new(Pytorch::open(bytes, name)?),
                    })
                };
                let tensors = Box::new(Shards::open(&index, file, &mut shard)?);
                Ok(OpenCheckpoint { tensors, settings: nothing(), inner: None })
            }
        }
    }
}

/// A quantized file with all that it holds.
fn open_quantized(file: QuantizedFile<Box<dyn ByteSource>>) -> Result<OpenCheckpoint, WeightsError> {
    let settings = match file.inner("settings.json")? {
        Some(json) => serde_json::from_slice(&json)
            .map_err(|_| WeightsError::from(QuantizedProblem::File { file: "settings.json".to_owned() }))
            .map_err(|error| error.in_file(file.file().unwrap_or_default()))?,
        None => Value::Object(Map::new()),
    };
    let inner = PackedFiles {
        manifest: file.manifest().clone(),
        config: file.inner("config.json")?,
        vocabulary: file.inner("vocab.txt")?,
        tokenizer: file.inner("tokenizer.json")?,
    };
    Ok(OpenCheckpoint { tensors: Box::new(file), settings, inner: Some(inner) })
}

/// The only weight file.
fn only(
    names: &[&str],
    base: &dyn Fn(&str) -> String,
    contact: Option<String>,
) -> Result<Container, WeightsError> {
    let is_weights = |name: &&&str| {
        let name = base(name);
        [".safetensors", ".pt", ".pth", ".bin"].iter().any(|suffix| name.ends_with(suffix))
            && !name.ends_with(CONTACT)
    };
    let found: Vec<&str> = names.iter().filter(is_weights).copied().collect();
    match found.as_slice() {
        [] => Err(ContainerProblem::NoWeights.into()),
        [file] if base(file).ends_with(".safetensors") => Ok(Container::Safetensors((*file).to_owned())),
        [file] => Ok(Container::Pytorch { file: (*file).to_owned(), contact }),
        several => {
            let names = several.iter().take(8).map(|name| super::error::visible(name)).collect();
            Err(ContainerProblem::Ambiguous { names }.into())
        }
    }
}

fn read_index(bytes: &dyn ByteSource) -> Result<ShardIndex, WeightsError> {
    let length = usize::try_from(bytes.len()).ok().filter(|&length| length <= SHARD_INDEX_BYTES);
    let Some(length) = length else {
        let reason = format!("it has more than {SHARD_INDEX_BYTES} bytes");
        return Err(ContainerProblem::IndexJson { reason }.into());
    };
    let mut json = vec![0; length];
    bytes.read_at(0, &mut json)?;
    ShardIndex::parse(&json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn files_of_a_model() {
        fn t(names: &[&str], expected: Result<Container, &str>) {
            let found = CheckpointLayout::detect(names).map(|folder| folder.weights);
            assert_eq!(
                found.as_ref().map_err(Coded::code),
                expected.as_ref().map_err(|code| *code),
                "{names:?}"
            );
        }
        let safetensors = |file: &str| Ok(Container::Safetensors(file.to_owned()));
        let sharded = |file: &str| Ok(Container::Sharded(file.to_owned()));
        let pytorch = |file: &str, contact: Option<&str>| {
            Ok(Container::Pytorch { file: file.to_owned(), contact: contact.map(str::to_owned) })
        };
        t(&["config.json", "model.safetensors", "pytorch_model.bin"], safetensors("model.safetensors"));
        t(&["m/config.json", "m/pytorch_model.bin"], pytorch("m/pytorch_model.bin", None));
        let index = "pytorch_model.bin.index.json";
        t(&[index, "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"], sharded(index));
        t(&["model.safetensors.index.json", "pytorch_model.bin"], sharded("model.safetensors.index.json"));
        t(&["esm2.pt", "esm2-contact-regression.pt"], pytorch("esm2.pt", Some("esm2-contact-regression.pt")));
        t(&["bigcarp_random.pt"], pytorch("bigcarp_random.pt", None));
        t(&["other.safetensors"], safetensors("other.safetensors"));
        t(&["a.pt", "b.pt"], Err("weights.ambiguous"));
        t(&["config.json", "vocab.txt"], Err("weights.no_weights"));
        t(&["x-contact-regression.pt"], Err("weights.no_weights"));
        t(&[], Err("weights.no_weights"));
        let folder =
            CheckpointLayout::detect(&["a/config.json", "a/tokenizer.json", "a/pytorch_model.bin"]).unwrap();
        assert_eq!((folder.config.as_deref(), folder.vocabulary), (Some("a/config.json"), None));
        assert_eq!(folder.tokenizer.as_deref(), Some("a/tokenizer.json"));
    }
}
