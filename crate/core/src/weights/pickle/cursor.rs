//! A position in the bytes of a pickle.

use crate::weights::ContainerProblem;
use std::ops::Range;

/// Longest part of a line that is kept, in bytes: a refusal shows the name of a module or function.
const LINE_BYTES: usize = 512;

/// Reads forwards; no read passes the end.
#[derive(Debug)]
pub(super) struct Cursor<'b> {
    pub bytes: &'b [u8],
    /// The next byte to be read.
    pub at: usize,
}

impl<'b> Cursor<'b> {
    /// The start of `bytes`.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Whether all bytes were read.
    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, ContainerProblem> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    /// `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ContainerProblem> {
        let range = self.take(N as u64)?;
        let found = self.bytes.get(range).and_then(|bytes| bytes.first_chunk().copied());
        found.ok_or_else(|| self.damaged("it is cut"))
    }

    /// The range of the next `count` bytes.
    pub fn take(&mut self, count: u64) -> Result<Range<usize>, ContainerProblem> {
        let end = usize::try_from(count).ok().and_then(|count| self.at.checked_add(count));
        match end.filter(|&end| end <= self.bytes.len()) {
            Some(end) => Ok(std::mem::replace(&mut self.at, end)..end),
            None => Err(self.damaged("it is cut")),
        }
    }

    /// Text up to a line feed, which is read as well.
    pub fn line(&mut self) -> Result<String, ContainerProblem> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).ok_or_else(|| self.damaged("a name never ends"))?;
        let line = String::from_utf8_lossy(rest.get(..end.min(LINE_BYTES)).unwrap_or_default()).into_owned();
        self.at = self.at.saturating_add(end).saturating_add(1);
        Ok(line)
    }

    /// An integer of any length, little-endian; `None` beyond 64 bits.
    pub fn integer(&mut self, length: u8) -> Result<Option<i64>, ContainerProblem> {
        let range = self.take(length.into())?;
        let digits = self.bytes.get(range).unwrap_or_default();
        let negative = digits.last().is_some_and(|&byte| byte >= 0x80);
        let mut all = [if negative { 0xff } else { 0 }; 8];
        Ok(all
            .get_mut(..digits.len())
            .map(|low| low.copy_from_slice(digits))
            .map(|()| i64::from_le_bytes(all)))
    }

    /// A refusal that names the position.
    pub fn damaged(&self, reason: &'static str) -> ContainerProblem {
        ContainerProblem::PickleDamaged { at: self.at, reason }
    }
}
