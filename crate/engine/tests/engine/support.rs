//! What the engine's tests share: golden folders and the devices of this machine.

use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, Safetensors, SliceBytes, TensorSource};
use crossgrain_engine::checkpoint::{Checkpoint, CheckpointFiles};
use crossgrain_engine::device::{DeviceChoice, OpenDevice, open};
use crossgrain_engine::quant::Precision;
use std::path::{Path, PathBuf};

/// A file of the project.
pub fn path(relative: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(relative)
}

/// The files of a checkpoint folder, opened.
pub fn files(folder: &Path) -> CheckpointFiles<'static> {
    let entries = std::fs::read_dir(folder).expect("checkpoint folder");
    let names: Vec<String> = entries
        .map(|entry| entry.expect("entry").file_name().into_string().expect("name"))
        // What a golden folder holds beside the checkpoint.
        .filter(|name| name != "expected.safetensors")
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    CheckpointFiles::read(&names, &mut |name| Ok(Box::new(FileBytes::open(&folder.join(name))?)))
        .expect("files")
}

/// A checkpoint folder of the project, loaded onto a device.
pub fn load(folder: &str, opened: &OpenDevice) -> Checkpoint {
    load_as(folder, opened, Precision::F32)
}

/// As [`load`], with the linear layers in this precision.
pub fn load_as(folder: &str, opened: &OpenDevice, precision: Precision) -> Checkpoint {
    Checkpoint::open(&files(&path(folder)), opened, precision, &mut Silent).expect("checkpoint")
}

/// The tensors of a safetensors file.
pub struct Tensors(Safetensors<SliceBytes<'static>>);

impl Tensors {
    /// Opens a file of the project.
    pub fn open(file: &str) -> Self {
        let bytes: &'static [u8] = std::fs::read(path(file)).expect("tensor file").leak();
        Self(Safetensors::open(SliceBytes(bytes), file).expect("safetensors"))
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.info(name).is_some()
    }

    /// Shape and numbers of a tensor.
    pub fn get(&self, name: &str) -> (Vec<usize>, Vec<f32>) {
        let mut numbers = Vec::new();
        self.0.read_f32(name, &mut numbers).expect("tensor");
        (self.0.info(name).expect("tensor").shape.clone(), numbers)
    }
}

/// The sequences of an `inputs.json`.
pub fn sequences(file: &str) -> Vec<String> {
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path(file)).expect("inputs")).expect("json");
    let list = json["sequences"].as_array().expect("sequences");
    list.iter().map(|s| s.as_str().expect("string").to_owned()).collect()
}

/// The token ids of an `inputs.json`, where it has them.
pub fn token_ids(file: &str) -> Option<Vec<Vec<u32>>> {
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path(file)).expect("inputs")).expect("json");
    serde_json::from_value(json["input_ids"].clone()).ok()
}

/// The CPU, and the GPU where this machine has one (real or software).
pub fn devices() -> Vec<OpenDevice> {
    let mut devices = vec![pollster::block_on(open(DeviceChoice::Cpu)).expect("the CPU")];
    match pollster::block_on(open(DeviceChoice::WebGpu)) {
        Ok(gpu) => devices.push(gpu),
        Err(error) => println!("no GPU is tested here: {error}"),
    }
    devices
}

/// Largest absolute difference; infinite if any number is not one or a length differs.
pub fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return f32::INFINITY;
    }
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |worst, d| if d.is_nan() { f32::INFINITY } else { worst.max(d) })
}
