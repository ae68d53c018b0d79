//! The same letters, or domains, in random order: what a model that sees only the composition cannot distinguish.

use super::SequenceKind;
use crate::random::Random;

/// Separator of domains.
const BETWEEN: &str = ";";

/// A sequence with its letters in random order; of a list of domains, with its domains in random order. Every record has
/// draws of its own, so that copies of one sequence become different sequences.
#[must_use]
pub fn shuffled(letters: &str, kind: SequenceKind, seed: u64, record: usize) -> String {
    let mut rng = Random::of_record(seed, record);
    if kind == SequenceKind::Domains {
        let mut domains: Vec<&str> = letters.split(BETWEEN).collect();
        rng.shuffle(&mut domains);
        return domains.join(BETWEEN);
    }
    let mut letters: Vec<char> = letters.chars().collect();
    rng.shuffle(&mut letters);
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_letters_in_another_order() {
        fn t(letters: &str, kind: SequenceKind, seed: u64) {
            let found = shuffled(letters, kind, seed, 0);
            let sorted = |text: &str| {
                let mut parts: Vec<String> = match kind {
                    SequenceKind::Domains => text.split(';').map(str::to_owned).collect(),
                    _ => text.chars().map(String::from).collect(),
                };
                parts.sort_unstable();
                parts
            };
            assert_eq!(sorted(&found), sorted(letters), "{letters}");
            assert_ne!(found, letters);
            assert_ne!(found, shuffled(letters, kind, seed, 1), "a copy has draws of its own");
            assert_ne!(found, shuffled(letters, kind, seed + 1, 0));
            assert_eq!(found, shuffled(letters, kind, seed, 0));
        }
        for seed in 0..5 {
            t("MKVLAAGIVGLLLAQWERTYHHH", SequenceKind::Protein, seed);
            t("ACGTACGTTTGACCA", SequenceKind::Dna, seed);
            t("PF1;PF22;PF333;PF4;PF5;PF6;PF7;PF8;PF9", SequenceKind::Domains, seed);
        }
        assert_eq!(shuffled("", SequenceKind::Protein, 1, 0), "");
    }
}
