//! What a file is when it is not safetensors.
//!
//! Looked at only when the first bytes cannot begin a safetensors file, so a wrong guess can cost
//! a good file nothing: it only chooses the sentence of the refusal.

use super::Problem;

/// How many bytes from the start of a file are looked at.
pub(super) const SNIFFED_BYTES: usize = 512;

/// Names what `start`, the first bytes of a file, belongs to.
pub(super) fn sniff(start: &[u8]) -> Option<Problem> {
    if let Some((_, problem)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Some(problem.clone());
    }
    // The length of a header may look like a brace, but its upper bytes are zero; no text has those.
    if start.iter().take(8).any(|&byte| byte == 0) {
        return None;
    }
    // A text file may begin with a byte-order mark and blanks.
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let lower = text.get(..text.len().min(64)).unwrap_or_default().to_ascii_lowercase();
    if HTML.iter().any(|tag| lower.starts_with(tag)) {
        return Some(Problem::Html);
    }
    if matches!(lower.first(), Some(b'{' | b'[')) {
        return Some(Problem::Json);
    }
    None
}

const HTML: [&[u8]; 5] = [b"<!doctype", b"<html", b"<head", b"<!--", b"<?xml"];

const MAGIC: [(&[u8], Problem); 10] = [
    (b"version https://git-lfs", Problem::LfsPointer),
    (b"PK\x03\x04", Problem::PytorchZip),
    (b"PK\x05\x06", Problem::PytorchZip),
    (b"\x80\x02", Problem::Pickle),
    (b"\x80\x03", Problem::Pickle),
    (b"\x80\x04", Problem::Pickle),
    (b"\x80\x05", Problem::Pickle),
    (b"\x1f\x8b", Problem::Gzip),
    (b"GGUF", Problem::Gguf),
    (b"\x89HDF\r\n\x1a\n", Problem::Hdf5),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_named() {
        fn t(start: &[u8], expected: Option<Problem>) {
            assert_eq!(sniff(start), expected, "{:?}", String::from_utf8_lossy(start));
        }
        t(b"<!DOCTYPE html><html>", Some(Problem::Html));
        t(b"\n\n  <HTML lang=en>", Some(Problem::Html));
        t(b"\xef\xbb\xbf<!-- x -->", Some(Problem::Html));
        t(b"version https://git-lfs.github.com/spec/v1\noid", Some(Problem::LfsPointer));
        t(b"{\"error\":\"Repository not found\"}", Some(Problem::Json));
        t(b"[1]", Some(Problem::Json));
        t(b"{\x10\x20\x06\0\0\0\0{\"a\":", None);
        t(b"PK\x03\x04\0\0", Some(Problem::PytorchZip));
        t(b"\x80\x02\x8a\nl\xfc", Some(Problem::Pickle));
        t(b"\x1f\x8b\x08\0", Some(Problem::Gzip));
        t(b"GGUF\x03\0\0\0", Some(Problem::Gguf));
        t(b"\x89HDF\r\n\x1a\n", Some(Problem::Hdf5));
        t(b"", None);
        t(b">sp|P1", None);
    }
}
