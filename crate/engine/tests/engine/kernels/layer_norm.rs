//! Layer norm with each activation.

use super::{matrix, numbers, padded, property_of_both, read, rows, vector};
use crate::support::largest_difference;
use crossgrain_engine::kernels::{Activation, layer_norm, layer_norm_reference};
use proptest::prelude::*;

#[test]
fn layer_norm_agrees_with_its_reference() {
    let widths = (1..=90_usize).prop_map(|d| 4 * d);
    let activations = prop::sample::select(vec![Activation::None, Activation::Gelu, Activation::Silu]);
    property_of_both(
        "layer norm",
        36,
        (rows(), widths, any::<u32>(), 0..3_u8, activations),
        |opened, (t, d, seed, shift, activation)| {
            // A one-pass variance would fail for a large mean, exponentials for large outputs.
            let x: Vec<f32> = numbers(seed, t * d).iter().map(|v| v + f32::from(shift) * 4.0).collect();
            let spread = [1.0, 8.0, 100.0][seed as usize % 3];
            let gamma: Vec<f32> = numbers(seed ^ 1, d).iter().map(|v| v * spread).collect();
            let beta = numbers(seed ^ 2, d);
            let device = &opened.device;
            let y = layer_norm(
                matrix(&padded(x.clone(), d, opened), d, device),
                &vector(&gamma, device),
                &vector(&beta, device),
                1e-5,
                activation,
            );
            let expected: Vec<f32> = layer_norm_reference(&x, &gamma, &beta, 1e-5)
                .iter()
                .map(|v| activation.reference(*v))
                .collect();
            let largest = expected.iter().fold(1.0_f32, |worst, v| worst.max(v.abs()));
            largest_difference(&read(y, t * d), &expected) / largest
        },
    );
}
