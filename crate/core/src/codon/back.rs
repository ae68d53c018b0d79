//! From a protein to its likeliest coding sequence under a codon-usage table.

use super::{Cds, Code, Codon, CodonError, Usage};

/// How often each codon is used, in any unit: counts, per thousand, or per amino acid.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageTable {
    weights: [f64; 64],
}

impl UsageTable {
    /// A table of codons and their usage; codons that are not named are never used.
    ///
    /// # Errors
    ///
    /// `codon.letter` (with the row as codon), `codon.usage`.
    pub fn new<'a>(rows: impl IntoIterator<Item = (&'a str, f64)>) -> Result<Self, CodonError> {
        let mut weights = [0.0; 64];
        for (i, (letters, usage)) in rows.into_iter().enumerate() {
            let letter = CodonError::Letter { codon: i.saturating_add(1) };
            let codon = Codon::parse(letters.trim().as_bytes()).ok_or(letter)?;
            if !(usage.is_finite() && usage >= 0.0) {
                return Err(CodonError::Usage { codon: letters.to_owned() });
            }
            if let Some(weight) = weights.get_mut(codon.index()) {
                *weight = usage;
            }
        }
        Ok(Self { weights })
    }

    /// The table of counted sequences.
    #[must_use]
    pub fn of(usage: &Usage) -> Self {
        Self { weights: usage.counts.map(|count| count as f64) }
    }
}

/// The most used codon of each residue, the first of equals; `*` is a stop. Residues are
/// independent, so this is also the most likely sequence. A codon is taken only where it means that residue: in tables 27,
/// 28 and 31 some are stops in the last place and residues everywhere else.
///
/// # Errors
///
/// `codon.empty`, `codon.residue` for a letter that no codon stands for.
pub fn back_translate(protein: &str, code: &Code, table: &UsageTable) -> Result<Cds, CodonError> {
    if protein.is_empty() {
        return Err(CodonError::Empty);
    }
    let weight = |codon: &Codon| table.weights.get(codon.index()).copied().unwrap_or_default();
    let last = protein.chars().count().saturating_sub(1);
    let best = |(i, letter): (usize, char)| {
        let residue = letter.to_ascii_uppercase();
        let mut family = code.synonyms(residue);
        family.retain(|&codon| {
            let meaning = if i == last { code.last_residue(codon) } else { code.residue(codon) };
            meaning == residue
        });
        // The last of several equals in the reversed family is the first in the family.
        let best = family.into_iter().rev().max_by(|a, b| weight(a).total_cmp(&weight(b)));
        best.ok_or(CodonError::Residue { residue: i.saturating_add(1), letter })
    };
    Ok(Cds::of(protein.chars().enumerate().map(best).collect::<Result<_, _>>()?))
}
