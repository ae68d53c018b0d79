//! Loads the files of a checkpoint as a model that can embed.
//!
//! The files show their family: `config.json` of a hub folder, or what a `.pt` file holds beside its tensors. The family
//! does the rest, see [`crate::families`], whatever the container.
//!
//! | file | what it does |
//! |---|---|
//! | `identify` | finds family, numbers, tokenizer and tensors |
//! | `pack` | writes a quantized file |

mod identify;
mod pack;

pub use crate::files::CheckpointFiles;
pub use identify::{Identified, identify};
pub use pack::{About, pack, verify};

use crate::compile::compile_pipelines;
use crate::device::OpenDevice;
use crate::embed::{Embedded, Item, Options, embed};
use crate::error::EngineError;
use crate::families::{Architecture, Family, Model};
use crate::nn::{Placement, Reader};
use crate::quant::Precision;
use crossgrain_core::error::Notice;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::progress::Progress;
use crossgrain_core::token::Tokenizer;
use crossgrain_core::weights::{ByteSource, OpenBytes, Safetensors};
use serde_json::Value;

/// A loaded model with its tokenizer.
///
/// ```
/// use crossgrain_core::progress::Silent;
/// use crossgrain_core::weights::FileBytes;
/// use crossgrain_engine::checkpoint::Checkpoint;
/// use crossgrain_engine::device::OpenDevice;
/// use crossgrain_engine::embed::{Item, Options};
/// use std::path::Path;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = Path::new("../../tests/golden/esm2-tiny");
/// let names = ["config.json", "model.safetensors"];
/// let cpu = OpenDevice::cpu("for an example");
/// let checkpoint = Checkpoint::from_files(
///     &names,
///     &mut |name| Ok(Box::new(FileBytes::open(&folder.join(name))?)),
///     &cpu,
///     None, // f32
///     &mut Silent,
/// )?;
/// assert_eq!(checkpoint.family().name, "ESM-2");
///
/// let records = [Item { id: "insulin", letters: "GIVEQCCTSICSLYQLENYCN" }];
/// let rows = pollster::block_on(checkpoint.embed(&records, &Options::default(), &mut Silent))?;
/// assert_eq!(rows.states[0].len(), checkpoint.config().width); // one mean vector of the last layer
/// # Ok(())
/// # }
/// ```
pub struct Checkpoint {
    model: Box<dyn Model>,
    tokenizer: Tokenizer,
    parameters: u64,
    notices: Vec<Notice>,
    budget: usize,
}

impl Checkpoint {
    /// Loads a checkpoint of any family, its linear layers in this precision. Without one a quantized file keeps its own
    /// precision, and other files are loaded in f32. `progress` counts tensors.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code, `engine.cancelled`.
    pub fn open(
        files: &CheckpointFiles<'_>,
        opened: &OpenDevice,
        precision: impl Into<Option<Precision>>,
        progress: &mut dyn Progress,
    ) -> Result<Self, EngineError> {
        let source = files.tensors.as_ref();
        let precision = files.precision(precision.into())?;
        let placement = Placement { device: opened.device.clone(), gpu: opened.is_gpu(), precision };
        let Identified { config, tokenizer, unread, notices, .. } = identify(files)?;
        let model = config.load(&mut Reader::new(source, &placement, progress))?;
        let count = |name: &str| source.info(name).map_or(0, |info| info.count() as u64);
        let is_read = |name: &&str| !name.ends_with("position_ids") && !unread.contains(*name);
        let parameters = source.names().into_iter().filter(is_read).map(count).sum();
        Ok(Self { model, tokenizer, parameters, notices, budget: opened.token_budget() })
    }

    /// Loads a checkpoint from the files called `names`; `bytes` gives the contents of each. For `precision` and
    /// `progress` see [`Checkpoint::open`].
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code, `engine.cancelled`.
    pub fn from_files(
        names: &[&str],
        bytes: &mut OpenBytes<'_>,
        opened: &OpenDevice,
        precision: impl Into<Option<Precision>>,
        progress: &mut dyn Progress,
    ) -> Result<Self, EngineError> {
        Self::open(&CheckpointFiles::read(names, bytes)?, opened, precision, progress)
    }

    /// Loads a checkpoint in hub layout with a safetensors file, all in f32.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code, `engine.cancelled`.
    pub fn load(
        config: &[u8],
        vocabulary: Option<&str>,
        weights: impl ByteSource,
        file: &str,
        opened: &OpenDevice,
        progress: &mut dyn Progress,
    ) -> Result<Self, EngineError> {
        let files = CheckpointFiles {
            config: Some(config.to_vec()),
            vocabulary: vocabulary.map(str::to_owned),
            tokenizer: None,
            tensors: Box::new(Safetensors::open(weights, file)?),
            settings: Value::Null,
            manifest: None,
            notices: Vec::new(),
        };
        Self::open(&files, opened, Precision::F32, progress)
    }

    /// The numbers of the model that matter to a caller.
    #[must_use]
    pub fn config(&self) -> &Architecture {
        self.model.architecture()
    }

    /// The family it belongs to.
    #[must_use]
    pub fn family(&self) -> Family {
        self.config().family
    }

    /// The model itself.
    #[must_use]
    pub fn model(&self) -> &dyn Model {
        self.model.as_ref()
    }

    /// Letters to token ids.
    #[must_use]
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Numbers in the checkpoint.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// What was applied to the checkpoint, and what of it is not used.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What the model reads.
    #[must_use]
    pub fn granularity(&self) -> Granularity {
        self.family().granularity
    }

    /// Refuses sequences that the model does not read.
    ///
    /// # Errors
    /// `embed.dna_for_a_protein_model`, `embed.proteins_for_a_dna_model`,
    /// `embed.letters_for_a_domain_model`, `embed.domains_for_a_letter_model`.
    pub fn accept(&self, sequences: impl Into<Granularity>) -> Result<(), EngineError> {
        match (self.granularity(), sequences.into()) {
            (model, sequences) if model == sequences => Ok(()),
            (model, sequences) => Err(EngineError::Granularity { model, sequences }),
        }
    }

    /// Compiles all GPU pipelines that the model needs, see [`compile_pipelines`].
    ///
    /// # Errors
    /// `device.failed`, `engine.cancelled`.
    pub async fn compile_pipelines(&self, progress: &mut dyn Progress) -> Result<(), EngineError> {
        compile_pipelines(self.model.as_ref(), progress).await
    }

    /// Embeds all records, see [`embed`].
    ///
    /// # Errors
    /// Any `embed.*` code, `device.failed`, `engine.cancelled`.
    pub async fn embed(
        &self,
        items: &[Item<'_>],
        options: &Options,
        progress: &mut dyn Progress,
    ) -> Result<Embedded, EngineError> {
        embed(self.model.as_ref(), &self.tokenizer, items, options, self.budget, progress).await
    }
}
