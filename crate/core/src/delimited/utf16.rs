//! UTF-16, as Excel ("Unicode text") and PowerShell write it, as UTF-8.

use super::transform::Step;

/// Units of two bytes become UTF-8; what is no character becomes `�`.
pub(super) struct Utf16 {
    big_endian: bool,
    /// First byte of a unit whose second is still to come.
    half: Option<u8>,
    /// First unit of a pair whose second is still to come.
    high: Option<u16>,
}

impl Utf16 {
    pub(super) fn new(big_endian: bool) -> Self {
        Self { big_endian, half: None, high: None }
    }

    fn unit(&mut self, unit: u16, out: &mut Vec<u8>) {
        let units = match self.high.take() {
            Some(high) => vec![high, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.high = Some(unit);
                return;
            }
            None => vec![unit],
        };
        for character in char::decode_utf16(units) {
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

impl Step for Utf16 {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            match self.half.take() {
                None => self.half = Some(byte),
                Some(first) if self.big_endian => self.unit(u16::from_be_bytes([first, byte]), out),
                Some(first) => self.unit(u16::from_le_bytes([first, byte]), out),
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if self.half.is_some() || self.high.is_some() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::transform::in_pieces;
    use super::*;

    #[test]
    fn units_become_characters() {
        fn t(units: &[u16], expected: &str) {
            let (be, le): (Vec<u8>, Vec<u8>) = (
                units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            );
            assert_eq!(in_pieces(&be, || Utf16::new(true)), expected.as_bytes());
            assert_eq!(in_pieces(&le, || Utf16::new(false)), expected.as_bytes());
        }
        t(&"id;größe μ 🧬\n".encode_utf16().collect::<Vec<_>>(), "id;größe μ 🧬\n");
        t(&[0xd800], "�");
        t(&[0xd800, 0x41], "�A");
    }
}
