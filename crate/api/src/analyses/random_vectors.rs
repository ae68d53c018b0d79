//! Random vectors of domains: a baseline for the score of a model.

use crate::analyses::feature_rows::FeatureRows;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::analysis::baseline::random_vectors;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks for the mean, over each list of domains, of a vector that is drawn at random for each domain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RandomVectorsRequest"))]
pub struct Request {
    /// Lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Numbers per domain; 256 as in BiGCARP's own embedding.
    #[serde(default = "defaults::domain_width")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::DOMAIN_WIDTH))]
    pub width: usize,
    /// Seed of the draws.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

impl Method for Request {
    const NAME: &'static str = "randomVectors";
    const EXAMPLE: &'static str = "{}";
    type Response = FeatureRows;

    async fn run(self, context: &mut Context<'_>) -> Result<FeatureRows, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, Some(SequenceKind::Domains))?;
        let numbers = random_vectors(&sequences.domains(), self.width, self.seed)?;
        Ok(FeatureRows {
            ids: sequences.ids(),
            columns: numbers.cols(),
            warnings: Vec::new(),
            numbers: numbers.into(),
        })
    }
}
