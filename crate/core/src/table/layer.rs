//! One layer of a table.

use crate::error::Notice;
use crate::matrix::Matrix;
use std::collections::BTreeMap;

/// What a file holds.
pub(super) struct Layers {
    /// Ids, if the file has them.
    pub ids: Option<Vec<String>>,
    /// At least one layer.
    pub layers: Vec<TableLayer>,
    /// What was left out.
    pub notices: Vec<Notice>,
    /// Texts beside the numbers, ids not among them.
    pub texts: BTreeMap<String, String>,
}

/// Rows of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct TableLayer {
    /// Name of the tensor, such as `layer_6`; `rows` in formats without layers.
    pub name: String,
    /// The numbers, `[n, d]`.
    pub matrix: Matrix,
}

impl TableLayer {
    /// The number in a name such as `layer_6`.
    #[must_use]
    pub fn number(&self) -> Option<usize> {
        self.name.strip_prefix("layer_")?.parse().ok()
    }
}
