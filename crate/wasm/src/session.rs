//! The one object that JavaScript holds.
//!
//! A session owns a device, at most one model, the sequences of one file and the rows of the last
//! run. Its methods borrow their parts for as short as possible and never across an `await`, so
//! that `cancel` and the getters work while a run is under way.

mod part;

use crate::error::{Refusal, plain};
use crate::outcome::{Outcome, cancelled, labels};
use crate::progress::{Beat, Reporter};
use crate::{model, options, relaxed, sequences};
use crossgrain_core::seq::Parsed;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::device::{DeviceKind, OpenDevice, TOLERANCE, open_with};
use crossgrain_engine::embed::{Item, Options};
use crossgrain_engine::error::EngineError;
use js_sys::{Float32Array, Function, Object, Uint8Array};
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Blob;

type Answer<T> = Result<T, JsValue>;

/// A device, a model, sequences and rows.
#[wasm_bindgen]
pub struct Session {
    opened: OpenDevice,
    relaxed: bool,
    model: RefCell<Option<Rc<(Checkpoint, model::Report)>>>,
    parsed: RefCell<Option<Rc<Parsed>>>,
    outcome: RefCell<Option<Rc<Outcome>>>,
    cancelled: Rc<Cell<bool>>,
}

#[wasm_bindgen]
impl Session {
    /// Opens a device: `{ device: "auto" | "webgpu" | "cpu", because, kernels }`.
    pub async fn open(options: JsValue) -> Answer<Session> {
        let options: options::Open = options::read(&options)?;
        let mut opened = open_with(options.device, options.cached_tuning()).await.map_err(Refusal::from)?;
        if let (DeviceKind::Cpu, Some(because)) = (opened.kind, options.because) {
            opened.reason = format!("CPU, because {because}");
        }
        let relaxed = opened.kind == DeviceKind::Cpu && relaxed::start();
        Ok(Self {
            opened,
            relaxed,
            model: RefCell::default(),
            parsed: RefCell::default(),
            outcome: RefCell::default(),
            cancelled: Rc::default(),
        })
    }

    /// Which device was opened and why.
    pub fn device(&self) -> JsValue {
        let opened = &self.opened;
        let check =
            opened.check.map(|check| json!({ "maxDifference": check.difference, "tolerance": TOLERANCE }));
        plain(&json!({
            "kind": opened.kind.name(),
            "name": opened.name,
            "software": opened.software,
            "reason": opened.reason,
            "check": check,
            "kernels": opened.kernels.map(|kernels| kernels.to_string()),
            "relaxedSimd": self.relaxed,
        }))
    }

    /// Loads a model from its files, `{ "config.json": Blob, "model.safetensors": Blob, … }`.
    #[wasm_bindgen(js_name = loadModel)]
    pub async fn load_model(
        &self,
        files: Object,
        options: JsValue,
        progress: Option<Function>,
    ) -> Answer<JsValue> {
        let options: options::Load = options::read(&options)?;
        // The old model goes first: two do not always fit.
        self.outcome.replace(None);
        self.model.replace(None);
        let loaded = model::load(&files, options, &self.opened, progress.as_ref())?;
        let mut warming = Reporter::new(progress.as_ref(), "loading", "kernels");
        loaded.0.compile_pipelines(&mut warming).await.map_err(Refusal::from)?;
        let report = plain(&loaded.1);
        self.model.replace(Some(Rc::new(loaded)));
        Ok(report)
    }

    /// What `loadModel` answered, or `null`.
    pub fn model(&self) -> JsValue {
        self.model.borrow().as_ref().map_or(JsValue::NULL, |model| plain(&model.1))
    }

    /// Reads a file of sequences or domains, plain or gzip: FASTA, GenBank, a domain list, domtblout.
    /// A GenBank file gives what the loaded model reads, unless the options say otherwise.
    #[wasm_bindgen(js_name = readSequences)]
    pub async fn read_sequences(
        &self,
        input: Blob,
        options: JsValue,
        progress: Option<Function>,
    ) -> Answer<JsValue> {
        let options: options::Read = options::read(&options)?;
        let wanted = self.model.borrow().as_ref().map(|model| model.0.granularity().into());
        let parsed = sequences::read(input, options, wanted, progress.as_ref())?;
        Ok(self.keep(parsed))
    }

