//! One layer of a table.

use crate::matrix::Matrix;

/// Ids, if the file has them, and layers.
pub(super) type Layers = (Option<Vec<String>>, Vec<TableLayer>);

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
