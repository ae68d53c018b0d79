//! The sources of requests from JavaScript: tables that it handed over, and the sequences of a session.

use crossgrain_api::{Column, NumberColumn, Refusal, Rows, SequenceSource, Sequences, Sources, TableRef};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::seq::{Parsed, SequenceKind};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Tables by name, and sequences.
#[derive(Default)]
pub struct Held {
    tables: BTreeMap<String, Matrix>,
    /// The sequences of a request that names none.
    sequences: Option<Rc<Parsed>>,
}

impl Held {
    /// No tables, only sequences.
    pub fn of_sequences(sequences: Option<Rc<Parsed>>) -> Self {
        Self { tables: BTreeMap::new(), sequences }
    }

    /// Takes a table in; one of the same name is replaced.
    pub fn add(&mut self, name: String, matrix: Matrix) {
        self.tables.insert(name, matrix);
    }

    /// Forgets a table.
    pub fn drop(&mut self, name: &str) {
        self.tables.remove(name);
    }

    fn rows(&self, table: &TableRef) -> Result<Rows<'_>, Refusal> {
        let name = table.name();
        let matrix = self.tables.get(name).ok_or_else(|| {
            Refusal::new("analysis.no_table", format!("there is no table '{name}'"), "add the table first")
        })?;
        let (name, layer) = (name.to_owned(), String::new());
        let matrix = Cow::Borrowed(matrix);
        Rows { name, layer, ids: None, matrix, lengths: None, methods: None }.part(table)
    }
}

impl Sources for Held {
    fn layers(&self, table: &TableRef) -> Result<Vec<Rows<'_>>, Refusal> {
        Ok(vec![self.rows(table)?])
    }

    fn tokens(&self, table: &TableRef) -> Result<Rows<'_>, Refusal> {
        self.rows(table)
    }

    fn column<'a>(&'a self, column: &'a Column, rows: &Rows) -> Result<Cow<'a, [Option<String>]>, Refusal> {
        match column {
            Column::Values(values) => rows.one_each(values.len()).map(|()| Cow::Borrowed(values.as_slice())),
            Column::Named(name) => Err(no_labels(name)),
        }
    }

    fn numbers(&self, column: &NumberColumn, rows: &Rows, wanted: &[usize]) -> Result<Vec<f32>, Refusal> {
        match column {
            NumberColumn::Values(values) => rows.picked(values, wanted),
            NumberColumn::Named(name) => Err(no_labels(name)),
        }
    }

    fn sequences<'a>(
        &'a self,
        source: &'a SequenceSource,
        wanted: Option<SequenceKind>,
    ) -> Result<Sequences<'a>, Refusal> {
        match source {
            SequenceSource::Given(records) => Sequences::given(records, wanted),
            SequenceSource::Loaded => {
                let parsed = self.sequences.as_ref().ok_or_else(no_sequences)?;
                Ok(Sequences { kind: parsed.kind, records: Cow::Borrowed(&parsed.records) })
            }
            SequenceSource::File(name) => {
                let what = format!("'{name}' is not a list of sequences");
                Err(Refusal::new("options.invalid", what, "give an array of { id, sequence }"))
            }
        }
    }
}

/// No sequences were read.
pub fn no_sequences() -> Refusal {
    Refusal::new("engine.no_sequences", "no sequences are loaded", "give sequences first")
}

fn no_labels(name: &str) -> Refusal {
    let what = format!("there is no label table with a column '{name}'");
    Refusal::new("analysis.labels", what, "give one value for each row, or null")
}
