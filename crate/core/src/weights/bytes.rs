//! Where the bytes of a checkpoint come from.
//!
//! A [`ByteSource`] is read by range and never as a whole. The browser's border implements it for
//! a `Blob`; here are memory and, outside the browser, a file.

use super::{WeightsError, WeightsProblem};

/// Bytes of a known length that can be read from any offset.
pub trait ByteSource {
    /// Length in bytes.
    fn len(&self) -> u64;

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` with the bytes from `offset` on.
    ///
    /// # Errors
    ///
    /// `weights.read` if the range does not lie within the source or the source fails.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError>;
}

impl<B: ByteSource + ?Sized> ByteSource for &B {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        (**self).read_at(offset, into)
    }
}

impl<B: ByteSource + ?Sized> ByteSource for Box<B> {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        (**self).read_at(offset, into)
    }
}

impl ByteSource for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        SliceBytes(self).read_at(offset, into)
    }
}

/// Borrowed memory as a source.
#[derive(Clone, Copy, Debug)]
pub struct SliceBytes<'a>(pub &'a [u8]);

impl ByteSource for SliceBytes<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        let found = usize::try_from(offset)
            .ok()
            .and_then(|start| Some(start..start.checked_add(into.len())?))
            .and_then(|range| self.0.get(range));
        match found {
            Some(bytes) => {
                into.copy_from_slice(bytes);
                Ok(())
            }
            None => Err(outside(offset, into.len(), self.len())),
        }
    }
}

/// A file read by position, so that shared use needs no lock.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct FileBytes {
    file: std::fs::File,
    length: u64,
}

#[cfg(not(target_arch = "wasm32"))]
impl FileBytes {
    /// Opens a file; its length is taken now.
    ///
    /// # Errors
    ///
    /// `weights.read` if the file cannot be opened or is not a regular file.
    pub fn open(path: &std::path::Path) -> Result<Self, WeightsError> {
        let failed =
            |error: std::io::Error| WeightsError::new(WeightsProblem::Read { reason: error.to_string() });
        let file = std::fs::File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(WeightsProblem::Read { reason: "not a regular file".to_owned() }.into());
        }
        Ok(Self { file, length: metadata.len() })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl ByteSource for FileBytes {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), WeightsError> {
        read_exact_at(&self.file, offset, into)
            .map_err(|error| WeightsProblem::Read { reason: error.to_string() }.into())
    }
}

#[cfg(unix)]
fn read_exact_at(file: &std::fs::File, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &std::fs::File, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
    use std::io::{Error, ErrorKind};
    let (mut at, mut rest) = (offset, into);
    while !rest.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, rest, at) {
            Ok(0) => return Err(Error::from(ErrorKind::UnexpectedEof)),
            Ok(read) => {
                rest = rest.split_at_mut(read.min(rest.len())).1;
                at = at.saturating_add(read as u64);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn outside(offset: u64, wanted: usize, length: u64) -> WeightsError {
    let reason =
        format!("{wanted} bytes from offset {offset} do not lie within the {length} bytes there are");
    WeightsProblem::Read { reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_gives_what_lies_within() {
        fn t(offset: u64, wanted: usize, expected: Option<&[u8]>) {
            let mut into = vec![0; wanted];
            let read = SliceBytes(b"abcdef").read_at(offset, &mut into);
            assert_eq!(read.ok().map(|()| into.as_slice()), expected, "{wanted} from {offset}");
        }
        t(0, 6, Some(b"abcdef"));
        t(2, 3, Some(b"cde"));
        t(6, 0, Some(b""));
        t(5, 2, None);
        t(7, 0, None);
        t(u64::MAX, 1, None);
    }

    #[test]
    fn a_file_reads_like_a_slice() {
        let path = std::env::temp_dir().join(format!("crossgrain-bytes-{}", std::process::id()));
        std::fs::write(&path, b"abcdef").unwrap();
        let file = FileBytes::open(&path).unwrap();
        let mut into = [0; 3];
        file.read_at(2, &mut into).unwrap();
        assert_eq!((&into, file.len(), file.is_empty()), (b"cde", 6, false));
        assert!(file.read_at(4, &mut into).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(FileBytes::open(&path).is_err());
        assert!(FileBytes::open(&std::env::temp_dir()).is_err());
    }
}
