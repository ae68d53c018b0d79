//! Tables, label columns and sequences from files, by their names.

use crate::failure::file_failure;
use crate::failure::print;
use crate::input;
use crate::paths::from_text;
use crossgrain_api::{Column, NumberColumn, Refusal, Rows, SequenceSource, Sequences, Sources, TableRef};
use crossgrain_core::seq::{LabelTable, SequenceKind, read_labels};
use crossgrain_core::table::{LayerTable, TableFormat, TokenTable, split_name};
use crossgrain_core::weights::FileBytes;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::PathBuf;

/// Files by name; the label table is read at the first request for a column.
pub struct FileSources {
    labels: Option<PathBuf>,
    table: OnceCell<LabelTable>,
}

impl FileSources {
    /// Sources with a label table.
    pub fn new(labels: Option<PathBuf>) -> Self {
        Self { labels, table: OnceCell::new() }
    }

    fn label_file(&self) -> String {
        self.labels.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }

    fn label_table(&self) -> Result<&LabelTable, Refusal> {
        if let Some(table) = self.table.get() {
            return Ok(table);
        }
        let Some(path) = &self.labels else {
            let what = "a column is named, but no label table";
            return Err(Refusal::new("labels.no_file", what, "name the file with --labels"));
        };
        let bytes = std::fs::read(path).map_err(|error| file_failure("input.unreadable", path, &error))?;
        let table = read_labels(&bytes, Some(&self.label_file()))?;
        table.warnings.iter().for_each(|notice| print("warning", notice));
        Ok(self.table.get_or_init(|| table))
    }

    /// The values of a column, matched by id, or by order if the rows have no ids.
    fn named(&self, name: &str, rows: &Rows) -> Result<Vec<Option<String>>, Refusal> {
        let (table, file, count) = (self.label_table()?, self.label_file(), rows.count());
        let Some(at) = table.columns.iter().position(|column| column == name) else {
            let what = format!("there is no column '{name}'; there are {}", table.columns.join(", "));
            return Err(Refusal::in_file("labels.no_column", &file, what, "name one of its columns"));
        };
        let value = |values: &Vec<String>| values.get(at).filter(|value| !value.is_empty()).cloned();
        let Some(ids) = &rows.ids else {
            if table.rows.len() != count {
                let what = format!("{} rows of labels for {count} rows without ids", table.rows.len());
                let hint = "give one row of labels per row, in order";
                return Err(Refusal::in_file("labels.rows", &file, what, hint));
            }
            return Ok(table.rows.iter().map(|(_, values)| value(values)).collect());
        };
        let by_id: HashMap<&str, &Vec<String>> =
            table.rows.iter().map(|(id, values)| (id.as_str(), values)).collect();
        if !ids.iter().any(|id| by_id.contains_key(id.as_str())) {
            let what = format!("none of its ids is in {}", rows.name);
            return Err(Refusal::in_file("labels.no_match", &file, what, "the first column holds the ids"));
        }
        Ok(ids.iter().map(|id| by_id.get(id.as_str()).copied().and_then(value)).collect())
    }
}

impl Sources for FileSources {
    fn layers(&self, table: &TableRef) -> Result<Vec<Rows<'_>>, Refusal> {
        let name = table.name();
        let (file, layer) = parts(name);
        let bytes = open(file)?;
        let found = LayerTable::read(file, &bytes, layer)?;
        let (several, named) = (found.layers.len() > 1, file.ends_with(".safetensors"));
        let ids = found.ids;
        let layers = found.layers.into_iter().map(|layer| Rows {
            name: if several { format!("{name}#{}", layer.name) } else { name.to_owned() },
            // Only formats with several layers name them.
            layer: if several || named { layer.name } else { String::new() },
            ids: ids.clone().map(Cow::Owned),
            matrix: Cow::Owned(layer.matrix),
            lengths: None,
        });
        layers.map(|rows| rows.part(table)).collect()
    }

    fn tokens(&self, table: &TableRef) -> Result<Rows<'_>, Refusal> {
        let name = table.name();
        let (file, layer) = parts(name);
        if TableFormat::from_name(file)? == TableFormat::Npy {
            // No names and no lengths: the request has to give them.
            return <dyn Sources>::rows(self, table);
        }
        let bytes = open(file)?;
        let found = TokenTable::read(file, &bytes, layer)?;
        Ok(Rows {
            name: name.to_owned(),
            layer: layer.unwrap_or_default().to_owned(),
            ids: Some(Cow::Owned(found.ids)),
            matrix: Cow::Owned(found.rows),
            lengths: Some(found.lengths),
        })
    }

    fn column<'a>(&'a self, column: &'a Column, rows: &Rows) -> Result<Cow<'a, [Option<String>]>, Refusal> {
        match column {
            Column::Values(values) => rows.one_each(values.len()).map(|()| Cow::Borrowed(values.as_slice())),
            Column::Named(name) => self.named(name, rows).map(Cow::Owned),
        }
    }

    fn numbers(&self, column: &NumberColumn, rows: &Rows, wanted: &[usize]) -> Result<Vec<f32>, Refusal> {
        let name = match column {
            NumberColumn::Values(values) => return rows.picked(values, wanted),
            NumberColumn::Named(name) => name,
        };
        let words = self.named(name, rows)?;
        let number = |&row: &usize| {
            let word = words.get(row).and_then(Option::as_ref);
            word.and_then(|word| word.parse().ok()).filter(|x: &f32| x.is_finite()).ok_or_else(|| {
                let what = format!("row {} has no number in column '{name}'", row + 1);
                let hint = "leave rows without a number out";
                Refusal::in_file("labels.no_number", &self.label_file(), what, hint)
            })
        };
        wanted.iter().map(number).collect()
    }

    fn sequences<'a>(
        &'a self,
        source: &'a SequenceSource,
        wanted: Option<SequenceKind>,
    ) -> Result<Sequences<'a>, Refusal> {
        let parsed = match source {
            SequenceSource::File(path) => {
                input::sequences(&from_text(path), wanted, wanted.unwrap_or(SequenceKind::Protein))?
            }
            SequenceSource::Given(records) => return Sequences::given(records, wanted),
            SequenceSource::Loaded => {
                let what = "no sequences are named";
                return Err(Refusal::new("engine.no_sequences", what, "name a file of sequences"));
            }
        };
        parsed.warnings.iter().for_each(|notice| print("warning", notice));
        parsed.refusals.iter().for_each(|notice| print("refused", notice));
        Ok(Sequences { kind: parsed.kind, records: Cow::Owned(parsed.records) })
    }
}

/// The file and the layer of `FILE#LAYER`; a file may have a `#` in its name.
fn parts(name: &str) -> (&str, Option<&str>) {
    if from_text(name).exists() { (name, None) } else { split_name(name) }
}

/// Opens a file whose ending names a format of tables.
fn open(file: &str) -> Result<FileBytes, Refusal> {
    TableFormat::from_name(file)?;
    let path = from_text(file);
    path.metadata().map_err(|error| file_failure("input.unreadable", &path, &error))?;
    Ok(FileBytes::open(&path)?)
}
