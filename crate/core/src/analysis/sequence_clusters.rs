//! Groups of similar sequences: what must not be split between training and test.
//!
//! The identity of two sequences is estimated from the words of k letters that they share: of c = shared words / words of
//! the sequence that has fewer, identity ≈ c^(1/k), since a word survives only if each of its letters does (Ondov et al.
//! 2016, Mash; containment as in Koslicki and Zabeti 2019). Sequences at or above the threshold are linked, and a
//! cluster is all that links connect (single linkage), so that no two clusters hold linked sequences.
//!
//! The estimate is good above about 0.4. Below it, related proteins share no words, and an alignment is needed. For DNA it is
//! good above about 0.7: at 0.5 one shared word would link two genes of a thousand bases, and one in three unrelated
//! pairs of them share one by chance.

use super::AnalysisError;
use crate::math::powf;
use crate::progress::{Progress, Stage, report};
use crate::seq::SequenceKind;
use std::collections::HashMap;

/// Letters of a word of proteins.
pub const PROTEIN_WORD: usize = 4;
/// Letters of a word of DNA: odd, so that no word is its own reverse complement.
pub const DNA_WORD: usize = 11;

/// Clusters of sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceClusters {
    /// The cluster of each sequence, counted from 0 in the order of their first sequences. `[n]`
    pub of: Vec<u32>,
    /// Sequences of each cluster. `[clusters]`
    pub sizes: Vec<usize>,
    /// Letters, or domains, of a word.
    pub word: usize,
    /// Sequences without a whole word: too short, or full of unknown letters. Only copies of them are found.
    pub without_word: usize,
}

/// Clusters proteins, DNA (both strands) or lists of domains (`PF00668;PF00550`, with single domains as words).
/// A sequence without a whole word is linked only with sequences of the same letters.
///
/// # Shape
///
/// n sequences → `of` `[n]`
///
/// # Errors
///
/// `clusters.identity` unless `identity` lies above 0 and at most at 1, `analysis.cancelled`.
pub fn sequence_clusters(
    sequences: &[&str],
    kind: SequenceKind,
    identity: f64,
    progress: &mut dyn Progress,
) -> Result<SequenceClusters, AnalysisError> {
    if !(identity > 0.0 && identity <= 1.0) {
        return Err(AnalysisError::Identity { value: identity.to_string() });
    }
    progress.begin(Stage::Clusters);
    let word = match kind {
        SequenceKind::Protein => PROTEIN_WORD,
        SequenceKind::Dna => DNA_WORD,
        SequenceKind::Domains => 1,
    };
    let least = powf(identity, word as f64);
    let mut links = Links::new(sequences.len());
    let mut same: HashMap<&str, usize> = HashMap::new();
    let mut postings: HashMap<u64, Vec<u32>> = HashMap::new();
    let mut shared: Vec<u32> = vec![0; sequences.len()];
    let mut counts: Vec<usize> = Vec::with_capacity(sequences.len());
    let mut names = Names::default();
    for (row, sequence) in sequences.iter().enumerate() {
        report(progress, row, sequences.len())?;
        let words = match kind {
            SequenceKind::Domains => names.words(sequence),
            SequenceKind::Dna => letters(sequence, word, dna_letter, 4, true),
            SequenceKind::Protein => letters(sequence, word, protein_letter, 32, false),
        };
        counts.push(words.len());
        // A copy shares every word with its original: it needs no search, and is not searched for.
        if let Some(&original) = same.get(sequence) {
            links.join(original, row);
            continue;
        }
        same.insert(sequence, row);
        let mut touched: Vec<u32> = Vec::new();
        for &one in &words {
            let posting = postings.entry(one).or_default();
            for &other in posting.iter() {
                if let Some(count) = shared.get_mut(other as usize) {
                    if *count == 0 {
                        touched.push(other);
                    }
                    *count += 1;
                }
            }
            posting.push(u32::try_from(row).unwrap_or(u32::MAX));
        }
        for other in touched {
            let other = other as usize;
            let count = shared.get_mut(other).map(std::mem::take).unwrap_or_default();
            let fewer = counts.get(other).copied().unwrap_or_default().min(words.len());
            if f64::from(count) >= least * fewer as f64 - 1e-9 {
                links.join(other, row);
            }
        }
    }
    let (of, sizes) = links.clusters();
    let without_word = counts.iter().filter(|&&count| count == 0).count();
    Ok(SequenceClusters { of, sizes, word, without_word })
}

