//! Sizes: every cap at it and one above, and nothing read or allocated before.

use crate::make::{a, b, file, header, result_code, t, tensor};
use crossgrain_core::limits;
use crossgrain_core::weights::{ByteSource, WeightsError};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// A file that is only claimed: some bytes at its start, zeros after them. Counts what is read.
struct Claimed {
    start: Vec<u8>,
    length: u64,
    read: Cell<u64>,
}

impl Claimed {
    fn new(start: Vec<u8>, length: u64) -> Self {
        Self { start, length, read: Cell::new(0) }
    }
}

impl ByteSource for Claimed {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        self.read.set(self.read.get() + into.len() as u64);
        let from = usize::try_from(offset).unwrap().min(self.start.len());
        into.fill(0);
        let there = &self.start[from..];
        let there = &there[..there.len().min(into.len())];
        into[..there.len()].copy_from_slice(there);
        Ok(())
    }
}

#[test]
fn a_legal_header_of_100_mb_is_refused_at_once() {
    // 1.8 million empty tensors, as a real file.
    let mut json = String::from("{");
    for i in 0..1_800_000 {
        json += &tensor(&i.to_string(), "F32", "[0]", 0, 0);
        json.push(',');
    }
    json.pop();
    json.push('}');
    assert!(json.len() > 100_000_000);
    let source = Claimed::new(file(&json, &[]), 8 + json.len() as u64);
    let start = Instant::now();
    assert_eq!(result_code(&source), "weights.header_too_large");
    let took = start.elapsed();
    println!("refused in {took:?} after {} bytes", source.read.get());
    assert!(took < Duration::from_millis(10), "{took:?}");
    assert!(source.read.get() <= 512, "{} bytes read", source.read.get());
}

#[test]
fn the_caps_hold_at_and_above() {
    let many = |count: usize| {
        let tensors: Vec<_> = (0..count).map(|i| tensor(&i.to_string(), "F32", "[0]", 0, 0)).collect();
        header(&tensors)
    };
    t("4,096 tensors", &file(&many(limits::WEIGHTS_TENSORS), &[]), "weights.missing");
    t("4,097 tensors", &file(&many(limits::WEIGHTS_TENSORS + 1), &[]), "weights.too_many_tensors");

    let padded = |size: u64| {
        let mut json = header(&[a(), b()]);
        json += &" ".repeat(usize::try_from(size).unwrap() - json.len());
        file(&json, &[0; 24])
    };
    t("a header of 1 MiB", &padded(limits::WEIGHTS_HEADER_BYTES), "accepted");
    t(
        "a header of 1 MiB and one byte",
        &padded(limits::WEIGHTS_HEADER_BYTES + 1),
        "weights.header_too_large",
    );
}

#[test]
fn a_tensor_is_measured_before_it_is_read() {
    fn size(dtype: &str, count: u64, bytes: u64, expected: &str) {
        let json = header(&[tensor("a", dtype, &format!("[{count}]"), 0, bytes)]);
        let source = Claimed::new(file(&json, &[]), 8 + json.len() as u64 + bytes);
        assert_eq!(result_code(&source), expected, "{count} {dtype}");
        assert!(source.read.get() < 2000, "{} bytes read", source.read.get());
    }
    let cap = limits::WEIGHTS_TENSOR_BYTES;
    size("F32", cap / 4, cap, "weights.missing");
    size("F32", cap / 4 + 1, cap + 4, "weights.tensor_too_large");
    // Half-precision numbers are twice as large once they are read.
    size("F16", cap / 4, cap / 2, "weights.missing");
    size("F16", cap / 4 + 1, cap / 2 + 2, "weights.tensor_too_large");
    size("I64", cap / 8, cap, "weights.missing");
    size("I64", cap / 8 + 1, cap + 8, "weights.tensor_too_large");
}
