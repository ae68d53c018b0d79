//! gzip, unpacked as it streams by.
//!
//! A file may hold several members one after another (`cat a.gz b.gz`, bgzip), and zeros after the
//! last. Packed bytes are decoded in blocks of one fixed size whatever the pieces they came in, so
//! that a file with several faults ends in the same error however it was cut.

use std::io::{self, Write};

use flate2::write::GzDecoder;

use super::{SeqError, SeqProblem};
use crate::limits::{GZIP_EXPANSION, GZIP_FREE_BYTES, GZIP_UNPACKED_BYTES};

/// The first two bytes of every member.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

const BLOCK_BYTES: usize = 32 << 10;

/// Takes unpacked bytes.
pub(crate) trait Sink {
    /// Takes the next unpacked bytes.
    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError>;
}

/// Decodes gzip into a [`Sink`].
#[derive(Debug)]
pub(crate) struct Gunzip<S: Sink> {
    /// Packed bytes that do not fill a block yet.
    block: Vec<u8>,
    packed: u64,
    state: State<S>,
}

#[derive(Debug)]
enum State<S: Sink> {
    /// Inside a member.
    Member(Box<GzDecoder<Counted<S>>>),
    /// After a member: another may follow, or zeros to the end.
    Between(Counted<S>),
    /// In the zeros after the last member.
    Padding(Counted<S>),
    /// After an error; nothing more is taken.
    Failed,
}

impl<S: Sink> Gunzip<S> {
    /// A decoder that writes to `sink`.
    pub(super) fn new(sink: S) -> Self {
        let counted = Counted { sink, packed: 0, unpacked: 0, error: None };
        Self { block: Vec::with_capacity(BLOCK_BYTES), packed: 0, state: State::Between(counted) }
    }

    /// Takes the next packed bytes.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), SeqError> {
        while !bytes.is_empty() {
            let room = BLOCK_BYTES.saturating_sub(self.block.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() >= BLOCK_BYTES {
                self.decode_block()?;
            }
        }
        Ok(())
    }

    /// Ends the file and gives the sink back.
    pub(super) fn finish(mut self) -> Result<S, SeqError> {
        self.decode_block()?;
        match self.state {
            State::Failed => Err(SeqError::new(SeqProblem::GzipDamaged)),
            State::Between(counted) | State::Padding(counted) => Ok(counted.sink),
            State::Member(mut member) => match member.write(&[0]) {
                // A complete member reads no more bytes.
                Ok(0) => Ok(end_member(member)?.sink),
                _ => Err(cause(&mut member, SeqProblem::GzipTruncated)),
            },
        }
    }

    fn decode_block(&mut self) -> Result<(), SeqError> {
        let mut block = std::mem::take(&mut self.block);
        self.packed = self.packed.saturating_add(block.len() as u64);
        let mut state = std::mem::replace(&mut self.state, State::Failed);
        let mut rest = block.as_slice();
        while let Some((&first, _)) = rest.split_first() {
            state = match state {
                State::Failed => return Err(SeqError::new(SeqProblem::GzipDamaged)),
                State::Between(counted) if first == 0 => State::Padding(counted),
                State::Between(_) if first != MAGIC[0] => return Err(SeqError::new(SeqProblem::GzipDamaged)),
                State::Between(counted) => State::Member(Box::new(GzDecoder::new(counted))),
                State::Padding(counted) if rest.iter().all(|byte| *byte == 0) => {
                    rest = &[];
                    State::Padding(counted)
                }
                State::Padding(_) => return Err(SeqError::new(SeqProblem::GzipDamaged)),
                State::Member(mut member) => {
                    member.get_mut().packed = self.packed;
                    match member.write(rest) {
                        Ok(0) => State::Between(end_member(member)?),
                        Ok(taken) => {
                            rest = rest.get(taken..).unwrap_or_default();
                            State::Member(member)
                        }
                        Err(_) => return Err(cause(&mut member, SeqProblem::GzipDamaged)),
                    }
                }
            };
        }
        self.state = state;
        block.clear();
        self.block = block;
        Ok(())
    }
}

/// Checks the sums at the end of a member and gives its sink back.
fn end_member<S: Sink>(mut member: Box<GzDecoder<Counted<S>>>) -> Result<Counted<S>, SeqError> {
    match member.try_finish() {
        Ok(()) => member.finish().map_err(|_| SeqError::new(SeqProblem::GzipDamaged)),
        Err(_) => Err(cause(&mut member, SeqProblem::GzipDamaged)),
    }
}

/// The error of the sink, else what must be wrong with the packed bytes.
fn cause<S: Sink>(member: &mut GzDecoder<Counted<S>>, problem: SeqProblem) -> SeqError {
    member.get_mut().error.clone().unwrap_or_else(|| SeqError::new(problem))
}

