//! Many tensors in one safetensors file, with texts beside them.
//!
//! The library writes its metadata from a hash map, in another order each time; here it is sorted,
//! so that the same rows give the same bytes.

use super::ExportError;
use safetensors::tensor::{Dtype, TensorInfo};
use serde::Serialize;
use std::collections::BTreeMap;

/// A tensor to be written.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    /// Its name in the file.
    pub name: &'a str,
    /// Sizes of its dimensions, slowest first.
    pub shape: &'a [usize],
    /// Its numbers in row-major order.
    pub data: &'a [f32],
}

/// The JSON at the start of the file: the texts first, then the tensors.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(rename = "__metadata__", skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
    #[serde(flatten)]
    tensors: BTreeMap<&'a str, TensorInfo>,
}

/// Writes tensors, sorted by name, as F32, and the texts of `metadata`.
///
/// ```
/// use crossgrain_core::export::{Tensor, safetensors};
/// use crossgrain_core::weights::{Safetensors, TensorSource};
/// use std::collections::BTreeMap;
///
/// let tensor = Tensor { name: "layer_6", shape: &[1, 2], data: &[0.5, 1.0] };
/// let bytes = safetensors(&[tensor], &BTreeMap::from([("ids".to_owned(), "[\"P1\"]".to_owned())]))?;
/// let read = Safetensors::open(bytes, "rows.safetensors")?;
/// assert_eq!(read.info("layer_6").map(|info| info.shape.as_slice()), Some(&[1, 2][..]));
/// assert_eq!(read.metadata()["ids"], "[\"P1\"]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// Each tensor as its field `shape` says, row-major.
///
/// # Errors
///
/// `export.shape` if a tensor has more or fewer numbers than its shape has places, `export.name`
/// if two tensors share a name (or one is called `__metadata__`), `export.too_large`,
/// `export.write`.
pub fn safetensors(tensors: &[Tensor], metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, ExportError> {
    let mut sorted: Vec<&Tensor> = tensors.iter().collect();
    sorted.sort_by_key(|tensor| tensor.name);

    let mut header = Header { metadata, tensors: BTreeMap::new() };
    let mut end = 0_usize;
    for tensor in &sorted {
        let count = tensor.shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        if count != Some(tensor.data.len()) {
            return Err(ExportError::Shape { name: tensor.name.to_owned(), found: tensor.data.len() });
        }
        let begin = end;
        end = begin.checked_add(size_of_val(tensor.data)).ok_or(ExportError::TooLarge)?;
        let info = TensorInfo { dtype: Dtype::F32, shape: tensor.shape.to_vec(), data_offsets: (begin, end) };
        if tensor.name == "__metadata__" || header.tensors.insert(tensor.name, info).is_some() {
            return Err(ExportError::Name { name: tensor.name.to_owned() });
        }
    }
    let mut json =
        serde_json::to_vec(&header).map_err(|error| ExportError::Write { reason: error.to_string() })?;
    // Blanks up to a multiple of 8, so that the numbers are aligned.
    json.resize(json.len().next_multiple_of(8), b' ');

    let size =
        end.checked_add(json.len()).and_then(|size| size.checked_add(8)).ok_or(ExportError::TooLarge)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|_| ExportError::TooLarge)?;
    bytes.extend_from_slice(&(json.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&json);
    for tensor in sorted {
        bytes.extend(tensor.data.iter().flat_map(|number| number.to_le_bytes()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn the_library_reads_it_back() {
        let metadata = texts(&[("ids", "[\"a\",\"b\"]"), ("format", "crossgrain")]);
        let b = Tensor { name: "b", shape: &[2, 2], data: &[1.0, 2.0, 3.0, 4.0] };
        let a = Tensor { name: "a/layer_0", shape: &[0, 3], data: &[] };
        let bytes = safetensors(&[b, a], &metadata).unwrap();
        assert_eq!(bytes, safetensors(&[a, b], &metadata).unwrap(), "the order given does not matter");

        let (header, found) = ::safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(header % 8, 0);
        assert_eq!(found.metadata().as_ref().unwrap().get("ids"), metadata.get("ids"));
        let read = ::safetensors::SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(read.tensor("a/layer_0").unwrap().shape(), [0, 3]);
        assert_eq!(read.tensor("b").unwrap().data()[4..8], 2f32.to_le_bytes());
    }

    #[test]
    fn byte_for_byte() {
        let bytes =
            safetensors(&[Tensor { name: "a", shape: &[1], data: &[1.0] }], &BTreeMap::new()).unwrap();
        let mut expected = 56_u64.to_le_bytes().to_vec();
        expected.extend_from_slice(b"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ");
        expected.extend_from_slice(&1f32.to_le_bytes());
        assert_eq!(bytes.len(), expected.len());
        assert_eq!(bytes, expected);
    }

    #[test]
    fn refusals() {
        fn t(tensors: &[Tensor], expected: ExportError) {
            assert_eq!(safetensors(tensors, &BTreeMap::new()), Err(expected));
        }
        let name = |name: &str| ExportError::Name { name: name.to_owned() };
        let good = Tensor { name: "a", shape: &[1], data: &[1.0] };
        t(&[good, good], name("a"));
        t(&[Tensor { name: "__metadata__", ..good }], name("__metadata__"));
        t(&[Tensor { shape: &[2], ..good }], ExportError::Shape { name: "a".to_owned(), found: 1 });
        t(
            &[Tensor { shape: &[usize::MAX, 2], ..good }],
            ExportError::Shape { name: "a".to_owned(), found: 1 },
        );
    }
}
