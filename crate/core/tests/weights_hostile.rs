//! Hostile weight files, made in memory: each is refused with its own code, quickly, and before
//! anything of the size it claims is allocated.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::error::Coded;
use crossgrain_core::limits;
use crossgrain_core::weights::{
    ByteSource, Expected, Safetensors, SliceBytes, TensorSource, WeightsError, check,
};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// A file: the header's length, the header, the data.
fn file(json: &str, data: &[u8]) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes(), json.as_bytes(), data].concat()
}

/// One tensor as it stands in a header.
fn tensor(name: &str, dtype: &str, shape: &str, begin: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
}

/// A header of these tensors.
fn header(tensors: &[String]) -> String {
    format!("{{{}}}", tensors.join(","))
}

/// A file of one tensor, otherwise good.
fn one(name: &str, dtype: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    file(&header(&[tensor(name, dtype, shape, 0, data.len() as u64)]), data)
}

fn floats(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// The small model all of this is held against: `a` `[2]`, `b` `[2, 2]`, perhaps `c` `[1]`.
fn expected() -> Vec<Expected> {
    vec![Expected::required("a", [2]), Expected::required("b", [2, 2]), Expected::optional("c", [1])]
}

/// Opens a file, holds it against the small model and reads every tensor: the code of the first
/// refusal, or `accepted`.
fn verdict(bytes: &dyn ByteSource) -> &'static str {
    let read = || -> Result<(), WeightsError> {
        let source = Safetensors::open(bytes, "model.safetensors")?;
        check(&source, &expected(), &["*.position_ids"])?;
        let mut numbers = Vec::new();
        source.names().iter().try_for_each(|name| source.read_f32(name, &mut numbers))
    };
    match read() {
        Ok(()) => "accepted",
        Err(error) => {
            assert_eq!(error.at().file.as_deref(), Some("model.safetensors"), "{error}");
            assert!(!error.hint().is_empty() && !error.to_string().contains('\n'), "{error}");
            assert!(error.to_string().len() < 1000, "{error}");
            error.code()
        }
    }
}

fn t(what: &str, bytes: &[u8], expected: &str) {
    assert_eq!(verdict(&SliceBytes(bytes)), expected, "{what}");
}

fn a() -> String {
    tensor("a", "F32", "[2]", 0, 8)
}

fn b() -> String {
    tensor("b", "F32", "[2,2]", 8, 24)
}

fn c() -> String {
    tensor("c", "F32", "[1]", 24, 28)
}

