//! The bytes of a file, unpacked, as UTF-8 lines.

use super::line_ends::LineEnds;
use super::transform::Transformed;
use super::unreadable::{Unreadable, foreign};
use super::utf16::Utf16;
use flate2::read::MultiGzDecoder;
use std::io::{self, Cursor, ErrorKind, Read};

/// Bytes that decide whether a file is text, and in which encoding.
const MAGIC_BYTES: usize = 512;

/// A stream of bytes.
pub(super) type Bytes<'a> = Box<dyn Read + 'a>;

/// How the text of a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// UTF-8 or any other whose ASCII is ASCII, after a byte-order mark of n bytes.
    Bytes(usize),
    /// UTF-16, after such a mark.
    Utf16 { big_endian: bool, mark: usize },
}

/// The bytes of a file, unpacked if they are gzip: no more than `most`.
///
/// # Errors
///
/// An [`Unreadable`] while reading, and errors of the source.
pub(crate) fn unpacked<'a>(mut source: impl Read + 'a, most: u64) -> io::Result<Bytes<'a>> {
    let head = fill(&mut source, 2)?;
    let packed = head == [0x1f, 0x8b];
    let source = Cursor::new(head).chain(source);
    if packed {
        return Ok(Box::new(Unpacked { source: MultiGzDecoder::new(source), rest: most }));
    }
    Ok(Box::new(source))
}

/// The lines of a file as UTF-8, each ending in `\n`.
///
/// # Errors
///
/// [`Unreadable`] for what is no text, and errors of the source.
pub(super) fn lines<'a>(source: impl Read + 'a, most: u64) -> io::Result<Bytes<'a>> {
    let mut source = unpacked(source, most)?;
    let mut head = fill(&mut source, MAGIC_BYTES)?;
    let encoding = encoding(&head)?;
    let (Encoding::Bytes(mark) | Encoding::Utf16 { mark, .. }) = encoding;
    head.drain(..mark.min(head.len()));
    if let (Encoding::Bytes(_), Some(reason)) = (encoding, foreign(&head)) {
        return Err(reason.into());
    }
    let text = Cursor::new(head).chain(source);
    Ok(match encoding {
        Encoding::Bytes(_) => Box::new(Transformed::new(text, LineEnds::default())),
        Encoding::Utf16 { big_endian, .. } => {
            let text = Transformed::new(text, Utf16::new(big_endian));
            Box::new(Transformed::new(text, LineEnds::default()))
        }
    })
}

/// Up to `count` bytes; fewer at the end of the source.
pub(super) fn fill(source: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    source.take(count as u64).read_to_end(&mut found)?;
    Ok(found)
}

fn encoding(head: &[u8]) -> Result<Encoding, Unreadable> {
    Ok(match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            return Err(Unreadable::Foreign("text in UTF-32"));
        }
        [0xef, 0xbb, 0xbf, ..] => Encoding::Bytes(3),
        [0xff, 0xfe, ..] => Encoding::Utf16 { big_endian: false, mark: 2 },
        [0xfe, 0xff, ..] => Encoding::Utf16 { big_endian: true, mark: 2 },
        // ASCII in UTF-16 without a mark.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Encoding::Utf16 { big_endian: false, mark: 0 },
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Encoding::Utf16 { big_endian: true, mark: 0 },
        _ => Encoding::Bytes(0),
    })
}

/// Unpacked bytes with a limit, and with errors that name the reason.
struct Unpacked<R> {
    source: MultiGzDecoder<R>,
    rest: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => Unreadable::GzipTruncated.into(),
            ErrorKind::InvalidInput | ErrorKind::InvalidData => Unreadable::GzipDamaged.into(),
            // An error of the source below has its own reason inside.
            _ => error,
        })?;
        self.rest = self.rest.checked_sub(count as u64).ok_or(Unreadable::TooLarge)?;
        Ok(count)
    }
}
