//! A layer of a file of numbers.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::refusal::Refusal;
use crate::session::record::MethodsRecord;
use crossgrain_core::error::Notice;
use crossgrain_core::table::LayerTable;
use crossgrain_core::weights::ByteSource;
use serde::Serialize;

/// One layer of a file of numbers: `.npy`, `.csv`, `.tsv`, `.txt` or `.safetensors`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "TableReport"))]
pub struct Response {
    /// Names of the rows; `null` where the file has none.
    pub ids: Option<Vec<String>>,
    /// Names of all layers of the file.
    pub layers: Vec<String>,
    /// Rows of the table, of each of its layers.
    pub rows: usize,
    /// Numbers of a row of this layer.
    pub cols: usize,
    /// What was left out of the file.
    pub warnings: Vec<Notice>,
    /// What was decided about a table as text, in one line: separator, header, ids; `null` for other formats.
    pub decided: Option<String>,
    /// How the rows were made, if the file says so; `null` otherwise.
    pub methods: Option<MethodsRecord>,
    /// How rows of several runs were joined, as JSON; `null` for other rows.
    pub joined: Option<String>,
    /// The rows of this layer, `[rows, cols]`.
    #[serde(skip_serializing)]
    pub numbers: AnswerMatrix<f32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.numbers.array("numbers")]
    }
}

impl Response {
    /// Reads a file by the ending of its name: the layer of that number, counted from 0.
    ///
    /// # Errors
    /// Any `table.*` code.
    pub fn read(name: &str, bytes: &dyn ByteSource, layer: usize) -> Result<Self, Refusal> {
        let table = LayerTable::read(name, bytes, None)?;
        let layers: Vec<String> = table.layers.iter().map(|layer| layer.name.clone()).collect();
        let Some(found) = table.layers.into_iter().nth(layer) else {
            let what = format!("it holds {} layers, counted from 0", layers.len());
            return Err(Refusal::in_file("table.no_rows", name, what, "ask for one of its layers"));
        };
        let (rows, cols) = (found.matrix.rows(), found.matrix.cols());
        let (decided, mut warnings) = (table.decided, table.notices);
        let methods = MethodsRecord::from_texts(&table.texts, Some(&found.name)).unwrap_or_else(|reason| {
            warnings.push(*unreadable_methods(name, &reason).0);
            None
        });
        let joined = table.texts.get("joined").cloned();
        let (ids, numbers) = (table.ids, found.matrix.into());
        Ok(Self { ids, layers, rows, cols, warnings, decided, methods, joined, numbers })
    }
}

/// A file says how its rows were made, but not in a form that this version reads.
#[must_use]
pub fn unreadable_methods(file: &str, reason: &str) -> Refusal {
    let what = format!("how its rows were made cannot be read: {reason}");
    Refusal::in_file("table.methods", file, what, "the rows are used as they are")
}
