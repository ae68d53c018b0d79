//! Names of files that are not UTF-8, in places that hold text: requests, and the lists of a model's files.
//!
//! A byte that belongs to no character becomes one character of a private area (U+F700 + byte), and that character becomes
//! the byte again when the file is opened. All other names stay as they are.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

#[cfg(unix)]
const ESCAPED: u32 = 0xF700;

/// The text of a name.
#[cfg(unix)]
pub fn to_text(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    for chunk in name.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(ESCAPED + u32::from(*byte))));
    }
    text
}

/// The name of a text.
#[cfg(unix)]
pub fn from_text(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let byte = |letter: char| {
        let byte = u32::from(letter).checked_sub(ESCAPED).and_then(|byte| u8::try_from(byte).ok());
        byte.filter(|byte| !byte.is_ascii())
    };
    // A name may hold such characters itself.
    if !text.chars().any(|letter| byte(letter).is_some()) || Path::new(text).exists() {
        return PathBuf::from(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match byte(letter) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    OsString::from_vec(bytes).into()
}

/// The text of a name. Other systems have names of characters.
#[cfg(not(unix))]
pub fn to_text(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// The name of a text.
#[cfg(not(unix))]
pub fn from_text(text: &str) -> PathBuf {
    PathBuf::from(text)
}

/// An argument as text where it is not UTF-8.
pub fn argument(given: OsString) -> OsString {
    match given.to_str() {
        Some(_) => given,
        None => to_text(&given).into(),
    }
}

/// The path of an argument that [`argument`] may have changed.
pub fn path(given: &Path) -> PathBuf {
    given.to_str().map_or_else(|| given.to_owned(), from_text)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn every_name_comes_back() {
        for bytes in
            [&b"rows.npy"[..], b"\xff.npy", b"a\xc3\xa4\xe4.csv", b"\xed\xa0\x80/x", "µ/\u{F7FF}".as_bytes()]
        {
            let name = OsString::from_vec(bytes.to_vec());
            let text = to_text(&name);
            if name.to_str().is_none() {
                assert_eq!(from_text(&text).into_os_string(), name, "{text:?}");
            }
            assert_eq!(name.to_str().is_some(), text == name.to_string_lossy(), "{text:?}");
        }
        assert_eq!(from_text("plain.csv"), PathBuf::from("plain.csv"));
    }
}
