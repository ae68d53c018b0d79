//! CKA along training: batches of rows, and the layers of each checkpoint against those of another.

use super::hsic::{Cka, Quotient};
use super::kernel::Kernel;
use super::layers::{CkaMatrix, LayerSums};
use crate::analysis::error::AnalysisError;
use crate::analysis::gram::{CpuGram, Gram};
use crate::matrix::View;
use crate::progress::Progress;
use std::ops::Range;

/// Fewest rows of a batch: the debiased estimate divides by n − 3.
const FEWEST: usize = 4;

/// The rows of each batch. A last batch of fewer than four rows is left out, as in the published runs; 0 rows per
/// batch are all rows at once.
#[must_use]
pub fn cka_batches(rows: usize, rows_per_batch: usize) -> Vec<Range<usize>> {
    let size = if rows_per_batch == 0 { rows.max(1) } else { rows_per_batch };
    let batch = |start: usize| start..start.saturating_add(size).min(rows);
    (0..rows.max(1)).step_by(size).map(batch).filter(|rows| rows.start == 0 || rows.len() >= FEWEST).collect()
}

/// Layers × layers over batches of rows, each centred separately (mini-batch CKA, Nguyen et al. 2021).
///
/// # Shape
///
/// `xs` a × `[n, ·]`, `ys` b × `[n, ·]` → `[a, b]`, or `[a, a]` without `ys`
///
/// # Errors
///
/// As [`cka_layers`](super::cka_layers).
pub fn cka_layers_in_batches(
    (xs, ys): (&[View], Option<&[View]>),
    (kernel, quotient): (Kernel, Quotient),
    rows_per_batch: usize,
    gram: &mut dyn Gram,
    progress: &mut dyn Progress,
) -> Result<CkaMatrix, AnalysisError> {
    let mut sums = LayerSums::new(kernel);
    for rows in cka_batches(xs.first().map_or(0, View::rows), rows_per_batch) {
        let xs: Vec<View> = xs.iter().map(|view| view.part(rows.start, rows.end)).collect();
        let ys: Option<Vec<View>> =
            ys.map(|ys| ys.iter().map(|view| view.part(rows.start, rows.end)).collect());
        sums.add(&xs, ys.as_deref(), gram, progress)?;
    }
    Ok(sums.finish(quotient))
}

/// A layer of a checkpoint, by its name.
pub type CheckpointLayer<'a> = (&'a str, View<'a>);

/// One layer along training: the layer of the first checkpoint, and that of every checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerEvolution<'a> {
    /// Name of the layer.
    pub layer: &'a str,
    /// The layer of the first checkpoint, with which all are compared. `[n, d]`
    pub reference: View<'a>,
    /// The layer of every checkpoint, the first included. `[checkpoints]` of `[n, d]`
    pub checkpoints: Vec<View<'a>>,
}

/// Finds the layers of the first checkpoint in every checkpoint.
///
/// # Errors
///
/// `cka.layers` if a checkpoint lacks a layer of the first.
pub fn layer_evolutions<'a>(
    checkpoints: &[Vec<CheckpointLayer<'a>>],
) -> Result<Vec<LayerEvolution<'a>>, AnalysisError> {
    let evolution = |&(layer, reference): &CheckpointLayer<'a>| -> Result<LayerEvolution<'a>, AnalysisError> {
        let find = |(checkpoint, layers): (usize, &Vec<CheckpointLayer<'a>>)| {
            let found = layers.iter().find(|(name, _)| *name == layer).map(|(_, rows)| *rows);
            found.ok_or_else(|| AnalysisError::CkaMissingLayer { checkpoint, layer: layer.to_owned() })
        };
        let checkpoints = checkpoints.iter().enumerate().map(find).collect::<Result<_, _>>()?;
        Ok(LayerEvolution { layer, reference, checkpoints })
    };
    checkpoints.first().into_iter().flatten().map(evolution).collect()
}

/// The similarity of each layer with that of the first checkpoint: one curve per layer.
///
/// # Shape
///
/// checkpoints × layers × `[n, ·]` → layers × `[checkpoints]`
///
/// # Errors
///
/// Those of [`layer_evolutions`] and [`cka_layers`](super::cka_layers).
pub fn cka_evolution<'a>(
    checkpoints: &[Vec<CheckpointLayer<'a>>],
    how: (Kernel, Quotient),
    rows_per_batch: usize,
    progress: &mut dyn Progress,
) -> Result<Vec<(&'a str, Vec<Cka>)>, AnalysisError> {
    let mut gram = CpuGram::default();
    let curve = |evolution: LayerEvolution<'a>| -> Result<(&'a str, Vec<Cka>), AnalysisError> {
        let one = |view: &View<'a>| -> Result<Cka, AnalysisError> {
            let layers = (&[evolution.reference][..], Some(std::slice::from_ref(view)));
            Ok(cka_layers_in_batches(layers, how, rows_per_batch, &mut gram, progress)?.at(0, 0))
        };
        Ok((evolution.layer, evolution.checkpoints.iter().map(one).collect::<Result<Vec<Cka>, _>>()?))
    };
    layer_evolutions(checkpoints)?.into_iter().map(curve).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::cka_layers;
    use crate::error::Coded;
    use crate::progress::Silent;

    #[test]
    fn rows_of_batches() {
        fn t(rows: usize, size: usize, expected: &[Range<usize>]) {
            assert_eq!(cka_batches(rows, size), expected, "{rows} in {size}");
        }
        t(25, 10, &[0..10, 10..20, 20..25]);
        t(23, 10, &[0..10, 10..20]);
        t(20, 10, &[0..10, 10..20]);
        t(7, 0, &[0..7]);
        t(7, 100, &[0..7]);
        t(3, 0, &[0..3]);
        t(0, 0, &[0..0]);
        t(5, usize::MAX, &[0..5]);
    }

    #[test]
    fn curves_start_at_one() {
        let numbers: Vec<f32> = (0..60).map(|i| ((i * i * 7 + i) % 31) as f32).collect();
        let view = |first: usize| View::new(&numbers[first..first + 24], 8, 3).unwrap();
        let checkpoints = vec![
            vec![("a", view(0)), ("b", view(10))],
            vec![("b", view(20)), ("a", view(30)), ("c", view(5))],
        ];
        let how = (Kernel::Linear, Quotient::Plain);
        let found = cka_evolution(&checkpoints, how, 0, &mut Silent).unwrap();
        assert_eq!((found.len(), found[0].0, found[1].0), (2, "a", "b"));
        let first = found[0].1[0].biased.number().unwrap();
        assert!((first - 1.0).abs() < 1e-6, "{first}");
        let alone = cka_layers(&[view(10)], Some(&[view(20)]), Kernel::Linear, &mut Silent).unwrap();
        assert_eq!(found[1].1[1], alone.at(0, 0));
        let lacking = vec![checkpoints[0].clone(), vec![("a", view(0))]];
        let error = layer_evolutions(&lacking).unwrap_err();
        assert_eq!(error, AnalysisError::CkaMissingLayer { checkpoint: 1, layer: "b".to_owned() });
        assert_eq!(error.code(), "cka.layers");
    }
}
