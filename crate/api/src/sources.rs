//! Tables, label columns and sequences: how a request names them, and who gives them.

use crate::given_records::given_records;
use crate::refusal::Refusal;
use crate::sequence_record::SequenceRecord;
use crate::session::record::MethodsRecord;
use crossgrain_core::error::Notice;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::seq::{Record, SequenceKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::convert::Infallible;
use std::rc::Rc;
use std::str::FromStr;

/// A table by its name, or some of its rows.
///
/// On the command line a name is a file: `.npy`, `.csv`, `.tsv`, `.txt` or `.safetensors`; `FILE#NAME` is one layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TableRef {
    /// All rows.
    Whole(String),
    /// Some rows, in this order.
    Part {
        /// The table's name.
        table: String,
        /// Rows, counted from 0.
        rows: Vec<usize>,
    },
}

impl TableRef {
    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Whole(name) | Self::Part { table: name, .. } => name,
        }
    }
}

impl FromStr for TableRef {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::Whole(name.to_owned()))
    }
}

/// Layers to compare: table references, each the rows of one layer or of all layers that it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LayerRefs(pub Vec<TableRef>);

impl FromStr for LayerRefs {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self(vec![TableRef::Whole(name.to_owned())]))
    }
}

/// One value per row (`null` where a row has none), or the name of a column of a label table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Column {
    /// The values, in the order of the rows.
    Values(Vec<Option<String>>),
    /// A column of the label table that the command line reads with `--labels`.
    Named(String),
}

impl FromStr for Column {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::Named(name.to_owned()))
    }
}

/// One number per row, or the name of a column of a label table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NumberColumn {
    /// The numbers, in the order of the rows.
    Values(Vec<f32>),
    /// A column of the label table that the command line reads with `--labels`.
    Named(String),
}

impl FromStr for NumberColumn {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::Named(name.to_owned()))
    }
}

/// Sequences in the request itself, a file by its name, or (left out) those that the session holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum SequenceSource {
    /// The sequences themselves.
    Given(Vec<SequenceRecord>),
    /// A file: FASTA, GenBank or a list of domains.
    File(String),
    /// Those that the session has read.
    #[default]
    Loaded,
}

impl FromStr for SequenceSource {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::File(name.to_owned()))
    }
}

/// Rows of a table with what is known of them.
pub struct Rows<'a> {
    /// As the request names the table; of several layers also the layer.
    pub name: String,
    /// Name of the layer in its file.
    pub layer: String,
    /// Names of the rows, if the table has them.
    pub ids: Option<Cow<'a, [String]>>,
    /// `[n, d]`
    pub matrix: Cow<'a, Matrix>,
    /// For rows of residues or tokens: rows of each sequence, one after the other.
    pub lengths: Option<Vec<usize>>,
    /// How they were made, if that is known.
    pub methods: Option<Rc<MethodsRecord>>,
}

impl Rows<'_> {
    /// `[n, d]`
    #[must_use]
    pub fn view(&self) -> View<'_> {
        self.matrix.view()
    }

    /// Number of rows.
    #[must_use]
    pub fn count(&self) -> usize {
        self.matrix.rows()
    }

    /// The rows that a reference asks for: all, or some in its order.
    ///
    /// # Errors
    /// `analysis.no_row`.
    pub fn part(self, table: &TableRef) -> Result<Self, Refusal> {
        let TableRef::Part { rows, .. } = table else { return Ok(self) };
        let matrix = Cow::Owned(some(self.view(), rows)?);
        let pick = |ids: &Cow<[String]>| rows.iter().filter_map(|&row| ids.get(row).cloned()).collect();
        let ids = self.ids.as_ref().map(pick).map(Cow::Owned);
        Ok(Self { matrix, ids, lengths: None, ..self })
    }

    /// Refuses a column of another length.
    ///
    /// # Errors
    /// `analysis.labels`.
    pub fn one_each(&self, values: usize) -> Result<(), Refusal> {
        if values == self.count() {
            return Ok(());
        }
        let what = format!("{values} labels or values for {} rows of '{}'", self.count(), self.name);
        Err(Refusal::new("analysis.labels", what, "give one label for each row, or null"))
    }

    /// The values of the rows that `wanted` lists.
    ///
    /// # Errors
    /// `analysis.labels`, `analysis.no_row`.
    pub fn picked(&self, values: &[f32], wanted: &[usize]) -> Result<Vec<f32>, Refusal> {
        self.one_each(values.len())?;
        Ok(some(View::new(values, values.len(), 1)?, wanted)?.into_data())
    }

    /// Names of the rows, or their numbers from 1.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        match &self.ids {
            Some(ids) => ids.to_vec(),
            None => (1..=self.matrix.rows()).map(|row| row.to_string()).collect(),
        }
    }

    /// Refuses a table whose names are not those of this one, in the same order; tables without names go by order.
    ///
    /// # Errors
    /// `table.other_ids`.
    pub fn same_rows_as(&self, other: &Rows) -> Result<(), Refusal> {
        match (&self.ids, &other.ids) {
            (Some(own), Some(theirs)) if own != theirs => {
                let what = format!("its ids are not those of {}, in the same order", self.name);
                Err(Refusal::in_file("table.other_ids", &other.name, what, "give tables of the same rows"))
            }
            _ => Ok(()),
        }
    }
}

/// Sequences with what they are.
pub struct Sequences<'a> {
    /// What the letters are.
    pub kind: SequenceKind,
    /// The records that can be used.
    pub records: Cow<'a, [Record]>,
}