    /// Takes sequences from JavaScript, `[{ id, sequence }]`.
    #[wasm_bindgen(js_name = setRecords)]
    pub fn set_records(&self, records: JsValue, options: &JsValue) -> Answer<JsValue> {
        let options: options::Read = options::read(options)?;
        Ok(self.keep(sequences::from_objects(records, &options)?))
    }

    fn keep(&self, parsed: Parsed) -> JsValue {
        let report = sequences::report(&parsed);
        self.outcome.replace(None);
        self.parsed.replace(Some(Rc::new(parsed)));
        report
    }

    /// Embeds all sequences; resolves with `cancelled: true` after `cancel`.
    pub async fn embed(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        let options: Options = options::read::<options::Embed>(&options)?.into();
        let model = self.need_model()?;
        let parsed = self.need_sequences()?;
        model.0.accept(parsed.kind).map_err(Refusal::from)?;
        self.cancelled.set(false);
        let mut beat = Beat::new(progress.as_ref(), Rc::clone(&self.cancelled));
        let items: Vec<Item> =
            parsed.records.iter().map(|record| Item { id: &record.id, letters: &record.letters }).collect();
        let embedded = match model.0.embed(&items, &options, &mut beat).await {
            Err(EngineError::Cancelled) => return Ok(cancelled(beat.seconds())),
            embedded => embedded.map_err(Refusal::from)?,
        };
        let ids = parsed.records.iter().map(|record| record.id.clone()).collect();
        let outcome = Outcome { embedded, options, ids, seconds: beat.seconds() };
        let report = outcome.report();
        self.outcome.replace(Some(Rc::new(outcome)));
        Ok(report)
    }

    /// Asks a run under way to stop after its current layer.
    pub fn cancel(&self) {
        self.cancelled.set(true);
    }

    /// The rows of one kept layer, `[rows, dims]`.
    pub fn layer(&self, index: usize) -> Answer<Float32Array> {
        Ok(self.need_outcome()?.layer(index)?)
    }

    /// Reads a label table and lines it up with the sequences.
    #[wasm_bindgen(js_name = readLabels)]
    pub async fn read_labels(&self, input: Blob, name: String) -> Answer<JsValue> {
        let parsed = self.need_sequences()?;
        let ids: Vec<String> = parsed.records.iter().map(|record| record.id.clone()).collect();
        Ok(labels(input, &name, &ids)?)
    }

    /// The rows as a file: `"npy"`, `"csv"` or `"safetensors"`.
    #[wasm_bindgen(js_name = exportRows)]
    pub fn export_rows(&self, format: &str, layer: usize) -> Answer<Uint8Array> {
        let bytes = self.need_outcome()?.export(format, layer)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// How the rows were made.
    pub fn methods(&self) -> Answer<JsValue> {
        let (model, parsed) = (self.need_model()?, self.need_sequences()?);
        Ok(self.need_outcome()?.methods(&model.1, &self.opened, &parsed))
    }
}

impl Session {
    fn need_model(&self) -> Result<Rc<(Checkpoint, model::Report)>, Refusal> {
        let model = self.model.borrow().clone();
        model.ok_or_else(|| Refusal::new("engine.no_model", "no model is loaded", "load a model first"))
    }

    pub(crate) fn need_sequences(&self) -> Result<Rc<Parsed>, Refusal> {
        let parsed = self.parsed.borrow().clone();
        parsed.ok_or_else(|| {
            Refusal::new("engine.no_sequences", "no sequences are loaded", "give sequences first")
        })
    }

    fn need_outcome(&self) -> Result<Rc<Outcome>, Refusal> {
        let outcome = self.outcome.borrow().clone();
        outcome.ok_or_else(|| Refusal::new("engine.no_rows", "nothing is embedded yet", "embed first"))
    }
}
