//! A coding sequence → its protein, and notices about it.
//!
//! Codons are read from the first letter on. The first codon is M where the table counts it among its
//! starts (GTG and TTG in bacteria), as the databases write it, if the gene begins with it; the last stop is dropped;
//! a stop inside is X, as is a codon with ambiguous letters, unless all that it can mean is one residue. Codons that
//! can be a stop or a residue (tables 27, 28 and 31) are stops in the last place of a gene that is not cut there.

use super::Recoded;
use crate::codon::{Code, Codon, CodonError};
use crate::error::{Notice, Where};

/// Places that a notice lists.
const LISTED: usize = 5;

/// How the letters of a gene are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading<'r> {
    /// Number of the NCBI's translation table.
    pub table: u8,
    /// Whether the sequence begins with the gene's start codon.
    pub begins: bool,
    /// Whether the sequence ends with the gene's last codon.
    pub ends: bool,
    /// Codons that are read against the table.
    pub recoded: &'r [Recoded],
}

/// A translated coding sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    /// Its residues.
    pub protein: String,
    /// What is odd: `cds.partial_codon`, `cds.internal_stop`, `cds.ambiguous_codon`.
    pub notices: Vec<Notice>,
    /// The residue of a last codon that is cut, X if its letters allow several: not part of the protein.
    pub cut: Option<char>,
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
    translate_gene(letters, &Reading { table, begins: complete, ends: true, recoded: &[] }, at)
}

/// Translates letters of either case, T or U, as a file says.
///
/// # Errors
///
/// `codon.table` for a table that is not known, `codon.empty` for fewer than three letters.
pub fn translate_gene(letters: &str, reading: &Reading, at: &Where) -> Result<Translated, CodonError> {
    let code = Code::ncbi(reading.table)?;
    let bytes = letters.as_bytes();
    let (codons, rest) = bytes.as_chunks::<3>();
    let Some((first, _)) = codons.split_first() else { return Err(CodonError::Empty) };
    let recoded = |place: usize| {
        reading.recoded.iter().find(|recoded| recoded.codon == place).map(|recoded| recoded.residue)
    };
    // Poly(A) completes the stop.
    let completed = !rest.is_empty() && recoded(codons.len()) == Some('*');
    let mut protein = String::with_capacity(codons.len());
    let (mut stops, mut ambiguous) = (Vec::new(), Vec::new());
    for (place, codon) in codons.iter().enumerate() {
        let position = place.saturating_add(1);
        let last = position == codons.len() && !completed;
        let residue = recoded(place).or_else(|| residue(codon, &code, last && reading.ends));
        match residue {
            Some('*') if last => {}
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
    let is_start = Codon::parse(first).is_some_and(|first| code.is_start(first));
    if reading.begins && is_start && recoded(0).is_none() && !protein.is_empty() {
        protein.replace_range(..1, "M");
    }
    let mut notices = Vec::new();
    let mut warn = |code: &str, message: String, hint: &str| {
        notices.push(Notice { code: code.to_owned(), message, at: at.clone(), hint: hint.to_owned() });
    };
    if !rest.is_empty() && !completed {
        let message = format!(
            "{} letters are not a whole number of codons: the last {} are left out",
            bytes.len(),
            rest.len()
        );
        let hint = if reading.ends {
            "the sequence is cut or has a frameshift: check it against its source"
        } else {
            "nothing to do: the file says that the gene is cut there"
        };
        warn("cds.partial_codon", message, hint);
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
            if inside.iter().all(|codon| residue(codon, &code, false) != Some('*')) {
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
    let cut = match rest {
        _ if completed => None,
        [] => None,
        [a, b] => Some(residue(&[*a, *b, b'N'], &code, false).unwrap_or('X')),
        _ => Some('X'),
    };
    Ok(Translated { protein, notices, cut })
}

/// The residue of a codon, or the only one that its ambiguous letters allow.
fn residue(codon: &[u8; 3], code: &Code, last: bool) -> Option<char> {
    let meaning = |codon| if last { code.last_residue(codon) } else { code.residue(codon) };
    if let Some(codon) = Codon::parse(codon) {
        return Some(meaning(codon));
    }
    let [a, b, c] = codon.map(meanings);
    let mut found = None;
    for &x in a {
        for &y in b {
            for &z in c {
                let residue = meaning(Codon::parse(&[x, y, z])?);
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
    fn genes_as_a_file_says() {
        fn t(letters: &str, reading: &Reading, protein: &str, codes: &[&str]) {
            let translated = translate_gene(letters, reading, &Where::default()).unwrap();
            let reported: Vec<_> = translated.notices.iter().map(|notice| notice.code.as_str()).collect();
            assert_eq!(
                (translated.protein.as_str(), reported.as_slice()),
                (protein, codes),
                "{letters} {reading:?}"
            );
        }
        let whole = |table| Reading { table, begins: true, ends: true, recoded: &[] };
        let cut = |table| Reading { ends: false, ..whole(table) };
        t("ATGTGAAAATGA", &whole(27), "MWK", &[]);
        t("ATGTGAAAATGA", &cut(27), "MWKW", &[]);
        t("ATGTAATAGTGATAG", &whole(28), "MQQW", &[]);
        t("ATGTAATAGTGATAA", &whole(31), "MEEW", &[]);
        t("ATGTAATAGTGATGA", &whole(31), "MEEWW", &[]);
        t("TTGTAGAAATGA", &whole(32), "MWK", &[]);
        t("TTGAGAAGGTAATAG", &whole(33), "MSKY", &[]);
        t("CTGCTGTAA", &whole(26), "MA", &[]);
        let sec = [Recoded { codon: 1, residue: 'U' }];
        t("ATGTGAAAATGA", &Reading { recoded: &sec, ..whole(11) }, "MUK", &[]);
        let stop = [Recoded { codon: 2, residue: '*' }];
        t("ATGAAAT", &Reading { recoded: &stop, ..whole(2) }, "MK", &[]);
        t("ATGAAATTTCCC", &Reading { recoded: &stop, ..whole(2) }, "MKXP", &["cds.internal_stop"]);
        t("ATGAAATC", &cut(1), "MK", &["cds.partial_codon"]);
        assert_eq!(translate_gene("ATGAAATC", &cut(1), &Where::default()).unwrap().cut, Some('S'));
        assert_eq!(translate_gene("ATGAAATT", &cut(1), &Where::default()).unwrap().cut, Some('X'));
        assert_eq!(translate_gene("ATGAAATTT", &cut(1), &Where::default()).unwrap().cut, None);
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
