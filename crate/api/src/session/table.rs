//! A file of numbers as a table.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::refusal::Refusal;
use crossgrain_core::table::LayerTable;
use crossgrain_core::weights::ByteSource;
use serde::Serialize;

/// The first layer of a file of numbers: `.npy`, `.csv`, `.tsv` or `.safetensors`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "TableReport"))]
pub struct Response {
    /// Names of the rows; `null` where the file has none.
    pub ids: Option<Vec<String>>,
    /// Names of the layers of the file.
    pub layers: Vec<String>,
    /// Rows of each layer.
    pub rows: usize,
    /// Numbers of a row of the last layer.
    pub cols: usize,
    /// The rows of the last layer, `[rows, cols]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers")]
    }
}

impl Response {
    /// Reads a file by the ending of its name.
    ///
    /// # Errors
    /// Any `table.*` code.
    pub fn read(name: &str, bytes: &dyn ByteSource) -> Result<Self, Refusal> {
        let mut table = LayerTable::read(name, bytes, None)?;
        let layers = table.layers.iter().map(|layer| layer.name.clone()).collect();
        let Some(last) = table.layers.pop() else {
            return Err(Refusal::in_file("table.no_rows", name, "it holds no rows", "give a file of numbers"));
        };
        let (rows, cols) = (last.matrix.rows(), last.matrix.cols());
        Ok(Self { ids: table.ids, layers, rows, cols, numbers: last.matrix.into() })
    }
}
