//! Groups of similar sequences, to be kept on the same side of a split.

use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::SequenceSource;
use crossgrain_core::analysis::sequence_clusters;
use crossgrain_core::seq::SequenceKind;
use serde::{Deserialize, Serialize};

/// Asks which sequences are so alike that they must not be split between training and test. The identity of two
/// sequences is estimated from the words of letters that they share; clusters are what links at or above it connect
/// (single linkage).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SequenceClustersRequest"))]
pub struct Request {
    /// Proteins, DNA or lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "FILE"))]
    pub sequences: SequenceSource,
    /// Estimated identity from which two sequences are linked, above 0 and at most 1. Default: 0.5, and 0.8 for DNA. The estimate
    /// is good above 0.4, and 0.7 for DNA; relatives below it need an alignment.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub identity: Option<f64>,
}

/// The identity from which sequences of a kind are linked, unless another is asked for.
#[must_use]
pub fn default_identity(kind: SequenceKind) -> f64 {
    if kind == SequenceKind::Dna { defaults::DNA_CLUSTER_IDENTITY } else { defaults::CLUSTER_IDENTITY }
}

/// The cluster of each sequence.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SequenceClustersResponse"))]
pub struct Response {
    /// Names of the sequences.
    pub ids: Vec<String>,
    /// The cluster of each, counted from 1 in the order of their first sequences.
    pub clusters: Vec<u32>,
    /// Clusters, at least 1.
    pub count: usize,
    /// Sequences of the largest cluster.
    pub largest: usize,
    /// Clusters of one sequence.
    pub singletons: usize,
    /// Estimated identity from which two sequences are linked, 0 to 1.
    pub identity: f64,
    /// Letters, or domains, of a word.
    pub word: usize,
    /// Sequences without a whole word: too short, or of unknown letters. Only copies of them are found.
    pub without_word: usize,
}

impl Answer for Response {
    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }

    /// A table of labels, for `--groups` of a probe.
    fn text(&self) -> Option<String> {
        let rows =
            self.ids.iter().zip(&self.clusters).map(|(id, cluster)| format!("{id}\tcluster {cluster}\n"));
        Some(std::iter::once("id\tcluster\n".to_owned()).chain(rows).collect())
    }
}

impl Method for Request {
    const NAME: &'static str = "sequenceClusters";
    const EXAMPLE: &'static str = "{}";
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sequences = context.sources.sequences(&self.sequences, None)?;
        let identity = self.identity.unwrap_or_else(|| default_identity(sequences.kind));
        let found = sequence_clusters(&sequences.letters(), sequences.kind, identity, context.progress)?;
        Ok(Response {
            ids: sequences.ids(),
            clusters: found.of.iter().map(|cluster| cluster + 1).collect(),
            count: found.sizes.len(),
            largest: found.sizes.iter().copied().max().unwrap_or_default(),
            singletons: found.sizes.iter().filter(|&&size| size == 1).count(),
            identity,
            word: found.word,
            without_word: found.without_word,
        })
    }
}
