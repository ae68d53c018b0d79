//! Rows as a file.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::session::export::RowFormat;
use crate::sources::TableRef;
use crossgrain_core::export::{Tensor, csv, npy, safetensors};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

/// Asks for layers as one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExportTableRequest"))]
pub struct Request {
    /// The format.
    #[cfg_attr(feature = "cli", arg(long))]
    pub format: RowFormat,
    /// Layers; `.npy` and `.csv` hold the first only.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE", required = true))]
    pub layers: Vec<NamedLayer>,
    /// Names of the rows; without them, those of the first layer's table, or the rows' numbers from 1.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub ids: Option<Vec<String>>,
    /// Texts for the header of a `.safetensors` file, beside the names.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub metadata: BTreeMap<String, String>,
}

/// A layer and what the file calls it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NamedLayer {
    /// Name of the tensor.
    pub name: String,
    /// Its rows, `[n, d]`.
    pub table: TableRef,
}

impl FromStr for NamedLayer {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        let layer = name.rsplit_once('#').map_or("rows", |(_, layer)| layer);
        Ok(Self { name: layer.to_owned(), table: TableRef::Whole(name.to_owned()) })
    }
}

/// The file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExportTableResponse"))]
pub struct Response {
    /// Its size in bytes.
    pub bytes: usize,
    /// Its bytes, `[1, bytes]`.
    #[serde(skip_serializing)]
    pub file: AnswerMatrix<u8>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.file.array("file")]
    }
}

impl Method for Request {
    const NAME: &'static str = "exportTable";
    const EXAMPLE: &'static str = r#"{ "format": "npy", "layers": [{ "name": "rows", "table": "rows" }] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let rows = self.layers.iter().map(|layer| context.sources.rows(&layer.table));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let Some(first) = rows.first() else {
            return Err(Refusal::new(
                "analysis.nothing",
                "there is no layer to write",
                "give at least one layer",
            ));
        };
        let ids = self.ids.unwrap_or_else(|| first.names());
        let file = match self.format {
            RowFormat::Npy => npy(first.view())?,
            RowFormat::Csv => csv(&ids, first.view(), "d")?,
            RowFormat::Safetensors => {
                let shapes: Vec<[usize; 2]> =
                    rows.iter().map(|rows| [rows.view().rows(), rows.view().cols()]).collect();
                let all = self.layers.iter().zip(&rows).zip(&shapes);
                let tensors = all.map(|((layer, rows), shape)| Tensor {
                    name: &layer.name,
                    shape,
                    data: rows.matrix.data(),
                });
                let mut metadata = self.metadata;
                metadata.insert("ids".to_owned(), serde_json::json!(ids).to_string());
                safetensors(&tensors.collect::<Vec<_>>(), &metadata)?
            }
        };
        let bytes = file.len();
        Ok(Response { bytes, file: AnswerMatrix::new(file, 1, bytes) })
    }
}
