//! Tensors with a false location, type or size.

use crate::archive::{checkpoint, file, files, zip};
use crate::pickle::{Pickle, beside, good, one};
use crate::{Case, case};

pub fn cases() -> Vec<Case> {
    let data: &[u8] = &[0; 8];
    let pt = |pickle: Vec<u8>| checkpoint(&pickle, &[("0", data)]);
    let stored = |kind: &'static str, key: &'static str, count: i64| {
        let tensor = Pickle::new().op(b"}").text("a").tensor(|p| p.storage(kind, key, count), 0, &[2], &[1]);
        pt(tensor.op(b"s").end())
    };
    let named = |names: &[&str]| {
        let each = |p: Pickle, name: &&str| {
            p.text(name).tensor(|p| p.storage("FloatStorage", "0", 2), 0, &[2], &[1])
        };
        pt(names.iter().fold(Pickle::new().op(b"}("), each).op(b"u").end())
    };
    let many = Pickle::new()
        .op(b"}(")
        .text("a")
        .tensor(|p| p.storage("FloatStorage", "0", 2), 0, &[2], &[1])
        .op(b"q\x01");
    let many = (0..4096).fold(many, |p, i| p.text(&format!("t{i}")).op(b"h\x01")).op(b"u").end();
    let shared = named(&["a", "b"]);
    vec![
        case("two tensors of one storage", shared, "accepted"),
        case("a tensor of no numbers", pt(one(0, &[0, 3], &[3, 1])), "accepted"),
        case("the second number", pt(one(1, &[1], &[1])), "accepted"),
        case("4,097 tensors", pt(many), "weights.too_many_tensors"),
        case("no storage", checkpoint(&good(), &[]), "weights.storage_missing"),
        case("another storage", checkpoint(&good(), &[("1", data)]), "weights.storage_missing"),
        case("a storage of half the size", checkpoint(&good(), &[("0", &[0; 4])]), "weights.storage_size"),
        case("a storage that claims more", stored("FloatStorage", "0", 1 << 40), "weights.storage_size"),
        case("a storage of another type", stored("HalfStorage", "0", 2), "weights.storage_size"),
        case("a storage of unread numbers", stored("DoubleStorage", "0", 1), "weights.pickle_global"),
        case(
            "a storage outside the archive",
            stored("FloatStorage", "../../etc/passwd", 2),
            "weights.pickle_call",
        ),
        case("a storage without a name", stored("FloatStorage", "", 2), "weights.pickle_call"),
        case("a storage of -2 numbers", stored("FloatStorage", "0", -2), "weights.storage_size"),
        case("one number too far", pt(one(1, &[2], &[1])), "weights.storage_range"),
        case("a far offset", pt(one(i64::MAX, &[2], &[1])), "weights.storage_range"),
        case("a negative offset", pt(one(-1, &[1], &[1])), "weights.storage_range"),
        case("a far stride", pt(one(0, &[2], &[1 << 40])), "weights.storage_range"),
        case("a negative stride", pt(one(1, &[2], &[-1])), "weights.strides"),
        case("one number a billion times", pt(one(0, &[30_000, 30_000], &[0, 0])), "weights.strides"),
        case("rows that overlap", pt(one(0, &[2, 2], &[1, 1])), "weights.strides"),
        case("a stride too few", pt(one(0, &[1, 2], &[1])), "weights.strides"),
        case("a shape of 2^124", pt(one(0, &[1 << 62, 1 << 62], &[1 << 62, 1])), "weights.shape_overflow"),
        case("a negative size", pt(one(0, &[-1, 3], &[3, 1])), "weights.shape_overflow"),
        case("a tensor of 2^50 numbers", pt(one(0, &[1 << 50], &[1])), "weights.tensor_too_large"),
        case("five dimensions", pt(one(0, &[1, 1, 1, 1, 2], &[2, 2, 2, 2, 1])), "weights.rank"),
        case("a thousand dimensions", pt(one(0, &[1; 1000], &[1; 1000])), "weights.rank"),
        case("a shape of texts", pt(text_shape()), "weights.pickle_call"),
        case(
            "a tensor of a number",
            pt(Pickle::new().global("torch._utils", "_rebuild_tensor_v2").op(b"K\x01\x85R").end()),
            "weights.pickle_call",
        ),
        case("a name that leads out", named(&["../a"]), "weights.bad_name"),
        case("a name of 10,000 letters", named(&[&"x".repeat(10_000)]), "weights.bad_name"),
        case("a script for a name", named(&["<script>alert(1)</script>"]), "weights.bad_name"),
        case("one name twice", named(&["a", "a"]), "weights.duplicate_name"),
        case("a number among tensors", pt(among(b"K\x01")), "weights.not_a_tensor"),
        case("a list among tensors", pt(among(b"]")), "weights.not_a_tensor"),
        case(
            "only settings",
            pt(Pickle::new().op(b"}").text("lr").int(1).op(b"s").end()),
            "weights.no_tensors",
        ),
        case("a list of tensors", pt(Pickle::new().op(b"]").end()), "weights.no_tensors"),
        case("settings beside", pt(beside(|p| p.op(b"}"))), "accepted"),
        case(
            "not a number",
            checkpoint(&good(), &[("0", &[0, 0, 0xc0, 0x7f, 0, 0, 0, 0])]),
            "weights.not_finite",
        ),
        case(
            "infinite",
            checkpoint(&good(), &[("0", &[0, 0, 0, 0, 0, 0, 0x80, 0xff])]),
            "weights.not_finite",
        ),
        case(
            "a storage nobody wants",
            zip(&[files(&good(), &[("0", data)]), vec![file("archive/data/9", data)]].concat()),
            "accepted",
        ),
    ]
}

fn text_shape() -> Vec<u8> {
    let call =
        Pickle::new().global("torch._utils", "_rebuild_tensor_v2").op(b"(").storage("FloatStorage", "0", 2);
    call.int(0).text("2").text("1").op(b"\x89NtR").end()
}

/// A state dictionary with something else in it.
fn among(other: &[u8]) -> Vec<u8> {
    let good = Pickle::new().op(b"}(").text("a").tensor(|p| p.storage("FloatStorage", "0", 2), 0, &[2], &[1]);
    good.text("b").op(other).op(b"u").end()
}
