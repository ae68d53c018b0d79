//! Layers of a request, and their comparison batch by batch.

use crate::context::Context;
use crate::refusal::Refusal;
use crate::sources::{Rows, Sources, TableRef};
use crossgrain_core::analysis::{AnalysisError, CkaMatrix, Kernel, LayerSums, Quotient, cka_batches};
use crossgrain_core::matrix::View;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::Computed;
use std::ops::Range;

/// How layers are compared.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// Similarity of two rows.
    pub kernel: Kernel,
    /// Rows of each batch; 0 takes all rows at once.
    pub batch: usize,
    /// Whether 1e-10 is added inside each root.
    pub published_epsilon: bool,
    /// Device of the products.
    pub device: DeviceChoice,
}

/// All layers of some tables, whose rows must be the same.
///
/// # Errors
/// `analysis.nothing` without a layer, `table.other_ids`, and those of [`Sources::layers`].
pub fn layers<'a>(sources: &'a dyn Sources, tables: &[TableRef]) -> Result<Vec<Rows<'a>>, Refusal> {
    let mut found = Vec::new();
    for table in tables {
        found.extend(sources.layers(table)?);
    }
    let first =
        found.first().ok_or_else(|| Refusal::new("analysis.nothing", "no layer to compare", "give at least one layer"))?;
    found.iter().try_for_each(|layer| first.same_rows_as(layer))?;
    Ok(found)
}

impl Comparison {
    /// Compares layers with layers, or the first ones with each other.
    ///
    /// # Shape
    /// `xs` a × `[n, ·]`, `ys` b × `[n, ·]` → `[a, b]`, or `[a, a]` without `ys`.
    ///
    /// # Errors
    /// `cka.too_few_rows`, `cka.bandwidth`, `analysis.row_mismatch`, `analysis.not_finite`, `analysis.cancelled`, and
    /// those of [`Context::layers`].
    pub async fn of(
        self,
        context: &mut Context<'_>,
        xs: &[View<'_>],
        ys: Option<&[View<'_>]>,
    ) -> Result<(CkaMatrix, Computed), Refusal> {
        let (mut sums, mut computed) = (LayerSums::new(self.kernel), None);
        for rows in cka_batches(xs.first().map_or(0, View::rows), self.batch) {
            let (xs, ys) = (parts(xs, &rows), ys.map(|ys| parts(ys, &rows)));
            let batch = sums.begin(&xs, ys.as_deref())?;
            let (batch, on) = context.layers(self.device, batch).await?;
            sums.end(&batch);
            computed = Some(on);
        }
        let quotient = if self.published_epsilon { Quotient::PublishedEvolution } else { Quotient::Plain };
        let computed = computed.ok_or(AnalysisError::CkaRows { rows: 0 })?;
        Ok((sums.finish(quotient), computed))
    }
}

fn parts<'a>(views: &[View<'a>], rows: &Range<usize>) -> Vec<View<'a>> {
    views.iter().map(|view| view.part(rows.start, rows.end)).collect()
}
