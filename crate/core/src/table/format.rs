//! The format of a table, by the ending of its name.

use super::{TableError, TableProblem};

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// NumPy's `.npy`.
    Npy,
    /// `.csv`: cells separated by commas.
    Csv,
    /// `.tsv`: cells separated by tabs.
    Tsv,
    /// `.safetensors`.
    Safetensors,
}

impl TableFormat {
    /// The format of a file of this name; upper and lower case are the same.
    ///
    /// ```
    /// use crossgrain_core::table::TableFormat;
    ///
    /// assert_eq!(TableFormat::from_name("runs/esm2.NPY")?, TableFormat::Npy);
    /// # Ok::<(), crossgrain_core::table::TableError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `table.unknown_format`.
    pub fn from_name(file: &str) -> Result<Self, TableError> {
        let end = file.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
        match end.as_str() {
            "npy" => Ok(Self::Npy),
            "csv" => Ok(Self::Csv),
            "tsv" => Ok(Self::Tsv),
            "safetensors" => Ok(Self::Safetensors),
            _ => Err(TableProblem::UnknownFormat.in_file(file)),
        }
    }
}

/// Splits `FILE#NAME` into the file and the name of a layer or tensor.
///
/// ```
/// use crossgrain_core::table::split_name;
///
/// assert_eq!(split_name("rows.safetensors#layer_6"), ("rows.safetensors", Some("layer_6")));
/// assert_eq!(split_name("rows.npy"), ("rows.npy", None));
/// ```
#[must_use]
pub fn split_name(name: &str) -> (&str, Option<&str>) {
    name.rsplit_once('#').map_or((name, None), |(file, layer)| (file, Some(layer)))
}
