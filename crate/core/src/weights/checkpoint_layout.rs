//! The files of a model, and one way to open them for every container.
//!
//! | looked for, in this order | container |
//! |---|---|
//! | `model.safetensors`, `model.safetensors.index.json` | safetensors, whole or in shards |
//! | `pytorch_model.bin`, `pytorch_model.bin.index.json` | PyTorch, whole or in shards |
//! | the only other `.safetensors`, `.pt`, `.pth`, `.ckpt` or `.bin` | as its name says |
//!
//! A `-contact-regression.pt` beside a fair-esm checkpoint is its contact head. `adapter_config.json` and
//! `adapter_model.safetensors` (or `.bin`) beside a checkpoint are an adapter that is applied to it. What a training
//! run keeps beside its weights (`optimizer.pt`, `training_args.bin` …) is not opened.

use super::adapter::{AdapterConfig, Merged, is_adapter_tensor};
use super::fair_esm::{from_fair_esm, is_fair_esm};
use super::saved_names::with_hub_names;
use super::{
    AdapterProblem, ByteSource, ContainerProblem, Manifest, Pytorch, QuantizedFile, QuantizedProblem,
    Renamed, Safetensors, ShardIndex, Shards, TensorSource, WeightsError, is_quantized,
};
use crate::error::{Notice, Where};
use crate::limits::SHARD_INDEX_BYTES;
use serde_json::{Map, Value};
use std::rc::Rc;

const CONTACT: &str = "-contact-regression.pt";
/// Files of a training run, which look like weights.
const TRAINING: [&str; 8] = [
    "training_args.bin",
    "optimizer.pt",
    "optimizer.bin",
    "optimizer.safetensors",
    "scheduler.pt",
    "scheduler.bin",
    "scaler.pt",
    "rng_state.pth",
];

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
    /// An adapter's files.
    pub adapter: AdapterLayout,
    /// Files of the training run that saved the weights: nothing that a model reads.
    pub training: Vec<String>,
}

