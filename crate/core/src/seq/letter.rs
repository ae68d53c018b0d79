//! What one byte of a sequence line is, and how raw letters become a record's letters.
//!
//! Raw letters are ASCII letters, `*` and `.` as the file has them, and [`MASK`] for each `<mask>`. What a `.` means
//! is known when the whole file was seen: see [`super::alignment_signs`].

use super::SequenceKind;

/// Stands for one `<mask>` among raw letters.
pub(super) const MASK: u8 = b'<';

/// The word that [`MASK`] stands for.
pub(super) const MASK_WORD: &[u8] = b"<mask>";

/// What a byte of a sequence line is, whatever the kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// An ASCII letter.
    Letter,
    /// `*`.
    Stop,
    /// `<`, the first byte of a mask.
    Open,
    /// `>`, the first byte of a header, here in a place where none can be.
    Close,
    /// `-`.
    Gap,
    /// `.`: a gap or a stop.
    Dot,
    /// `0` to `9`.
    Digit,
    /// A space, a tab, a vertical tab or a form feed.
    Blank,
    /// Anything else.
    Bad,
}

/// The class of a byte.
pub(super) const fn class(byte: u8) -> Class {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
        b'*' => Class::Stop,
        b'<' => Class::Open,
        b'>' => Class::Close,
        b'-' => Class::Gap,
        DOT => Class::Dot,
        b'0'..=b'9' => Class::Digit,
        _ if is_blank(byte) => Class::Blank,
        _ => Class::Bad,
    }
}

/// Whether a byte is a blank that never means anything.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

/// Whether a letter is one of the IUPAC nucleotide letters, in either case.
pub(super) const fn is_nucleotide(byte: u8) -> bool {
    matches!(
        byte.to_ascii_uppercase(),
        b'A' | b'C' | b'G' | b'T' | b'U' // bases
            | b'R' | b'Y' | b'S' | b'W' | b'K' | b'M' // two of them
            | b'B' | b'D' | b'H' | b'V' // three
            | b'N' // any
    )
}

/// A full stop among raw letters.
pub(super) const DOT: u8 = b'.';

/// What full stops in the sequences of a file mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dots {
    /// Gaps: the file is an alignment, or not of proteins.
    Gaps,
    /// Stops: the file holds unaligned proteins.
    Stops,
}

/// Raw letters → the letters of a record, by the rules of the kind; see the table of [`super`].
pub(super) fn normalise(mut raw: Vec<u8>, kind: SequenceKind, dots: Dots) -> String {
    if (kind != SequenceKind::Protein || dots == Dots::Gaps) && memchr::memchr(DOT, &raw).is_some() {
        raw.retain(|&byte| byte != DOT);
    }
    if kind == SequenceKind::Protein {
        while let Some(b'*' | &DOT) = raw.last() {
            raw.pop();
        }
        for byte in &mut raw {
            *byte = if matches!(*byte, b'*' | DOT) { b'X' } else { byte.to_ascii_uppercase() };
        }
    }
    if raw.contains(&MASK) {
        let mut wide = Vec::with_capacity(raw.len().saturating_mul(2));
        for byte in raw {
            match byte {
                MASK => wide.extend_from_slice(MASK_WORD),
                letter => wide.push(letter),
            }
        }
        raw = wide;
    }
    // Only ASCII is ever collected, so this check cannot fail; it costs a fraction of the reading.
    String::from_utf8(raw).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_of_each_byte() {
        fn t(bytes: &[u8], expected: Class) {
            for &byte in bytes {
                assert_eq!(class(byte), expected, "{byte:#04x}");
            }
        }
        t(b"AZaz", Class::Letter);
        t(b"*", Class::Stop);
        t(b"<", Class::Open);
        t(b">", Class::Close);
        t(b"-", Class::Gap);
        t(b".", Class::Dot);
        t(b"09", Class::Digit);
        t(b" \t\x0b\x0c", Class::Blank);
        t(b"\0\x01\x7f\x80\xff\xa0@[`{/:;_~?!", Class::Bad);
    }

    #[test]
    fn raw_letters_to_letters() {
        fn t(raw: &str, kind: SequenceKind, gaps: &str, stops: &str) {
            let letters = |dots| normalise(raw.as_bytes().to_vec(), kind, dots);
            assert_eq!((letters(Dots::Gaps).as_str(), letters(Dots::Stops).as_str()), (gaps, stops));
        }
        t("mKtV", SequenceKind::Protein, "MKTV", "MKTV");
        t("MK*TV**", SequenceKind::Protein, "MKXTV", "MKXTV");
        t("***", SequenceKind::Protein, "", "");
        t("*M", SequenceKind::Protein, "XM", "XM");
        t("m<<v", SequenceKind::Protein, "M<mask><mask>V", "M<mask><mask>V");
        t("acGU<n", SequenceKind::Dna, "acGU<mask>n", "acGU<mask>n");
        t("MK.TV.", SequenceKind::Protein, "MKTV", "MKXTV");
        t("M*.T.*", SequenceKind::Protein, "MXT", "MXXT");
        t("ac.gt.", SequenceKind::Dna, "acgt", "acgt");
    }
}
