//! A file that may be compressed: its first two bytes say whether it is gzip, and a parser gets its text.

use super::gzip::{Gunzip, MAGIC, Sink};
use super::{SeqError, SeqProblem};
use crate::limits::SEQUENCE_FILE_BYTES;

/// Unpacks what is pushed, if it is packed, into a parser.
#[derive(Debug)]
pub(crate) struct Source<S: Sink> {
    state: State<S>,
    /// Bytes pushed so far.
    bytes: u64,
}

/// What a file gave, once it has ended.
#[derive(Debug)]
pub(crate) struct Unpacked<S> {
    /// The parser that saw all of the text.
    pub sink: S,
    /// Whether the file was compressed.
    pub gzip: bool,
    /// Size of the file as it was pushed.
    pub bytes: u64,
}

#[derive(Debug)]
enum State<S: Sink> {
    /// Fewer bytes than [`MAGIC`] has.
    Start(Vec<u8>, Box<S>),
    Plain(Box<S>),
    Gzip(Box<Gunzip<S>>),
    /// Every later call repeats the error.
    Failed(SeqError),
}

impl<S: Sink> Source<S> {
    /// A source that writes to `sink`.
    pub(crate) fn new(sink: S) -> Self {
        Self { state: State::Start(Vec::new(), Box::new(sink)), bytes: 0 }
    }

    /// Takes the next bytes of the file, cut anywhere. An error drops the sink and is repeated by every later call.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        let state = std::mem::replace(&mut self.state, State::Failed(SeqError::new(SeqProblem::FileTooBig)));
        let pushed = match state {
            State::Failed(error) => Err(error),
            _ if self.bytes > SEQUENCE_FILE_BYTES => Err(SeqError::new(SeqProblem::FileTooBig)),
            state => state.push(bytes),
        };
        match pushed {
            Ok(state) => {
                self.state = state;
                Ok(())
            }
            Err(error) => {
                self.state = State::Failed(error.clone());
                Err(error)
            }
        }
    }

    /// Ends the file and gives the sink back.
    pub(crate) fn finish(self) -> Result<Unpacked<S>, SeqError> {
        let gzip = matches!(self.state, State::Gzip(_));
        let sink = match self.state {
            State::Failed(error) => return Err(error),
            // A file of one byte, or none, is plain.
            State::Start(start, mut sink) => {
                sink.take(&start)?;
                *sink
            }
            State::Plain(sink) => *sink,
            State::Gzip(gunzip) => gunzip.finish()?,
        };
        Ok(Unpacked { sink, gzip, bytes: self.bytes })
    }
}

impl<S: Sink> State<S> {
    fn push(self, bytes: &[u8]) -> Result<Self, SeqError> {
        match self {
            Self::Start(mut start, sink) => {
                start.extend_from_slice(bytes);
                if start.len() < MAGIC.len() {
                    return Ok(Self::Start(start, sink));
                }
                let known = match start.starts_with(&MAGIC) {
                    true => Self::Gzip(Box::new(Gunzip::new(*sink))),
                    false => Self::Plain(sink),
                };
                known.push(&start)
            }
            Self::Plain(mut sink) => sink.take(bytes).map(|()| Self::Plain(sink)),
            Self::Gzip(mut gunzip) => gunzip.feed(bytes).map(|()| Self::Gzip(gunzip)),
            Self::Failed(error) => Err(error),
        }
    }
}

/// The whole text of a file in memory, for formats that are not read line by line.
#[derive(Debug)]
pub(crate) struct Text {
    /// What was read so far.
    pub bytes: Vec<u8>,
    limit: usize,
    too_big: SeqProblem,
}

impl Text {
    /// A text of at most `limit` bytes; one that is longer is refused as `too_big`.
    pub(crate) fn new(limit: usize, too_big: SeqProblem) -> Self {
        Self { bytes: Vec::new(), limit, too_big }
    }
}

impl Sink for Text {
    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        if self.bytes.len().saturating_add(bytes.len()) > self.limit {
            return Err(SeqError::new(self.too_big));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn read(bytes: &[u8], piece: usize, limit: usize) -> Result<(Vec<u8>, bool, u64), SeqProblem> {
        let mut source = Source::new(Text::new(limit, SeqProblem::DomainsTooBig));
        let pushed = bytes.chunks(piece.max(1)).try_for_each(|piece| source.push(piece));
        let read = pushed.and_then(|()| source.finish());
        read.map(|read| (read.sink.bytes, read.gzip, read.bytes)).map_err(|error| error.problem())
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    proptest! {
        #[test]
        fn plain_or_packed_the_text_is_the_same(text in prop::collection::vec(any::<u8>(), 0..200), piece in 1_usize..9) {
            let whole = packed(&text);
            prop_assert_eq!(read(&whole, piece, 200), Ok((text.clone(), true, whole.len() as u64)));
            prop_assume!(!text.starts_with(&MAGIC));
            prop_assert_eq!(read(&text, piece, 200), Ok((text.clone(), false, text.len() as u64)));
        }
    }

    #[test]
    fn an_error_is_repeated() {
        let mut source = Source::new(Text::new(2, SeqProblem::DomainsTooBig));
        assert!(source.push(b"abc").is_err());
        assert_eq!(source.push(b"").unwrap_err().problem(), SeqProblem::DomainsTooBig);
        assert_eq!(source.finish().unwrap_err().problem(), SeqProblem::DomainsTooBig);
    }

    #[test]
    fn limits_count_the_unpacked_text() {
        assert_eq!(read(&packed(&[b'a'; 1000]), 7, 999), Err(SeqProblem::DomainsTooBig));
        assert_eq!(read(b"\x1f\x8bnot gzip", 3, 999), Err(SeqProblem::GzipDamaged));
    }
}
