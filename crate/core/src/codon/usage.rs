//! How often codons are used: counts, frequencies, GC, GC3, RSCU.

use super::{Cds, Code, Codon};

/// Counts of the 64 codons of one sequence, or of many: a species.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// In the order of [`Codon::all`]. `[64]`
    pub counts: [u64; 64],
}

impl Usage {
    /// Counts the codons of all sequences together.
    #[must_use]
    pub fn of<'a>(sequences: impl IntoIterator<Item = &'a Cds>) -> Self {
        let mut counts = [0; 64];
        for codon in sequences.into_iter().flat_map(Cds::codons) {
            if let Some(count) = counts.get_mut(codon.index()) {
                *count += 1;
            }
        }
        Self { counts }
    }

    /// Adds the counts of other sequences.
    pub fn add(&mut self, other: &Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(sum, count)| *sum += count);
    }

    /// The count of a codon.
    #[must_use]
    pub fn count(&self, codon: Codon) -> u64 {
        self.counts.get(codon.index()).copied().unwrap_or_default()
    }

    /// The share of each codon among all; zeros for no codons. `[64]`
    #[must_use]
    pub fn frequencies(&self) -> [f64; 64] {
        let whole: u64 = self.counts.iter().sum();
        self.counts.map(|count| if whole == 0 { 0.0 } else { count as f64 / whole as f64 })
    }

    /// The share of G and C among all letters; `None` for no codons.
    #[must_use]
    pub fn gc(&self) -> Option<f64> {
        self.share(&[0, 1, 2])
    }

    /// The share of G and C among the third letters; `None` for no codons.
    #[must_use]
    pub fn gc3(&self) -> Option<f64> {
        self.share(&[2])
    }

    fn share(&self, positions: &[usize]) -> Option<f64> {
        let (mut held, mut whole) = (0, 0);
        for codon in Codon::all() {
            let letters = codon.letters();
            let strong = positions.iter().filter(|&&i| matches!(letters.get(i), Some('G' | 'C'))).count();
            held += self.count(codon) * strong as u64;
            whole += self.count(codon) * positions.len() as u64;
        }
        (whole > 0).then(|| held as f64 / whole as f64)
    }
}

/// Relative synonymous codon usage: the count over the mean count of the codon's synonyms.
/// `None` if the residue does not occur. Stops are a family like any other. `[64]`
#[must_use]
pub fn rscu(usage: &Usage, code: &Code) -> Vec<Option<f64>> {
    let value = |codon| {
        let family = code.synonyms(code.residue(codon));
        let whole: u64 = family.iter().map(|&codon| usage.count(codon)).sum();
        (whole > 0).then(|| usage.count(codon) as f64 * family.len() as f64 / whole as f64)
    };
    Codon::all().map(value).collect()
}
