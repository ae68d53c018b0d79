//! All layers of a file.

use super::layer::Layers;
use super::{TableError, TableFormat, TableLayer, TableProblem, csv, npy, safetensors};
use crate::error::Notice;
use crate::weights::ByteSource;
use std::collections::BTreeMap;

/// All layers that a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTable {
    /// `FILE`, or `FILE#NAME` if one layer was named.
    pub name: String,
    /// One id per row; `None` if the file has none: rows then go by their order.
    pub ids: Option<Vec<String>>,
    /// At least one layer, by number; all have the same number of rows.
    pub layers: Vec<TableLayer>,
    /// What was left out of the file.
    pub notices: Vec<Notice>,
    /// What was decided about a table as text, in one line: separator, header, ids.
    pub decided: Option<String>,
    /// Texts beside the numbers, such as how they were made; ids are not among them. Only `.safetensors` has some.
    pub texts: BTreeMap<String, String>,
}

impl LayerTable {
    /// Reads the file called `file`, whose ending names its format; `layer` names one tensor of a
    /// `.safetensors` file.
    ///
    /// ```
    /// use crossgrain_core::table::LayerTable;
    ///
    /// let table = LayerTable::read("rows.csv", &b"id,d0,d1\np1,0.5,1\n".to_vec(), None)?;
    /// assert_eq!(table.ids.as_deref(), Some(&["p1".to_owned()][..]));
    /// assert_eq!(table.layers[0].matrix.data(), [0.5, 1.0]);
    /// # Ok::<(), crossgrain_core::table::TableError>(())
    /// ```
    ///
    /// # Shape
    ///
    /// ids `[n]`, each layer `[n, d]`; layers may differ in d.
    ///
    /// # Errors
    ///
    /// `table.unknown_format`, `table.packed`, `table.too_large`, `table.npy`, `table.csv`, `table.not_text`,
    /// `table.gzip`, `table.rows`, `table.columns`, `table.no_rows`, `table.ids`, and the codes of
    /// [`Safetensors::open`](crate::weights::Safetensors::open).
    pub fn read(file: &str, bytes: &dyn ByteSource, layer: Option<&str>) -> Result<Self, TableError> {
        let one = |ids, matrix| Layers {
            ids,
            layers: vec![TableLayer { name: "rows".to_owned(), matrix }],
            notices: Vec::new(),
            texts: BTreeMap::new(),
        };
        let mut decided = None;
        let Layers { ids, layers, notices, texts } = match TableFormat::from_name(file)? {
            TableFormat::Npy => one(None, npy::read(file, bytes)?),
            TableFormat::Text => {
                let found = csv::read(file, bytes)?;
                decided = Some(found.decided);
                one(found.ids, found.rows)
            }
            TableFormat::Safetensors => safetensors::read(file, bytes, layer)?,
        };
        let rows = layers.first().map_or(0, |first| first.matrix.rows());
        if let Some(ids) = ids.as_ref().map(Vec::len).filter(|&ids| ids != rows) {
            return Err(TableProblem::Ids { ids, rows }.in_file(file));
        }
        let name = layer.map_or_else(|| file.to_owned(), |layer| format!("{file}#{layer}"));
        Ok(Self { name, ids, layers, notices, decided, texts })
    }
}
