//! A coding sequence → its protein, and notices about it.
//!
//! Codons are read from the first letter on. The first codon is M where the table counts it among its
//! starts (GTG and TTG in bacteria), as the databases write it; the last stop is dropped; a stop
//! inside is X, as is a codon with ambiguous letters, unless all that it can mean is one residue.

use crate::codon::{Code, Codon, CodonError};
use crate::error::{Notice, Where};

/// Places that a notice lists.
const LISTED: usize = 5;

/// A translated coding sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    /// Its residues.
    pub protein: String,
    /// What is odd: `cds.partial_codon`, `cds.internal_stop`, `cds.ambiguous_codon`.
    pub notices: Vec<Notice>,
}

/// Translates letters of either case, T or U, by an NCBI translation table. With `complete` the
/// sequence begins with its start codon.
///
/// ```
/// use crossgrain_core::{error::Where, grain::translate};
///
/// let translated = translate("GTGAAATAA", 11, true, &Where::default())?;
/// assert_eq!((translated.protein.as_str(), translated.notices.len()), ("MK", 0));
/// # Ok::<(), crossgrain_core::codon::CodonError>(())
/// ```
///
/// # Errors
///
/// `codon.table` for a table that is not known, `codon.empty` for fewer than three letters.
pub fn translate(letters: &str, table: u8, complete: bool, at: &Where) -> Result<Translated, CodonError> {
    let code = Code::ncbi(table)?;
    let bytes = letters.as_bytes();
    let (codons, rest) = bytes.as_chunks::<3>();
    let Some((first, _)) = codons.split_first() else { return Err(CodonError::Empty) };
    let mut protein = String::with_capacity(codons.len());
    let (mut stops, mut ambiguous) = (Vec::new(), Vec::new());
    for (place, codon) in codons.iter().enumerate() {
        let position = place.saturating_add(1);
        match residue(codon, &code) {
            Some('*') if position == codons.len() => {}
            Some('*') => {
                stops.push(position);
                protein.push('X');
            }
            Some(residue) => protein.push(residue),
            None => {
                ambiguous.push(position);
                protein.push('X');
            }
        }
    }
    if complete && is_start(first, table) && !protein.is_empty() {
        protein.replace_range(..1, "M");
    }
    let mut notices = Vec::new();
    let mut warn = |code: &str, message: String, hint: &str| {
        notices.push(Notice { code: code.to_owned(), message, at: at.clone(), hint: hint.to_owned() });
    };
    if !rest.is_empty() {
        let message = format!(
            "{} letters are not a whole number of codons: the last {} are left out",
            bytes.len(),
            rest.len()
        );
        warn(
            "cds.partial_codon",
            message,
            "the sequence is cut or has a frameshift: check it against its source",
        );
    }
    if !stops.is_empty() {
        let mut message = format!(
            "{} inside the sequence, at {}: read as X",
            count(stops.len(), "stop codon"),
            list(&stops)
        );
        for frame in [1_usize, 2] {
            let (codons, _) = bytes.get(frame..).unwrap_or_default().as_chunks::<3>();
            let inside = codons.get(..codons.len().saturating_sub(1)).unwrap_or_default();
            if inside.iter().all(|codon| residue(codon, &code) != Some('*')) {
                message = format!("{message}; read from letter {} there are none", frame.saturating_add(1));
                break;
            }
        }
        warn(
            "cds.internal_stop",
            message,
            "a frameshift, a pseudogene or another genetic code: choose the right table, or leave it out",
        );
    }
    if !ambiguous.is_empty() {
        let message = format!(
            "{} with ambiguous letters, at {}: read as X",
            count(ambiguous.len(), "codon"),
            list(&ambiguous)
        );
        warn("cds.ambiguous_codon", message, "nothing to do, unless there are many");
    }
    Ok(Translated { protein, notices })
}

/// The residue of a codon, or the only one that its ambiguous letters allow.
fn residue(codon: &[u8; 3], code: &Code) -> Option<char> {
    if let Some(codon) = Codon::parse(codon) {
        return Some(code.residue(codon));
    }
    let [a, b, c] = codon.map(meanings);
    let mut found = None;
    for &x in a {
        for &y in b {
            for &z in c {
                let residue = code.residue(Codon::parse(&[x, y, z])?);
                if *found.get_or_insert(residue) != residue {
                    return None;
                }
            }
        }
    }
    found
}

