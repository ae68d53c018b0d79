//! A turn of the event loop: through a message port, because a timer would wait at least four milliseconds.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// One for all turns: a new channel each time costs more than the turn itself.
    static CHANNEL: Option<Channel> = Channel::open().ok();
}

/// Waits until the event loop has taken its other tasks.
pub async fn yield_to_event_loop() {
    let mut later = |resolve: Function, _: Function| {
        if CHANNEL.with(|channel| channel.as_ref()?.post(&resolve).ok()).is_none() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    };
    let _ = JsFuture::from(Promise::new(&mut later)).await;
}

/// Two ports: what is sent through one arrives at the other as a task of its own.
struct Channel {
    from: JsValue,
    to: JsValue,
    once: JsValue,
}

impl Channel {
    fn open() -> Result<Self, JsValue> {
        let make = Function::from(Reflect::get(&js_sys::global(), &"MessageChannel".into())?);
        let channel = Reflect::construct(&make, &Array::new())?;
        let port = |name: &str| Reflect::get(&channel, &name.into());
        let (from, to) = (port("port1")?, port("port2")?);
        method(&to, "start")?.call0(&to)?;
        let once = Object::new();
        Reflect::set(&once, &"once".into(), &JsValue::TRUE)?;
        Ok(Self { from, to, once: once.into() })
    }

    /// Calls `task` when the next message arrives, which this sends; so does one on its way.
    fn post(&self, task: &Function) -> Result<(), JsValue> {
        method(&self.to, "addEventListener")?.call3(&self.to, &"message".into(), task, &self.once)?;
        method(&self.from, "postMessage")?.call1(&self.from, &JsValue::NULL)?;
        Ok(())
    }
}

fn method(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(of, &name.into()).map(Function::from)
}
