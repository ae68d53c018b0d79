//! Analyses of finished rows, in a worker of their own.
//!
//! [`Analyses`] holds tables of numbers by name and answers one question at a time. It needs no model, so it lives in
//! another worker than the session: embedding goes on beside it. To cancel a long answer, that worker is thrown away (a
//! fresh one starts in milliseconds; the page keeps the tables).

use crate::answer::{plain, to_js};
use crate::blob::BlobBytes;
use crate::error::thrown;
use crate::progress::Reporter;
use crate::request::{question, read};
use crate::sources::Held;
use crossgrain_api::session::{labels, open, table};
use crossgrain_api::{Context, ask};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::seq::read_labels;
use crossgrain_engine::pairwise::Multiplier;
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Blob;

type Answer<T> = Result<T, JsValue>;

/// Tables and what can be asked of them. While a question is answered, tables are neither added nor dropped.
#[wasm_bindgen]
pub struct Analyses {
    held: Held,
    multiplier: Multiplier,
}

#[wasm_bindgen]
impl Analyses {
    /// No tables yet: `{ kernels }`, as `Session.open` takes them.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Answer<Self> {
        let open: open::Request = read(options).map_err(thrown)?;
        Ok(Self { held: Held::default(), multiplier: Multiplier::new(open.cached_tuning()) })
    }

    /// Takes a table `[rows, columns]` in; one of the same name is replaced.
    #[wasm_bindgen(js_name = addTable)]
    pub fn add_table(&mut self, name: String, numbers: Vec<f32>, rows: usize, columns: usize) -> Answer<()> {
        self.held.add(name, Matrix::new(numbers, rows, columns).map_err(thrown)?);
        Ok(())
    }

    /// Forgets a table.
    #[wasm_bindgen(js_name = dropTable)]
    pub fn drop_table(&mut self, name: &str) {
        self.held.drop(name);
    }

    /// Reads a layer, counted from 0, of a file of numbers: `.npy`, `.csv`, `.tsv` or `.safetensors`. Answers a
    /// `TableReport`.
    #[wasm_bindgen(js_name = readTable)]
    pub fn read_table(&self, input: Blob, name: &str, layer: usize) -> Answer<JsValue> {
        let bytes = BlobBytes::new(input).map_err(thrown)?;
        Ok(to_js(&table::Response::read(name, &bytes, layer).map_err(thrown)?))
    }

    /// Reads a label table and matches it to records by id: a `LabelsReport`.
    #[wasm_bindgen(js_name = readLabels)]
    #[expect(clippy::needless_pass_by_value, reason = "lists of strings cross the border by value only")]
    pub fn read_labels(&self, input: Blob, name: &str, ids: Vec<String>) -> Answer<JsValue> {
        let bytes = BlobBytes::new(input).and_then(|bytes| Ok(bytes.whole()?)).map_err(thrown)?;
        let table = read_labels(&bytes, Some(name)).map_err(thrown)?;
        Ok(plain(&labels::Response::of(&table, &ids)))
    }

    /// Answers a question by the name of its method.
    pub async fn ask(&self, method: String, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        let request = question(&method, &options).map_err(thrown)?;
        let mut progress = Reporter::new(progress);
        let mut context =
            Context { sources: &self.held, multiplier: &self.multiplier, progress: &mut progress };
        Ok(to_js(&ask(request, &mut context).await.map_err(thrown)?))
    }
}
