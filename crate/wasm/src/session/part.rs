//! One run spread over several sessions: who computes what, the rows of some records, and all rows
//! gathered in the session that exports and analyses them. Each session has a worker of its own
//! and holds the same model and the same records.

use super::{Answer, Session};
use crate::error::{Refusal, plain, set};
use crate::options;
use crate::outcome::Outcome;
use crate::progress::Beat;
use crossgrain_core::seq::Record;
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::partition::{Part, merge, partition};
use crossgrain_engine::pooling::Pool;
use js_sys::{Array, Float32Array, Function, Object, Reflect, Uint32Array};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
impl Session {
    /// Deals the records out: `[{ records: Uint32Array, residues }]`, to be taken in this order.
    pub fn deal(&self, workers: usize) -> Answer<Array> {
        let parsed = self.need_sequences()?;
        let hands = partition(&items(&parsed.records), workers).chunks;
        let hand = |hand: Vec<usize>| {
            let residues: usize = hand.iter().map(|i| parsed.records[*i].letters.len()).sum();
            let object = Object::new();
            set(&object, "records", &numbers(&hand));
            set(&object, "residues", &JsValue::from(residues as f64));
            object
        };
        Ok(hands.into_iter().map(hand).collect())
    }

    /// Embeds the records of one hand; `null` after `cancel`.
    #[wasm_bindgen(js_name = embedPart)]
    pub async fn embed_part(
        &self,
        options: JsValue,
        records: Vec<u32>,
        progress: Option<Function>,
    ) -> Answer<JsValue> {
        let options: Options = options::read::<options::Embed>(&options)?.into();
        let model = self.need_model()?;
        let parsed = self.need_sequences()?;
        model.0.accept(parsed.kind).map_err(Refusal::from)?;
        self.cancelled.set(false);
        let all = items(&parsed.records);
        let hand: Option<Vec<Item>> = records.iter().map(|i| all.get(*i as usize).copied()).collect();
        let hand = hand.ok_or_else(other_records)?;
        let mut beat = Beat::new(progress.as_ref(), Rc::clone(&self.cancelled));
        match model.0.embed(&hand, &options, &mut beat).await {
            Ok(embedded) => Ok(to_object(&records, &embedded)),
            Err(EngineError::Cancelled) => Ok(JsValue::NULL),
            Err(error) => Err(Refusal::from(error).into()),
        }
    }

    /// Makes the parts that all hands became this session's rows; answers what `embed` would have.
    pub fn gather(&self, options: &JsValue, parts: &Array, seconds: f64) -> Answer<JsValue> {
        let options: Options = options::read::<options::Embed>(options)?.into();
        let parsed = self.need_sequences()?;
        let parts: Option<Vec<Part>> = parts.iter().map(|part| from_object(&part)).collect();
        let duplicate_of = partition(&items(&parsed.records), 1).duplicate_of;
        let embedded = parts.and_then(|parts| merge(&duplicate_of, &parts)).ok_or_else(other_records)?;
        let ids = parsed.records.iter().map(|record| record.id.clone()).collect();
        let outcome = Outcome { embedded, options, ids, seconds };
        let report = outcome.report();
        self.outcome.replace(Some(Rc::new(outcome)));
        Ok(report)
    }
}

fn items(records: &[Record]) -> Vec<Item<'_>> {
    records.iter().map(|record| Item { id: &record.id, letters: &record.letters }).collect()
}

fn other_records() -> Refusal {
    Refusal::new(
        "embed.parts_differ",
        "the workers of this run did not hold the same records",
        "give the sequences again",
    )
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
        ("pool", &JsValue::from(embedded.pool.name())),
        ("notices", &plain(&embedded.notices)),
    ] {
        set(&object, key, value);
    }
    object.into()
}

/// The part back; `None` if it is none of ours.
fn from_object(object: &JsValue) -> Option<Part> {
    let get = |key: &str| Reflect::get(object, &key.into()).ok();
    let small = |key: &str| Some(Uint32Array::new(&get(key)?).to_vec());
    let numbers = |key: &str| Some(small(key)?.into_iter().map(|n| n as usize).collect::<Vec<usize>>());
    let states =
        Array::from(&get("states")?).iter().map(|state| Float32Array::new(&state).to_vec()).collect();
    let pool = get("pool")?.as_string()?;
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
            pool: Pool::ALL.into_iter().find(|known| known.name() == pool)?,
            notices: serde_wasm_bindgen::from_value(get("notices")?).ok()?,
            ..Embedded::default()
        },
    })
}

fn numbers(list: &[usize]) -> JsValue {
    let list: Vec<u32> = list.iter().map(|n| *n as u32).collect();
    Uint32Array::from(list.as_slice()).into()
}