/// The files of an adapter, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdapterLayout {
    /// `adapter_config.json`.
    pub config: Option<String>,
    /// `adapter_model.safetensors` or `adapter_model.bin`.
    pub weights: Option<String>,
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
    /// None: there is nothing but an adapter.
    Adapter,
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
    /// What was applied to the weights, or left out.
    pub notices: Vec<Notice>,
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
        let adapter = AdapterLayout {
            config: called("adapter_config.json"),
            weights: called("adapter_model.safetensors").or_else(|| called("adapter_model.bin")),
        };
        let is_training = |name: &str| {
            let name = base(name);
            TRAINING.contains(&name.as_str()) || (name.starts_with("rng_state_") && name.ends_with(".pth"))
        };
        let training = names.iter().filter(|name| is_training(name)).map(|&name| name.to_owned()).collect();
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
                    None => {
                        let left: Vec<&str> =
                            names.iter().copied().filter(|name| !is_training(name)).collect();
                        only(&left, &base, contact(), &adapter)?
                    }
                }
            }
        };
        Ok(Self {
            weights,
            config: called("config.json"),
            vocabulary: called("vocab.txt"),
            tokenizer: called("tokenizer.json"),
            adapter,
            training,
        })
    }

    /// The files that hold weights, among those called `names`: the files whose SHA-256 identifies the model.
    #[must_use]
    pub fn weight_files<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        let is_training = |name: &str| self.training.iter().any(|other| other == name);
        let is_part = |name: &&'n str| match &self.weights {
            Container::Safetensors(file) | Container::Pytorch { file, .. } => name == file,
            Container::Sharded(_) => name.ends_with(".safetensors") || name.ends_with(".bin"),
            Container::Adapter => false,
        };
        let is_adapter = |name: &&'n str| self.adapter.weights.as_deref() == Some(*name);
        let all = names.iter().copied();
        all.filter(|name| (is_part(name) && !is_training(name)) || is_adapter(name)).collect()
    }

    /// Opens the weights, under the hub's names and with the adapter applied if there is one; `open` gives the bytes of
    /// a file by its name.
    ///
    /// # Errors
    ///
    /// Those of `open`, [`Safetensors::open`], [`Pytorch::open`], [`ShardIndex::parse`] and [`Shards::open`];
    /// `weights.two_models`, `weights.fair_esm`, and the codes of
    /// [`AdapterProblem`](super::AdapterProblem).
    pub fn open(&self, open: &mut OpenBytes<'_>) -> Result<OpenCheckpoint, WeightsError> {
        if self.weights == Container::Adapter {
            return Err(self.alone(open));
        }
        let stored = self.stored(open)?;
        if let Some(inner) = stored.inner {
            if let Some(file) = self.adapter.weights.as_ref().or(self.adapter.config.as_ref()) {
                return Err(WeightsError::from(AdapterProblem::Quantized).in_file(file));
            }
            let (tensors, settings) = (stored.tensors, stored.settings);
            return Ok(OpenCheckpoint { tensors, settings, inner: Some(inner), notices: Vec::new() });
        }
        let mut notices = training(&self.training, stored.tensors.file(), &stored.training);
        let (base, adapter) = self.split(stored.tensors, open)?;
        let named = with_hub_names(base)?;
        let contact = match &self.weights {
            Container::Pytorch { contact: Some(file), .. } => {
                Some(Box::new(Pytorch::open(open(file)?, file)?) as Box<dyn TensorSource>)
            }
            _ => None,
        };
        let (tensors, settings) = match is_fair_esm(named.as_ref()) {
            true => from_fair_esm(named, &stored.settings, contact)?,
            false => (named, stored.settings),
        };
        let tensors: Box<dyn TensorSource> = match adapter {
            Some((adapter, config)) => {
                let (merged, notice) = Merged::new(tensors, adapter, &config)?;
                notices.push(notice);
                Box::new(merged)
            }
            None => tensors,
        };
        Ok(OpenCheckpoint { tensors, settings, inner: None, notices })
    }

    /// The weights as they are stored.
    fn stored(&self, open: &mut OpenBytes<'_>) -> Result<Stored, WeightsError> {
        match &self.weights {
            Container::Safetensors(file) => {
                let tensors = Safetensors::open(open(file)?, file)?;
                match is_quantized(&tensors) {
                    true => open_quantized(QuantizedFile::open(tensors)?),
                    false => Ok(Stored::new(Box::new(tensors))),
                }
            }
            Container::Pytorch { file, .. } => {
                let model = Pytorch::open(open(file)?, file)?;
                let (settings, training) = (model.metadata().clone(), model.training().to_vec());
                Ok(Stored { settings, training, ..Stored::new(Box::new(model)) })
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
                Ok(Stored::new(Box::new(Shards::open(&index, file, &mut shard)?)))
            }
            Container::Adapter => Err(ContainerProblem::NoWeights.into()),
        }
    }

    /// The checkpoint, and the adapter with its settings: two files, or one file with both.
    fn split(&self, stored: Box<dyn TensorSource>, open: &mut OpenBytes<'_>) -> Result<Split, WeightsError> {
        let AdapterLayout { config, weights } = &self.adapter;
        let file = stored.file().unwrap_or_default().to_owned();
        let mixed = stored.names().iter().any(|name| is_adapter_tensor(name));
        if mixed && !stored.names().iter().any(|name| is_embedding(name) && !is_adapter_tensor(name)) {
            return Err(self.alone(open).in_file(&file));
        }
        let read_config = |open: &mut OpenBytes<'_>, file: &str| {
            open(file)
                .and_then(|bytes| AdapterConfig::read(bytes.as_ref()))
                .map_err(|error| error.in_file(file))
        };
        match (config, weights) {
            (None, None) if !mixed => Ok((stored, None)),
            (None, Some(weights)) => Err(WeightsError::from(AdapterProblem::NoConfig).in_file(weights)),
            (None, None) => Err(WeightsError::from(AdapterProblem::NoConfig).in_file(&file)),
            (Some(config), Some(weights)) => {
                let config = read_config(open, config)?;
                let adapter: Box<dyn TensorSource> = match weights.ends_with(".bin") {
                    true => Box::new(Pytorch::open(open(weights)?, weights)?),
                    false => Box::new(Safetensors::open(open(weights)?, weights)?),
                };
                Ok((stored, Some((adapter, config))))
            }
            (Some(config), None) if mixed => {
                let config = read_config(open, config)?;
                let both: Rc<dyn TensorSource> = Rc::from(stored);
                let part = |wanted: bool| {
                    let keep = move |name: &str| (is_adapter_tensor(name) == wanted).then(|| name.to_owned());
                    Renamed::new(Rc::clone(&both), keep)
                };
                Ok((Box::new(part(false)?), Some((Box::new(part(true)?), config))))
            }
            (Some(config), None) => {
                read_config(open, config)?;
                Err(WeightsError::from(AdapterProblem::NoWeights).in_file(config))
            }
        }
    }

    /// Why an adapter without a checkpoint is refused: by its name, and with that of the checkpoint it belongs to.
    fn alone(&self, open: &mut OpenBytes<'_>) -> WeightsError {
        let AdapterLayout { config, weights } = &self.adapter;
        let Some(config) = config else {
            let problem = AdapterProblem::Alone { kind: "an adapter".to_owned(), base: None };
            let error = WeightsError::from(problem);
            return weights.as_ref().map_or(error.clone(), |file| error.in_file(file));
        };
        let read = open(config).and_then(|bytes| AdapterConfig::read(bytes.as_ref()));
        let error = match read {
            Ok(read) => {
                let article = if read.kind.name().starts_with('I') { "an" } else { "a" };
                let kind = format!("{article} {} adapter", read.kind.name());
                AdapterProblem::Alone { kind, base: read.base }.into()
            }
            Err(error) => error,
        };
        error.in_file(config)
    }
}

