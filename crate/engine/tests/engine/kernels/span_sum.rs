//! Weighted sums of rows.

use super::{matrix, numbers, padded, property, read, rows, vector};
use crate::support::largest_difference;
use burn::tensor::{DType, Int, Tensor, TensorData};
use crossgrain_engine::kernels::{span_sum, span_sum_reference};
use proptest::prelude::*;

#[test]
fn span_sum_agrees_with_its_reference() {
    let shape = (rows(), (1..=70_usize).prop_map(|d| 4 * d), any::<u32>());
    property("span sum", 24, shape, |opened, (t, d, seed)| {
        let (x, weights) = (numbers(seed, t * d), numbers(seed ^ 1, t));
        let weights: Vec<f32> = weights.iter().map(|w| w / t as f32).collect();
        let middle = (t / 2) as i32;
        let spans = vec![0, middle, middle, t as i32, 0, t as i32];
        let device = &opened.device;
        let on_device: Tensor<2, Int> =
            Tensor::from_data(TensorData::new(spans.clone(), [3, 2]), (device, DType::I32));
        let rows = matrix(&padded(x.clone(), d, opened), d, device);
        let y = span_sum(rows, &vector(&padded(weights.clone(), 1, opened), device), &on_device);
        let spans: Vec<[i32; 2]> = spans.chunks(2).map(|s| [s[0], s[1]]).collect();
        largest_difference(&read(y, 3 * d), &span_sum_reference(&x, &weights, &spans))
    });
}
