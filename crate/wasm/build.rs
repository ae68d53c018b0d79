//! One flag for the linker.
//!
//! Dependencies register things in static constructors. A wasm module that neither exports nor calls
//! `__wasm_call_ctors` gets every exported function wrapped so that each call runs all of them again
//! (lld's "command" model): tens of milliseconds per call. Exported, they run once, when the worker
//! starts the module.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo:rustc-link-arg-cdylib=--export=__wasm_call_ctors");
    }
}
