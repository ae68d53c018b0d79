//! A feature: key, location, qualifiers.

use super::Location;
use crate::seq::pfam::accession;

/// The features that are kept; all others are passed over. A `misc_feature` is kept only if it is a
/// protein domain, as GECCO writes it.
pub const KEYS: [&str; 10] = [
    "CDS",
    "PFAM_domain",
    "misc_feature",
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

    /// The Pfam accession of a domain, with its version if it has one: `PF00106.27`. It stands in
    /// `/db_xref` (antiSMASH, DeepBGC, GECCO), in `/standard_name` or `/label` (GECCO), or in a
    /// `/note` such as `PFAM-Id: PF00106`.
    #[must_use]
    pub fn pfam(&self) -> Option<&str> {
        let note = |value: &&str| value.contains(':');
        self.all("db_xref")
            .chain(self.all("standard_name"))
            .chain(self.all("label"))
            .chain(self.all("note").filter(note))
            .find_map(accession)
    }

    /// What a number in a qualifier says, for a region, a candidate cluster or another part of a
    /// record: `/region_number="2"`, or `/note="Cluster number: 3"` in antiSMASH 4.
    #[must_use]
    pub fn number(&self) -> Option<usize> {
        let (names, key) = match self.key {
            "region" => (&["region_number"][..], "Region number"),
            "cluster" => (&["cluster_number"][..], "Cluster number"),
            "cand_cluster" => {
                (&["candidate_cluster_number", "cand_cluster_number"][..], "Candidate cluster number")
            }
            "protocluster" => (&["protocluster_number"][..], "Protocluster number"),
            "subregion" => (&["subregion_number"][..], "Subregion number"),
            _ => return None,
        };
        let of_note = |note: &str| {
            let (found, number) = note.split_once(':')?;
            if found.trim().eq_ignore_ascii_case(key) { number.trim().parse().ok() } else { None }
        };
        let named = names.iter().flat_map(|name| self.all(name)).find_map(|value| value.trim().parse().ok());
        named.or_else(|| self.all("note").find_map(of_note))
    }
}

/// Whether a `misc_feature` with these qualifiers is a protein domain: it has a Pfam accession, or
/// GECCO's name of a profile that is not Pfam's.
pub(super) fn is_domain(qualifiers: &[(String, String)]) -> bool {
    let has = |name: &str, test: &dyn Fn(&str) -> bool| {
        qualifiers.iter().any(|(known, value)| known == name && test(value))
    };
    let pfam = |value: &str| accession(value).is_some();
    has("db_xref", &pfam)
        || has("standard_name", &pfam)
        || has("label", &pfam)
        || (has("inference", &|value| value == "protein motif")
            && has("standard_name", &|value| !value.is_empty()))
}
