//! Whether a model that bears the name of a published checkpoint is that checkpoint: its files and its shape are compared
//! with `models/<id>/model.toml`. What differs is used, but is called "not the published file".

use crate::console::say;
use crate::failure::print;
use crate::input;
use crate::paths::from_text;
use crossgrain_api::Refusal;
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, sha256};
use crossgrain_engine::checkpoint::{Checkpoint, CheckpointFiles, identify};
use serde_json::Value;
use std::path::Path;

/// `models/<id>/model.toml` of every model as JSON, made by the build script.
const REGISTRY: &str = include_str!(concat!(env!("OUT_DIR"), "/registry.json"));
/// What is added to the name of another model.
const OTHER_NAME: &str = " (not the published file)";
/// The hub's files may hold heads and unused tables beside the parameters that are counted, in percent.
const PARAMETERS: [u64; 2] = [98, 125];

/// Every model that is described.
///
/// # Errors
/// `models.registry`.
pub fn registry() -> Result<Vec<Value>, Refusal> {
    serde_json::from_str(REGISTRY).map_err(|error| {
        let hint = "build the command again from a clean checkout";
        Refusal::new("models.registry", format!("the list of models cannot be read: {error}"), hint)
    })
}

/// Whether the SHA-256 of a model's weights was not recorded.
pub fn no_hash(model: &Value) -> bool {
    let files = model["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let weights: Vec<&Value> = files.iter().filter(|file| is_weights(text(file, "/name"))).collect();
    weights.is_empty() || weights.iter().any(|file| text(file, "/sha256").is_empty())
}

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Id of the published checkpoint whose name the model bears.
    id: Option<String>,
    /// How it differs, in words.
    differences: Vec<String>,
    /// Whether the SHA-256 of its weights was compared.
    hashed: bool,
}

impl Comparison {
    /// The name of the model: its own, or one that says that it is another model.
    pub fn name(&self, own: &str) -> String {
        let other = !self.differences.is_empty() && !own.ends_with(OTHER_NAME);
        if other { format!("{own}{OTHER_NAME}") } else { own.to_owned() }
    }

    /// Where the files of the model come from, in words.
    pub fn source(&self) -> String {
        match &self.id {
            Some(id) if self.differences.is_empty() && self.hashed => {
                format!("published files of {id}, compared by SHA-256")
            }
            _ => "files on a disk".to_owned(),
        }
    }

    /// Reports what was found, on standard error.
    pub fn say(&self) {
        let Some(id) = &self.id else { return };
        if !self.differences.is_empty() {
            print(
                "warning",
                &Notice {
                    code: "model.not_published".into(),
                    message: format!("this is not the published {id}: {}", self.differences.join("; ")),
                    at: Where::default(),
                    hint: format!(
                        "it is used as it is; call it '{id}{OTHER_NAME}', or give the published files"
                    ),
                },
            );
        } else if self.hashed {
            say(&format!("model: {id}, the published weights (SHA-256)"));
        } else {
            say(&format!("model: {id} by its shape; the SHA-256 of these weights is not recorded"));
        }
    }
}

/// The shape of a model.
pub struct Shape {
    family: &'static str,
    /// Layers, width, heads; nothing before the model is loaded.
    numbers: Option<[usize; 3]>,
    parameters: u64,
}

impl Shape {
    /// The shape of a loaded model.
    pub fn of(checkpoint: &Checkpoint) -> Self {
        let config = checkpoint.config();
        let numbers = Some([config.layers, config.width, config.heads]);
        Self { family: config.family.id, numbers, parameters: checkpoint.parameters() }
    }

    /// What the files of a model say about it.
    ///
    /// # Errors
    /// Those of [`identify`].
    pub fn described(files: &CheckpointFiles<'_>) -> Result<Self, Refusal> {
        let tensors = files.tensors.as_ref();
        let count = |name: &str| tensors.info(name).map_or(0, |info| info.count() as u64);
        let names = tensors.names();
        let parameters = names.into_iter().filter(|name| !name.ends_with("position_ids")).map(count).sum();
        Ok(Self { family: identify(files)?.family.id, numbers: None, parameters })
    }
}

/// Compares a model with the published checkpoint that its folder, its file or `name` names.
///
/// # Errors
/// `models.registry`, `model.missing_file`, any `weights.*` code of a file that cannot be read.
pub fn compare(path: &Path, name: Option<&str>, own: &Shape) -> Result<Comparison, Refusal> {
    let names = names(path, name);
    let models = registry()?;
    let Some(model) = models.iter().filter(|model| model["demonstration"] != true).find(|model| {
        let own = ["/id", "/name", "/source/repository"].map(|field| text(model, field).to_lowercase());
        names.iter().any(|name| own.contains(name) && !name.is_empty())
    }) else {
        return Ok(Comparison::default());
    };
    let mut found = Comparison { id: Some(text(model, "/id").to_owned()), ..Comparison::default() };
    shape(model, own, &mut found.differences);
    let quantized = files(model, path, &mut found)?;
    // A quantized file holds scales beside its integers.
    let (own, published) = (own.parameters, number(model, "/architecture/parameters").unwrap_or_default());
    let [fewest, most] = PARAMETERS.map(|percent| published / 100 * percent);
    if !quantized && found.differences.is_empty() && published > 0 && !(fewest..=most).contains(&own) {
        found.differences.push(format!("{own} parameters instead of {published}"));
    }
    Ok(found)
}

