//! The position of a row within a named record.

use super::JoinError;
use std::fmt;

/// A position within a named record: a domain of a cluster, a residue of a protein.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locus {
    /// The record.
    pub id: String,
    /// Counted from 1.
    pub position: usize,
}

impl Locus {
    /// Reads `c1/3`, as rows of domains and residues are named. The name itself may hold slashes.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (id, position) = name.rsplit_once('/')?;
        let position = position.parse().ok().filter(|position| *position > 0)?;
        if id.is_empty() { None } else { Some(Self { id: id.to_owned(), position }) }
    }
}

impl fmt::Display for Locus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.id, self.position)
    }
}

/// The name of one row, `id/position`; positions are counted from 1.
#[must_use]
pub fn locus_name(id: &str, position: usize) -> String {
    format!("{id}/{position}")
}

/// Reads the loci from the names of a table's rows.
///
/// # Shape
///
/// `[n]` → `[n]`
///
/// # Errors
///
/// `join.no_position` for a name without one: the table then has one row per record.
pub fn loci<S: AsRef<str>>(table: &str, names: &[S]) -> Result<Vec<Locus>, JoinError> {
    let locus = |name: &S| {
        Locus::parse(name.as_ref())
            .ok_or_else(|| JoinError::NoPosition { table: table.to_owned(), key: name.as_ref().to_owned() })
    };
    names.iter().map(locus).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_loci() {
        fn t(name: &str, expected: Option<(&str, usize)>) {
            let found = Locus::parse(name);
            assert_eq!(found.as_ref().map(|locus| (locus.id.as_str(), locus.position)), expected, "{name}");
            if let Some(locus) = found {
                assert_eq!(Locus::parse(&locus.to_string()), Some(locus));
            }
        }
        t("c1/3", Some(("c1", 3)));
        t("a/b/12", Some(("a/b", 12)));
        t("c1/03", Some(("c1", 3)));
        t("c1", None);
        t("c1/", None);
        t("c1/0", None);
        t("c1/-1", None);
        t("/3", None);
        t("c1/3_2", None);
    }

    #[test]
    fn a_table_of_whole_records_has_no_loci() {
        assert_eq!(loci("t", &["c1/1", "c1/2"]).unwrap().len(), 2);
        let refused = JoinError::NoPosition { table: "t".to_owned(), key: "c1".to_owned() };
        assert_eq!(loci("t", &["c1/1", "c1"]), Err(refused));
    }
}
