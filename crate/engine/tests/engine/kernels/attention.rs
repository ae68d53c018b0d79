//! Attention over several sequences, and the attention probabilities of the first.

use super::{HEAD_WIDTHS, matrix, numbers, padded, property_of_both, read, row_spans};
use crate::support::largest_difference;
use crossgrain_engine::batch::Batch;
use crossgrain_engine::kernels::{
    Bias, attention, attention_reference, attention_weights, attention_weights_reference,
};
use proptest::prelude::*;

#[test]
fn attention_agrees_with_its_reference() {
    let lengths = prop::collection::vec(prop_oneof![1..=40_usize, Just(1), Just(32), Just(33)], 1..4);
    let heads = prop_oneof![1..=4_usize, Just(6), Just(12)];
    let bias = prop::sample::select(vec![Bias::None, Bias::Alibi]);
    let shape = (lengths, heads, prop::sample::select(HEAD_WIDTHS.to_vec()), bias, any::<u32>());
    property_of_both("attention", 36, shape, |opened, (lengths, heads, width, bias, seed)| {
        let (t, d) = (lengths.iter().sum::<usize>(), heads * width);
        let batch = Batch { tokens: vec![0; t], lengths };
        let rows = batch.rows(opened.is_gpu());
        let qkv = numbers(seed, t * 3 * d);
        let spans = row_spans(&batch);
        let device = &opened.device;
        let on_device = matrix(&padded(qkv.clone(), 3 * d, opened), 3 * d, device);
        let y = attention(on_device.clone(), &batch.row_spans(rows, device), heads, bias);
        let worst = largest_difference(&read(y, t * d), &attention_reference(&qkv, &spans, heads, bias));

        let first = batch.lengths[0];
        let maps = attention_weights(on_device, heads, first);
        let expected = attention_weights_reference(&qkv, d, heads, first);
        worst.max(largest_difference(&read(maps, expected.len()), &expected))
    });
}
