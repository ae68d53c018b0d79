//! The directory of a zip archive as `torch.save` writes it: stored files, read by range.
//!
//! ```text
//! ┌────────────────┬─────────┬─────┬───────────────────────┬───────────┬─────────────┐
//! │ local header,  │ bytes   │ …   │ central directory:    │ 64-bit    │ end record, │
//! │ name, padding  │ (as is) │     │ name, size, offset, … │ end       │ comment     │
//! └────────────────┴─────────┴─────┴───────────────────────┴───────────┴─────────────┘
//! ```
//!
//! Reference: PKWARE APPNOTE 6.3.10. Only the directory is trusted; each local header must agree
//! with it. Compressed and encrypted files, two files of one name and files that share bytes are
//! refused: `torch.save` writes none of them, and each is the basis of a known attack.

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

use super::error::visible;
use super::{ByteSource, ContainerProblem, WeightsError, tensor_name};
use crate::limits::{ZIP_DIRECTORY_BYTES, ZIP_ENTRIES};
use std::collections::BTreeMap;
use std::ops::Range;

const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;
/// End record, and the longest comment after it.
const END_BYTES: u64 = 22 + 65_535;

/// A file in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where its bytes lie.
    pub range: Range<u64>,
    /// CRC-32 of its bytes.
    pub crc: u32,
}

/// All files by name.
pub(super) fn directory(bytes: &dyn ByteSource) -> Result<BTreeMap<String, Entry>, WeightsError> {
    let end = end(bytes)?;
    let mut block = vec![0; usize::try_from(end.size).unwrap_or_default()];
    bytes.read_at(end.offset, &mut block)?;
    let mut cursor = Cursor(&block);
    let mut files = Vec::new();
    for _ in 0..end.entries {
        files.push(central(&mut cursor)?);
    }
    if !cursor.0.is_empty() {
        return Err(damaged("its directory is longer than its list of files"));
    }
    let mut entries = BTreeMap::new();
    for file in files {
        let name = file.name.clone();
        let entry = local(bytes, &file, end.offset)?;
        if entries.insert(name.clone(), entry).is_some() {
            return Err(refuse(ContainerProblem::ZipDuplicate { name: visible(&name) }));
        }
    }
    let mut ranges: Vec<(&Range<u64>, &String)> =
        entries.iter().map(|(name, entry)| (&entry.range, name)).collect();
    ranges.sort_by_key(|(range, _)| (range.start, range.end));
    let mut at = 0;
    for (range, name) in ranges {
        if range.start < at && !range.is_empty() {
            return Err(refuse(ContainerProblem::ZipOverlap { name: visible(name) }));
        }
        at = at.max(range.end);
    }
    Ok(entries)
}

/// Where the central directory lies.
struct End {
    entries: u64,
    size: u64,
    offset: u64,
}

fn end(bytes: &dyn ByteSource) -> Result<End, WeightsError> {
    let length = bytes.len();
    let tail_at = length.saturating_sub(END_BYTES);
    let mut tail = vec![0; usize::try_from(length.saturating_sub(tail_at)).unwrap_or_default()];
    bytes.read_at(tail_at, &mut tail)?;
    // The last one whose comment reaches to the end of the file.
    let found = (0..tail.len().saturating_sub(21)).rev().find(|&at| {
        let mut cursor = Cursor(tail.get(at..).unwrap_or_default());
        cursor.u32() == Some(END) && cursor.skip(16).is_some() && {
            let comment = cursor.u16().map(usize::from);
            comment == Some(cursor.0.len())
        }
    });
    let at = found.ok_or_else(|| damaged("it has no end record"))?;
    let mut cursor = Cursor(tail.get(at.saturating_add(4)..).unwrap_or_default());
    let record = (|| {
        Some((cursor.u16()?, cursor.u16()?, cursor.u16()?, cursor.u16()?, cursor.u32()?, cursor.u32()?))
    })();
    let (disk, start, here, entries, size, offset) =
        record.ok_or_else(|| damaged("its end record is cut"))?;
    let record_at = tail_at.saturating_add(at as u64);
    let wide = entries == u16::MAX || size == u32::MAX || offset == u32::MAX;
    let (end, until) = match wide {
        true => end_64(bytes, record_at)?,
        false if (disk, start) != (0, 0) || here != entries => {
            return Err(damaged("it is one part of several"));
        }
        false => (End { entries: entries.into(), size: size.into(), offset: offset.into() }, record_at),
    };
    if end.entries > ZIP_ENTRIES || end.size > ZIP_DIRECTORY_BYTES {
        return Err(refuse(ContainerProblem::ZipTooMany { entries: end.entries, bytes: end.size }));
    }
    // Nothing may stand between the directory and the record that points to it. Newer archives put their
    // 64-bit records there even when they are not needed; those are passed over.
    let directory_end =
        end.offset.checked_add(end.size).ok_or_else(|| damaged("its directory lies beyond its end"))?;
    let between =
        until.checked_sub(directory_end).ok_or_else(|| damaged("its directory lies beyond its end"))?;
    if between != 0 && between != 76 {
        return Err(damaged("there are bytes after its directory"));
    }
    Ok(end)
}

