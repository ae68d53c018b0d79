//! Random rows: a baseline that holds nothing but noise.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crossgrain_core::analysis::baseline::random_vectors;
use serde::{Deserialize, Serialize};

/// Asks for rows of independent normal numbers with variance 1 / columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RandomFeaturesRequest"))]
pub struct Request {
    /// Rows, at least 1.
    #[cfg_attr(feature = "cli", arg(long))]
    pub rows: usize,
    /// Features of each row, at least 1.
    #[cfg_attr(feature = "cli", arg(long))]
    pub columns: usize,
    /// Seed of the draws.
    #[serde(default = "defaults::seed")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::SEED))]
    pub seed: u64,
}

/// The rows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RandomFeaturesResponse"))]
pub struct Response {
    /// Random features of each row.
    pub columns: usize,
    /// The numbers, `[rows, columns]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers")]
    }
}

impl Method for Request {
    const NAME: &'static str = "randomFeatures";
    const EXAMPLE: &'static str = r#"{ "rows": 10, "columns": 4 }"#;
    type Response = Response;

    async fn run(self, _context: &mut Context<'_>) -> Result<Response, Refusal> {
        // A name of its own for each row, in the order of the rows.
        let names: Vec<String> = (0..self.rows).map(|row| format!("{row:012}")).collect();
        let lists: Vec<Vec<&str>> = names.iter().map(|name| vec![name.as_str()]).collect();
        let numbers = random_vectors(&lists, self.columns, self.seed)?;
        Ok(Response { columns: numbers.cols(), numbers: numbers.into() })
    }
}