#[test]
fn good_files_pass() {
    let data = floats(&[1.0, -0.0, 1e-45, 3.4e38, 0.0, 6.0, 7.0]);
    t("the small model", &file(&header(&[a(), b()]), &data[..24]), "accepted");
    t("with the optional tensor", &file(&header(&[a(), b(), c()]), &data), "accepted");
    t("in another order", &file(&header(&[b(), c(), a()]), &data), "accepted");
    t("padded header", &file(&(header(&[a(), b()]) + "      "), &data[..24]), "accepted");
    let texts = r#""__metadata__":{"format":"pt","note":"é \u0000 <b>"}"#.to_owned();
    t("with metadata", &file(&header(&[texts, a(), b()]), &data[..24]), "accepted");
    t(
        "empty metadata",
        &file(&header(&[r#""__metadata__":{}"#.to_owned(), a(), b()]), &data[..24]),
        "accepted",
    );
    let ids = tensor("esm.position_ids", "I64", "[1,1]", 24, 32);
    t("with an ignored tensor", &file(&header(&[a(), b(), ids]), &[0; 32]), "accepted");
    let halves = [tensor("a", "F16", "[2]", 0, 4), tensor("b", "BF16", "[2,2]", 4, 12)];
    t("half precision", &file(&header(&halves), &[0; 12]), "accepted");
    let escaped = tensor(r"\u0061", "F32", "[2]", 0, 8);
    t("an escaped name", &file(&header(&[escaped, b()]), &data[..24]), "accepted");
}

#[test]
fn files_that_are_something_else() {
    t("nothing", b"", "weights.empty");
    t("one byte", b"\x08", "weights.too_short");
    t("seven bytes", &[0; 7], "weights.too_short");
    t("a page", b"<!DOCTYPE html><html><head><title>404</title>", "weights.html");
    t("a page after blanks", b"\r\n  <html lang=\"en\">", "weights.html");
    t("a short page", b"<html>", "weights.html");
    t(
        "a pointer",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:24c5\nsize 31384292\n",
        "weights.lfs_pointer",
    );
    t("an index of parts", br#"{"metadata": {}, "weight_map": {}}"#, "weights.json");
    t("an error of a hub", br#"{"error":"Repository not found"}"#, "weights.json");
    t("a PyTorch archive", b"PK\x03\x04\0\0\x08\x08\0\0archive/data.pkl", "weights.pytorch_zip");
    t("an old PyTorch file", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "weights.pickle");
    t("a gzip file", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "weights.gzip");
    t("a GGUF file", b"GGUF\x03\0\0\0\0\0\0\0", "weights.gguf");
    t("an HDF5 file", b"\x89HDF\r\n\x1a\n\0\0\0\0", "weights.hdf5");
    t("a text", b"MKTAYIAKQRQISFVKSHFSRQ", "weights.header_too_large");
    t("zeros", &[0; 64], "weights.not_safetensors");
    t("a list", &file("[]", &[]), "weights.not_safetensors");
    t("a blank first", &file(&format!(" {}", header(&[a()])), &[0; 8]), "weights.not_safetensors");
}

#[test]
fn headers_that_lie_about_their_length() {
    let good = file(&header(&[a(), b()]), &[0; 24]);
    let with_length = |length: u64| [&length.to_le_bytes(), &good[8..]].concat();
    t("the largest number", &with_length(u64::MAX), "weights.header_too_large");
    t("2^63", &with_length(1 << 63), "weights.header_too_large");
    t("2^32, zero where words have 32 bits", &with_length(1 << 32), "weights.header_too_large");
    t("one above the cap", &with_length(limits::WEIGHTS_HEADER_BYTES + 1), "weights.header_too_large");
    t("the cap, in a small file", &with_length(limits::WEIGHTS_HEADER_BYTES), "weights.header_truncated");
    t("one byte more than there are", &with_length(good.len() as u64 - 7), "weights.header_truncated");
    t("none", &with_length(0), "weights.header_json");
    t("none, and nothing else", &[0; 8], "weights.header_json");
    t("too short by one", &with_length((header(&[a(), b()]).len() - 1) as u64), "weights.header_json");
    t("into the data", &with_length((header(&[a(), b()]).len() + 1) as u64), "weights.header_json");
    t("UTF-8 cut", &file("{\"\u{e9}", &[])[..11], "weights.header_truncated");
}

#[test]
fn headers_that_are_not_what_they_should_be() {
    fn h(what: &str, json: &str, expected: &str) {
        t(what, &file(json, &[0; 24]), expected);
    }
    let (a, b) = (a(), b());
    h("no tensors", "{}", "weights.no_tensors");
    h("only metadata", r#"{"__metadata__":{"format":"pt"}}"#, "weights.no_tensors");
    h("unclosed", "{", "weights.header_json");
    h("two objects", &format!("{{{a},{b}}}{{}}"), "weights.header_json");
    h("a comma too many", &format!("{{{a},{b},}}"), "weights.header_json");
    h("a comment", &format!("{{/**/{a},{b}}}"), "weights.header_json");
    h("NUL as padding", &format!("{{{a},{b}}}\0"), "weights.header_json");
    h("a tensor that is a number", r#"{"a":1}"#, "weights.header_json");
    h("a tensor that is a list", r#"{"a":["F32",[2],[0,8]]}"#, "weights.header_json");
    h("a tensor that is null", r#"{"a":null}"#, "weights.header_json");
    h("metadata that is a number", r#"{"__metadata__":1}"#, "weights.header_json");
    h("metadata of a number", r#"{"__metadata__":{"a":1}}"#, "weights.header_json");
    h("metadata that nests", r#"{"__metadata__":{"a":{}}}"#, "weights.header_json");
    h("a metadata key twice", r#"{"__metadata__":{"a":"","a":""}}"#, "weights.duplicate_metadata");
    h("metadata twice", r#"{"__metadata__":{},"__metadata__":{}}"#, "weights.duplicate_name");
    h("a lone surrogate", r#"{"\ud800":{}}"#, "weights.header_json");
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    h("deep lists as a tensor", &format!(r#"{{"a":{}}}"#, deep("[", "]")), "weights.header_json");
    h("deep lists as a shape", &tensor_with("shape", &deep("[", "]")), "weights.header_json");
    h("deep objects as a field", &tensor_with("x", &deep("{\"a\":", "}")), "weights.unknown_field");
    h(
        "deep lists as a fifth size",
        &tensor_with("shape", &format!("[1,1,1,1,{}]", deep("[", "]"))),
        "weights.rank",
    );
    let mut not_utf8 = file(&header(&[a, b]), &[0; 24]);
    not_utf8[10] = 0xff;
    t("a byte that is not UTF-8", &not_utf8, "weights.header_not_utf8");
}

/// A header of the tensor `a`, with one more field or another value of a field in front.
fn tensor_with(field: &str, value: &str) -> String {
    format!(r#"{{"a":{{"{field}":{value},"dtype":"F32"}}}}"#)
}

#[test]
fn tensors_that_are_not_what_they_should_be() {
    fn f(what: &str, fields: &str, expected: &str) {
        t(what, &file(&format!(r#"{{"a":{{{fields}}},{}}}"#, b()), &[0; 24]), expected);
    }
    let (dtype, shape, offsets) = (r#""dtype":"F32""#, r#""shape":[2]"#, r#""data_offsets":[0,8]"#);
    f("good", &format!("{dtype},{shape},{offsets}"), "accepted");
    f("no type", &format!("{shape},{offsets}"), "weights.missing_field");
    f("no shape", &format!("{dtype},{offsets}"), "weights.missing_field");
    f("no offsets", &format!("{dtype},{shape}"), "weights.missing_field");
    f("nothing", "", "weights.missing_field");
    f("an unknown field", &format!("{dtype},{shape},{offsets},\"strides\":[1]"), "weights.unknown_field");
    f("a field in capitals", &format!("\"Dtype\":\"F32\",{shape},{offsets}"), "weights.unknown_field");
    f("type twice", &format!("{dtype},{dtype},{shape},{offsets}"), "weights.duplicate_field");
    f("shape twice", &format!("{dtype},{shape},\"shape\":[1],{offsets}"), "weights.duplicate_field");
    f("offsets twice", &format!("{dtype},{shape},{offsets},{offsets}"), "weights.duplicate_field");
    for name in ["F64", "U8", "BOOL", "I32", "F8_E4M3", "C64", "f32", "", "F32 "] {
        f(
            "a type that is not read",
            &format!("\"dtype\":\"{name}\",{shape},{offsets}"),
            "weights.unknown_dtype",
        );
    }
    f("a type that is a number", &format!("\"dtype\":0,{shape},{offsets}"), "weights.header_json");
    for size in ["-1", "2.0", "2e0", "\"2\"", "null", "18446744073709551616", "[2]"] {
        f("a size that is no size", &format!("{dtype},\"shape\":[{size}],{offsets}"), "weights.header_json");
    }
    f("a shape that is a number", &format!("{dtype},\"shape\":2,{offsets}"), "weights.header_json");
    for found in ["[]", "[0]", "[0,8,8]", "[-1,8]", "[0,8.0]", "[0,18446744073709551616]", "8", "{}"] {
        f(
            "offsets that are none",
            &format!("{dtype},{shape},\"data_offsets\":{found}"),
            "weights.header_json",
        );
    }
    f("five dimensions", &format!("{dtype},\"shape\":[1,1,1,1,2],{offsets}"), "weights.rank");
    f("four dimensions", &format!("{dtype},\"shape\":[1,1,1,2],{offsets}"), "weights.wrong_shape");
    let many = vec!["1"; 4096].join(",");
    f("4,096 dimensions", &format!("{dtype},\"shape\":[{many}],{offsets}"), "weights.rank");
}

#[test]
fn names() {
    fn n(name: &str, expected: &str) {
        t(name, &file(&header(&[tensor(name, "F32", "[2]", 0, 8), b()]), &[0; 24]), expected);
    }
    n("a", "accepted");
    n("x", "weights.missing");
    n("", "weights.bad_name");
    n("../a", "weights.bad_name");
    n(r"../a\n", "weights.bad_name");
    n("/a", "weights.bad_name");
    n("a/..", "weights.bad_name");
    n(r"a\\b", "weights.bad_name");
    n(r"a\u0000", "weights.bad_name");
    n(r"\u202ea", "weights.bad_name");
    n("a ", "weights.bad_name");
    n("ａ", "weights.bad_name");
    n("<img src=x onerror=alert(1)>", "weights.bad_name");
    n("=cmd()", "weights.bad_name");
    n(&"a".repeat(256), "weights.missing");
    n(&"a".repeat(257), "weights.bad_name");
    n(&"a".repeat(500_000), "weights.bad_name");
    n("b", "weights.duplicate_name");
    n(r"\u0062", "weights.duplicate_name");
    // The library keeps the last of two equal names, even with another type.
    let twice = [a(), tensor("a", "F16", "[4]", 0, 8), b()];
    t("another type", &file(&header(&twice), &[0; 24]), "weights.duplicate_name");
}

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
fn models() {
    let data = floats(&[0.0; 8]);
    let d = |name: &str| tensor(name, "F32", "[1]", 24, 28);
    t("one missing", &file(&header(&[a()]), &data[..8]), "weights.missing");
    t("all others", &one("x", "F32", "[2]", &data[..8]), "weights.missing");
    t("one too many", &file(&header(&[a(), b(), d("d")]), &data[..28]), "weights.unknown");
    t("one in capitals", &file(&header(&[a(), b(), d("C")]), &data[..28]), "weights.unknown");
    t(
        "a pattern holds for whole names",
        &file(&header(&[a(), b(), d("x.position_ids.y")]), &data[..28]),
        "weights.unknown",
    );
    let turned = tensor("b", "F32", "[4]", 8, 24);
    t("another shape of as many numbers", &file(&header(&[a(), turned]), &data[..24]), "weights.wrong_shape");
    t(
        "an optional one of another shape",
        &file(&header(&[a(), b(), tensor("c", "F32", "[]", 24, 28)]), &data[..28]),
        "weights.wrong_shape",
    );
    let whole = tensor("a", "I64", "[2]", 16, 32);
    let b = tensor("b", "F32", "[2,2]", 0, 16);
    t("whole numbers", &file(&header(&[whole, b]), &data), "weights.wrong_dtype");
}

#[test]
fn numbers_that_are_not_finite() {
    fn p(a: &str, bytes: &[u8], expected: &str) {
        let end = bytes.len() as u64;
        let tensors = [tensor("a", a, "[2]", 0, end), tensor("b", "F32", "[2,2]", end, end + 16)];
        t(&format!("{a} {bytes:02x?}"), &file(&header(&tensors), &[bytes, &[0; 16]].concat()), expected);
    }
    p("F32", &floats(&[f32::MAX, f32::MIN_POSITIVE / 2.0]), "accepted");
    p("F32", &floats(&[0.0, f32::NAN]), "weights.not_finite");
    p("F32", &floats(&[-f32::NAN, 0.0]), "weights.not_finite");
    p("F32", &[0, 0, 0, 0, 1, 0, 0x80, 0x7f], "weights.not_finite"); // signalling
    p("F32", &floats(&[f32::INFINITY, 0.0]), "weights.not_finite");
    p("F32", &floats(&[0.0, f32::NEG_INFINITY]), "weights.not_finite");
    p("F16", &[0xff, 0x7b, 0x01, 0x00], "accepted"); // largest, smallest subnormal
    p("F16", &[0, 0, 0x00, 0x7c], "weights.not_finite");
    p("F16", &[0, 0, 0x01, 0x7c], "weights.not_finite");
    p("F16", &[0x00, 0xfc, 0, 0], "weights.not_finite");
    p("BF16", &[0x7f, 0x7f, 0x01, 0x00], "accepted");
    p("BF16", &[0x80, 0x7f, 0, 0], "weights.not_finite");
    p("BF16", &[0, 0, 0xc0, 0xff], "weights.not_finite");
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
            if verdict(&SliceBytes(&bytes)) == "accepted" {
                accepted += 1;
                // What we accept, the format's own library accepts.
                safetensors::SafeTensors::deserialize(&bytes).unwrap();
            }
        }
    }
    // The file itself, once for each of its header's bytes.
    assert_eq!(accepted, good.len() - 24);
}

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
    assert_eq!(verdict(&source), "weights.header_too_large");
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
        assert_eq!(verdict(&source), expected, "{count} {dtype}");
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

#[test]
fn lists_of_names_are_cut() {
    let tensors: Vec<_> = (0..100).map(|i| tensor(&format!("extra.{i:03}"), "F32", "[0]", 24, 24)).collect();
    let bytes = file(&header(&[vec![a(), b()], tensors].concat()), &[0; 24]);
    let source = Safetensors::open(SliceBytes(&bytes), "model.safetensors").unwrap();
    let message = check(&source, &expected(), &[]).unwrap_err().to_string();
    assert_eq!(
        message,
        "100 tensors that this model does not have: extra.000, extra.001, extra.002, extra.003, extra.004, \
         extra.005, extra.006, extra.007, …"
    );
}

#[test]
fn a_source_that_fails_is_not_a_damaged_file() {
    struct Failing;
    impl ByteSource for Failing {
        fn len(&self) -> u64 {
            1 << 20
        }
        fn read_at(&self, _: u64, _: &mut [u8]) -> Result<(), WeightsError> {
            Err(crossgrain_core::weights::Problem::Read { reason: "the disk was pulled out".to_owned() }
                .into())
        }
    }
    assert_eq!(verdict(&Failing), "weights.read");
}