/// A sink with the caps on size, which keeps its error while it passes through [`io`].
#[derive(Debug)]
struct Counted<S> {
    sink: S,
    packed: u64,
    unpacked: u64,
    error: Option<SeqError>,
}

impl<S: Sink> Write for Counted<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.error.is_none() {
            self.error = self.take(bytes).err();
        }
        if self.error.is_some() { Err(io::ErrorKind::Other.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<S: Sink> Counted<S> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.unpacked = self.unpacked.saturating_add(bytes.len() as u64);
        let fair = self.packed.saturating_mul(GZIP_EXPANSION).max(GZIP_FREE_BYTES);
        if self.unpacked > fair.min(GZIP_UNPACKED_BYTES) {
            return Err(SeqError::new(SeqProblem::GzipBomb));
        }
        self.sink.take(bytes)
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    #[derive(Debug, Default)]
    struct Bytes(Vec<u8>);

    impl Sink for Bytes {
        fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packed: &[u8], piece: usize) -> Result<Vec<u8>, SeqProblem> {
        let mut gunzip = Gunzip::new(Bytes::default());
        let fed = packed.chunks(piece).try_for_each(|bytes| gunzip.feed(bytes));
        fed.and_then(|()| gunzip.finish()).map(|sink| sink.0).map_err(|error| error.problem())
    }

    #[test]
    fn members_padding_and_damage() {
        fn t(packed: &[u8], expected: Result<&str, SeqProblem>) {
            for piece in [1, 7, packed.len().max(1)] {
                let unpacked = unpack(packed, piece).map(|bytes| String::from_utf8(bytes).unwrap());
                assert_eq!(unpacked.as_deref(), expected.as_ref().copied(), "pieces of {piece}");
            }
        }
        let (one, two) = (pack(b"one"), pack(b"two"));
        let join = |parts: &[&[u8]]| parts.concat();
        t(&one, Ok("one"));
        t(&pack(b""), Ok(""));
        t(&join(&[&one, &two]), Ok("onetwo"));
        t(&join(&[&one, &pack(b""), &two]), Ok("onetwo"));
        t(&join(&[&one, &[0; 512]]), Ok("one"));
        t(&join(&[&one, &[0; 8], &two]), Err(SeqProblem::GzipDamaged));
        t(&join(&[&one, b"trailing"]), Err(SeqProblem::GzipDamaged));
        t(&join(&[&one, &two[..two.len() - 1]]), Err(SeqProblem::GzipTruncated));
        for end in 2..one.len() {
            t(&one[..end], Err(SeqProblem::GzipTruncated));
        }
        let mut wrong_sum = one.clone();
        wrong_sum[one.len() - 6] ^= 1;
        t(&wrong_sum, Err(SeqProblem::GzipDamaged));
        let mut wrong_method = one.clone();
        wrong_method[2] = 7;
        t(&wrong_method, Err(SeqProblem::GzipDamaged));
    }

    /// A sink that refuses whatever it gets.
    #[derive(Debug)]
    struct Refuses;

    impl Sink for Refuses {
        fn take(&mut self, _: &[u8]) -> Result<(), SeqError> {
            Err(SeqError::new(SeqProblem::NoHeader))
        }
    }

    #[test]
    fn the_same_one_of_two_faults_is_reported_however_the_bytes_are_cut() {
        let header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
        let stored = b"\0\x03\0\xfc\xffMKV"; // a block of three bytes, and one of a wrong length
        let packed = [&header[..], stored, b"\0\x03\0\0\0MKV"].concat();
        for piece in [1, 5, packed.len()] {
            let mut gunzip = Gunzip::new(Refuses);
            let fed = packed.chunks(piece).try_for_each(|bytes| gunzip.feed(bytes));
            let error = fed.and_then(|()| gunzip.finish()).unwrap_err();
            assert_eq!(error.problem(), SeqProblem::GzipDamaged, "pieces of {piece}");
        }
    }

    #[test]
    fn blocks_are_joined() {
        let text: Vec<u8> =
            (0..300_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let packed = pack(&text);
        assert!(packed.len() > 10 * BLOCK_BYTES);
        for piece in [BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, packed.len()] {
            assert!(unpack(&packed, piece).unwrap() == text);
        }
    }

    #[test]
    fn bombs() {
        fn t(megabytes: usize, expected: Result<usize, SeqProblem>) {
            let packed = pack(&vec![b'A'; megabytes << 20]); // about 1 : 1000
            assert_eq!(unpack(&packed, 1000).map(|bytes| bytes.len()), expected);
        }
        t(16, Ok(16 << 20));
        t(17, Err(SeqProblem::GzipBomb));
    }
}
