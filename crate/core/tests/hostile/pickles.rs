//! Pickles that want to run something, or to fill the memory.

use crate::archive::checkpoint;
use crate::pickle::{Pickle, beside, good};
use crate::{Case, case};

/// What known attacks call, as the scanners' lists have it.
const CALLS: [(&str, &str); 24] = [
    ("os", "system"),
    ("posix", "system"),
    ("nt", "system"),
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "getattr"),
    ("__builtin__", "eval"),
    ("subprocess", "Popen"),
    ("subprocess", "check_output"),
    ("runpy", "_run_code"),
    ("webbrowser", "open"),
    ("socket", "create_connection"),
    ("urllib.request", "urlopen"),
    ("shutil", "rmtree"),
    ("operator", "attrgetter"),
    ("importlib", "import_module"),
    ("pty", "spawn"),
    ("pickle", "loads"),
    ("torch", "load"),
    ("torch.hub", "load"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("collections", "OrderedDict\r"),
    ("torch._utils", "_rebuild_tensor_v2 "),
    ("COLLECTIONS", "ORDEREDDICT"),
];

pub fn cases() -> Vec<Case> {
    let pt = |pickle: Vec<u8>| checkpoint(&pickle, &[("0", &[0; 8])]);
    let run = |op: &[u8]| pt(Pickle::new().op(op).end());
    let mut cases: Vec<Case> = CALLS
        .iter()
        .map(|(module, name)| {
            let pickle = Pickle::new().global(module, name).op(b"(").text("echo").op(b"tR").end();
            case(&format!("{module}.{name}"), pt(pickle), "weights.pickle_global")
        })
        .collect();
    let stack_global = Pickle::new().text("os").text("system").op(b"\x93").end();
    let memo_global = Pickle::new().text("os").op(b"q\x000").op(b"h\x00").text("system").op(b"\x93").end();
    cases.extend([
        case("a name from the stack", pt(stack_global), "weights.pickle_global"),
        case("a name from the memo", pt(memo_global), "weights.pickle_global"),
        case("the instruction INST", run(b"(ios\nsystem\n"), "weights.pickle_op"),
        case("the instruction OBJ", run(b"(o"), "weights.pickle_op"),
        case("an extension", run(b"\x82\x01"), "weights.pickle_op"),
        case("keyword arguments", run(b")}\x92"), "weights.pickle_op"),
        case("a persistent id as text", run(b"P0\n"), "weights.pickle_op"),
        case("raw bytes", run(b"B\x04\0\0\0abcd"), "weights.pickle_op"),
        case("an unknown instruction", run(b"\xff"), "weights.pickle_op"),
        case("protocol 0", pt(b"(dp0\n.".to_vec()), "weights.pickle_op"),
        case("protocol 9", pt(vec![0x80, 9, b'N', b'.']), "weights.pickle_damaged"),
        case("a call of a text", pt(Pickle::new().text("os.system").op(b")R").end()), "weights.pickle_call"),
        case(
            "a call of a storage type",
            pt(Pickle::new().global("torch", "FloatStorage").op(b")R").end()),
            "weights.pickle_call",
        ),
        case(
            "a namespace with arguments",
            pt(Pickle::new().global("argparse", "Namespace").op(b"N\x85\x81").end()),
            "weights.pickle_call",
        ),
        case("attributes of a list", pt(Pickle::new().op(b"]}b").end()), "weights.pickle_call"),
        case(
            "attributes that are a text",
            pt(Pickle::new().op(b"}").text("x").op(b"b").end()),
            "weights.pickle_call",
        ),
        case(
            "a parameter of nothing",
            pt(Pickle::new().global("torch._utils", "_rebuild_parameter").op(b"N\x85R").end()),
            "weights.pickle_call",
        ),
        case(
            "an ordered dictionary of a number",
            pt(Pickle::new().global("collections", "OrderedDict").op(b"K\x01\x85R").end()),
            "weights.pickle_call",
        ),
        case("a list for a key", pt(beside(|p| p.op(b"}]Ns"))), "weights.pickle_call"),
        case("nothing at all", pt(Vec::new()), "weights.pickle_damaged"),
        case("no end", pt(vec![0x80, 2, b'N']), "weights.pickle_damaged"),
        case("an empty stack", run(b""), "weights.pickle_damaged"),
        case("values left over", run(b"NN"), "weights.pickle_damaged"),
        case("bytes after the end", pt([good(), vec![b'N']].concat()), "weights.pickle_damaged"),
        case("a mark too few", run(b"t"), "weights.pickle_damaged"),
        case("a value from below a mark", run(b"N(a"), "weights.pickle_damaged"),
        case("something never remembered", run(b"h\x07"), "weights.pickle_damaged"),
        case("an odd number of pairs", run(b"}(NNNu"), "weights.pickle_damaged"),
        case("pairs into a list", run(b"]NNs"), "weights.pickle_damaged"),
        case("a name without an end", run(b"cos"), "weights.pickle_damaged"),
        case("a text of 4 GB", run(b"X\xff\xff\xff\xff"), "weights.pickle_damaged"),
        case("a text of 2^63 bytes", run(b"\x8d\0\0\0\0\0\0\0\x80"), "weights.pickle_damaged"),
        case("a text that is none", run(b"X\x02\0\0\0\xff\xfe"), "weights.pickle_damaged"),
        case("a number of 255 bytes", run(&[&[0x8a, 255][..], &[1; 255]].concat()), "weights.pickle_damaged"),
        case("a number of 2 GB", run(b"\x8b\xff\xff\xff\x7f"), "weights.pickle_op"),
        case("a million lists", run(&b"]".repeat(1 << 20)), "weights.pickle_bomb"),
        case("16 million marks", run(&b"(".repeat((16 << 20) - 8)), "weights.pickle_bomb"),
        case(
            "a million times the same",
            run(&[&b"]"[..], &b"2".repeat(1 << 20)].concat()),
            "weights.pickle_bomb",
        ),
        case(
            "5 million dictionaries in a list",
            run(&[&b"](]q\0"[..], &b"h\0".repeat(8_000_000), b"e"].concat()),
            "weights.pickle_bomb",
        ),
        case("a flood of the memo", run(&memo_flood()), "weights.pickle_bomb"),
        case("a flood of tensors", pt(tensor_flood()), "weights.pickle_bomb"),
        case("a flood of copied attributes", pt(attribute_flood()), "weights.pickle_bomb"),
        case("doubled 60 times", pt(beside(doubled)), "weights.pickle_bomb"),
        case("many small dictionaries", pt(at_every_cap(b"}X\x01\0\0\0aNs", 7_000, 100_000)), "accepted"),
        case(
            "more small dictionaries",
            pt(at_every_cap(b"}X\x01\0\0\0aNs", 60_000, 100_000)),
            "weights.pickle_bomb",
        ),
        case("many short texts", pt(at_every_cap(b"X\x0a\0\0\0abcdefghij", 130_000, 200_000)), "accepted"),
        case("a text used a million times", pt(beside(repeated_text)), "weights.pickle_bomb"),
        case(
            "100,000 tuples deep",
            pt(beside(|p| p.op(b"N").op(&b"\x85".repeat(100_000)))),
            "weights.pickle_depth",
        ),
        case(
            "100,000 lists deep",
            pt(beside(|p| p.op(&b"]".repeat(100_000)).op(&b"a".repeat(99_999)))),
            "weights.pickle_depth",
        ),
        case("a list that holds itself", pt(beside(|p| p.op(b"]q\x05h\x05a"))), "weights.pickle_depth"),
        case(
            "a dictionary that holds itself",
            pt(beside(|p| p.op(b"}q\x05X\x01\0\0\0xh\x05s"))),
            "weights.pickle_depth",
        ),
    ]);
    cases
}

