//! A source of bytes as a stream.

use super::{TableError, TableProblem};
use crate::limits::TABLE_FILE_BYTES;
use crate::weights::{ByteSource, WeightsError};
use std::io::{self, Read};

/// Bytes per read.
pub(super) const PIECE_BYTES: usize = 1 << 20;

/// Reads a source from its first byte to its last.
pub(super) struct ByteReader<'b> {
    bytes: &'b dyn ByteSource,
    at: u64,
}

impl<'b> ByteReader<'b> {
    /// The start of `bytes`, unless the file called `file` is too large.
    pub fn new(file: &str, bytes: &'b dyn ByteSource) -> Result<Self, TableError> {
        if bytes.len() > TABLE_FILE_BYTES {
            return Err(TableProblem::TooLarge.in_file(file));
        }
        Ok(Self { bytes, at: 0 })
    }

    /// How many bytes were not read yet.
    pub fn rest(&self) -> u64 {
        self.bytes.len().saturating_sub(self.at)
    }

    /// Fills `into` with the next bytes.
    pub fn take(&mut self, into: &mut [u8]) -> Result<(), WeightsError> {
        self.bytes.read_at(self.at, into)?;
        self.at = self.at.saturating_add(into.len() as u64);
        Ok(())
    }
}

impl Read for ByteReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = usize::try_from(self.rest()).unwrap_or(usize::MAX).min(into.len());
        if let Some(into) = into.get_mut(..count).filter(|into| !into.is_empty()) {
            self.take(into).map_err(io::Error::other)?;
        }
        Ok(count)
    }
}
