//! Tensors against what a model expects, and their numbers.

use crate::make::{a, b, expected, file, floats, header, one, t, tensor};
use crossgrain_core::weights::{Safetensors, SliceBytes, check};

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