/// Settings as large as they may be in a pickle as large as it may be.
fn at_every_cap(one: &[u8], many: usize, memo: u32) -> Vec<u8> {
    beside(|pickle| {
        let pickle = pickle.text(&"x".repeat(12 << 20)).op(b"0](").op(&one.repeat(many)).op(b"e");
        (0..memo).fold(pickle, |pickle, place| pickle.op(b"r").op(&place.to_le_bytes()))
    })
}

/// Stores one value in the memo under one new key after another.
fn memo_flood() -> Vec<u8> {
    (0..1_000_000_u32).fold(b"N".to_vec(), |mut pickle, place| {
        pickle.push(b'r');
        pickle.extend(place.to_le_bytes());
        pickle
    })
}

/// The parts of one call, stored in the memo and called again and again.
fn tensor_flood() -> Vec<u8> {
    let parts = Pickle::new()
        .global("torch._utils", "_rebuild_tensor_v2")
        .op(b"q\x01(")
        .storage("FloatStorage", "0", 2)
        .int(0)
        .ints(&[2])
        .ints(&[1])
        .op(b"\x89Ntq\x02R0");
    parts.op(&b"h\x01h\x02R0".repeat(1_000_000)).op(b"N").end()
}

/// A large dictionary given to many namespaces as their attributes.
fn attribute_flood() -> Vec<u8> {
    let large = Pickle::new()
        .op(b"}q\x01(")
        .op(&b"NN".repeat(10_000))
        .op(b"u0")
        .global("argparse", "Namespace")
        .op(b"q\x020");
    large.op(&b"h\x02)\x81h\x01b0".repeat(1_000_000)).op(b"N").end()
}

/// A list of two times a list of two times …
fn doubled(pickle: Pickle) -> Pickle {
    (0..60_u8).fold(pickle.op(b"]q\x64"), |pickle, _| pickle.op(b"0](h\x64h\x64eq\x64"))
}

fn repeated_text(pickle: Pickle) -> Pickle {
    pickle.op(b"](").text(&"x".repeat(1000)).op(b"q\x64").op(&b"h\x64".repeat(200_000)).op(b"e")
}
