//! Every single-codon change of a coding sequence, and what it does to the protein.

use super::{Cds, Code, Codon};
use serde::{Deserialize, Serialize};

/// What a change does to the protein, by the terms of the Sequence Ontology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "camelCase")]
pub enum Consequence {
    /// The same residue.
    Synonymous,
    /// Another residue.
    Missense,
    /// A stop instead of a residue.
    Nonsense,
    /// A residue instead of a stop.
    StopLost,
    /// The first codon was a start of this code and is none any more: the protein may not be made.
    StartLost,
    /// One start codon for another: the protein begins with M as before.
    StartRetained,
}

/// One codon replaced by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The codon, counted from 1.
    pub position: usize,
    /// The codon before.
    pub from: Codon,
    /// The codon after.
    pub to: Codon,
    /// The residue before and after.
    pub residues: (char, char),
    /// The effect on the protein.
    pub consequence: Consequence,
    /// Letters that differ, 1 to 3.
    pub base_changes: usize,
}

impl Mutant {
    /// The whole mutant sequence.
    #[must_use]
    pub fn apply(&self, cds: &Cds) -> Cds {
        let mut codons = cds.codons().to_vec();
        if let Some(codon) = self.position.checked_sub(1).and_then(|i| codons.get_mut(i)) {
            *codon = self.to;
        }
        Cds::of(codons)
    }
}

/// All 63 changes of each codon, in order of position and codon.
pub fn mutants<'a>(cds: &'a Cds, code: &'a Code) -> impl Iterator<Item = Mutant> + 'a {
    let last = cds.codons().len();
    cds.meanings(code).enumerate().flat_map(move |(i, (from, before))| {
        let position = i + 1;
        Codon::all().filter(move |&to| to != from).map(move |to| {
            let after = if position == last { code.last_residue(to) } else { code.residue(to) };
            let consequence = match (before, after) {
                _ if position == 1 && code.is_start(from) && code.is_start(to) => Consequence::StartRetained,
                _ if position == 1 && code.is_start(from) => Consequence::StartLost,
                (a, b) if a == b => Consequence::Synonymous,
                (_, '*') => Consequence::Nonsense,
                ('*', _) => Consequence::StopLost,
                _ => Consequence::Missense,
            };
            Mutant {
                position,
                from,
                to,
                residues: (before, after),
                consequence,
                base_changes: from.distance(to),
            }
        })
    })
}