/// The 64-bit end record that the locator before the end record points to.
fn end_64(bytes: &dyn ByteSource, record_at: u64) -> Result<(End, u64), WeightsError> {
    let cut = || damaged("its 64-bit end record is missing");
    let mut locator = [0; 20];
    bytes.read_at(record_at.checked_sub(20).ok_or_else(cut)?, &mut locator)?;
    let mut cursor = Cursor(&locator);
    if cursor.u32() != Some(LOCATOR_64) || cursor.u32() != Some(0) {
        return Err(cut());
    }
    let at = cursor.u64().ok_or_else(cut)?;
    if at.checked_add(76) != Some(record_at) {
        return Err(damaged("its 64-bit end record is not where it says"));
    }
    let mut record = [0; 56];
    bytes.read_at(at, &mut record)?;
    let mut cursor = Cursor(&record);
    if cursor.u32() != Some(END_64) || cursor.u64() != Some(44) || cursor.skip(4).is_none() {
        return Err(cut());
    }
    let parts = (|| Some((cursor.u64()?, cursor.u64()?, cursor.u64()?, cursor.u64()?, cursor.u64()?)))();
    let (disks, here, entries, size, offset) = parts.ok_or_else(cut)?;
    if disks != 0 || here != entries {
        return Err(damaged("it is one part of several"));
    }
    Ok((End { entries, size, offset }, at))
}

/// A file as the central directory lists it.
struct Listed {
    name: String,
    flags: u16,
    crc: u32,
    size: u64,
    local_at: u64,
}

fn central(cursor: &mut Cursor<'_>) -> Result<Listed, WeightsError> {
    let cut = || damaged("its directory is cut");
    let fixed = (|| {
        let signature = cursor.u32()?;
        cursor.skip(4)?; // versions
        let (flags, method) = (cursor.u16()?, cursor.u16()?);
        cursor.skip(4)?; // time and date
        let (crc, packed, size) = (cursor.u32()?, cursor.u32()?, cursor.u32()?);
        let (name, extra, comment) = (cursor.u16()?, cursor.u16()?, cursor.u16()?);
        let disk = cursor.u16()?;
        cursor.skip(6)?; // attributes
        let offset = cursor.u32()?;
        let name = cursor.take(name.into())?;
        let extra = cursor.take(extra.into())?;
        cursor.skip(comment.into())?;
        Some((signature, flags, method, crc, packed, size, disk, offset, name, extra))
    })();
    let (signature, flags, method, crc, packed, size, disk, offset, name, extra) = fixed.ok_or_else(cut)?;
    if signature != CENTRAL {
        return Err(cut());
    }
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| tensor_name::clean(name)) else {
        return Err(refuse(ContainerProblem::ZipName { name: visible(&String::from_utf8_lossy(name)) }));
    };
    let shown = || visible(name);
    if flags & 0x2041 != 0 {
        return Err(refuse(ContainerProblem::ZipEncrypted { name: shown() }));
    }
    if method != 0 {
        return Err(refuse(ContainerProblem::ZipCompressed { name: shown() }));
    }
    let (size, packed, local_at) =
        wide(extra, size, packed, offset).ok_or_else(|| damaged("a 64-bit size is missing"))?;
    if size != packed {
        return Err(damaged("a stored file has two sizes"));
    }
    if disk != 0 && disk != u16::MAX {
        return Err(damaged("it is one part of several"));
    }
    Ok(Listed { name: name.to_owned(), flags, crc, size, local_at })
}

/// Sizes and offset, from the 64-bit field where the 32-bit one says so.
fn wide(extra: &[u8], size: u32, packed: u32, offset: u32) -> Option<(u64, u64, u64)> {
    if [size, packed, offset].iter().all(|&value| value != u32::MAX) {
        return Some((size.into(), packed.into(), offset.into()));
    }
    let mut fields = Cursor(extra);
    while let (Some(id), Some(length)) = (fields.u16(), fields.u16()) {
        let mut field = Cursor(fields.take(length.into())?);
        if id != 1 {
            continue;
        }
        let mut next = |value: u32| if value == u32::MAX { field.u64() } else { Some(value.into()) };
        return Some((next(size)?, next(packed)?, next(offset)?));
    }
    None
}

/// Where a file's bytes lie, once its local header agrees.
fn local(bytes: &dyn ByteSource, file: &Listed, end: u64) -> Result<Entry, WeightsError> {
    let differs = || damaged("a file's own header differs from the directory");
    let mut fixed = [0; 30];
    let header_end = file.local_at.checked_add(30).filter(|&at| at <= end).ok_or_else(differs)?;
    bytes.read_at(file.local_at, &mut fixed)?;
    let mut cursor = Cursor(&fixed);
    let parts = (|| {
        let signature = cursor.u32()?;
        cursor.skip(2)?;
        let (flags, method) = (cursor.u16()?, cursor.u16()?);
        cursor.skip(16)?; // time, check sum and sizes, which may stand behind the bytes instead
        Some((signature, flags, method, cursor.u16()?, cursor.u16()?))
    })();
    let (signature, flags, method, name, extra) = parts.ok_or_else(differs)?;
    if signature != LOCAL || flags != file.flags || method != 0 || usize::from(name) != file.name.len() {
        return Err(differs());
    }
    let mut own = vec![0; name.into()];
    bytes.read_at(header_end, &mut own)?;
    if own != file.name.as_bytes() {
        return Err(differs());
    }
    let start = header_end.saturating_add(name.into()).saturating_add(extra.into());
    let stop = start.checked_add(file.size).filter(|&stop| stop <= end);
    let stop = stop.ok_or_else(|| damaged("a file in it is longer than the archive"))?;
    Ok(Entry { range: start..stop, crc: file.crc })
}

/// Little-endian numbers from the front of a slice.
struct Cursor<'b>(&'b [u8]);

impl<'b> Cursor<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(*self.take(2)?.first_chunk()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(*self.take(8)?.first_chunk()?))
    }
}

fn refuse(problem: ContainerProblem) -> WeightsError {
    super::WeightsProblem::Container(problem).into()
}

fn damaged(reason: &'static str) -> WeightsError {
    refuse(ContainerProblem::ZipDamaged { reason })
}
