//! A quantized file of our own gives the numbers of the original quantized while it loads, bit for bit.

use crate::support::{files, path, token_ids};
use crossgrain_core::error::Coded;
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{ByteSource, WeightsError};
use crossgrain_engine::batch::Batch;
use crossgrain_engine::checkpoint::{About, Checkpoint, CheckpointFiles, pack, verify};
use crossgrain_engine::device::{DeviceChoice, open};
use crossgrain_engine::quant::Precision;

/// Checkpoints of every family and container.
const FOLDERS: [&str; 12] = [
    "models/esm2-demo",
    "models/nt-3mer-demo",
    "models/bigcarp-demo",
    "tests/golden/esm2-tiny",
    "tests/golden/esm2-tiny-fairesm",
    "tests/golden/esm1b-tiny",
    "tests/golden/dnabert2-tiny",
    "tests/golden/bigcarp-tiny-frozen",
    "tests/golden/bigcarp-tiny-random",
    "tests/golden/ntv1-tiny",
    "tests/golden/ntv2-tiny-3mer",
    "tests/golden/ntv2-tiny-6mer",
];

fn packed(files: &CheckpointFiles<'_>, precision: Precision) -> Vec<u8> {
    let mut file = Vec::new();
    let mut sink = |at: u64, bytes: &[u8]| -> Result<(), WeightsError> {
        let (from, to) = (at as usize, at as usize + bytes.len());
        file.resize(file.len().max(to), 0_u8);
        file[from..to].copy_from_slice(bytes);
        Ok(())
    };
    let about = About { name: "a model", source_sha256: &"0".repeat(64) };
    let length = pack(files, precision, about, &mut sink, &mut Silent).expect("a quantized file");
    assert_eq!(length, file.len() as u64);
    file
}

fn reopened(file: &[u8]) -> CheckpointFiles<'static> {
    let mut bytes = |_: &str| -> Result<Box<dyn ByteSource>, WeightsError> { Ok(Box::new(file.to_vec())) };
    CheckpointFiles::read(&["model.safetensors"], &mut bytes).expect("a quantized file")
}

/// Every hidden state of a few tokens, and the logits.
fn numbers(checkpoint: &Checkpoint, tokens: &[u32]) -> Vec<Vec<f32>> {
    let model = checkpoint.model();
    let read = |x: burn::tensor::Tensor<2>| x.into_data().try_into_vec::<f32>().expect("floats");
    let mut pass = model.begin(&Batch::new([tokens]));
    let mut states = vec![read(pass.state().clone())];
    while model.step(&mut pass, false).is_some() {
        states.push(read(pass.state().clone()));
    }
    states.extend(model.logits(&pass).ok().map(read));
    states
}

#[test]
fn the_same_numbers_as_quantizing_while_loading() {
    let cpu = pollster::block_on(open(DeviceChoice::Cpu)).expect("the CPU");
    for folder in FOLDERS {
        let original = files(&path(folder));
        for precision in Precision::ALL {
            let file = packed(&original, precision);
            let packed = reopened(&file);
            verify(&packed, &mut Silent).expect("check sums");
            let manifest = packed.manifest.as_ref().expect("a manifest");
            assert_eq!(manifest.precision, precision.name());
            assert_eq!(manifest.shapes.is_empty(), precision.scheme().is_none(), "{folder} {precision}");

            let ours = Checkpoint::open(&packed, &cpu, None, &mut Silent).expect("from the quantized file");
            let theirs =
                Checkpoint::open(&original, &cpu, precision, &mut Silent).expect("from the original");
            assert_eq!(ours.config(), theirs.config(), "{folder} {precision}");
            let vocabulary = ours.config().vocabulary as u32;
            let ids = token_ids(&format!("{folder}/inputs.json")).and_then(|ids| ids.into_iter().next());
            let tokens = ids.unwrap_or_else(|| (0..12).map(|i| (i * 7 + 4) % vocabulary).collect());
            let (a, b) = (numbers(&ours, &tokens), numbers(&theirs, &tokens));
            assert!(a.len() > 1 && a.iter().flatten().all(|x| x.is_finite()));
            let bits =
                |states: &[Vec<f32>]| -> Vec<u32> { states.iter().flatten().map(|x| x.to_bits()).collect() };
            assert_eq!(bits(&a), bits(&b), "{folder} {precision}");
        }
    }
}

#[test]
fn what_cannot_be_asked_of_it() {
    let cpu = pollster::block_on(open(DeviceChoice::Cpu)).expect("the CPU");
    let packed_files = reopened(&packed(&files(&path("models/esm2-demo")), Precision::Int8));
    let load = |precision| Checkpoint::open(&packed_files, &cpu, precision, &mut Silent).map(drop);
    assert_eq!(load(Some(Precision::Int8)).map_err(|error| error.code()), Ok(()));
    for other in [Precision::F32, Precision::F16, Precision::Int4] {
        assert_eq!(load(Some(other)).map_err(|error| error.code()), Err("model.precision"));
    }
    let about = About { name: "", source_sha256: "" };
    let again = pack(&packed_files, Precision::Int8, about, &mut |_, _| Ok(()), &mut Silent);
    assert_eq!(again.map_err(|error| error.code()), Err("model.quantized"));
}
