//! Rows as a file.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::session::export::RowFormat;
use crate::session::record::{MethodsRecord, own_key};
use crate::sources::{Rows, TableRef};
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
    /// How the rows were made, for that header; without it, what the tables themselves say.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(skip))]
    pub methods: Option<Box<MethodsRecord>>,
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
    /// How its rows were made, for a file beside it: `.npy` and `.csv` have no place for that; `null` if it is not known.
    pub methods: Option<Box<MethodsRecord>>,
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
                let mut metadata = match &self.methods {
                    Some(methods) => methods.texts(),
                    None => own_texts(&self.layers, &rows),
                };
                metadata.extend(self.metadata);
                metadata.insert("ids".to_owned(), serde_json::json!(ids).to_string());
                safetensors(&tensors.collect::<Vec<_>>(), &metadata)?
            }
        };
        let methods = match self.format {
            RowFormat::Safetensors => None,
            RowFormat::Npy | RowFormat::Csv => {
                let given = self.methods.as_deref().or(first.methods.as_deref());
                given.map(|methods| Box::new(methods.of_rows()))
            }
        };
        let bytes = file.len();
        Ok(Response { bytes, methods, file: AnswerMatrix::new(file, 1, bytes) })
    }
}

/// What the tables say of how they were made: once if they agree, otherwise for each layer.
fn own_texts(layers: &[NamedLayer], rows: &[Rows]) -> BTreeMap<String, String> {
    let known: Vec<&MethodsRecord> = rows.iter().filter_map(|rows| rows.methods.as_deref()).collect();
    if let Some(methods) = MethodsRecord::of_all(&known).filter(|_| known.len() == rows.len()) {
        return methods.texts();
    }
    let own = |(layer, rows): (&NamedLayer, &Rows)| {
        let methods = rows.methods.as_ref()?.of_rows();
        Some((own_key(&layer.name), serde_json::to_string(&methods).ok()?))
    };
    layers.iter().zip(rows).filter_map(own).collect()
}
