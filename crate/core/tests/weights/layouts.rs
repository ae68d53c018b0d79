//! Layouts: shapes and offsets against the file, and damage at any place.

use crate::make::{a, b, file, header, result_code, t, tensor};
use crossgrain_core::weights::SliceBytes;

#[test]
fn layouts() {
    fn l(what: &str, tensors: &[String], data: usize, expected: &str) {
        t(what, &file(&header(tensors), &vec![0; data]), expected);
    }
    let at = |name: &str, shape: &str, begin, end| tensor(name, "F32", shape, begin, end);
    l("overlap", &[a(), at("b", "[2,2]", 4, 20)], 20, "weights.overlap");
    l("the same place", &[a(), at("c", "[2]", 0, 8)], 8, "weights.overlap");
    l("one inside another", &[at("b", "[2,2]", 0, 16), at("a", "[2]", 4, 12)], 16, "weights.overlap");
    l("a hole", &[a(), at("b", "[2,2]", 12, 28)], 28, "weights.hole");
    l("a hole in front", &[at("a", "[2]", 4, 12)], 12, "weights.hole");
    l(
        "a hole of an empty tensor",
        &[a(), at("b", "[2,2]", 8, 24), at("c", "[0]", 32, 32)],
        32,
        "weights.hole",
    );
    l("one byte after the last", &[a(), b()], 25, "weights.trailing");
    l("a megabyte after the last", &[a(), b()], (1 << 20) + 24, "weights.trailing");
    l("one byte short", &[a(), b()], 23, "weights.truncated");
    l("no data", &[a(), b()], 0, "weights.truncated");
    l("end before begin", &[at("a", "[2]", 8, 0)], 8, "weights.backward_offsets");
    l("the largest offsets", &[at("a", "[2]", u64::MAX - 8, u64::MAX)], 8, "weights.hole");
    l("end far before begin", &[at("a", "[2]", u64::MAX, 7)], 8, "weights.backward_offsets");
    l("too few bytes", &[at("a", "[3]", 0, 8)], 8, "weights.size_mismatch");
    l("too many bytes", &[at("a", "[1]", 0, 8)], 8, "weights.size_mismatch");
    l("bytes for no numbers", &[at("a", "[0]", 0, 8)], 8, "weights.size_mismatch");
    l("a number for no bytes", &[at("a", "[]", 0, 0)], 0, "weights.size_mismatch");
    l("half a number", &[at("a", "[2]", 0, 7)], 7, "weights.size_mismatch");
    l("the size of another type", &[tensor("a", "F16", "[2]", 0, 8)], 8, "weights.size_mismatch");
    l("a product of 2^64", &[at("a", "[4294967296,4294967296]", 0, 8)], 8, "weights.shape_overflow");
    l("a product of 2^32", &[at("a", "[65536,65536]", 0, 8)], 8, "weights.size_mismatch");
    l("bytes of 2^64", &[at("a", "[4611686018427387904]", 0, 0)], 0, "weights.shape_overflow");
    l("a size of 2^64 - 1", &[at("a", "[18446744073709551615]", 0, 8)], 8, "weights.shape_overflow");
    l("overflow, then zero", &[at("a", "[4294967296,4294967296,0]", 0, 0)], 0, "weights.shape_overflow");
    l("zero, then overflow", &[at("a", "[0,4294967296,4294967296]", 0, 0)], 0, "weights.missing");
    // An empty tensor is legal; no model has one.
    l("no numbers", &[at("a", "[0]", 0, 0), at("b", "[2,2]", 0, 16)], 16, "weights.wrong_shape");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let good = file(&header(&[a(), b()]), &[0; 24]);
    let data = good.len() - 24;
    for cut in 0..good.len() {
        let expected = match cut {
            0 => "weights.empty",
            1..8 => "weights.too_short",
            _ if cut < data => "weights.header_truncated",
            _ => "weights.truncated",
        };
        t(&format!("{cut} bytes of {}", good.len()), &good[..cut], expected);
    }
}

#[test]
fn every_byte_of_a_header_changed_in_every_way_never_panics() {
    let good = file(&header(&[a(), b()]), &[0; 24]);
    let mut accepted = 0;
    for at in 0..good.len() - 24 {
        for byte in 0..=u8::MAX {
            let mut bytes = good.clone();
            bytes[at] = byte;
            if result_code(&SliceBytes(&bytes)) == "accepted" {
                accepted += 1;
                // What we accept, the format's own library accepts.
                safetensors::SafeTensors::deserialize(&bytes).unwrap();
            }
        }
    }
    // The file itself, once for each of its header's bytes.
    assert_eq!(accepted, good.len() - 24);
}
