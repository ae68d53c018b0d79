//! The LOCUS line, and the name of a record.
//!
//! ```text
//! LOCUS       BGC0002609             18619 bp    DNA     linear   PLN 01-JAN-2020
//! LOCUS       NODE_1_length_1260_cov_13.6631191260 bp   DNA linear     name and length in one word
//! 14-OCT-2024                                                          and the date on its own line
//! ```
//!
//! Prokka's writer (tbl2asn) has columns of fixed width, so that a long name runs into the length.
//! Which of its digits are the length is said by ACCESSION and VERSION, which have the whole name,
//! and by the length of the sequence.

use crate::limits::NAME_BYTES;

/// A name of this length may have been cut: the column has 16 letters.
const CUT: usize = 15;

/// What a LOCUS line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Locus {
    /// The name, if it stands alone.
    pub name: Option<String>,
    /// Name and length, if they run together.
    pub joined: Option<String>,
    /// The length, if it stands alone.
    pub length: Option<usize>,
    pub circular: bool,
    /// Whether it counts amino acids.
    pub protein: bool,
    /// Whether the name is made of several words.
    pub words: bool,
}

/// Where else a record has its name, and how long it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clues<'r> {
    /// First words after ACCESSION and VERSION; may be empty.
    pub accession: &'r str,
    pub version: &'r str,
    /// Letters of the sequence, else the end of the `source` feature; 0 if neither is known.
    pub length: usize,
    /// The name of a record without one.
    pub number: usize,
}

/// The name of a record, its length, and what there is to say about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    pub name: String,
    pub length: Option<usize>,
    /// Code and message.
    pub notice: Option<(&'static str, String)>,
}

