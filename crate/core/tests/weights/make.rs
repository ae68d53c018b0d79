//! Small files made to order, and the code of the result of reading them.

use crate::specimens;
use crossgrain_core::error::Coded;
use crossgrain_core::weights::{
    ByteSource, Expected, Safetensors, SliceBytes, TensorSource, WeightsError, check,
};

/// A file: the header's length, the header, the data.
pub fn file(json: &str, data: &[u8]) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes(), json.as_bytes(), data].concat()
}

/// One tensor as it stands in a header.
pub fn tensor(name: &str, dtype: &str, shape: &str, begin: u64, end: u64) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
}

/// A header of these tensors.
pub fn header(tensors: &[String]) -> String {
    format!("{{{}}}", tensors.join(","))
}

/// A file of one tensor, otherwise good.
pub fn one(name: &str, dtype: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    file(&header(&[tensor(name, dtype, shape, 0, data.len() as u64)]), data)
}

pub fn floats(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// The small model that every file is checked against: `a` `[2]`, `b` `[2, 2]`, perhaps `c` `[1]`.
pub fn expected() -> Vec<Expected> {
    vec![Expected::required("a", [2]), Expected::required("b", [2, 2]), Expected::optional("c", [1])]
}

/// Opens a file, checks it against the small model and reads every tensor: the code of the first
/// refusal, or `accepted`.
pub fn result_code(bytes: &dyn ByteSource) -> &'static str {
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

pub fn t(what: &str, bytes: &[u8], expected: &str) {
    assert_eq!(result_code(&SliceBytes(bytes)), expected, "{what}");
    specimens::keep("safetensors", what, &[("model.safetensors", bytes)]);
}

pub fn a() -> String {
    tensor("a", "F32", "[2]", 0, 8)
}

pub fn b() -> String {
    tensor("b", "F32", "[2,2]", 8, 24)
}

pub fn c() -> String {
    tensor("c", "F32", "[1]", 24, 28)
}
