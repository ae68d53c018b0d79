//! A checkpoint in memory, to be changed and written again: safetensors, shards, or PyTorch's archive.

use crossgrain_core::weights::{
    ByteSource, Dtype, FileBytes, Pytorch, Safetensors, TensorSource, WeightsError, WeightsProblem,
};
use half::{bf16, f16};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// A stored tensor.
#[derive(Clone)]
pub struct Saved {
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub numbers: Vec<f32>,
}

impl Saved {
    pub fn new(shape: &[usize], numbers: Vec<f32>) -> Self {
        assert_eq!(shape.iter().product::<usize>(), numbers.len());
        Self { dtype: Dtype::F32, shape: shape.to_vec(), numbers }
    }

    /// Numbers that look like weights, the same for the same seed.
    pub fn noise(shape: &[usize], seed: usize) -> Self {
        let count: usize = shape.iter().product();
        let noise = |at: usize| {
            let mixed = (seed as u64 * 1_000_003 + at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (mixed >> 40) as f32 / 16_777_216.0 - 0.5
        };
        Self::new(shape, (0..count).map(noise).collect())
    }

    /// The numbers that a file of this type holds, as f32.
    pub fn rounded(&self) -> Self {
        let round = |x: &f32| match self.dtype {
            Dtype::F16 => f16::from_f32(*x).to_f32(),
            Dtype::BF16 => bf16::from_f32(*x).to_f32(),
            _ => *x,
        };
        Self::new(&self.shape, self.numbers.iter().map(round).collect())
    }

    fn bytes(&self) -> Vec<u8> {
        let numbers = self.numbers.iter();
        match self.dtype {
            Dtype::F16 => numbers.flat_map(|x| f16::from_f32(*x).to_le_bytes()).collect(),
            Dtype::BF16 => numbers.flat_map(|x| bf16::from_f32(*x).to_le_bytes()).collect(),
            Dtype::I64 => numbers.flat_map(|x| (*x as i64).to_le_bytes()).collect(),
            _ => numbers.flat_map(|x| x.to_le_bytes()).collect(),
        }
    }
}

/// Tensors by name, and the files beside them.
#[derive(Clone)]
pub struct SavedModel {
    pub tensors: BTreeMap<String, Saved>,
    /// What a `.pt` file holds beside its tensors.
    pub settings: Value,
    /// `config.json` and the like.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl SavedModel {
    /// A golden checkpoint, under the names it was saved with.
    pub fn open(folder: &Path) -> Self {
        let mut model =
            Self { tensors: BTreeMap::new(), settings: Value::Object(Map::new()), files: BTreeMap::new() };
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("name").to_owned();
            match name.as_str() {
                "expected.safetensors" | "inputs.json" => {}
                "model.safetensors" => {
                    let source =
                        Safetensors::open(FileBytes::open(&path).expect("file"), &name).expect("weights");
                    model.take(&source);
                }
                name if name.ends_with(".pt") || name.ends_with(".bin") => {
                    let source = Pytorch::open(FileBytes::open(&path).expect("file"), name).expect("weights");
                    if name.contains("contact-regression") {
                        model.files.insert(name.to_owned(), std::fs::read(&path).expect("file"));
                    } else {
                        model.settings = source.metadata().clone();
                        model.take(&source);
                    }
                }
                _ => drop(model.files.insert(name, std::fs::read(&path).expect("file"))),
            }
        }
        model
    }

    fn take(&mut self, source: &dyn TensorSource) {
        for name in source.names() {
            let info = source.info(name).expect("info");
            let mut numbers = Vec::new();
            source.read_f32(name, &mut numbers).expect("numbers");
            self.tensors
                .insert(name.to_owned(), Saved { dtype: info.dtype, shape: info.shape.clone(), numbers });
        }
    }

    /// Gives every tensor another name, or none.
    pub fn rename(&mut self, rename: impl Fn(&str) -> Option<String>) {
        let tensors = std::mem::take(&mut self.tensors);
        self.tensors =
            tensors.into_iter().filter_map(|(name, tensor)| Some((rename(&name)?, tensor))).collect();
    }

    /// Changes a field of `config.json`.
    pub fn configure(&mut self, field: &str, value: Value) {
        let mut config: Value = serde_json::from_slice(&self.files["config.json"]).expect("config");
        config[field] = value;
        self.files.insert("config.json".to_owned(), config.to_string().into_bytes());
    }
}

/// A safetensors file.
pub fn safetensors<'t>(tensors: impl Iterator<Item = (&'t String, &'t Saved)>) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, tensor) in tensors {
        let begin = data.len();
        data.extend(tensor.bytes());
        header.insert(
            name.clone(),
            json!({ "dtype": tensor.dtype.name(), "shape": tensor.shape, "data_offsets": [begin, data.len()] }),
        );
    }
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

