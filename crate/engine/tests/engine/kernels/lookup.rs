//! Rows of a table.

use super::{matrix, numbers, property, read, rows};
use crate::support::largest_difference;
use crossgrain_engine::batch::{Batch, int_tensor};
use crossgrain_engine::kernels::{lookup, lookup_reference};
use proptest::prelude::*;

#[test]
fn lookup_agrees_with_its_reference() {
    let shape = (rows(), 1..=50_usize, (1..=70_usize).prop_map(|d| 4 * d), any::<u32>());
    property("lookup", 24, shape, |opened, (t, v, d, seed)| {
        let table = numbers(seed, v * d);
        let pick = |i: usize| ((seed as usize).wrapping_add(i * 7919) % v) as i32;
        let mut ids: Vec<i32> = (0..t).map(pick).collect();
        let expected = lookup_reference(&table, &ids, d);
        ids.resize(Batch { tokens: vec![0; t], lengths: vec![t] }.rows(opened.is_gpu()), 0);
        let device = &opened.device;
        let ids = int_tensor(ids.clone(), [ids.len(), 1], device);
        let y = lookup(matrix(&table, d, device), &ids);
        largest_difference(&read(y, t * d), &expected)
    });
}