impl Sequences<'_> {
    /// Sequences that a request gives, checked by the same rules as a file.
    ///
    /// # Errors
    /// Any code of a reader.
    pub fn given(
        records: &[SequenceRecord],
        wanted: Option<SequenceKind>,
    ) -> Result<Sequences<'static>, Refusal> {
        let parsed = given_records(records, wanted, None)?;
        Ok(Sequences { kind: parsed.kind, records: Cow::Owned(parsed.records) })
    }

    /// Names of the records.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.records.iter().map(|record| record.id.clone()).collect()
    }

    /// Letters of the records.
    #[must_use]
    pub fn letters(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.letters.as_str()).collect()
    }

    /// Names of the records with their letters.
    #[must_use]
    pub fn named(&self) -> Vec<(&str, &str)> {
        self.records.iter().map(|record| (record.id.as_str(), record.letters.as_str())).collect()
    }

    /// Domains of the records.
    #[must_use]
    pub fn domains(&self) -> Vec<Vec<&str>> {
        self.records.iter().map(|record| record.domains().collect()).collect()
    }

    /// Rows without numbers, one per record, for label columns that stand beside them.
    ///
    /// # Errors
    /// `matrix.shape`, which cannot happen.
    pub fn rows(&self) -> Result<Rows<'_>, Refusal> {
        let matrix = Matrix::new(Vec::new(), self.records.len(), 0)?;
        Ok(Rows {
            name: "the sequences".to_owned(),
            layer: String::new(),
            ids: Some(Cow::Owned(self.ids())),
            matrix: Cow::Owned(matrix),
            lengths: None,
            methods: None,
        })
    }
}

/// Gives the tables, columns and sequences that requests name.
pub trait Sources {
    /// All layers of a table; at least one, all with the same rows.
    ///
    /// # Errors
    /// `analysis.no_table`, `analysis.no_row`; on the command line any `table.*` code.
    fn layers(&self, table: &TableRef) -> Result<Vec<Rows<'_>>, Refusal>;

    /// The rows of residues or tokens of one layer, with the names and the lengths of their sequences if these are
    /// known.
    ///
    /// # Errors
    /// As [`Sources::layers`].
    fn tokens(&self, table: &TableRef) -> Result<Rows<'_>, Refusal>;

    /// The values of a column, one per row of `rows`.
    ///
    /// # Errors
    /// `analysis.labels` unless there is one value per row; `labels.*` codes.
    fn column<'a>(&'a self, column: &'a Column, rows: &Rows) -> Result<Cow<'a, [Option<String>]>, Refusal>;

    /// The numbers of a column for the rows that `wanted` lists; each of these has one.
    ///
    /// # Errors
    /// `analysis.labels` unless there is one value per row; `labels.no_number`.
    fn numbers(&self, column: &NumberColumn, rows: &Rows, wanted: &[usize]) -> Result<Vec<f32>, Refusal>;

    /// The numbers of a column, one per row of `rows`; `None` where a row has none.
    ///
    /// # Errors
    /// `analysis.labels` unless there is one value per row; `labels.no_number` for a word that is no number.
    fn known_numbers(&self, column: &NumberColumn, rows: &Rows) -> Result<Vec<Option<f32>>, Refusal> {
        let all: Vec<usize> = (0..rows.count()).collect();
        Ok(self.numbers(column, rows, &all)?.into_iter().map(Some).collect())
    }

    /// What was odd about the columns that were asked for since the last call, such as labels that match no row.
    fn take_notices(&self) -> Vec<Notice> {
        Vec::new()
    }

    /// The sequences of a source, read as `wanted` where the source leaves a choice.
    ///
    /// # Errors
    /// `engine.no_sequences` if none are loaded; any code of a reader.
    fn sequences<'a>(
        &'a self,
        source: &'a SequenceSource,
        wanted: Option<SequenceKind>,
    ) -> Result<Sequences<'a>, Refusal>;
}

impl dyn Sources + '_ {
    /// The rows of a table of one layer.
    ///
    /// # Errors
    /// `table.several_layers`, and those of [`Sources::layers`].
    pub fn rows(&self, table: &TableRef) -> Result<Rows<'_>, Refusal> {
        let mut layers = self.layers(table)?;
        match (layers.pop(), layers.is_empty()) {
            (Some(rows), true) => Ok(rows),
            (last, _) => {
                let names: Vec<String> = layers.into_iter().chain(last).map(|layer| layer.name).collect();
                let what = format!("it holds {} layers: {}", names.len(), names.join(", "));
                Err(Refusal::in_file(
                    "table.several_layers",
                    table.name(),
                    what,
                    "name one of them as FILE#NAME",
                ))
            }
        }
    }
}

/// Some rows of a view.
///
/// # Shape
/// `view [n, d]`, `rows [m]` → `[m, d]`.
///
/// # Errors
/// `analysis.no_row`, `matrix.shape`.
pub fn some(view: View, rows: &[usize]) -> Result<Matrix, Refusal> {
    let mut data = Vec::with_capacity(rows.len().saturating_mul(view.cols()));
    for &row in rows {
        let numbers = view.row(row).ok_or_else(|| {
            let what = format!("there is no row {row} in a table of {} rows", view.rows());
            Refusal::new("analysis.no_row", what, "rows are counted from 0")
        })?;
        data.extend_from_slice(numbers);
    }
    Ok(Matrix::new(data, rows.len(), view.cols())?)
}
