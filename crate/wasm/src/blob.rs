//! A `Blob` read by range, without ever holding it whole.

use crossgrain_api::Refusal;
use crossgrain_core::weights::{ByteSource, WeightsError, WeightsProblem};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// A file or a download as bytes; clones share it.
#[derive(Clone)]
pub struct BlobBytes {
    blob: Blob,
    reader: FileReaderSync,
}

impl BlobBytes {
    /// A source over a blob.
    ///
    /// # Errors
    /// `engine.not_a_worker` without `FileReaderSync`, that is, outside a worker.
    pub fn new(blob: Blob) -> Result<Self, Refusal> {
        let reader = FileReaderSync::new().map_err(|_| {
            Refusal::new(
                "engine.not_a_worker",
                "files can only be read in a dedicated worker",
                "start the engine in a worker, as crossgrain.js does",
            )
        })?;
        Ok(Self { blob, reader })
    }

    /// One range as a JavaScript array; copied into wasm memory by the caller.
    fn range(&self, start: u64, end: u64) -> Result<Uint8Array, JsValue> {
        let slice = self.blob.slice_with_f64_and_f64(start as f64, end as f64)?;
        Ok(Uint8Array::new(&self.reader.read_as_array_buffer(&slice)?.into()))
    }

    /// All bytes, for small files.
    ///
    /// # Errors
    /// `weights.read`.
    pub fn whole(&self) -> Result<Vec<u8>, WeightsError> {
        let mut bytes = vec![0; self.len() as usize];
        self.read_at(0, &mut bytes)?;
        Ok(bytes)
    }
}

impl ByteSource for BlobBytes {
    fn len(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        let refuse = |reason: String| WeightsError::new(WeightsProblem::Read { reason });
        let bytes = self
            .range(offset, offset.saturating_add(into.len() as u64))
            .map_err(|error| refuse(format!("the browser says: {error:?}")))?;
        if bytes.length() as usize != into.len() {
            return Err(refuse(format!("{} bytes instead of {}", bytes.length(), into.len())));
        }
        bytes.copy_to(into);
        Ok(())
    }
}
