//! One run spread over several sessions: who computes what, the rows of some records, and all rows merged in the
//! session that exports them. Each session has a worker of its own and holds the same model and the same records.

use crate::answer::{plain, set};
use crate::error::thrown;
use crate::progress::Reporter;
use crate::request::read;
use crate::session::{Session, items};
use crossgrain_api::Refusal;
use crossgrain_api::session::embed;
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::partition::{Part, merge, partition};
use js_sys::{Array, Float32Array, Function, Object, Reflect, Uint32Array};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Answer<T> = Result<T, JsValue>;

#[wasm_bindgen]
impl Session {
    /// Divides the records into chunks: `[{ records: Uint32Array, residues }]`, to be taken in this order.
    pub fn partition(&self, workers: usize) -> Answer<Array> {
        let parsed = self.need_sequences().map_err(thrown)?;
        let chunks = partition(&items(&parsed.records), workers).chunks;
        let chunk = |chunk: Vec<usize>| {
            let residues: usize = chunk.iter().map(|i| parsed.records[*i].letters.len()).sum();
            let object = Object::new();
            set(&object, "records", &numbers(&chunk));
            set(&object, "residues", &JsValue::from(residues as f64));
            object
        };
        Ok(chunks.into_iter().map(chunk).collect())
    }

    /// Embeds the records of one chunk; `null` after `cancel`.
    #[wasm_bindgen(js_name = embedPart)]
    pub async fn embed_part(
        &self,
        options: JsValue,
        records: Vec<u32>,
        progress: Option<Function>,
    ) -> Answer<JsValue> {
        let options = Options::from(&read::<embed::Request>(&options).map_err(thrown)?);
        let model = self.need_model().map_err(thrown)?;
        let parsed = self.need_sequences().map_err(thrown)?;
        model.0.accept(parsed.kind).map_err(thrown)?;
        self.cancelled().set(false);
        let all = items(&parsed.records);
        let chunk: Option<Vec<Item>> = records.iter().map(|i| all.get(*i as usize).copied()).collect();
        let chunk = chunk.ok_or_else(|| thrown(other_records()))?;
        let mut progress = Reporter::cancellable(progress, Rc::clone(self.cancelled()));
        progress.begin(Stage::Embedding);
        match model.0.embed(&chunk, &options, &mut progress).await {
            Err(EngineError::Cancelled) => Ok(JsValue::NULL),
            embedded => Ok(to_object(&records, &embedded.map_err(thrown)?)),
        }
    }

    /// Makes the parts of all chunks this session's rows; answers what `embed` would have.
    pub fn merge(&self, options: &JsValue, parts: &Array, seconds: f64) -> Answer<JsValue> {
        let options = Options::from(&read::<embed::Request>(options).map_err(thrown)?);
        let parsed = self.need_sequences().map_err(thrown)?;
        let parts: Option<Vec<Part>> = parts.iter().map(|part| from_object(&part)).collect();
        let duplicate_of = partition(&items(&parsed.records), 1).duplicate_of;
        let embedded =
            parts.and_then(|parts| merge(&duplicate_of, &parts)).ok_or_else(|| thrown(other_records()))?;
        Ok(self.finish(embedded, options, seconds, &parsed))
    }
}

fn other_records() -> Refusal {
    let what = "the workers of this run did not hold the same records";
    Refusal::new("embed.parts_differ", what, "give the sequences again")
}

/// A part on its way to another session: numbers as typed arrays, which can be transferred.
fn to_object(records: &[u32], embedded: &Embedded) -> JsValue {
    let object = Object::new();
    let states: Array = embedded.states.iter().map(|state| Float32Array::from(state.as_slice())).collect();
    for (key, value) in [
        ("records", &JsValue::from(Uint32Array::from(records))),
        ("layers", &numbers(&embedded.layers)),
        ("width", &JsValue::from(embedded.width as f64)),
        ("offsets", &numbers(&embedded.offsets)),
        ("states", &states),
        ("windows", &JsValue::from(Uint32Array::from(embedded.windows.as_slice()))),
        ("residues", &JsValue::from(Uint32Array::from(embedded.residues.as_slice()))),
        ("specials", &JsValue::from(Uint32Array::from(embedded.specials.as_slice()))),
        ("pool", &plain(&embedded.pool)),
        ("notices", &plain(&embedded.notices)),
    ] {
        set(&object, key, value);
    }
    object.into()
}

/// The part back; `None` for any other object.
fn from_object(object: &JsValue) -> Option<Part> {
    let get = |key: &str| Reflect::get(object, &key.into()).ok();
    let small = |key: &str| Some(Uint32Array::new(&get(key)?).to_vec());
    let numbers = |key: &str| Some(small(key)?.into_iter().map(|n| n as usize).collect::<Vec<usize>>());
    let states =
        Array::from(&get("states")?).iter().map(|state| Float32Array::new(&state).to_vec()).collect();
    Some(Part {
        records: numbers("records")?,
        embedded: Embedded {
            layers: numbers("layers")?,
            width: get("width")?.as_f64()? as usize,
            offsets: numbers("offsets")?,
            states,
            windows: small("windows")?,
            residues: small("residues")?,
            specials: small("specials")?,
            pool: serde_wasm_bindgen::from_value(get("pool")?).ok()?,
            notices: serde_wasm_bindgen::from_value(get("notices")?).ok()?,
            ..Embedded::default()
        },
    })
}

fn numbers(list: &[usize]) -> JsValue {
    let list: Vec<u32> = list.iter().map(|n| *n as u32).collect();
    Uint32Array::from(list.as_slice()).into()
}
