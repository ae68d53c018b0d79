//! Headers: their length, their JSON, their fields and names.

use crate::make::{a, b, file, header, t, tensor};
use crossgrain_core::limits;

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
