//! Is the CKA of two layers more than chance, and how certain is it?

use crate::array::Answer;
use crate::blocks::{BlockSummary, blocks};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, TableRef};
use crossgrain_core::analysis::{CkaTestOptions, KernelKind, Value, cka_test_with};
use crossgrain_core::progress::Stage;
use serde::{Deserialize, Serialize};

/// Asks for a permutation test and a bootstrap interval of the debiased CKA of two layers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaTestRequest"))]
pub struct Request {
    /// One layer, `[n, d]`, at least 4 rows.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub x: TableRef,
    /// Another layer of the same rows, `[n, e]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub y: TableRef,
    /// Similarity of two rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "linear"))]
    pub kernel: KernelKind,
    /// Width σ of the Gaussian, above 0, as a share of the median distance between rows. Only for `rbf`.
    #[serde(default = "defaults::bandwidth")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::BANDWIDTH))]
    pub bandwidth: f64,
    /// Rows of a batch, at least 4; each batch is centred by itself (mini-batch CKA), and value, p and interval are of the
    /// batches. 0 takes all rows at once.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = 0, value_name = "ROWS"))]
    pub batch: usize,
    /// Groups of rows that are not independent, such as families: blocks that are permuted and drawn as a whole. By default
    /// the sequences of rows that are named `id/position`, else the rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub groups: Option<Column>,
    /// Permutations of the blocks of `y` for the test.
    #[serde(default = "defaults::shuffles")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SHUFFLES))]
    pub shuffles: usize,
    /// Bootstrap draws of blocks for the interval; it needs at least 20.
    #[serde(default = "defaults::cka_draws")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::CKA_DRAWS))]
    pub draws: usize,
    /// Seed of permutations and draws.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

/// A debiased CKA with its p and its interval.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaTestResponse"))]
pub struct Response {
    /// Rows of each layer.
    pub n: usize,
    /// Debiased CKA, about 0 to 1; `null` where it is undefined.
    pub value: Option<f64>,
    /// HSIC(K, K) · HSIC(L, L) where the value is undefined, else `null`.
    pub product: Option<f64>,
    /// p of the permutation test: `(1 + shuffles at least as similar) / (1 + shuffles)`, so 1 without shuffles; `null`
    /// where the value is undefined.
    pub p: Option<f64>,
    /// 2.5 % and 97.5 % quantiles of the bootstrap; `null` below 20 defined draws, or if 5 % or more are undefined.
    pub interval: Option<[f64; 2]>,
    /// Draws whose CKA is undefined.
    pub undefined_draws: usize,
    /// What was permuted and drawn.
    pub blocks: BlockSummary,
    /// Rows of a batch; 0 for all rows at once.
    pub batch: usize,
    /// Permutations of the blocks.
    pub shuffles: usize,
    /// Bootstrap draws.
    pub draws: usize,
    /// Seed of permutations and draws.
    pub seed: u64,
}

impl Answer for Response {}

impl Method for Request {
    const NAME: &'static str = "ckaTest";
    const EXAMPLE: &'static str = r#"{ "x": "layer_1", "y": "layer_2" }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let (x, y) = (context.sources.rows(&self.x)?, context.sources.rows(&self.y)?);
        x.same_rows_as(&y)?;
        context.progress.begin(Stage::Resampling);
        let kernel = self.kernel.with_bandwidth(self.bandwidth);
        let (units, summary) = blocks(context.sources, self.groups.as_ref(), &x, None)?;
        let options = CkaTestOptions {
            shuffles: self.shuffles,
            draws: self.draws,
            seed: self.seed,
            batch: self.batch,
            units: Some(&units),
        };
        let found = cka_test_with(x.view(), y.view(), kernel, options, context.progress)?;
        let product = match found.value {
            Value::Undefined { product } => Some(product),
            Value::Number(_) => None,
        };
        Ok(Response {
            n: x.view().rows(),
            value: found.value.number(),
            product,
            p: found.p_value,
            interval: found.interval,
            undefined_draws: found.undefined,
            blocks: summary,
            batch: self.batch,
            shuffles: self.shuffles,
            draws: self.draws,
            seed: self.seed,
        })
    }
}