/// A checkpoint, and an adapter beside it.
type Split = (Box<dyn TensorSource>, Option<(Box<dyn TensorSource>, AdapterConfig)>);

/// Weights as they are stored.
struct Stored {
    tensors: Box<dyn TensorSource>,
    settings: Value,
    inner: Option<PackedFiles>,
    /// What a training run kept in the same file.
    training: Vec<String>,
}

impl Stored {
    fn new(tensors: Box<dyn TensorSource>) -> Self {
        Self { tensors, settings: Value::Object(Map::new()), inner: None, training: Vec::new() }
    }
}

/// Whether a tensor is the embedding of tokens, which no adapter holds alone.
fn is_embedding(name: &str) -> bool {
    ["word_embeddings", "embed_tokens", "up_embedder"].iter().any(|word| name.contains(word))
}

/// What a training run kept beside the weights.
fn training(files: &[String], weights: Option<&str>, keys: &[String]) -> Vec<Notice> {
    let notice = |what: String, file: Option<&str>| Notice {
        code: "model.training_state".to_owned(),
        message: format!(
            "{what} of the training run {} not read",
            if what.contains(", ") { "are" } else { "is" }
        ),
        at: Where { file: file.map(str::to_owned), ..Where::default() },
        hint: "nothing is lost: no vector depends on it".to_owned(),
    };
    let mut notices = Vec::new();
    if !keys.is_empty() {
        notices.push(notice(keys.join(", "), weights));
    }
    if !files.is_empty() {
        let names = files.iter().map(|file| file.rsplit(['/', '\\']).next().unwrap_or_default());
        notices.push(notice(names.collect::<Vec<_>>().join(", "), None));
    }
    notices
}

/// A quantized file with all that it holds.
fn open_quantized(file: QuantizedFile<Box<dyn ByteSource>>) -> Result<Stored, WeightsError> {
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
    Ok(Stored { settings, inner: Some(inner), ..Stored::new(Box::new(file)) })
}

/// The only weight file.
fn only(
    names: &[&str],
    base: &dyn Fn(&str) -> String,
    contact: Option<String>,
    adapter: &AdapterLayout,
) -> Result<Container, WeightsError> {
    let is_weights = |name: &&&str| {
        if adapter.weights.as_deref() == Some(**name) {
            return false;
        }
        let name = base(name);
        [".safetensors", ".pt", ".pth", ".ckpt", ".bin"].iter().any(|suffix| name.ends_with(suffix))
            && !name.ends_with(CONTACT)
    };
    let found: Vec<&str> = names.iter().filter(is_weights).copied().collect();
    match found.as_slice() {
        [] if *adapter != AdapterLayout::default() => Ok(Container::Adapter),
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