/// What `torch.save` writes for a dictionary: `tensors` under the keys of `nested`, one inside the other, and `settings`
/// beside them.
pub fn torch(tensors: &BTreeMap<String, Saved>, nested: &[&str], settings: &Value) -> Vec<u8> {
    let mut pickle = vec![0x80, 2];
    let empty = Map::new();
    let settings = settings.as_object().unwrap_or(&empty);
    for (depth, key) in nested.iter().enumerate() {
        pickle.push(b'}');
        if depth == 0 {
            for (key, value) in settings {
                text(&mut pickle, key);
                plain(&mut pickle, value);
                pickle.push(b's');
            }
        }
        text(&mut pickle, key);
    }
    pickle.push(b'}');
    let mut files = Vec::new();
    for (at, (name, tensor)) in tensors.iter().enumerate() {
        text(&mut pickle, name);
        rebuilt(&mut pickle, at, tensor);
        pickle.push(b's');
        files.push((format!("archive/data/{at}"), tensor.bytes()));
    }
    pickle.extend(nested.iter().map(|_| b's'));
    pickle.push(b'.');
    files.insert(0, ("archive/data.pkl".to_owned(), pickle));
    zip(&files)
}

fn text(pickle: &mut Vec<u8>, text: &str) {
    pickle.push(b'X');
    pickle.extend((text.len() as u32).to_le_bytes());
    pickle.extend(text.as_bytes());
}

fn whole(pickle: &mut Vec<u8>, number: usize) {
    pickle.push(b'J');
    pickle.extend((number as u32).to_le_bytes());
}

/// `_rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())`.
fn rebuilt(pickle: &mut Vec<u8>, key: usize, tensor: &Saved) {
    let storage = match tensor.dtype {
        Dtype::F16 => "HalfStorage",
        Dtype::BF16 => "BFloat16Storage",
        Dtype::I64 => "LongStorage",
        _ => "FloatStorage",
    };
    pickle.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
    text(pickle, "storage");
    pickle.extend(format!("ctorch\n{storage}\n").bytes());
    text(pickle, &key.to_string());
    text(pickle, "cpu");
    whole(pickle, tensor.numbers.len());
    pickle.extend(b"tQ");
    whole(pickle, 0);
    let strides: Vec<usize> =
        (1..=tensor.shape.len()).map(|axis| tensor.shape[axis..].iter().product()).collect();
    for sizes in [&tensor.shape, &strides] {
        pickle.push(b'(');
        sizes.iter().for_each(|&size| whole(pickle, size));
        pickle.push(b't');
    }
    pickle.extend(b"\x89ccollections\nOrderedDict\n)RtR");
}

fn plain(pickle: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => pickle.push(b'N'),
        Value::Bool(value) => pickle.push(if *value { 0x88 } else { 0x89 }),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => {
                pickle.push(b'J');
                pickle.extend((whole as i32).to_le_bytes());
            }
            None => {
                pickle.push(b'G');
                pickle.extend(number.as_f64().expect("a number").to_be_bytes());
            }
        },
        Value::String(value) => text(pickle, value),
        Value::Array(items) => {
            pickle.extend(b"](");
            items.iter().for_each(|item| plain(pickle, item));
            pickle.push(b'e');
        }
        Value::Object(items) => {
            pickle.extend(b"}(");
            for (key, value) in items {
                text(pickle, key);
                plain(pickle, value);
            }
            pickle.push(b'u');
        }
    }
}

/// A zip archive without compression.
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = archive.len() as u32;
        let (crc, size) = (crc32(content), content.len() as u32);
        // Version, flags, method, time, date, check sum, sizes, lengths of name and of extra field.
        let mut shared = Vec::new();
        shared.extend(20_u16.to_le_bytes());
        shared.extend([0; 8]);
        shared.extend(crc.to_le_bytes());
        shared.extend(size.to_le_bytes());
        shared.extend(size.to_le_bytes());
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0; 2]);
        archive.extend(b"PK\x03\x04");
        archive.extend(&shared);
        archive.extend(name.as_bytes());
        archive.extend(content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, size, count) = (archive.len() as u32, directory.len() as u32, files.len() as u16);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(size.to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

/// Gives the bytes of files in memory.
pub fn opened(
    files: &BTreeMap<String, Vec<u8>>,
) -> impl FnMut(&str) -> Result<Box<dyn ByteSource>, WeightsError> + '_ {
    |name| match files.get(name) {
        Some(bytes) => Ok(Box::new(bytes.clone())),
        None => Err(WeightsProblem::Read { reason: format!("there is no {name}") }.into()),
    }
}