impl Locus {
    /// Reads the line, and the lines over which it is broken.
    pub fn parse(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().skip(1).take(64).collect();
        let digits = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_unit = |word: &str| ["bp", "aa", "rc"].iter().any(|unit| word.eq_ignore_ascii_case(unit));
        let alone = |at: &usize| {
            words.get(*at).is_some_and(|word| is_unit(word))
                && at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| digits(word))
        };
        let unit = (1..words.len()).find(alone).or_else(|| words.iter().position(|word| is_unit(word)));
        let Some(unit) = unit else { return Self::without_unit(&words) };
        let (before, after) = words.split_at(unit);
        let circular = after.iter().any(|word| word.eq_ignore_ascii_case("circular"));
        let protein = after.first().is_some_and(|word| word.eq_ignore_ascii_case("aa"));
        let plain = Self { circular, protein, ..Self::default() };
        match before.split_last() {
            None => plain,
            Some((length, name)) if digits(length) && !name.is_empty() => Self {
                name: Some(name.join("_")),
                length: length.parse().ok(),
                words: name.len() > 1,
                ..plain
            },
            Some((last, _)) if last.ends_with(|letter: char| letter.is_ascii_digit()) => {
                Self { joined: Some(before.join("_")), words: before.len() > 1, ..plain }
            }
            Some(_) => Self { name: Some(before.join("_")), words: before.len() > 1, ..plain },
        }
    }

    /// A line where the unit stands in one word with the length, `1260bp`, or is missing.
    fn without_unit(words: &[&str]) -> Self {
        let circular = words.iter().any(|word| word.eq_ignore_ascii_case("circular"));
        let first = words.first().map(|word| (*word).to_owned());
        let attached = |word: &&str| {
            let at = word.len().checked_sub(2)?;
            let (number, unit) = word.split_at_checked(at)?;
            let protein = unit.eq_ignore_ascii_case("aa");
            let counted = number.ends_with(|letter: char| letter.is_ascii_digit());
            if counted && (protein || unit.eq_ignore_ascii_case("bp")) {
                Some((number.to_owned(), protein))
            } else {
                None
            }
        };
        match words.iter().enumerate().find_map(|(at, word)| Some((at, attached(word)?))) {
            Some((0, (joined, protein))) => {
                Self { joined: Some(joined), circular, protein, ..Self::default() }
            }
            Some((at, (number, protein))) if number.bytes().all(|byte| byte.is_ascii_digit()) => Self {
                name: words.get(..at).map(|name| name.join("_")),
                length: number.parse().ok(),
                words: at > 1,
                circular,
                protein,
                ..Self::default()
            },
            _ => Self { name: first, circular, ..Self::default() },
        }
    }

    /// The name of the record.
    pub fn resolve(&self, clues: Clues<'_>) -> Naming {
        let Clues { accession, version, number, .. } = clues;
        let unversioned = version.rsplit_once('.').map_or(version, |(name, _)| name);
        let others = [accession, version, unversioned];
        let other = || others.into_iter().find(|name| is_name(name));
        let named = |name: &str, length, notice| Naming { name: name.to_owned(), length, notice };
        if let Some(joined) = &self.joined {
            return self.split(joined, clues, &others);
        }
        let own = self.name.as_deref().filter(|name| is_name(name));
        match (own, self.length) {
            (Some(name), length) if is_cut(name, accession) => {
                let message =
                    format!("the name in the LOCUS line is cut: that of ACCESSION is '{accession}'");
                named(accession, length, Some(("genbank.locus_name", message)))
            }
            (Some(name), Some(length)) if self.words => {
                let message = format!("the name in the LOCUS line has blanks: the record is called '{name}'");
                named(name, Some(length), Some(("genbank.locus_name", message)))
            }
            (Some(name), Some(length)) => named(name, Some(length), None),
            (own, length) => {
                let message = "the LOCUS line does not say name and length".to_owned();
                let fallback = format!("record-{number}");
                let name = own.or_else(other).unwrap_or(&fallback);
                named(name, length, Some(("genbank.locus", message)))
            }
        }
    }

    /// Where the name ends and the length begins in one word.
    fn split(&self, joined: &str, clues: Clues<'_>, others: &[&str; 3]) -> Naming {
        let known = clues.length.to_string();
        let rest = |name: &str| {
            let rest = joined.strip_prefix(name).filter(|_| is_name(name))?;
            rest.parse::<usize>().ok().filter(|_| rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let run = |name: &str, length, how: &str| {
            let message = format!(
                "name and length run together in the LOCUS line: the record is called '{name}', {how}"
            );
            Naming { name: name.to_owned(), length, notice: Some(("genbank.locus_name", message)) }
        };
        let of_accession = "as ACCESSION or VERSION has it";
        if clues.length > 0 {
            if let Some(name) = others.iter().find(|name| rest(name) == Some(clues.length)) {
                return run(name, Some(clues.length), of_accession);
            }
            if let Some(name) = joined.strip_suffix(&known).filter(|name| is_name(name)) {
                return run(name, Some(clues.length), &format!("the word without the length, {known}"));
            }
        }
        if let Some((name, length)) = others.iter().find_map(|name| Some((*name, rest(name)?))) {
            return run(name, Some(length), of_accession);
        }
        // No name at all: `LOCUS  1260 bp`.
        let length = joined.parse::<usize>().ok();
        let other = others.iter().find(|name| is_name(name));
        let message = "the LOCUS line does not say name and length".to_owned();
        match (other, length) {
            (Some(name), None) => run(name, None, of_accession),
            (Some(name), length) => {
                Naming { name: (*name).to_owned(), length, notice: Some(("genbank.locus", message)) }
            }
            (None, Some(_)) => {
                let name = format!("record-{}", clues.number);
                Naming { name, length, notice: Some(("genbank.locus", message)) }
            }
            (None, None) if is_name(joined) => run(joined, None, "since nothing says where the name ends"),
            (None, None) => {
                let name = format!("record-{}", clues.number);
                Naming { name, length: None, notice: Some(("genbank.locus", message)) }
            }
        }
    }
}

/// Whether a word can be a name.
fn is_name(word: &str) -> bool {
    let nothing = ["", ".", "<unknown", "<unknown_id>"];
    !nothing.contains(&word) && word.len() <= NAME_BYTES
}

/// Whether a name is the beginning of a longer ACCESSION, by more than a version.
fn is_cut(name: &str, accession: &str) -> bool {
    let version = |rest: &str| {
        rest.strip_prefix('.').is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
    };
    name.len() >= CUT
        && is_name(accession)
        && accession.strip_prefix(name).is_some_and(|rest| !rest.is_empty() && !version(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_lengths() {
        /// Line, ACCESSION, VERSION, letters; name, length, code.
        fn t(line: &str, clues: (&str, &str, usize), name: &str, length: Option<usize>, code: Option<&str>) {
            let (accession, version, letters) = clues;
            let clues = Clues { accession, version, length: letters, number: 7 };
            let naming = Locus::parse(line).resolve(clues);
            let found = (naming.name.as_str(), naming.length, naming.notice.map(|(code, _)| code));
            assert_eq!(found, (name, length, code), "{line}");
        }
        const RUN: Option<&str> = Some("genbank.locus_name");
        const NONE: Option<&str> = Some("genbank.locus");
        t("LOCUS       X  12 bp DNA", ("Y", "Y.1", 12), "X", Some(12), None);
        t("LOCUS       X  12 bp DNA", ("", "", 0), "X", Some(12), None);
        t("LOCUS       bp  12 bp DNA", ("", "", 0), "bp", Some(12), None);
        t("LOCUS       X  12bp DNA", ("", "", 12), "X", Some(12), None);
        t("LOCUS       X12bp DNA", ("", "", 12), "X", Some(12), RUN);
        t("LOCUS       X  12 BP DNA", ("", "", 12), "X", Some(12), None);
        t("LOCUS       X_1260 bp DNA", ("X_", "", 1260), "X_", Some(1260), RUN);
        t("LOCUS       X_11260 bp DNA", ("X_1", "X_1", 1260), "X_1", Some(1260), RUN);
        t("LOCUS       X_11260 bp DNA", ("", "X_1.1", 1260), "X_1", Some(1260), RUN);
        t("LOCUS       X_11260 bp DNA", ("", "X_1", 0), "X_1", Some(1260), RUN);
        t("LOCUS       X_11260 bp DNA", ("", "", 1260), "X_1", Some(1260), RUN);
        t("LOCUS       X_11260 bp DNA", ("", "", 260), "X_11", Some(260), RUN);
        t("LOCUS       X_11260 bp DNA", ("X_1", "", 999), "X_1", Some(1260), RUN); // cut sequence
        t("LOCUS       X_11260 bp DNA", ("Unknown", "", 1260), "X_1", Some(1260), RUN);
        t("LOCUS       X_11260 bp DNA", ("Other", "", 0), "Other", None, RUN);
        t("LOCUS       X_11260 bp DNA", (".", "", 0), "X_11260", None, RUN);
        t("LOCUS       X_1 bp DNA", ("X_1", "", 0), "X_1", None, RUN);
        t("LOCUS       1260 bp DNA", ("", "", 1260), "record-7", Some(1260), NONE);
        t("LOCUS       1260 bp DNA", ("A1", "", 1260), "A1", Some(1260), NONE);
        t("LOCUS       11260 bp DNA", ("", "", 1260), "1", Some(1260), RUN); // contigs named by numbers
        t("LOCUS       . 1260 bp DNA", ("A1", "", 1260), "A1", Some(1260), NONE);
        t("LOCUS", ("", "", 0), "record-7", None, NONE);
        t("LOCUS       X DNA", ("", "", 0), "X", None, NONE);
        t("LOCUS       my plasmid  12 bp DNA", ("", "", 12), "my_plasmid", Some(12), RUN);
        t("LOCUS       my plasmid12 bp DNA", ("", "", 12), "my_plasmid", Some(12), RUN);
        t(
            "LOCUS       NODE_1_length_126 12 bp",
            ("NODE_1_length_1260_cov", "", 12),
            "NODE_1_length_1260_cov",
            Some(12),
            RUN,
        );
        t(
            "LOCUS       NZ_ABCD01000001 12 bp",
            ("NZ_ABCD01000001.1", "", 12),
            "NZ_ABCD01000001",
            Some(12),
            None,
        );
        t("LOCUS       c1 12 bp", ("c10", "", 12), "c1", Some(12), None);
    }

    #[test]
    fn topology_and_unit() {
        fn t(line: &str, circular: bool, protein: bool) {
            let locus = Locus::parse(line);
            assert_eq!((locus.circular, locus.protein), (circular, protein), "{line}");
        }
        t("LOCUS X 12 bp DNA circular BCT", true, false);
        t("LOCUS X 12 bp DNA linear", false, false);
        t("LOCUS circular 12 bp DNA", false, false);
        t("LOCUS X 12 aa linear", false, true);
        t("LOCUS X 12 DNA CIRCULAR", true, false);
    }
}
