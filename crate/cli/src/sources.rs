//! Tables, label columns and sequences from files, by their names.

use crate::failure::print;
use crate::file_failure::file_failure;
use crate::input;
use crate::paths::from_text;
use crate::sidecar;
use crossgrain_api::session::labels::decided;
use crossgrain_api::session::record::MethodsRecord;
use crossgrain_api::session::table::unreadable_methods;
use crossgrain_api::{Column, NumberColumn, Refusal, Rows, SequenceSource, Sequences, Sources, TableRef};
use crossgrain_core::error::Notice;
use crossgrain_core::seq::{LabelIds, LabelTable, SequenceKind, read_labels_with};
use crossgrain_core::table::{LayerTable, TableFormat, TokenTable, split_name};
use crossgrain_core::weights::FileBytes;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;

/// Files by name; the label table is read at the first request for a column.
pub struct FileSources {
    labels: Option<PathBuf>,
    /// Words that stand for a missing label, instead of the usual ones.
    missing: Option<Vec<String>>,
    table: OnceCell<LabelTable>,
    /// What is odd about the labels, until somebody takes it.
    notices: RefCell<Vec<Notice>>,
    /// What was already reported, so that nothing is reported twice.
    reported: RefCell<BTreeSet<(String, String)>>,
}

impl FileSources {
    /// Sources with a label table.
    pub fn new(labels: Option<PathBuf>, missing: Option<Vec<String>>) -> Self {
        Self {
            labels,
            missing,
            table: OnceCell::new(),
            notices: RefCell::default(),
            reported: RefCell::default(),
        }
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
        let mut table = read_labels_with(&bytes, Some(&self.label_file()), self.missing.as_deref())?;
        let omitted = table.warnings_omitted;
        std::mem::take(&mut table.warnings).into_iter().for_each(|notice| self.note(notice));
        if omitted > 0 {
            let message = format!("{omitted} more warnings of these kinds are not shown");
            self.note(
                *Refusal::in_file(
                    "labels.more_warnings",
                    &self.label_file(),
                    message,
                    "look at the first ones",
                )
                .0,
            );
        }
        Ok(self.table.get_or_init(|| table))
    }

    /// Keeps a notice, unless it was kept before.
    fn note(&self, notice: Notice) {
        if self.reported.borrow_mut().insert((notice.code.clone(), notice.message.clone())) {
            self.notices.borrow_mut().push(notice);
        }
    }

    /// Shows what was decided about a file, once.
    fn show_decided(&self, code: &str, file: &str, decided: &str) {
        if self.reported.borrow_mut().insert((code.to_owned(), file.to_owned())) {
            print("note", &Refusal::in_file(code, file, decided, "").0);
        }
    }

    /// How the rows of a layer were made, by the texts of their file or by the record beside it; reported once.
    fn methods(
        &self,
        file: &str,
        bytes: &FileBytes,
        texts: &BTreeMap<String, String>,
        layer: Option<&str>,
    ) -> Option<Rc<MethodsRecord>> {
        let found = match MethodsRecord::from_texts(texts, layer) {
            Ok(Some(methods)) => Ok(Some(methods)),
            Ok(None) if texts.is_empty() => sidecar::read(&from_text(file), bytes),
            Ok(None) => Ok(None),
            Err(reason) => Err(unreadable_methods(file, &reason)),
        };
        match found {
            Ok(methods) => {
                let methods = methods?;
                self.show_decided("table.made_by", file, &methods.line());
                Some(Rc::new(methods.of_layer(layer.unwrap_or_default())))
            }
            Err(Refusal(notice)) => {
                if self.reported.borrow_mut().insert((notice.code.clone(), file.to_owned())) {
                    print("warning", &notice);
                }
                None
            }
        }
    }

    /// The values of a column, matched by id, or by order if the rows have no ids.
    fn named(&self, name: &str, rows: &Rows) -> Result<Vec<Option<String>>, Refusal> {
        let (table, file, count) = (self.label_table()?, self.label_file(), rows.count());
        let found = match &rows.ids {
            Some(ids) => table.match_ids(ids, Some(&file)),
            None => table.match_order(count, Some(&file)),
        };
        self.show_decided("labels.decided", &file, &decided(&found));
        let Some(at) = found.table.column(name) else {
            let what = format!("there is no column '{name}'; there are {}", found.table.columns.join(", "));
            return Err(Refusal::in_file("labels.no_column", &file, what, "name one of its columns"));
        };
        if found.matched() == 0 && count > 0 {
            let by_order = rows.ids.is_none() || found.table.layout.ids == LabelIds::Order;
            if by_order {
                let what = format!(
                    "{} rows of labels for {count} rows, and no ids to match them",
                    found.table.rows.len()
                );
                let hint = "give one row of labels per row, in order, or a column of ids";
                return Err(Refusal::in_file("labels.rows", &file, what, hint));
            }
            let ids = found.table.rows.first().map(|(id, _)| id.as_str()).unwrap_or_default();
            let first = rows.ids.as_ref().and_then(|ids| ids.first()).map(String::as_str).unwrap_or_default();
            let what =
                format!("none of its ids is in {}: its first is '{ids}', there it is '{first}'", rows.name);
            return Err(Refusal::in_file("labels.no_match", &file, what, "a column must hold the ids"));
        }
        found.notices.iter().cloned().for_each(|notice| self.note(notice));
        Ok(found.values(at))
    }

    /// The number of a word.
    fn number(&self, word: &str, row: usize, name: &str) -> Result<f32, Refusal> {
        word.parse().ok().filter(|x: &f32| x.is_finite()).ok_or_else(|| {
            let what = format!("'{word}' of row {} is not a number, in column '{name}'", row + 1);
            let hint = "write a number, or NA for none";
            Refusal::in_file("labels.no_number", &self.label_file(), what, hint)
        })
    }
}

impl Sources for FileSources {
    fn layers(&self, table: &TableRef) -> Result<Vec<Rows<'_>>, Refusal> {
        let name = table.name();
        let (file, layer) = parts(name);
        let bytes = open(file)?;
        let found = LayerTable::read(file, &bytes, layer)?;
        found.notices.iter().for_each(|notice| print("warning", notice));
        if let Some(decided) = &found.decided {
            self.show_decided("table.decided", file, decided);
        }
        let (several, named) = (found.layers.len() > 1, file.ends_with(".safetensors"));
        let ids = found.ids;
        let texts = &found.texts;
        let layers = found.layers.into_iter().map(|layer| Rows {
            methods: self.methods(file, &bytes, texts, Some(&layer.name)),
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
            methods: self.methods(file, &bytes, &found.texts, layer),
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
        let number = |&row: &usize| match words.get(row).and_then(Option::as_deref) {
            Some(word) => self.number(word, row, name),
            None => {
                let what = format!("row {} has no number in column '{name}'", row + 1);
                let hint = "leave rows without a number out";
                Err(Refusal::in_file("labels.no_number", &self.label_file(), what, hint))
            }
        };
        wanted.iter().map(number).collect()
    }

    fn known_numbers(&self, column: &NumberColumn, rows: &Rows) -> Result<Vec<Option<f32>>, Refusal> {
        match column {
            NumberColumn::Values(values) => {
                rows.one_each(values.len()).map(|()| values.iter().copied().map(Some).collect())
            }
            NumberColumn::Named(name) => {
                let words = self.named(name, rows)?.into_iter().enumerate();
                words.map(|(row, word)| word.map(|word| self.number(&word, row, name)).transpose()).collect()
            }
        }
    }

    fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
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
