//! Progress to JavaScript, at most ten times a second, and the progress of a run.

use crate::error::plain;
use crate::turn::next_turn;
use crossgrain_core::progress::Progress;
use js_sys::{Date, Function};
use serde::Serialize;
use std::cell::Cell;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Milliseconds between two messages.
const INTERVAL_MS: f64 = 100.0;
/// Milliseconds of work after which control goes back to the event loop, so that a cancel can
/// arrive.
const YIELD_MS: f64 = 100.0;

/// What the page hears.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    stage: &'static str,
    done: f64,
    total: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    residues_per_second: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_left: Option<f64>,
}

/// Calls a JavaScript function with the progress of one stage.
pub struct Reporter {
    callback: Option<Function>,
    stage: &'static str,
    unit: &'static str,
    last: f64,
}

impl Reporter {
    /// Reports a stage counted in `unit` to `callback`, if there is one.
    pub fn new(callback: Option<&Function>, stage: &'static str, unit: &'static str) -> Self {
        Self { callback: callback.cloned(), stage, unit, last: 0.0 }
    }

    /// Says how far the stage is; the first and the last message always go out.
    pub fn report(&mut self, done: f64, total: f64) {
        self.send(done, total, None, None);
    }

    fn send(&mut self, done: f64, total: f64, rate: Option<f64>, left: Option<f64>) {
        let Some(callback) = &self.callback else { return };
        let now = Date::now();
        if done < total && now - self.last < INTERVAL_MS {
            return;
        }
        self.last = now;
        let message = Message {
            stage: self.stage,
            done,
            total,
            unit: self.unit,
            residues_per_second: rate,
            seconds_left: left,
        };
        // A listener that throws must not stop the work.
        let _ = callback.call1(&JsValue::NULL, &plain(&message));
    }
}

/// Such a job is stopped by throwing its worker away.
impl Progress for Reporter {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        self.send(done as f64, total as f64, None, None);
        ControlFlow::Continue(())
    }
}

/// The progress of an embedding run in the browser.
pub struct Beat {
    reporter: Reporter,
    cancelled: Rc<Cell<bool>>,
    started: f64,
    yielded: f64,
}

impl Beat {
    /// Reports to `callback` and stops when `cancelled` is set.
    pub fn new(callback: Option<&Function>, cancelled: Rc<Cell<bool>>) -> Self {
        let now = Date::now();
        Self {
            reporter: Reporter::new(callback, "embedding", "residues"),
            cancelled,
            started: now,
            yielded: now,
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        (Date::now() - self.started) / 1000.0
    }
}

impl Progress for Beat {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        let (done, total) = (done as f64, total as f64);
        let rate = done / self.seconds().max(1e-3);
        let left = (total - done) / rate.max(1e-3);
        self.reporter.send(done, total, Some(rate), Some(left));
        if self.cancelled.get() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn pause(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async {
            if Date::now() - self.yielded > YIELD_MS {
                next_turn().await;
                self.yielded = Date::now();
            }
        })
    }
}
