//! CKA over training: each layer of each checkpoint compared with the same layer of the first checkpoint.

use super::cka::{Comparison, layers};
use crate::array::Answer;
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{LayerRefs, Rows, TableRef};
use crossgrain_core::analysis::KernelKind;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use serde::{Deserialize, Serialize};

/// Asks how far the layers of later checkpoints have moved from those of the first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaEvolutionRequest"))]
pub struct Request {
    /// Checkpoints in the order of training, each with its layers, `[n, ·]` each; all have the same n rows, at least 4.
    #[cfg_attr(feature = "cli", arg(required = true, value_name = "TABLE"))]
    pub checkpoints: Vec<LayerRefs>,
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

/// One curve for each layer of the first checkpoint.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaEvolutionResponse"))]
pub struct Response {
    /// Rows of each layer.
    pub n: usize,
    /// Names of the checkpoints, in order; the first is the reference.
    pub checkpoints: Vec<String>,
    /// One curve per layer of the reference.
    pub curves: Vec<Curve>,
    /// Device that computed the matrix products.
    pub computed: Computed,
}

/// The similarity of one layer to itself at the first checkpoint.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CkaCurve"))]
pub struct Curve {
    /// Name of the layer in the first checkpoint.
    pub layer: String,
    /// Debiased CKA at each checkpoint, about 0 to 1; `null` where it is undefined.
    pub debiased: Vec<Option<f64>>,
    /// Biased CKA at each checkpoint, 0 to 1; `null` where it is undefined.
    pub biased: Vec<Option<f64>>,
}

impl Answer for Response {}

impl Method for Request {
    const NAME: &'static str = "ckaEvolution";
    const EXAMPLE: &'static str = r#"{ "checkpoints": [["layer_1"], ["layer_2"]] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let sources = context.sources;
        let checkpoints: Vec<Vec<Rows>> = self
            .checkpoints
            .iter()
            .map(|layers_of| layers(sources, &layers_of.0))
            .collect::<Result<_, _>>()?;
        let nothing =
            || Refusal::new("analysis.nothing", "no checkpoint to compare", "give at least one checkpoint");
        let reference = checkpoints.first().ok_or_else(nothing)?;
        let comparison = Comparison {
            kernel: self.kernel.with_bandwidth(self.bandwidth),
            batch: self.batch,
            published_epsilon: self.published_epsilon,
            device: self.device,
        };
        let (mut curves, mut computed) = (Vec::new(), None);
        for (at, start) in reference.iter().enumerate() {
            let mut curve = Curve { layer: name_of(start), debiased: Vec::new(), biased: Vec::new() };
            for layers in &checkpoints {
                let now = same_layer(start, at, layers)?;
                start.same_rows_as(now)?;
                let (found, on) = comparison.of(context, &[start.view()], Some(&[now.view()])).await?;
                let found = found.at(0, 0);
                curve.debiased.push(found.debiased.number());
                curve.biased.push(found.biased.number());
                computed = Some(on);
            }
            curves.push(curve);
        }
        Ok(Response {
            n: reference.first().map_or(0, |layer| layer.view().rows()),
            checkpoints: self.checkpoints.iter().map(name).collect(),
            curves,
            computed: computed.ok_or_else(nothing)?,
        })
    }
}

/// Name of a layer in its file, or of its table.
fn name_of(layer: &Rows) -> String {
    if layer.layer.is_empty() { layer.name.clone() } else { layer.layer.clone() }
}

/// What a checkpoint is called: its tables with `+` between.
fn name(checkpoint: &LayerRefs) -> String {
    checkpoint.0.iter().map(TableRef::name).collect::<Vec<_>>().join("+")
}

/// The layer of a checkpoint that corresponds to one of the first checkpoint: that of the same name, or the one in the
/// same place where layers have no names.
fn same_layer<'a, 'b>(start: &Rows, at: usize, layers: &'a [Rows<'b>]) -> Result<&'a Rows<'b>, Refusal> {
    let same = layers.iter().find(|other| !start.layer.is_empty() && other.layer == start.layer);
    let nameless = |place: &&Rows| start.layer.is_empty() || place.layer.is_empty();
    same.or_else(|| layers.get(at).filter(nameless)).ok_or_else(|| {
        let what = format!("it has no layer {}, unlike the first checkpoint", start.layer);
        let table = layers.first().map_or("", |layer| layer.name.as_str());
        Refusal::in_file("cka.layers", table, what, "give the same layers of each checkpoint")
    })
}
