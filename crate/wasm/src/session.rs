//! The session: the object that JavaScript holds.
//!
//! A session owns a device, at most one model, the sequences of one file and the rows of the last run. Its methods
//! borrow their parts for as short as possible and never across an `await`, so that `cancel` and the getters work while
//! a run is under way.

use crate::answer::{plain, to_js};
use crate::blob::BlobBytes;
use crate::error::thrown;
use crate::files::{self, LoadedModel};
use crate::progress::Reporter;
use crate::relaxed;
use crate::request::{question, read};
use crate::sources::{Held, no_sequences};
use crossgrain_api::session::record::{MethodsRecord, ReadSequences};
use crossgrain_api::session::{embed, export::RowFormat, load, open, read};
use crossgrain_api::{Context, Refusal, ask, given_records};
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::reader::{Conversion, SequenceReader};
use crossgrain_core::seq::{Parsed, ReadOptions, Record};
use crossgrain_core::weights::ByteSource;
use crossgrain_engine::device::{DeviceKind, OpenDevice, open_with};
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::pairwise::Multiplier;
use crossgrain_engine::save::{to_csv, to_npy, to_safetensors};
use js_sys::{Float32Array, Function, Object, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Blob;

type Answer<T> = Result<T, JsValue>;

/// Bytes per read of a sequence file.
const CHUNK_BYTES: u64 = 4 * 1024 * 1024;

/// A finished run with what is needed to describe it.
pub struct FinishedRun {
    pub embedded: Embedded,
    pub options: Options,
    pub ids: Vec<String>,
    pub seconds: f64,
}

/// A device, a model, sequences and rows.
#[wasm_bindgen]
pub struct Session {
    device: OpenDevice,
    relaxed: bool,
    model: RefCell<Option<Rc<LoadedModel>>>,
    parsed: RefCell<Option<Rc<Parsed>>>,
    /// What became of the sequences before a model reads them.
    conversion: Cell<Conversion>,
    run: RefCell<Option<Rc<FinishedRun>>>,
    cancelled: Rc<Cell<bool>>,
}

#[wasm_bindgen]
impl Session {
    /// Opens a device: an `OpenRequest`.
    pub async fn open(options: JsValue) -> Answer<Session> {
        let options: open::Request = read(&options).map_err(thrown)?;
        let opened = open_with(options.device, options.cached_tuning()).await;
        let mut device = opened.map_err(thrown)?;
        if let (DeviceKind::Cpu, Some(because)) = (device.kind, options.because) {
            device.reason = format!("CPU, because {because}");
        }
        let relaxed = device.kind == DeviceKind::Cpu && relaxed::start();
        Ok(Self {
            device,
            relaxed,
            model: RefCell::default(),
            parsed: RefCell::default(),
            conversion: Cell::default(),
            run: RefCell::default(),
            cancelled: Rc::default(),
        })
    }

    /// The device that was opened: a `DeviceReport`.
    pub fn device(&self) -> JsValue {
        plain(&open::Response::of(&self.device, self.relaxed))
    }

    /// Loads a model from its files, `{ "config.json": Blob, "model.safetensors": Blob, … }`: a `ModelReport`.
    #[wasm_bindgen(js_name = loadModel)]
    pub async fn load_model(
        &self,
        files: Object,
        options: JsValue,
        progress: Option<Function>,
    ) -> Answer<JsValue> {
        let options: load::Request = read(&options).map_err(thrown)?;
        // The old model goes first: two do not always fit.
        self.run.replace(None);
        self.model.replace(None);
        let mut progress = Reporter::new(progress);
        let loaded = files::load(&files, options, &self.device, &mut progress).map_err(thrown)?;
        progress.begin(Stage::Compiling);
        loaded.0.compile_pipelines(&mut progress).await.map_err(thrown)?;
        let report = plain(&loaded.1);
        self.model.replace(Some(Rc::new(loaded)));
        Ok(report)
    }

    /// Reads a file of sequences or domains, plain or gzip: FASTA, GenBank, a domain list, domtblout. A GenBank file
    /// gives what the loaded model reads, unless the options say otherwise. Answers a `SequencesReport`.
    #[wasm_bindgen(js_name = readSequences)]
    pub async fn read_sequences(
        &self,
        input: Blob,
        options: JsValue,
        progress: Option<Function>,
    ) -> Answer<JsValue> {
        let options: read::Request = read(&options).map_err(thrown)?;
        let wanted = self.model.borrow().as_ref().map(|model| model.0.granularity().into());
        let bytes = BlobBytes::new(input).map_err(thrown)?;
        let (kind, conversion) = (options.kind(), options.conversion());
        let reader = SequenceReader::new(ReadOptions { file: options.name, kind }, wanted);
        let parsed = stream(&bytes, reader.converting(conversion), &mut Reporter::new(progress));
        Ok(self.keep(parsed.map_err(thrown)?, conversion))
    }

    /// Takes sequences from JavaScript, `[{ id, sequence }]`: a `SequencesReport`.
    #[wasm_bindgen(js_name = setRecords)]
    pub fn set_records(&self, records: JsValue, options: &JsValue) -> Answer<JsValue> {
        let options: read::Request = read(options).map_err(thrown)?;
        let given: Vec<crossgrain_api::SequenceRecord> =
            serde_wasm_bindgen::from_value(records).map_err(|error| {
                let what = format!("the records cannot be used: {error}");
                thrown(Refusal::new("options.invalid", what, "give an array of { id, sequence }"))
            })?;
        let parsed = given_records(&given, options.kind(), options.translate).map_err(thrown)?;
        Ok(self.keep(parsed, options.translate.map_or(Conversion::None, Conversion::Translate)))
    }

    /// Embeds all sequences: an `EmbedReport`, with `cancelled: true` after `cancel`.
    pub async fn embed(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        let options = Options::from(&read::<embed::Request>(&options).map_err(thrown)?);
        let model = self.need_model().map_err(thrown)?;
        let parsed = self.need_sequences().map_err(thrown)?;
        model.0.accept(parsed.kind).map_err(thrown)?;
        self.cancelled.set(false);
        let mut progress = Reporter::cancellable(progress, Rc::clone(&self.cancelled));
        progress.begin(Stage::Embedding);
        let embedded = match model.0.embed(&items(&parsed.records), &options, &mut progress).await {
            Err(EngineError::Cancelled) => {
                return Ok(to_js(&embed::Response::cancelled(progress.seconds())));
            }
            embedded => embedded.map_err(thrown)?,
        };
        Ok(self.finish(embedded, options, progress.seconds(), &parsed))
    }

    /// Asks a run under way to stop after its current layer.
    pub fn cancel(&self) {
        self.cancelled.set(true);
    }

    /// The rows of one kept layer, `[rows, dims]`.
    pub fn layer(&self, index: usize) -> Answer<Float32Array> {
        let run = self.need_run().map_err(thrown)?;
        Ok(Float32Array::from(run.embedded.states[run.slot(index).map_err(thrown)?].as_slice()))
    }

    /// The rows as a file: `"npy"`, `"csv"` or `"safetensors"`.
    #[wasm_bindgen(js_name = exportRows)]
    pub fn export_rows(&self, format: &str, layer: usize) -> Answer<Uint8Array> {
        let run = self.need_run().map_err(thrown)?;
        let slot = run.slot(layer).map_err(thrown)?;
        let format = RowFormat::of_ending(format).ok_or_else(|| {
            let what = format!("'{format}' is not a format");
            thrown(Refusal::new("export.unknown_format", what, "npy, csv and safetensors are written"))
        })?;
        let bytes = match format {
            RowFormat::Npy => to_npy(&run.embedded, slot),
            RowFormat::Csv => to_csv(&run.embedded, slot, &run.ids),
            RowFormat::Safetensors => {
                to_safetensors(&run.embedded, &run.ids, self.record(&run).map_err(thrown)?.texts())
            }
        };
        Ok(Uint8Array::from(bytes.map_err(thrown)?.as_slice()))
    }

    /// How the rows were made: a `MethodsRecord`.
    pub fn methods(&self) -> Answer<JsValue> {
        let run = self.need_run().map_err(thrown)?;
        Ok(plain(&self.record(&run).map_err(thrown)?))
    }

    /// Answers a question about the sequences by the name of its method.
    pub async fn ask(&self, method: String, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        let request = question(&method, &options).map_err(thrown)?;
        let held = Held::of_sequences(self.parsed.borrow().clone());
        let (multiplier, mut progress) = (Multiplier::default(), Reporter::new(progress));
        let mut context = Context { sources: &held, multiplier: &multiplier, progress: &mut progress };
        Ok(to_js(&ask(request, &mut context).await.map_err(thrown)?))
    }
}

impl FinishedRun {
    fn slot(&self, layer: usize) -> Result<usize, Refusal> {
        self.embedded.layers.binary_search(&layer).map_err(|_| {
            let what = format!("layer {layer} was not kept in the last run");
            Refusal::new("embed.layer_not_kept", what, "embed again with that layer")
        })
    }
}

impl Session {
    fn keep(&self, parsed: Parsed, conversion: Conversion) -> JsValue {
        let report = to_js(&read::Response::of(&parsed));
        self.run.replace(None);
        self.conversion.set(conversion);
        self.parsed.replace(Some(Rc::new(parsed)));
        report
    }

    /// Keeps the rows of a run and answers its report.
    pub(crate) fn finish(
        &self,
        embedded: Embedded,
        options: Options,
        seconds: f64,
        parsed: &Parsed,
    ) -> JsValue {
        let ids: Vec<String> = parsed.records.iter().map(|record| record.id.clone()).collect();
        let report = to_js(&embed::Response::of(&embedded, &ids, seconds));
        self.run.replace(Some(Rc::new(FinishedRun { embedded, options, ids, seconds })));
        report
    }

    fn record(&self, run: &FinishedRun) -> Result<MethodsRecord, Refusal> {
        let (model, parsed) = (self.need_model()?, self.need_sequences()?);
        let read = ReadSequences { parsed: &parsed, conversion: self.conversion.get() };
        Ok(MethodsRecord::of(&run.embedded, &run.options, run.seconds, &model.1, &self.device, read))
    }

    pub(crate) fn cancelled(&self) -> &Rc<Cell<bool>> {
        &self.cancelled
    }

    pub(crate) fn need_model(&self) -> Result<Rc<LoadedModel>, Refusal> {
        let model = self.model.borrow().clone();
        model.ok_or_else(|| Refusal::new("engine.no_model", "no model is loaded", "load a model first"))
    }

    pub(crate) fn need_sequences(&self) -> Result<Rc<Parsed>, Refusal> {
        self.parsed.borrow().clone().ok_or_else(no_sequences)
    }

    fn need_run(&self) -> Result<Rc<FinishedRun>, Refusal> {
        let run = self.run.borrow().clone();
        run.ok_or_else(|| Refusal::new("engine.no_rows", "nothing is embedded yet", "embed first"))
    }
}

/// The records of a run.
pub fn items(records: &[Record]) -> Vec<Item<'_>> {
    records.iter().map(|record| Item { id: &record.id, letters: &record.letters }).collect()
}

fn stream(bytes: &BlobBytes, mut reader: SequenceReader, progress: &mut Reporter) -> Result<Parsed, Refusal> {
    progress.begin(Stage::Reading);
    let (total, mut at) = (bytes.len(), 0);
    while at < total {
        let mut chunk = vec![0; CHUNK_BYTES.min(total - at) as usize];
        bytes.read_at(at, &mut chunk)?;
        reader.push(&chunk)?;
        at += chunk.len() as u64;
        let _ = progress.report(at, total);
    }
    Ok(reader.finish()?)
}
