//! The distinct token sequences of a run, with their windows.

use super::Item;
use crate::error::EngineError;
use crate::plan::{Piece, coverage, windows};
use crossgrain_core::token::EsmTokenizer;
use std::collections::HashMap;
use std::ops::Range;

/// One distinct sequence.
struct Sequence {
    tokens: Vec<u32>, // with <cls> and <eos>
    windows: Vec<Range<usize>>,
    coverage: Vec<u32>, // [residues]
    unknown: Option<String>,
}

/// All distinct sequences of a run and which record has which.
pub struct Sequences {
    distinct: Vec<Sequence>,
    of_item: Vec<usize>, // [n]
}

impl Sequences {
    /// Tokenizes each distinct letter string once.
    pub fn new(tokenizer: &EsmTokenizer, items: &[Item<'_>], overlap: usize) -> Result<Self, EngineError> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut distinct = Vec::new();
        let mut of_item = Vec::with_capacity(items.len());
        for item in items {
            if let Some(index) = known.get(item.letters) {
                of_item.push(*index);
                continue;
            }
            let encoded = tokenizer.encode(item.letters);
            let residues = encoded.ids.len().saturating_sub(2);
            if residues == 0 {
                return Err(EngineError::Empty { record: item.id.to_owned() });
            }
            let windows = windows(residues, overlap)?;
            let coverage = coverage(residues, &windows);
            let unknown = encoded.unknown.first().map(|first| {
                format!(
                    "'{}' at residue {} has no token and was read as <unk>{}",
                    first.letters,
                    first.position,
                    match encoded.unknown.len() {
                        1 => String::new(),
                        n => format!(", and {} more such runs", n - 1),
                    }
                )
            });
            known.insert(item.letters, distinct.len());
            of_item.push(distinct.len());
            distinct.push(Sequence { tokens: encoded.ids, windows, coverage, unknown });
        }
        Ok(Self { distinct, of_item })
    }

    /// Number of distinct sequences.
    pub fn len(&self) -> usize {
        self.distinct.len()
    }

    /// Which sequence each record has.
    pub fn of_items(&self) -> &[usize] {
        &self.of_item
    }

    /// Windows of a sequence.
    pub fn windows(&self, i: usize) -> &[Range<usize>] {
        &self.distinct[i].windows
    }

    /// In how many windows each residue of a sequence lies.
    pub fn coverage(&self, i: usize) -> &[u32] {
        &self.distinct[i].coverage
    }

    /// What the tokenizer could not read of a sequence.
    pub fn unknown(&self, i: usize) -> Option<&str> {
        self.distinct[i].unknown.as_deref()
    }

    /// All windows of all sequences, in order.
    pub fn pieces(&self) -> Vec<Piece> {
        let pieces = self.distinct.iter().enumerate().flat_map(|(sequence, each)| {
            each.windows.iter().map(move |residues| Piece { sequence, residues: residues.clone() })
        });
        pieces.collect()
    }

    /// Residues in all windows.
    pub fn work(&self) -> usize {
        self.distinct.iter().flat_map(|each| &each.windows).map(Range::len).sum()
    }

    /// The tokens of a piece: `<cls>`, its residues, `<eos>`.
    pub fn tokens(&self, piece: &Piece) -> Vec<u32> {
        let all = &self.distinct[piece.sequence].tokens;
        let mut tokens = Vec::with_capacity(piece.tokens());
        tokens.push(all[0]);
        tokens.extend_from_slice(&all[piece.residues.start + 1..piece.residues.end + 1]);
        tokens.push(all[all.len() - 1]);
        tokens
    }
}
