//! Codons that a file reads against its table: `/transl_except=(pos:213..215,aa:Sec)`.

use crate::seq::Location;

/// A codon with a residue of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recoded {
    /// The codon, counted from 0; one past the last whole codon for a stop that the tail of poly(A) completes.
    pub codon: usize,
    /// Its residue; `*` is a stop, `X` any other.
    pub residue: char,
}

/// A coding sequence in which positions are found.
pub(super) struct Letters<'l> {
    /// Where it lies in the molecule; positions are those of the molecule if they lie in it, else its own.
    pub location: Option<&'l Location>,
    /// How many letters it has.
    pub count: usize,
    /// Letters before the first codon.
    pub skipped: usize,
}

/// Reads the value of a `transl_except`, which may hold several.
///
/// Fails with a sentence about the part that does not fit.
pub(super) fn recoded(value: &str, letters: &Letters) -> Result<Vec<Recoded>, &'static str> {
    let text: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut parts = text.split("pos:").skip(1).peekable();
    if parts.peek().is_none() {
        return Err("it has no position");
    }
    parts.map(|part| one(part, letters)).collect()
}

fn one(text: &str, letters: &Letters) -> Result<Recoded, &'static str> {
    let (place, name) = text.split_once("aa:").ok_or("it has no residue")?;
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    let residue = residue(&name).ok_or("its residue is not known")?;
    let place = Location::written(place.trim_end_matches(',')).ok_or("its position is no place")?;
    let positions = place.parts.into_iter().flat_map(|part| part.range);
    let positions: Vec<usize> = positions.take(4).collect();
    if positions.len() > 3 {
        return Err("its position is longer than a codon");
    }
    let outside = "its position lies outside of the gene";
    let offset = letters.offset(&positions).ok_or(outside)?;
    let offset = offset.checked_sub(letters.skipped).ok_or(outside)?;
    if offset.checked_rem(3) != Some(0) {
        return Err("its position is not a codon of the gene");
    }
    Ok(Recoded { codon: offset.checked_div(3).unwrap_or(0), residue })
}

impl Letters<'_> {
    /// The first of these positions, as letters before it in reading order; `None` if one lies elsewhere.
    fn offset(&self, positions: &[usize]) -> Option<usize> {
        let within = |location: &Location| -> Option<usize> {
            let offsets: Option<Vec<usize>> = positions.iter().map(|&at| offset_in(location, at)).collect();
            offsets?.into_iter().min()
        };
        let own = || positions.iter().copied().min().filter(|_| positions.iter().all(|&at| at < self.count));
        match self.location {
            Some(location) => within(location).or_else(own),
            None => own(),
        }
    }
}

/// How many letters of a location are read before a position, counted from 0.
fn offset_in(location: &Location, at: usize) -> Option<usize> {
    let mut before = 0_usize;
    for part in &location.parts {
        if part.range.contains(&at) {
            let inside = if part.reverse {
                part.range.end.saturating_sub(1).saturating_sub(at)
            } else {
                at.saturating_sub(part.range.start)
            };
            return Some(before.saturating_add(inside));
        }
        before = before.saturating_add(part.range.len());
    }
    None
}

/// The letter of an amino acid's name in a feature table, of one or three letters.
fn residue(name: &str) -> Option<char> {
    const NAMES: [(&str, char); 28] = [
        ("Ala", 'A'),
        ("Arg", 'R'),
        ("Asn", 'N'),
        ("Asp", 'D'),
        ("Asx", 'B'),
        ("Cys", 'C'),
        ("Gln", 'Q'),
        ("Glu", 'E'),
        ("Glx", 'Z'),
        ("Gly", 'G'),
        ("His", 'H'),
        ("Ile", 'I'),
        ("Leu", 'L'),
        ("Lys", 'K'),
        ("Met", 'M'),
        ("fMet", 'M'),
        ("Phe", 'F'),
        ("Pro", 'P'),
        ("Pyl", 'O'),
        ("Sec", 'U'),
        ("Ser", 'S'),
        ("Thr", 'T'),
        ("Trp", 'W'),
        ("Tyr", 'Y'),
        ("Val", 'V'),
        ("Xle", 'J'),
        ("TERM", '*'),
        ("Ter", '*'),
    ];
    let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, letter)| *letter);
    let unknown = ["OTHER", "Xaa", "Xxx"].iter().any(|other| other.eq_ignore_ascii_case(name)).then_some('X');
    let letter = || match name.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(char::from(letter.to_ascii_uppercase())),
        _ => None,
    };
    known.or(unknown).or_else(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_of_both_strands_and_of_the_gene_itself() {
        fn t(location: Option<&str>, skipped: usize, value: &str, expected: Result<&[(usize, char)], &str>) {
            let location = location.map(|text| Location::written(text).unwrap());
            let letters = Letters { location: location.as_ref(), count: 12, skipped };
            let found = recoded(value, &letters);
            let found: Result<Vec<_>, _> =
                found.map(|all| all.into_iter().map(|one| (one.codon, one.residue)).collect());
            assert_eq!(found.as_deref().map_err(|fault| *fault), expected, "{value}");
        }
        t(Some("101..112"), 0, "(pos:104..106,aa:Sec)", Ok(&[(1, 'U')]));
        t(Some("101..112"), 0, "(pos: 104..106, aa: OTHER)", Ok(&[(1, 'X')]));
        t(Some("101..112"), 1, "(pos:105..107,aa:Pyl)", Ok(&[(1, 'O')]));
        t(Some("complement(101..112)"), 0, "(pos:complement(107..109),aa:Sec)", Ok(&[(1, 'U')]));
        t(Some("complement(101..112)"), 0, "(pos:107..109,aa:Sec)", Ok(&[(1, 'U')]));
        t(Some("join(101..104,201..208)"), 0, "(pos:join(104,201..202),aa:Sec)", Ok(&[(1, 'U')]));
        t(Some("101..112"), 0, "(pos:112,aa:TERM)", Err("its position is not a codon of the gene"));
        t(Some("101..113"), 0, "(pos:113,aa:TERM)", Ok(&[(4, '*')]));
        t(Some("101..112"), 0, "(pos:4..6,aa:Trp)", Ok(&[(1, 'W')]));
        t(None, 0, "(pos:1..3,aa:Met),(pos:4..6,aa:U)", Ok(&[(0, 'M'), (1, 'U')]));
        t(None, 0, "(pos:5..7,aa:Sec)", Err("its position is not a codon of the gene"));
        t(None, 0, "(pos:40..42,aa:Sec)", Err("its position lies outside of the gene"));
        t(None, 0, "(pos:1..9,aa:Sec)", Err("its position is longer than a codon"));
        t(None, 0, "(pos:1..3,aa:Foo)", Err("its residue is not known"));
        t(None, 0, "(pos:1..3)", Err("it has no residue"));
        t(None, 0, "Sec", Err("it has no position"));
    }
}
