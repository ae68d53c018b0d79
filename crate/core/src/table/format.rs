//! The format of a table, by the ending of its name.

use super::{TableError, TableProblem};

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// NumPy's `.npy`.
    Npy,
    /// Text: `.csv`, `.tsv`, `.tab`, `.txt`, and the same with `.gz`. The file itself shows what separates its cells.
    Text,
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
    /// `table.unknown_format`, `table.packed`.
    pub fn from_name(file: &str) -> Result<Self, TableError> {
        let lower = file.to_ascii_lowercase();
        let plain = lower.strip_suffix(".gz");
        let end = plain.unwrap_or(&lower).rsplit_once('.').map_or("", |(_, end)| end);
        match end {
            "npy" | "safetensors" if plain.is_some() => Err(TableProblem::Packed.in_file(file)),
            "npy" => Ok(Self::Npy),
            "csv" | "tsv" | "tab" | "txt" => Ok(Self::Text),
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
