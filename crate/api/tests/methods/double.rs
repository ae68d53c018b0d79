//! Sources held in memory, and a context that asks them.

use crossgrain_api::refusal::Refusal;
use crossgrain_api::session::record::MethodsRecord;
use crossgrain_api::{
    Column, Context, Method, NumberColumn, Rows, SequenceSource, Sequences, Sources, TableRef,
};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Progress;
use crossgrain_core::seq::SequenceKind;
use crossgrain_engine::pairwise::Multiplier;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// Tables and columns by name.
#[derive(Default)]
pub struct Double {
    tables: BTreeMap<String, Table>,
    columns: BTreeMap<String, Vec<Option<String>>>,
}

#[derive(Default)]
struct Table {
    ids: Option<Vec<String>>,
    lengths: Option<Vec<usize>>,
    layers: Vec<(String, Matrix)>,
    /// How layers were made, by their names.
    methods: BTreeMap<String, Rc<MethodsRecord>>,
}

impl Double {
    /// A table of one layer without names.
    pub fn table(mut self, name: &str, cols: usize, data: &[f32]) -> Self {
        let matrix = Matrix::new(data.to_vec(), data.len() / cols, cols).unwrap();
        let layers = vec![(String::new(), matrix)];
        self.tables.insert(name.to_owned(), Table { layers, ..Table::default() });
        self
    }

    /// Another layer of the same table.
    pub fn layer(mut self, name: &str, layer: &str, cols: usize, data: &[f32]) -> Self {
        let matrix = Matrix::new(data.to_vec(), data.len() / cols, cols).unwrap();
        let table = self.tables.entry(name.to_owned()).or_default();
        table.layers.push((layer.to_owned(), matrix));
        self
    }

    /// Names of the rows of a table.
    pub fn ids(mut self, name: &str, ids: &[&str]) -> Self {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        self.tables.get_mut(name).unwrap().ids = Some(ids);
        self
    }

    /// Rows of each sequence of a table of tokens.
    pub fn lengths(mut self, name: &str, lengths: &[usize]) -> Self {
        self.tables.get_mut(name).unwrap().lengths = Some(lengths.to_vec());
        self
    }

    /// How a layer of a table was made.
    pub fn methods(mut self, name: &str, layer: &str, methods: MethodsRecord) -> Self {
        self.tables.get_mut(name).unwrap().methods.insert(layer.to_owned(), Rc::new(methods));
        self
    }

    /// A column; `-` is a row without a value.
    pub fn column(mut self, name: &str, values: &[&str]) -> Self {
        let value = |&value: &&str| (value != "-").then(|| value.to_owned());
        self.columns.insert(name.to_owned(), values.iter().map(value).collect());
        self
    }

    /// Answers a request that is given as JSON.
    pub fn ask<M: Method>(&self, json: &str) -> Result<M::Response, Refusal> {
        self.ask_with::<M>(json, &mut |_, _| ControlFlow::Continue(()))
    }

    /// Answers a request with an observer of progress.
    pub fn ask_with<M: Method>(
        &self,
        json: &str,
        progress: &mut dyn Progress,
    ) -> Result<M::Response, Refusal> {
        let request: M = serde_json::from_str(json).unwrap();
        let multiplier = Multiplier::default();
        let mut context = Context { sources: self, multiplier: &multiplier, progress };
        pollster::block_on(request.run(&mut context))
    }
}

impl Sources for Double {
    fn layers(&self, table: &TableRef) -> Result<Vec<Rows<'_>>, Refusal> {
        let name = table.name();
        let no_table =
            || Refusal::new("analysis.no_table", format!("there is no table '{name}'"), "add it first");
        let found = self.tables.get(name).ok_or_else(no_table)?;
        let several = found.layers.len() > 1;
        let rows = found.layers.iter().map(|(layer, matrix)| Rows {
            name: if several { format!("{name}#{layer}") } else { name.to_owned() },
            layer: layer.clone(),
            ids: found.ids.as_deref().map(Cow::Borrowed),
            matrix: Cow::Borrowed(matrix),
            lengths: found.lengths.clone(),
            methods: found.methods.get(layer).cloned(),
        });
        rows.map(|rows| rows.part(table)).collect()
    }

    fn tokens(&self, table: &TableRef) -> Result<Rows<'_>, Refusal> {
        Ok(self.layers(table)?.pop().unwrap())
    }

    fn column<'a>(&'a self, column: &'a Column, rows: &Rows) -> Result<Cow<'a, [Option<String>]>, Refusal> {
        let values = match column {
            Column::Values(values) => values,
            Column::Named(name) => &self.columns[name],
        };
        rows.one_each(values.len())?;
        Ok(Cow::Borrowed(values))
    }

    fn numbers(&self, column: &NumberColumn, rows: &Rows, wanted: &[usize]) -> Result<Vec<f32>, Refusal> {
        match column {
            NumberColumn::Values(values) => rows.picked(values, wanted),
            NumberColumn::Named(name) => {
                let number = |value: &Option<String>| value.as_ref().unwrap().parse().unwrap();
                rows.picked(&self.columns[name].iter().map(number).collect::<Vec<f32>>(), wanted)
            }
        }
    }

    fn sequences<'a>(
        &'a self,
        source: &'a SequenceSource,
        wanted: Option<SequenceKind>,
    ) -> Result<Sequences<'a>, Refusal> {
        match source {
            SequenceSource::Given(records) => Sequences::given(records, wanted),
            _ => Err(Refusal::new("engine.no_sequences", "there are no sequences", "give some")),
        }
    }
}

/// Two clouds of ten points each, the second shifted by 10 in the first column, and small numbers that differ.
pub fn clouds() -> Vec<f32> {
    let point = |i: usize| {
        let spread = |k: usize| ((i * k) % 7) as f32 * 0.1;
        [if i < 10 { 0.0 } else { 10.0 } + spread(3), spread(5), spread(2)]
    };
    (0..20).flat_map(point).collect()
}

/// The cloud of each point as JSON.
pub fn cloud_labels() -> String {
    let label = |i: usize| if i < 10 { r#""a""# } else { r#""b""# };
    format!("[{}]", (0..20).map(label).collect::<Vec<_>>().join(","))
}