/// The bases that an IUPAC letter stands for; none for any other.
fn meanings(letter: u8) -> &'static [u8] {
    match letter.to_ascii_uppercase() {
        b'A' => b"A",
        b'C' => b"C",
        b'G' => b"G",
        b'T' | b'U' => b"T",
        b'R' => b"AG",
        b'Y' => b"CT",
        b'S' => b"CG",
        b'W' => b"AT",
        b'K' => b"GT",
        b'M' => b"AC",
        b'B' => b"CGT",
        b'D' => b"AGT",
        b'H' => b"ACT",
        b'V' => b"ACG",
        b'N' => b"ACGT",
        _ => b"",
    }
}

/// Whether a codon begins proteins in a table (NCBI, "The Genetic Codes", starts).
fn is_start(codon: &[u8; 3], table: u8) -> bool {
    let starts: &[&[u8; 3]] = match table {
        1 => &[b"TTG", b"CTG", b"ATG"],
        2 => &[b"ATT", b"ATC", b"ATA", b"ATG", b"GTG"],
        3 => &[b"ATA", b"ATG", b"GTG"],
        4 => &[b"TTA", b"TTG", b"CTG", b"ATT", b"ATC", b"ATA", b"ATG", b"GTG"],
        5 => &[b"TTG", b"ATT", b"ATC", b"ATA", b"ATG", b"GTG"],
        9 | 21 => &[b"ATG", b"GTG"],
        11 => &[b"TTG", b"CTG", b"ATT", b"ATC", b"ATA", b"ATG", b"GTG"],
        12 => &[b"CTG", b"ATG"],
        13 => &[b"TTG", b"ATA", b"ATG", b"GTG"],
        23 => &[b"ATT", b"ATG", b"GTG"],
        24 => &[b"TTG", b"CTG", b"ATG", b"GTG"],
        25 => &[b"TTG", b"ATG", b"GTG"],
        _ => &[b"ATG"],
    };
    let upper = codon.map(|letter| match letter.to_ascii_uppercase() {
        b'U' => b'T',
        letter => letter,
    });
    starts.contains(&&upper)
}

fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn list(places: &[usize]) -> String {
    let listed: Vec<String> = places.iter().take(LISTED).map(|place| format!("codon {place}")).collect();
    let more = if places.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", listed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations() {
        fn t(letters: &str, table: u8, complete: bool, protein: &str, expected: &[&str]) {
            let translated = translate(letters, table, complete, &Where::default()).unwrap();
            let messages: Vec<_> = translated.notices.iter().map(|notice| notice.message.as_str()).collect();
            assert_eq!((translated.protein.as_str(), messages.as_slice()), (protein, expected), "{letters}");
        }
        t("ATGAAATAA", 1, true, "MK", &[]);
        t("augaaauaa", 1, true, "MK", &[]);
        t("ATGAAA", 1, true, "MK", &[]);
        t("GTGAAATAA", 11, true, "MK", &[]);
        t("GTGAAATAA", 11, false, "VK", &[]);
        t("GTGAAATAA", 1, true, "VK", &[]);
        t("ATGTGATAA", 4, true, "MW", &[]);
        t("ATGGCNYTRTAA", 1, true, "MAL", &[]);
        t(
            "ATGNNNRAATAA",
            1,
            true,
            "MXX",
            &["2 codons with ambiguous letters, at codon 2, codon 3: read as X"],
        );
        t("ATG-AATAA", 1, true, "MX", &["1 codon with ambiguous letters, at codon 2: read as X"]);
        t("ATGAAAC", 1, true, "MK", &["7 letters are not a whole number of codons: the last 1 are left out"]);
        t(
            "ATGTAAAAATAA",
            1,
            true,
            "MXK",
            &["1 stop codon inside the sequence, at codon 2: read as X; read from letter 2 there are none"],
        );
        t("TAA", 1, true, "", &[]);
    }

    #[test]
    fn refusals() {
        fn t(letters: &str, table: u8, expected: CodonError) {
            assert_eq!(translate(letters, table, true, &Where::default()), Err(expected));
        }
        t("AT", 1, CodonError::Empty);
        t("", 1, CodonError::Empty);
        t("ATG", 7, CodonError::Table(7));
    }
}