/// The distinct words of a sequence; words with other letters are left out. With `strands`, a word and its reverse
/// complement are the same.
fn letters(sequence: &str, k: usize, code: fn(u8) -> Option<u64>, base: u64, strands: bool) -> Vec<u64> {
    let codes: Vec<Option<u64>> = sequence.bytes().map(|letter| code(letter.to_ascii_uppercase())).collect();
    let mut found: Vec<u64> = codes
        .windows(k)
        .filter_map(|window| {
            let forward = window.iter().try_fold(0, |word, &code| Some(word * base + code?))?;
            if !strands {
                return Some(forward);
            }
            let reverse =
                window.iter().rev().try_fold(0, |word, &code| Some(word * base + (base - 1 - code?)))?;
            Some(forward.min(reverse))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A, C, G, T as 0 to 3: the complement of x is 3 − x.
fn dna_letter(letter: u8) -> Option<u64> {
    match letter {
        b'A' => Some(0),
        b'C' => Some(1),
        b'G' => Some(2),
        b'T' | b'U' => Some(3),
        _ => None,
    }
}

fn protein_letter(letter: u8) -> Option<u64> {
    (letter.is_ascii_uppercase() && letter != b'X').then(|| u64::from(letter - b'A'))
}

/// Numbers for names of domains.
#[derive(Default)]
struct Names<'a> {
    numbers: HashMap<&'a str, u64>,
}

impl<'a> Names<'a> {
    fn words(&mut self, list: &'a str) -> Vec<u64> {
        let mut found: Vec<u64> = list
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| {
                let next = self.numbers.len() as u64;
                *self.numbers.entry(name).or_insert(next)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What is connected with what (union and find, with path halving).
struct Links {
    parent: Vec<usize>,
}

impl Links {
    fn new(count: usize) -> Self {
        Self { parent: (0..count).collect() }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(&parent) = self.parent.get(at) {
            if parent == at {
                break;
            }
            let above = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parent.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }

    /// The earlier root stays the root, so that clusters are numbered by their first sequences.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.parent.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }

    fn clusters(mut self) -> (Vec<u32>, Vec<usize>) {
        let (mut of, mut sizes) = (Vec::with_capacity(self.parent.len()), Vec::new());
        for row in 0..self.parent.len() {
            let root = self.root(row);
            let cluster =
                if root == row { sizes.len() } else { of.get(root).map_or(0, |&at: &u32| at as usize) };
            if cluster == sizes.len() {
                sizes.push(0);
            }
            if let Some(size) = sizes.get_mut(cluster) {
                *size += 1;
            }
            of.push(u32::try_from(cluster).unwrap_or(u32::MAX));
        }
        (of, sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::random::Random;
    use std::ops::ControlFlow;

    fn clusters(sequences: &[&str], kind: SequenceKind, identity: f64) -> Vec<u32> {
        sequence_clusters(sequences, kind, identity, &mut Silent).unwrap().of
    }

    fn random(letters: &[u8], length: usize, seed: u64) -> String {
        let mut rng = Random::new(seed);
        (0..length).map(|_| char::from(*rng.one(letters).unwrap())).collect()
    }

    /// A copy with this share of its letters replaced by other letters.
    fn mutated(sequence: &str, share: f64, letters: &[u8], seed: u64) -> String {
        let mut rng = Random::new(seed);
        let change = |old: char| loop {
            let new = char::from(*rng.one(letters).unwrap());
            if new != old {
                return new;
            }
        };
        let mut change = change;
        let mut pick = Random::new(seed + 1);
        sequence.chars().map(|old| if pick.unit() < share { change(old) } else { old }).collect()
    }

    #[test]
    fn linked_by_identity() {
        const AA: &[u8] = b"ACDEFGHIKLMNPQRSTVWY";
        for seed in 0..10 {
            let a = random(AA, 400, seed);
            let (close, far) = (mutated(&a, 0.2, AA, seed + 100), mutated(&a, 0.65, AA, seed + 200));
            let other = random(AA, 400, seed + 1000);
            let sequences = [a.as_str(), &other, &close, &far];
            assert_eq!(clusters(&sequences, SequenceKind::Protein, 0.5), [0, 1, 0, 2], "seed {seed}");
        }
    }

    #[test]
    fn links_are_transitive_and_numbers_follow_first_sequences() {
        const AA: &[u8] = b"ACDEFGHIKLMNPQRSTVWY";
        let (a, b, c) = (random(AA, 90, 1), random(AA, 90, 2), random(AA, 90, 3));
        // The last holds two of the others whole.
        let bridge = format!("{a}{c}");
        assert_eq!(clusters(&[&a, &b, &c, &bridge, &b], SequenceKind::Protein, 0.9), [0, 1, 0, 0, 1]);
    }

    #[test]
    fn dna_on_either_strand() {
        let a = random(b"ACGT", 300, 4);
        let reverse: String = a
            .chars()
            .rev()
            .map(|letter| match letter {
                'A' => 'T',
                'C' => 'G',
                'G' => 'C',
                _ => 'A',
            })
            .collect();
        let other = random(b"ACGT", 300, 5);
        assert_eq!(clusters(&[&a, &other, &reverse], SequenceKind::Dna, 0.9), [0, 1, 0]);
    }

    #[test]
    fn lists_of_domains_and_short_sequences() {
        let lists = ["PF1;PF2;PF3", "PF2;PF3;PF3", "PF9", "PF3;PF8"];
        assert_eq!(clusters(&lists, SequenceKind::Domains, 0.9), [0, 0, 1, 2]);
        assert_eq!(clusters(&lists, SequenceKind::Domains, 0.5), [0, 0, 1, 0]);
        // Without a whole word only copies are linked.
        assert_eq!(clusters(&["MK", "MK", "MR", ""], SequenceKind::Protein, 0.5), [0, 0, 1, 2]);
        let short = ["MKVL", "XXXXXXXX", "MKXVLX", "MKV"];
        let found = sequence_clusters(&short, SequenceKind::Protein, 0.5, &mut Silent).unwrap();
        assert_eq!((found.of, found.without_word), (vec![0, 1, 2, 3], 3));
    }

    #[test]
    fn refusals() {
        for identity in [0.0, -1.0, 1.1, f64::NAN] {
            assert!(sequence_clusters(&["MKV"], SequenceKind::Protein, identity, &mut Silent).is_err());
        }
        let mut stop = |_, _| ControlFlow::Break(());
        assert!(sequence_clusters(&["MKV"], SequenceKind::Protein, 0.5, &mut stop).is_err());
    }
}
