//! A stream of bytes through a step that rewrites them.

use std::io::{self, Read};

/// Bytes per read of the source.
const PIECE_BYTES: usize = 256 << 10;

/// Rewrites bytes as they pass. A step gets pieces cut anywhere and keeps what it needs between them.
pub(super) trait Step {
    /// Rewrites the next bytes.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>);
    /// Writes what is left when the bytes have ended.
    fn end(&mut self, out: &mut Vec<u8>);
}

/// A source whose bytes pass through a step.
pub(super) struct Transformed<R, S> {
    source: R,
    step: S,
    piece: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read, S: Step> Transformed<R, S> {
    pub(super) fn new(source: R, step: S) -> Self {
        Self { source, step, piece: vec![0; PIECE_BYTES], out: Vec::new(), at: 0, ended: false }
    }
}

impl<R: Read, S: Step> Read for Transformed<R, S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.out.len() {
            if self.ended {
                return Ok(0);
            }
            self.out.clear();
            self.at = 0;
            match self.source.read(&mut self.piece)? {
                0 => {
                    self.ended = true;
                    self.step.end(&mut self.out);
                }
                count => self.step.push(self.piece.get(..count).unwrap_or_default(), &mut self.out),
            }
        }
        let rest = self.out.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            into.copy_from_slice(from);
        }
        self.at = self.at.saturating_add(count);
        Ok(count)
    }
}

/// The whole of some bytes through a step.
pub(super) fn whole(bytes: &[u8], mut step: impl Step) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    step.push(bytes, &mut out);
    step.end(&mut out);
    out
}

/// The same bytes through a step in pieces of several sizes, for the tests of steps.
#[cfg(test)]
pub(super) fn in_pieces<S: Step>(bytes: &[u8], new: impl Fn() -> S) -> Vec<u8> {
    let expected = whole(bytes, new());
    for size in [1, 2, 3, 7] {
        let (mut step, mut out) = (new(), Vec::new());
        bytes.chunks(size).for_each(|piece| step.push(piece, &mut out));
        step.end(&mut out);
        assert_eq!(out, expected, "in pieces of {size}");
    }
    expected
}
