//! Skip-gram vectors of domains, as in Pfam2vec: a baseline for the score of a model.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::analysis::baseline::{SkipGramOptions, skip_gram};
use crossgrain_core::progress::Stage;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the mean, over each list of domains, of vectors learnt from the domains around each domain (word2vec's
/// skip-gram with negative sampling).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SkipGramRequest"))]
pub struct Request {
    /// Lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Lists to learn from instead: more lists make better vectors.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "FILE"))]
    pub learn_from: Option<SequenceSource>,
    /// Numbers per domain (gensim).
    #[serde(default = "defaults::skip_gram_vector_size")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SKIP_GRAM_VECTOR_SIZE))]
    pub vector_size: usize,
    /// Context window: domains on each side.
    #[serde(default = "defaults::skip_gram_window")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SKIP_GRAM_WINDOW))]
    pub window: usize,
    /// Negative samples per pair.
    #[serde(default = "defaults::skip_gram_negative_samples")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SKIP_GRAM_NEGATIVE_SAMPLES))]
    pub negative_samples: usize,
    /// Epochs: passes over the lists.
    #[serde(default = "defaults::skip_gram_epochs")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SKIP_GRAM_EPOCHS))]
    pub epochs: usize,
    /// Learning rate at the start.
    #[serde(default = "defaults::skip_gram_learning_rate")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SKIP_GRAM_LEARNING_RATE))]
    pub learning_rate: f64,
    /// Subsampling threshold: domains above this share of all domains are dropped at random; 0 drops none.
    #[serde(default = "defaults::skip_gram_sample")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SKIP_GRAM_SAMPLE))]
    pub sample: f64,
    /// Seed of initial vectors, windows and negative samples.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

/// Vectors of the lists and of the domains.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SkipGramResponse"))]
pub struct Response {
    /// Names of the records.
    pub ids: Vec<String>,
    /// Numbers per record.
    pub columns: usize,
    /// Mean vector of the domains of each list, `[records, columns]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
    /// Names of the domains that have a vector.
    pub domains: Vec<String>,
    /// Their vectors, `[domains, columns]`.
    #[serde(skip_serializing)]
    pub vectors: AnswerMatrix<f32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers"), self.vectors.array("vectors")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }

    fn ids_of(&self, field: &str) -> Option<&[String]> {
        Some(if field == "vectors" { &self.domains } else { &self.ids })
    }
}

impl Method for Request {
    const NAME: &'static str = "skipGram";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let wanted = Some(SequenceKind::Domains);
        let sequences = context.sources.sequences(&self.sequences, wanted)?;
        let others =
            self.learn_from.as_ref().map(|source| context.sources.sequences(source, wanted)).transpose()?;
        let options = SkipGramOptions {
            vector_size: self.vector_size,
            window: self.window,
            negative_samples: self.negative_samples,
            epochs: self.epochs,
            learning_rate: self.learning_rate,
            sample: self.sample,
        };
        context.progress.begin(Stage::Learning);
        let lists = others.as_ref().unwrap_or(&sequences).domains();
        let found = skip_gram(&lists, &options, self.seed, context.progress)?;
        let numbers = found.mean(&sequences.domains());
        Ok(Response {
            ids: sequences.ids(),
            columns: numbers.cols(),
            numbers: numbers.into(),
            domains: found.names().to_vec(),
            vectors: found.vectors().clone().into(),
        })
    }
}
