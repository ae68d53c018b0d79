//! The integer kernel in relaxed SIMD, for browsers that have it.
//!
//! `i32x4.relaxed_dot_i8x16_i7x16_add_s` multiplies and adds sixteen bytes in one instruction, two
//! to three times the rate of plain SIMD128. A module with that instruction is refused where it is
//! unknown, so the engine itself must not contain it: this small module is written here at start,
//! shares the engine's memory, and is used only if its sums are exactly those of the engine's own
//! kernel ([`register_external_kernel`]; beyond seven bits the instruction differs between processors).

use crossgrain_engine::kernels::{GemmI8Args, register_external_kernel};
use js_sys::{Function, Object, Reflect, Uint8Array, WebAssembly};
use std::cell::RefCell;
use std::ptr::from_ref;
use wasm_bindgen::{JsCast, JsValue};
use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function as Body, FunctionSection,
    ImportSection, InstructionSink, MemArg, MemArgTarget, MemoryType, Module, TypeSection, ValType,
};

/// Rows and halves of a panel that stay in registers together.
const ROWS: u32 = 4;
const HALVES: u32 = 2;

thread_local! {
    static KERNEL: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Makes the kernel, if this browser can run it and it is exact here; says whether it is in use.
pub fn start() -> bool {
    instantiate().is_some_and(|kernel| {
        KERNEL.set(Some(kernel));
        register_external_kernel(run)
    })
}

fn run(call: &GemmI8Args) {
    KERNEL.with_borrow(|kernel| {
        if let Some(kernel) = kernel {
            // The kernel cannot throw: it only reads and adds numbers.
            let _ = kernel.call1(&JsValue::NULL, &from_ref(call).expose_provenance().into());
        }
    });
}

fn instantiate() -> Option<Function> {
    let bytes: JsValue = Uint8Array::from(module().as_slice()).into();
    if !WebAssembly::validate(&bytes).unwrap_or(false) {
        return None;
    }
    let (imports, memory) = (Object::new(), Object::new());
    Reflect::set(&memory, &"memory".into(), &wasm_bindgen::memory()).ok()?;
    Reflect::set(&imports, &"engine".into(), &memory).ok()?;
    let module = WebAssembly::Module::new(&bytes).ok()?;
    let instance = WebAssembly::Instance::new(&module, &imports).ok()?;
    Reflect::get(&instance.exports(), &"products".into()).ok()?.dyn_into().ok()
}

/// The module: one function `products(call)` on the engine's memory.
fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    let mut imports = ImportSection::new();
    let memory =
        MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import("engine", "memory", EntityType::Memory(memory));
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export("products", ExportKind::Func, 0);
    let mut code = CodeSection::new();
    code.function(&products());
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module.finish()
}

// Local variables: 0 is the address of the call, 1 … 9 its fields in order, then those below.
const INPUTS: u32 = 1;
const INPUT_STEP: u32 = 2;
const ROWS_LEFT: u32 = 3;
const WEIGHTS: u32 = 4;
const WEIGHT_STEP: u32 = 5;
const PANELS: u32 = 6;
const QUADS: u32 = 7;
const SUMS: u32 = 8;
const SUM_STEP: u32 = 9;
/// Addresses within the current four rows, `4` of them.
const ROW: u32 = 10;
const PANEL: u32 = 14;
const WEIGHT: u32 = 15;
const OUT: u32 = 16;
const PANELS_LEFT: u32 = 17;
const QUADS_LEFT: u32 = 18;
const INTEGERS: u32 = 18;
/// Half a panel's codes, the inputs' splat, and the sums.
const CODES: u32 = 19;
const SPLAT: u32 = 21;
const SUM: u32 = 22;
const VECTORS: u32 = 2 + 1 + ROWS * HALVES;

/// ```text
/// while rows: panel = weights; out = sums; p = panels
///     while p: weight = panel; row[i] = inputs + i · input_step; q = quads; sum = 0
///         while q: sum[i][h] += weights (half h) · splat(inputs of row i)
///         store the sums; panel += weight_step; out += 32
///     inputs += 4 · input_step; sums += 4 · sum_step
/// ```
fn products() -> Body {
    let mut body = Body::new([(INTEGERS, ValType::I32), (VECTORS, ValType::V128)]);
    let mut sink = body.instructions();
    for field in 0..SUM_STEP {
        sink.local_get(0).i32_load(at(4 * field)).local_set(INPUTS + field);
    }
    sink.loop_(BlockType::Empty);
    copy(&mut sink, WEIGHTS, PANEL);
    copy(&mut sink, SUMS, OUT);
    copy(&mut sink, PANELS, PANELS_LEFT);
    sink.loop_(BlockType::Empty);
    copy(&mut sink, PANEL, WEIGHT);
    copy(&mut sink, QUADS, QUADS_LEFT);
    copy(&mut sink, INPUTS, ROW);
    for i in 1..ROWS {
        sink.local_get(ROW + i - 1).local_get(INPUT_STEP).i32_add().local_set(ROW + i);
    }
    for sum in 0..ROWS * HALVES {
        sink.v128_const(0).local_set(SUM + sum);
    }
    sink.loop_(BlockType::Empty);
    for half in 0..HALVES {
        sink.local_get(WEIGHT).v128_load(at(16 * half)).local_set(CODES + half);
    }
    advance(&mut sink, WEIGHT, 32);
    for i in 0..ROWS {
        sink.local_get(ROW + i).v128_load32_splat(at(0)).local_set(SPLAT);
        advance(&mut sink, ROW + i, 4);
        for half in 0..HALVES {
            let sum = SUM + HALVES * i + half;
            sink.local_get(CODES + half).local_get(SPLAT).local_get(sum);
            sink.i32x4_relaxed_dot_i8x16_i7x16_add_s().local_set(sum);
        }
    }
    again(&mut sink, QUADS_LEFT, 1);
    copy(&mut sink, OUT, ROW);
    for i in 0..ROWS {
        for half in 0..HALVES {
            sink.local_get(ROW).local_get(SUM + HALVES * i + half).v128_store(at(16 * half));
        }
        sink.local_get(ROW).local_get(SUM_STEP).i32_add().local_set(ROW);
    }
    advance(&mut sink, OUT, 32);
    sink.local_get(PANEL).local_get(WEIGHT_STEP).i32_add().local_set(PANEL);
    again(&mut sink, PANELS_LEFT, 1);
    for (pointer, step) in [(INPUTS, INPUT_STEP), (SUMS, SUM_STEP)] {
        sink.local_get(pointer).local_get(step).i32_const(ROWS as i32).i32_mul().i32_add().local_set(pointer);
    }
    again(&mut sink, ROWS_LEFT, ROWS as i32);
    sink.end();
    body
}

/// A place beside an address; every access may be unaligned.
fn at(offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

fn copy(sink: &mut InstructionSink, from: u32, to: u32) {
    sink.local_get(from).local_set(to);
}

fn advance(sink: &mut InstructionSink, pointer: u32, bytes: i32) {
    sink.local_get(pointer).i32_const(bytes).i32_add().local_set(pointer);
}

/// Counts down by `step` and closes the loop.
fn again(sink: &mut InstructionSink, counter: u32, step: i32) {
    sink.local_get(counter).i32_const(step).i32_sub().local_tee(counter).br_if(0).end();
}
