//! A feature: key, location, qualifiers.

use super::{Location, Partial};

/// The features that are kept; all others are passed over.
pub const KEYS: [&str; 9] = [
    "CDS",
    "PFAM_domain",
    "aSDomain",
    "region",
    "cluster",
    "protocluster",
    "cand_cluster",
    "subregion",
    "source",
];

/// A kept feature of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// What it is, one of [`KEYS`].
    pub key: &'static str,
    /// Where it lies.
    pub location: Location,
    /// Which of its ends are open (`<`, `>`).
    pub partial: Partial,
    /// Whether the file says `order`, which leaves open whether the stretches are joined.
    pub order: bool,
    /// Names and values in file order; a name may occur several times, a value may be empty.
    pub qualifiers: Vec<(String, String)>,
    /// Its line, counted from 1.
    pub line: u64,
}

impl Feature {
    /// The first value of a qualifier.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a qualifier.
    pub fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        self.qualifiers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The Pfam accession of a domain, with its version if it has one: `PF00106.27`.
    #[must_use]
    pub fn pfam(&self) -> Option<&str> {
        self.all("db_xref").find(|value| is_pfam(value))
    }
}

/// `PF` and five digits, perhaps with a version.
fn is_pfam(value: &str) -> bool {
    let plain = value.split_once('.').map_or(value, |(plain, _)| plain);
    plain
        .strip_prefix("PF")
        .is_some_and(|digits| digits.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit()))
}
