//! Many sequences at once: usage by group, and samples of the same proteins. Sequences that cannot be coding
//! sequences are left out and named.

use super::sampling::{Sampling, sample};
use super::{Cds, Code, CodonError, Usage};
use crate::error::{Coded, Notice};
use crate::progress::{Progress, Stage, report};
use std::collections::BTreeMap;

/// Refusals that are listed; the others are counted.
const REFUSALS: usize = 50;
/// The group of a sequence without a group.
pub const NO_GROUP: &str = "no label";

/// A sequence: its name and its letters.
pub type Named<'a> = (&'a str, &'a str);

/// Sequences that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// The first of them, each with the name of its sequence.
    pub notices: Vec<Notice>,
    /// How many more there were.
    pub omitted: usize,
}

/// The usage of one group of sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupUsage {
    /// Name of the group, or of its only sequence.
    pub name: String,
    /// Sequences counted.
    pub sequences: usize,
    /// Their codons.
    pub usage: Usage,
}

/// Other sequences of the same proteins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sampled {
    /// Names and sequences, in order.
    pub records: Vec<(String, Cds)>,
    /// Codons that differ from those of the originals.
    pub changed: usize,
    /// Sequences left out.
    pub refused: Refused,
}

/// Counts codons by group, or by sequence without groups; groups in the order of their first sequences.
///
/// # Shape
///
/// `sequences` `[n]`, `groups` `[n]`; a sequence without a group belongs to [`NO_GROUP`]
///
/// # Errors
///
/// `codon.none` if no sequence is a coding sequence, `codon.cancelled`.
pub fn usage_by_group(
    sequences: &[Named],
    groups: Option<&[Option<&str>]>,
    progress: &mut dyn Progress,
) -> Result<(Vec<GroupUsage>, Refused), CodonError> {
    progress.begin(Stage::Codons);
    let (mut found, mut refused): (Vec<GroupUsage>, Refused) = (Vec::new(), Refused::default());
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, &(id, letters)) in sequences.iter().enumerate() {
        report(progress, row, sequences.len())?;
        let cds = match Cds::parse(letters) {
            Ok(cds) => cds,
            Err(error) => {
                refused.add(id, &error);
                continue;
            }
        };
        let name = match groups {
            None => id,
            Some(groups) => groups.get(row).copied().flatten().unwrap_or(NO_GROUP),
        };
        let at = *index.entry(name).or_insert(found.len());
        if at == found.len() {
            found.push(GroupUsage { name: name.to_owned(), sequences: 0, usage: Usage { counts: [0; 64] } });
        }
        if let Some(group) = found.get_mut(at) {
            group.sequences += 1;
            group.usage.add(&Usage::of([&cds]));
        }
    }
    if found.is_empty() {
        let first = refused.notices.first().map_or("there is none", |notice| notice.message.as_str());
        return Err(CodonError::NoCds { first: first.to_owned() });
    }
    Ok((found, refused))
}

/// Samples every sequence with draws of its own, and checks that the protein stays the same. With `stops`, stop codons are
/// drawn too.
///
/// # Errors
///
/// `codon.protein_changed`, `codon.cancelled`.
pub fn sample_sequences(
    sequences: &[Named],
    code: &Code,
    sampling: Sampling,
    stops: bool,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<Sampled, CodonError> {
    progress.begin(Stage::Codons);
    let mut found = Sampled::default();
    for (row, &(id, letters)) in sequences.iter().enumerate() {
        report(progress, row, sequences.len())?;
        let cds = match Cds::parse(letters) {
            Ok(cds) => cds,
            Err(error) => {
                found.refused.add(id, &error);
                continue;
            }
        };
        let other = sample(&cds, code, sampling, stops, seed, row);
        if other.translate(code) != cds.translate(code) {
            return Err(CodonError::ProteinChanged { id: id.to_owned() });
        }
        found.changed += other.codons().iter().zip(cds.codons()).filter(|(a, b)| a != b).count();
        found.records.push((id.to_owned(), other));
    }
    Ok(found)
}

impl Refused {
    /// Adds a sequence by its name.
    pub fn add(&mut self, id: &str, error: &CodonError) {
        let mut notice = error.notice();
        notice.at.record = Some(id.to_owned());
        self.extend([notice]);
    }

    /// Adds sequences that were left out before.
    pub fn extend(&mut self, notices: impl IntoIterator<Item = Notice>) {
        for notice in notices {
            if self.notices.len() < REFUSALS {
                self.notices.push(notice);
            } else {
                self.omitted += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use std::ops::ControlFlow;

    const SEQUENCES: [Named; 4] = [("a", "ATGAAA"), ("b", "ATGA"), ("c", "AAGAAA"), ("d", "ATGATG")];

    #[test]
    fn usage_of_sequences_and_of_groups() {
        let (found, refused) = usage_by_group(&SEQUENCES, None, &mut Silent).unwrap();
        let names: Vec<(&str, usize)> =
            found.iter().map(|group| (group.name.as_str(), group.sequences)).collect();
        assert_eq!(names, [("a", 1), ("c", 1), ("d", 1)]);
        assert_eq!((refused.notices.len(), refused.omitted), (1, 0));
        assert_eq!(refused.notices[0].at.record.as_deref(), Some("b"));
        let groups = [Some("x"), None, None, Some("x")];
        let (found, _) = usage_by_group(&SEQUENCES, Some(&groups), &mut Silent).unwrap();
        let counts: Vec<(&str, usize, u64)> = found
            .iter()
            .map(|group| (group.name.as_str(), group.sequences, group.usage.counts.iter().sum()))
            .collect();
        assert_eq!(counts, [("x", 2, 4), (NO_GROUP, 1, 2)]);
    }

    #[test]
    fn samples_keep_their_proteins() {
        let code = Code::standard();
        let found = sample_sequences(&SEQUENCES, &code, Sampling::Uniform, false, 3, &mut Silent).unwrap();
        assert_eq!((found.records.len(), found.refused.notices.len()), (3, 1));
        for (id, cds) in &found.records {
            let (_, letters) = SEQUENCES.iter().find(|(name, _)| name == id).unwrap();
            assert_eq!(cds.translate(&code), Cds::parse(letters).unwrap().translate(&code), "{id}");
        }
        let same = sample_sequences(&SEQUENCES, &code, Sampling::True, false, 3, &mut Silent).unwrap();
        assert_eq!(same.changed, 0);
    }

    #[test]
    fn refusals() {
        let none = usage_by_group(&[("a", "ATGA")], None, &mut Silent).unwrap_err();
        assert_eq!((none.code(), none.to_string().contains("4 letters")), ("codon.none", true));
        let mut stop = |_, _| ControlFlow::Break(());
        assert_eq!(usage_by_group(&SEQUENCES, None, &mut stop).unwrap_err().code(), "codon.cancelled");
    }
}
