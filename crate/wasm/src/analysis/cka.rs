//! CKA: questions and answers. A cell without a number carries its reason.

use super::heard;
use super::products;
use super::tables::{Ref, Rows, Tables};
use crate::error::{Refusal, plain};
use crate::progress::Reporter;
use crossgrain_core::analysis::{Bandwidth, Kernel, LayerSums, Quotient, Value, cka_test};
use crossgrain_core::matrix::View;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Multiplier;
use js_sys::Function;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::JsValue;

/// Linear, or Gaussian with σ as a share of the median distance.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KernelName {
    #[default]
    Linear,
    Rbf,
}

/// Of `cka`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    x: Vec<Ref>,
    /// Without it, the layers of `x` with one another.
    #[serde(default)]
    y: Option<Vec<Ref>>,
    #[serde(default)]
    kernel: KernelName,
    #[serde(default)]
    bandwidth: Option<f64>,
    #[serde(default)]
    device: DeviceChoice,
}

/// Of `ckaTest`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    x: Ref,
    y: Ref,
    #[serde(default)]
    kernel: KernelName,
    #[serde(default)]
    bandwidth: Option<f64>,
    #[serde(default = "many")]
    shuffles: usize,
    #[serde(default = "many")]
    draws: usize,
    #[serde(default)]
    seed: u64,
}

fn many() -> usize {
    999
}

fn kernel(name: KernelName, bandwidth: Option<f64>) -> Kernel {
    match name {
        KernelName::Linear => Kernel::Linear,
        KernelName::Rbf => Kernel::Rbf(Bandwidth::Median(bandwidth.unwrap_or(1.0))),
    }
}

/// `{ rows, cols, n, debiased, biased, undefined, computed }`, `debiased` and `biased` `[rows · cols]` with `null`s.
///
/// # Errors
/// `analysis.no_table`, `analysis.nothing`, and the codes of the analysis.
pub async fn layers(
    tables: &Tables,
    multiplier: &Multiplier,
    asked: &Layers,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let (x, y) = (tables.all(&asked.x)?, asked.y.as_deref().map(|y| tables.all(y)).transpose()?);
    let n = x.first().map_or(0, |rows| rows.view().rows());
    if x.is_empty() || y.as_ref().is_some_and(Vec::is_empty) {
        return Err(Refusal::new(
            "analysis.nothing",
            "there is no layer to compare",
            "give at least one layer",
        ));
    }
    let mut reporter = Reporter::new(progress, "cka", "steps");
    let (x, y) = (views(&x), y.as_deref().map(views));
    let mut sums = LayerSums::new(kernel(asked.kernel, asked.bandwidth));
    let batch = sums.begin(&x, y.as_deref())?;
    let (batch, computed) = products::layers(multiplier, asked.device, batch, &mut reporter).await?;
    sums.end(&batch);
    let matrix = sums.finish(Quotient::Plain);
    let mut undefined = Vec::new();
    for (i, cell) in matrix.cells().iter().enumerate() {
        if let Value::Undefined { product } = cell.debiased {
            undefined.push(json!({ "row": i / matrix.cols(), "col": i % matrix.cols(), "product": product }));
        }
    }
    Ok(plain(&json!({
        "rows": matrix.rows(),
        "cols": matrix.cols(),
        "n": n,
        "debiased": matrix.cells().iter().map(|cell| cell.debiased.number()).collect::<Vec<_>>(),
        "biased": matrix.cells().iter().map(|cell| cell.biased.number()).collect::<Vec<_>>(),
        "undefined": undefined,
        "computed": computed,
    })))
}

fn views<'a>(rows: &'a [Rows]) -> Vec<View<'a>> {
    rows.iter().map(Rows::view).collect()
}

/// `{ value, p, interval, undefined, n, shuffles, draws, seed }`.
///
/// # Errors
/// `analysis.no_table` and the codes of the analysis.
pub fn test(tables: &Tables, asked: &Test, progress: Option<&Function>) -> Result<JsValue, Refusal> {
    let (x, y) = (tables.rows(&asked.x)?, tables.rows(&asked.y)?);
    let mut reporter = Reporter::new(progress, "shuffling", "steps");
    let found = cka_test(
        x.view(),
        y.view(),
        kernel(asked.kernel, asked.bandwidth),
        [asked.shuffles, asked.draws],
        asked.seed,
        &mut heard(&mut reporter),
    )?;
    Ok(plain(&json!({
        "value": found.value.number(),
        "p": found.p_value,
        "interval": found.interval,
        "undefined": found.undefined,
        "n": x.view().rows(),
        "shuffles": asked.shuffles,
        "draws": asked.draws,
        "seed": asked.seed,
    })))
}
