//! The files of a checkpoint, opened.

use crate::error::EngineError;
use crate::quant::Precision;
use crossgrain_core::error::Notice;
use crossgrain_core::weights::{CheckpointLayout, Manifest, OpenBytes, TensorSource};
use serde_json::Value;

/// Longest `config.json` that is read, in bytes; published ones have about 2 KB.
pub const CONFIG_BYTES_MAX: usize = 256 * 1024;
/// Longest `vocab.txt` or `tokenizer.json` that is read, in bytes; DNABERT-2's has 168 KB.
pub const VOCABULARY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The files that a checkpoint has; weights are open, but not read.
pub struct CheckpointFiles<'a> {
    /// `config.json`.
    pub config: Option<Vec<u8>>,
    /// `vocab.txt`.
    pub vocabulary: Option<String>,
    /// `tokenizer.json`.
    pub tokenizer: Option<Vec<u8>>,
    /// The tensors.
    pub tensors: Box<dyn TensorSource + 'a>,
    /// What the weight file holds beside the tensors.
    pub settings: Value,
    /// What a quantized file of our own says about itself.
    pub manifest: Option<Manifest>,
    /// What was applied to the tensors or left out when they were opened.
    pub notices: Vec<Notice>,
}

impl CheckpointFiles<'_> {
    /// The fields of `config.json`; without that file, the settings of a fair-esm checkpoint under the same names.
    ///
    /// # Errors
    /// `model.missing_file`, `model.config`.
    pub fn config_json(&self) -> Result<Value, EngineError> {
        match &self.config {
            Some(json) if json.len() > CONFIG_BYTES_MAX => {
                Err(EngineError::Config(format!("it is longer than {CONFIG_BYTES_MAX} bytes")))
            }
            // Published files may hold a key twice; in a value the last one counts.
            Some(json) => {
                serde_json::from_slice(json).map_err(|error| EngineError::Config(error.to_string()))
            }
            None if self.settings.get("model_type").is_some() => Ok(self.settings.clone()),
            None => Err(EngineError::MissingFile("config.json")),
        }
    }

    /// The precision to load in: the one asked for, else that of a quantized file, else f32.
    ///
    /// # Errors
    /// `model.precision` if a quantized file holds another one than was asked for.
    pub fn precision(&self, asked: Option<Precision>) -> Result<Precision, EngineError> {
        let Some(manifest) = &self.manifest else { return Ok(asked.unwrap_or_default()) };
        let there = Precision::named(&manifest.precision)
            .filter(|precision| {
                precision.scheme().is_none_or(|scheme| scheme.group.unwrap_or(0) == manifest.group)
            })
            .ok_or_else(|| {
                EngineError::Unsupported(format!(
                    "its weights are {} in groups of {}",
                    manifest.precision, manifest.group
                ))
            })?;
        match asked {
            Some(asked) if asked != there => Err(EngineError::Precision { there, asked }),
            _ => Ok(there),
        }
    }
}

impl CheckpointFiles<'static> {
    /// Finds out what the files called `names` are for and opens them; `bytes` gives the contents of each.
    ///
    /// # Errors
    /// `model.file_too_large`, `token.not_text`, any `weights.*` code.
    pub fn read(names: &[&str], bytes: &mut OpenBytes<'_>) -> Result<Self, EngineError> {
        let folder = CheckpointLayout::detect(names)?;
        let mut small = |name: &Option<String>, most: usize| -> Result<Option<Vec<u8>>, EngineError> {
            let Some(name) = name else { return Ok(None) };
            let source = bytes(name)?;
            let length = usize::try_from(source.len()).ok().filter(|length| *length <= most);
            let Some(length) = length else {
                return Err(EngineError::FileTooLarge { file: name.clone(), most });
            };
            let mut content = vec![0; length];
            source.read_at(0, &mut content)?;
            Ok(Some(content))
        };
        let config = small(&folder.config, CONFIG_BYTES_MAX)?;
        let vocabulary = match small(&folder.vocabulary, VOCABULARY_BYTES_MAX)? {
            Some(text) => Some(String::from_utf8(text).map_err(|_| EngineError::VocabularyNotText)?),
            None => None,
        };
        let tokenizer = small(&folder.tokenizer, VOCABULARY_BYTES_MAX)?;
        let opened = folder.open(bytes)?;
        let mut files = Self {
            config,
            vocabulary,
            tokenizer,
            tensors: opened.tensors,
            settings: opened.settings,
            manifest: None,
            notices: opened.notices,
        };
        if let Some(inner) = opened.inner {
            // A quantized file is a whole model: a file beside it belongs to another model.
            files.config = inner.config;
            files.tokenizer = inner.tokenizer;
            files.vocabulary = inner
                .vocabulary
                .map(|text| String::from_utf8(text).map_err(|_| EngineError::VocabularyNotText))
                .transpose()?;
            files.manifest = Some(inner.manifest);
        }
        Ok(files)
    }
}
