//! Why bytes are no table as text.

use std::io;
use thiserror::Error;

/// A file that is no text, or cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    /// The packed bytes are not gzip, or do not match their check sum.
    #[error("the gzip file is damaged")]
    GzipDamaged,
    /// The packed bytes end too early.
    #[error("the gzip file ends too early")]
    GzipTruncated,
    /// More unpacked bytes than a table may have.
    #[error("the file unpacks to more bytes than a table may have")]
    TooLarge,
    /// A format that is known by its first bytes.
    #[error("the file is {0}")]
    Foreign(&'static str),
}

impl Unreadable {
    /// The reason inside an error of a reader, if it is one of these.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().copied()
    }
}

impl From<Unreadable> for io::Error {
    fn from(reason: Unreadable) -> Self {
        Self::other(reason)
    }
}

/// First bytes of formats that people rename or export by mistake.
const MAGIC: [(&[u8], &str); 12] = [
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or a Word document"),
    (b"\x1f\x8b", "compressed with gzip twice"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "NumPy's .npy"),
    (b"PAR1\x15", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"%PDF-", "a PDF document"),
    (b"\x80\x02", "a Python pickle"),
];

/// A format other than text, by its first bytes.
pub(super) fn foreign(head: &[u8]) -> Option<Unreadable> {
    let magic = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name);
    let word = head.trim_ascii_start();
    let page = word.len() >= 5
        && [&b"<!doc"[..], b"<html"]
            .iter()
            .any(|start| word.get(..5).is_some_and(|found| found.eq_ignore_ascii_case(start)));
    let zeros = head.contains(&0);
    magic.or(page.then_some("an HTML page")).or(zeros.then_some("no text")).map(Unreadable::Foreign)
}
