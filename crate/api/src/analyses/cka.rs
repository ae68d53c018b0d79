//! Centred kernel alignment of layers: do they see the same structure in the same rows?

mod layers;

pub use layers::{Comparison, layers};

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{LayerRefs, Rows};
use crossgrain_core::analysis::{Cka, CkaMatrix, KernelKind, Value};
use crossgrain_core::matrix::View;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks how similar each layer of one list is to each layer of another, or to the other layers of the same list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaRequest"))]
pub struct Request {
    /// Layers, `[n, ·]` each; all have the same n rows, at least 4.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub x: LayerRefs,
    /// Other layers of the same rows. Without it, the layers of `x` are compared with each other.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub y: Option<LayerRefs>,
    /// Similarity of two rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "linear"))]
    pub kernel: KernelKind,
    /// Width σ of the Gaussian, above 0, as a share of the median distance between rows. Only for `rbf`.
    #[serde(default = "defaults::bandwidth")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::BANDWIDTH))]
    pub bandwidth: f64,
    /// Rows of a batch, at least 4; each batch is centred by itself (mini-batch CKA). 0 takes all rows at once.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = 0, value_name = "ROWS"))]
    pub batch: usize,
    /// Add 1e-10 inside each root, as in the published curves over checkpoints (Xiao et al. 2025).
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub published_epsilon: bool,
    /// Device. `auto` uses a hardware GPU for large inputs. Values differ between devices by rounding.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "auto"))]
    pub device: DeviceChoice,
}

/// The similarity of each layer of `x` (rows) to each layer of `y` (columns).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaResponse"))]
pub struct Response {
    /// Rows of each layer.
    pub n: usize,
    /// Names of the layers of `x`.
    pub x: Vec<String>,
    /// Names of the layers of `y`, or of `x` again.
    pub y: Vec<String>,
    /// Layers of `x`.
    pub rows: usize,
    /// Layers of `y`, or of `x` again.
    pub cols: usize,
    /// Debiased CKA, about 0 to 1, 0 for unrelated layers; NaN where it is undefined, `[rows, cols]`.
    #[serde(skip_serializing)]
    pub debiased: AnswerMatrix<f64>,
    /// Biased CKA, 0 to 1; it grows with the number of columns; NaN where it is undefined, `[rows, cols]`.
    #[serde(skip_serializing)]
    pub biased: AnswerMatrix<f64>,
    /// Cells without a debiased value.
    pub undefined: Vec<UndefinedCell>,
    /// Device that computed the matrix products.
    pub computed: Computed,
}

/// A pair of layers without a debiased CKA: the rows of a layer are all alike, or too few.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UndefinedCell {
    /// Layer of `x`, counted from 0.
    pub row: usize,
    /// Layer of `y`, counted from 0.
    pub col: usize,
    /// HSIC(K, K) · HSIC(L, L), which is not positive; the smaller factor if both are negative.
    pub product: f64,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.debiased.array("debiased"), self.biased.array("biased")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.x)
    }
}

impl Method for Request {
    const NAME: &'static str = "cka";
    const EXAMPLE: &'static str = r#"{ "x": ["layer_1", "layer_2"] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sources = context.sources;
        let x = layers(sources, &self.x.0)?;
        let y = self.y.as_ref().map(|y| layers(sources, &y.0)).transpose()?;
        if let (Some(x), Some(y)) = (x.first(), y.as_ref().and_then(|y| y.first())) {
            x.same_rows_as(y)?;
        }
        let (xs, ys) = (views(&x), y.as_deref().map(views));
        let comparison = Comparison {
            kernel: self.kernel.with_bandwidth(self.bandwidth),
            batch: self.batch,
            published_epsilon: self.published_epsilon,
            device: self.device,
        };
        let (found, computed) = comparison.of(context, &xs, ys.as_deref()).await?;
        Ok(Response {
            n: xs.first().map_or(0, View::rows),
            x: names(&x),
            y: names(y.as_ref().unwrap_or(&x)),
            rows: found.rows(),
            cols: found.cols(),
            debiased: matrix(&found, |cell| cell.debiased),
            biased: matrix(&found, |cell| cell.biased),
            undefined: undefined(&found),
            computed,
        })
    }
}

fn views<'a>(layers: &'a [Rows<'_>]) -> Vec<View<'a>> {
    layers.iter().map(Rows::view).collect()
}

fn names(layers: &[Rows]) -> Vec<String> {
    layers.iter().map(|layer| layer.name.clone()).collect()
}

fn matrix(found: &CkaMatrix, value: impl Fn(&Cka) -> Value) -> AnswerMatrix<f64> {
    let data = found.cells().iter().map(|cell| value(cell).number().unwrap_or(f64::NAN)).collect();
    AnswerMatrix::new(data, found.rows(), found.cols())
}

fn undefined(found: &CkaMatrix) -> Vec<UndefinedCell> {
    let cols = found.cols().max(1);
    let cell = |(at, cell): (usize, &Cka)| match cell.debiased {
        Value::Undefined { product } => Some(UndefinedCell { row: at / cols, col: at % cols, product }),
        Value::Number(_) => None,
    };
    found.cells().iter().enumerate().filter_map(cell).collect()
}
