//! Rotary position embedding.

use super::{HEAD_WIDTHS, matrix, numbers, padded, property, read, rows};
use crate::support::largest_difference;
use crossgrain_engine::kernels::{angles, rotary, rotary_reference};
use proptest::prelude::*;

#[test]
fn rotary_agrees_with_its_reference() {
    let shape = (rows(), 1..=5_usize, prop::sample::select(HEAD_WIDTHS.to_vec()), any::<u32>());
    property("rotary", 24, shape, |opened, (t, heads, width, seed)| {
        let d = heads * width;
        let frequencies: Vec<f32> = (0..width / 2).map(|j| 1.0 / (1.0 + j as f32)).collect();
        let table: Vec<f32> = (0..t).flat_map(|position| angles(position, &frequencies)).collect();
        let mut qkv = numbers(seed, t * 3 * d);
        let device = &opened.device;
        let on_device = matrix(&padded(qkv.clone(), 3 * d, opened), 3 * d, device);
        let y = rotary(on_device, &matrix(&padded(table.clone(), width, opened), width, device), heads);
        rotary_reference(&mut qkv, &table, heads, width);
        largest_difference(&read(y, t * 3 * d), &qkv)
    });
}
