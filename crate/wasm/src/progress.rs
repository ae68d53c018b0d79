//! Progress to JavaScript, at most ten times a second; cancelling, and turns for the event loop.

use crate::answer::plain;
use crate::event_loop::yield_to_event_loop;
use crossgrain_api::session::event::ProgressEvent;
use crossgrain_core::progress::{Progress, Stage};
use js_sys::{Date, Function};
use std::cell::Cell;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Milliseconds between two messages.
const INTERVAL_MS: f64 = 100.0;
/// Milliseconds of work after which control goes back to the event loop, so that a cancel can arrive.
const YIELD_MS: f64 = 100.0;

/// Calls a JavaScript function with the progress of a call.
pub struct Reporter {
    callback: Option<Function>,
    cancelled: Rc<Cell<bool>>,
    stage: Stage,
    started: f64,
    sent: f64,
    yielded: f64,
}

impl Reporter {
    /// Reports to `callback`, if there is one.
    pub fn new(callback: Option<Function>) -> Self {
        Self::cancellable(callback, Rc::default())
    }

    /// The same; `cancelled` stops the call.
    pub fn cancellable(callback: Option<Function>, cancelled: Rc<Cell<bool>>) -> Self {
        let now = Date::now();
        Self { callback, cancelled, stage: Stage::Loading, started: now, sent: 0.0, yielded: now }
    }

    /// Seconds since the stage began.
    pub fn seconds(&self) -> f64 {
        (Date::now() - self.started) / 1000.0
    }

    /// The first and the last message of a stage always go out.
    fn send(&mut self, callback: &Function, done: u64, total: u64) {
        let now = Date::now();
        if done < total && now - self.sent < INTERVAL_MS {
            return;
        }
        self.sent = now;
        let rate = done as f64 / self.seconds().max(1e-3);
        let embedding = self.stage == Stage::Embedding;
        let left = total.saturating_sub(done) as f64 / rate.max(1e-3);
        let message = ProgressEvent {
            stage: self.stage,
            done,
            total,
            unit: self.stage.unit(),
            residues_per_second: embedding.then_some(rate),
            seconds_left: embedding.then_some(left),
        };
        // A listener that throws must not stop the work.
        let _ = callback.call1(&JsValue::NULL, &plain(&message));
    }
}

impl Progress for Reporter {
    fn begin(&mut self, stage: Stage) {
        (self.stage, self.started, self.sent) = (stage, Date::now(), 0.0);
    }

    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        if let Some(callback) = self.callback.take() {
            self.send(&callback, done, total);
            self.callback = Some(callback);
        }
        if self.cancelled.get() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn pause(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async {
            if Date::now() - self.yielded > YIELD_MS {
                yield_to_event_loop().await;
                self.yielded = Date::now();
            }
        })
    }
}
