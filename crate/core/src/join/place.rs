//! The place of a row in something that has a name.

use super::JoinError;
use std::fmt;

/// A place in something that has a name: a domain of a cluster, a residue of a protein.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// What it is a place in.
    pub id: String,
    /// Counted from 1.
    pub position: usize,
}

impl Place {
    /// Reads `c1/3`, as rows of domains and residues are named. The name itself may hold slashes.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (id, position) = name.rsplit_once('/')?;
        let position = position.parse().ok().filter(|position| *position > 0)?;
        if id.is_empty() { None } else { Some(Self { id: id.to_owned(), position }) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.id, self.position)
    }
}

/// The places that the names of a table's rows say.
///
/// # Errors
///
/// `join.no_position` for a name without one: the table then has one row per record.
pub fn places<S: AsRef<str>>(table: &str, names: &[S]) -> Result<Vec<Place>, JoinError> {
    let place = |name: &S| {
        Place::parse(name.as_ref())
            .ok_or_else(|| JoinError::NoPlace { table: table.to_owned(), key: name.as_ref().to_owned() })
    };
    names.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_places() {
        fn t(name: &str, expected: Option<(&str, usize)>) {
            let found = Place::parse(name);
            assert_eq!(found.as_ref().map(|place| (place.id.as_str(), place.position)), expected, "{name}");
            if let Some(place) = found {
                assert_eq!(Place::parse(&place.to_string()), Some(place));
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
    fn a_table_of_whole_records_has_no_places() {
        assert_eq!(places("t", &["c1/1", "c1/2"]).unwrap().len(), 2);
        let refused = JoinError::NoPlace { table: "t".to_owned(), key: "c1".to_owned() };
        assert_eq!(places("t", &["c1/1", "c1"]), Err(refused));
    }
}
