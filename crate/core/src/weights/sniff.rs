//! What a file is when it is not safetensors.
//!
//! Looked at only when the first bytes cannot begin a safetensors file, so a wrong guess can cost
//! a good file nothing: it only chooses the sentence of the refusal.

use super::WeightsProblem;

/// How many bytes from the start of a file are looked at.
pub(super) const SNIFFED_BYTES: usize = 512;

/// Names what `start`, the first bytes of a file, belongs to.
pub(super) fn sniff(start: &[u8]) -> Option<WeightsProblem> {
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
        return Some(WeightsProblem::Html);
    }
    if matches!(lower.first(), Some(b'{' | b'[')) {
        return Some(WeightsProblem::Json);
    }
    None
}

const HTML: [&[u8]; 5] = [b"<!doctype", b"<html", b"<head", b"<!--", b"<?xml"];

const MAGIC: [(&[u8], WeightsProblem); 10] = [
    (b"version https://git-lfs", WeightsProblem::LfsPointer),
    (b"PK\x03\x04", WeightsProblem::PytorchZip),
    (b"PK\x05\x06", WeightsProblem::PytorchZip),
    (b"\x80\x02", WeightsProblem::Pickle),
    (b"\x80\x03", WeightsProblem::Pickle),
    (b"\x80\x04", WeightsProblem::Pickle),
    (b"\x80\x05", WeightsProblem::Pickle),
    (b"\x1f\x8b", WeightsProblem::Gzip),
    (b"GGUF", WeightsProblem::Gguf),
    (b"\x89HDF\r\n\x1a\n", WeightsProblem::Hdf5),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_named() {
        fn t(start: &[u8], expected: Option<WeightsProblem>) {
            assert_eq!(sniff(start), expected, "{:?}", String::from_utf8_lossy(start));
        }
        t(b"<!DOCTYPE html><html>", Some(WeightsProblem::Html));
        t(b"\n\n  <HTML lang=en>", Some(WeightsProblem::Html));
        t(b"\xef\xbb\xbf<!-- x -->", Some(WeightsProblem::Html));
        t(b"version https://git-lfs.github.com/spec/v1\noid", Some(WeightsProblem::LfsPointer));
        t(b"{\"error\":\"Repository not found\"}", Some(WeightsProblem::Json));
        t(b"[1]", Some(WeightsProblem::Json));
        t(b"{\x10\x20\x06\0\0\0\0{\"a\":", None);
        t(b"PK\x03\x04\0\0", Some(WeightsProblem::PytorchZip));
        t(b"\x80\x02\x8a\nl\xfc", Some(WeightsProblem::Pickle));
        t(b"\x1f\x8b\x08\0", Some(WeightsProblem::Gzip));
        t(b"GGUF\x03\0\0\0", Some(WeightsProblem::Gguf));
        t(b"\x89HDF\r\n\x1a\n", Some(WeightsProblem::Hdf5));
        t(b"", None);
        t(b">sp|P1", None);
    }
}
