//! Unfolding (im2col), alone and as a dilated convolution.

use super::{matrix, numbers, padded, property, read, row_spans};
use crate::support::largest_difference;
use crossgrain_engine::batch::Batch;
use crossgrain_engine::kernels::{Activation, Weight, linear, unfold, unfold_reference};
use crossgrain_engine::quant::Precision;
use proptest::prelude::*;

/// The unfolded rows, and with a linear layer a whole convolution against three loops.
#[test]
fn unfold_and_linear_make_a_dilated_convolution() {
    let lengths = prop::collection::vec(prop_oneof![1..=40_usize, Just(1), Just(32), Just(300)], 1..4);
    let dilation = (0..=7_u32).prop_map(|power| 1_usize << power);
    let shape = (lengths, 1..=9_usize, 1..=20_usize, prop::sample::select(vec![3_usize, 5]), dilation);
    property("unfold", 24, (shape, any::<u32>()), |opened, ((lengths, c, n, size, dilation), seed)| {
        let (t, c) = (lengths.iter().sum::<usize>(), 4 * c);
        let batch = Batch { tokens: vec![0; t], lengths };
        let spans = row_spans(&batch);
        let (x, bias) = (numbers(seed, t * c), numbers(seed ^ 2, n));
        let weight: Vec<f32> =
            numbers(seed ^ 1, n * size * c).iter().map(|w| w / (c as f32).sqrt()).collect();
        let device = &opened.device;
        let rows = batch.rows(opened.is_gpu());
        let on_device = matrix(&padded(x.clone(), c, opened), c, device);
        let unfolded = unfold(on_device, &batch.row_spans(rows, device), size, dilation);
        let worst = largest_difference(
            &read(unfolded.clone(), t * size * c),
            &unfold_reference(&x, &spans, size, dilation),
        );
        let on_device = Weight::new(weight.clone(), bias.clone(), Precision::F32, device, opened.is_gpu());
        let y = linear(unfolded, &on_device, Activation::None);
        let mut expected = Vec::with_capacity(t * n);
        for (r, [first, last]) in spans.iter().enumerate() {
            for (w, b) in weight.chunks_exact(size * c).zip(&bias) {
                let mut sum = f64::from(*b);
                for (k, w) in w.chunks_exact(c).enumerate() {
                    let source = (r + k * dilation) as i64 - (size / 2 * dilation) as i64;
                    if source >= i64::from(*first) && source < i64::from(*last) {
                        let x = &x[source as usize * c..][..c];
                        sum += x.iter().zip(w).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum::<f64>();
                    }
                }
                expected.push(sum as f32);
            }
        }
        worst.max(largest_difference(&read(y, t * n), &expected))
    });
}