/// The names that a model bears: those of its folder or file, of the folder of a hub's cache, and its own.
fn names(path: &Path, name: Option<&str>) -> Vec<String> {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let own = if whole.is_file() { whole.file_stem() } else { whole.file_name() };
    let cache = whole.ancestors().filter_map(|folder| folder.file_name()?.to_str()?.strip_prefix("models--"));
    let mut names: Vec<String> = cache.map(|cached| cached.replace("--", "/").to_lowercase()).collect();
    names.extend(own.map(|own| own.to_string_lossy().to_lowercase()));
    if let Some(name) = name.map(str::to_lowercase) {
        names.extend(name.rsplit_once('/').map(|(_, last)| last.to_owned()));
        names.push(name);
    }
    names
}

fn shape(model: &Value, own: &Shape, differences: &mut Vec<String>) {
    let family = text(model, "/family");
    if own.family != family {
        differences.push(format!("it is of the family {} instead of {family}", own.family));
    }
    let Some([layers, width, heads]) = own.numbers else { return };
    let numbers = [
        ("layers", layers, "/architecture/layers"),
        ("dimensions", width, "/architecture/width"),
        ("attention heads", heads, "/architecture/heads"),
    ];
    for (what, own, field) in numbers {
        if let Some(published) = number(model, field).filter(|published| *published != own as u64) {
            differences.push(format!("{own} {what} instead of {published}"));
        }
    }
}

/// Compares the files that have published names; answers whether the model is a quantized file.
fn files(model: &Value, path: &Path, found: &mut Comparison) -> Result<bool, Refusal> {
    let names = input::model_files(path)?;
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let opened = input::files(&texts)?;
    settings(model, opened.config.as_deref().unwrap_or_default(), &mut found.differences);
    let manifest = opened.manifest;
    let known = model["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    for file in known {
        let (name, recorded) = (text(file, "/name"), text(file, "/sha256"));
        if let Some(manifest) = manifest.as_ref().filter(|_| is_weights(name)) {
            // A quantized file quotes the hash of the weights that it was made from.
            if !recorded.is_empty() {
                found.hashed = true;
                if manifest.source_sha256 != recorded {
                    found.differences.push("it was made from weights of another SHA-256".into());
                }
            }
            continue;
        }
        let own =
            names.iter().map(|own| from_text(own)).find(|own| own.file_name().is_some_and(|own| own == name));
        let Some(own) = own else { continue };
        let bytes = own.metadata().map(|found| found.len()).unwrap_or_default();
        if let Some(published) = number(file, "/bytes").filter(|published| *published != bytes) {
            found.differences.push(format!("{name} has {bytes} bytes instead of {published}"));
        } else if !recorded.is_empty() {
            found.hashed |= is_weights(name);
            if sha256(&FileBytes::open(&own)?, &mut Silent)? != recorded {
                found.differences.push(format!("{name} has another SHA-256"));
            }
        }
    }
    Ok(manifest.is_some())
}

/// Numbers of `config.json` that decide what the weights compute.
fn settings(model: &Value, config: &[u8], differences: &mut Vec<String>) {
    let Ok(settings) = serde_json::from_slice::<Value>(config) else { return };
    for (field, published) in [
        ("num_hidden_layers", "layers"),
        ("hidden_size", "width"),
        ("num_attention_heads", "heads"),
        ("intermediate_size", "feed_forward"),
        ("vocab_size", "vocabulary"),
        ("layer_norm_eps", "layer_norm_epsilon"),
        ("token_dropout", "token_dropout"),
    ] {
        let (own, published) = (&settings[field], &model["architecture"][published]);
        let same = match (own.as_f64(), published.as_f64()) {
            (Some(own), Some(published)) => (own - published).abs() < 1e-9,
            _ => own.as_bool() == published.as_bool() || own.is_null() || published.is_null(),
        };
        if !same {
            differences.push(format!("config.json says {field} {own} instead of {published}"));
        }
    }
}

fn is_weights(name: &str) -> bool {
    [".safetensors", ".bin", ".pt", ".index.json"].iter().any(|end| name.ends_with(end))
}

fn text<'m>(model: &'m Value, pointer: &str) -> &'m str {
    model.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn number(model: &Value, pointer: &str) -> Option<u64> {
    model.pointer(pointer).and_then(Value::as_u64)
}
