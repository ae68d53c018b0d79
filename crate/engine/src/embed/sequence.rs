//! The distinct token sequences of a run, with their windows.

use super::embedded::Item;
use super::options::Options;
use crate::error::EngineError;
use crate::plan::{Window, coverage, window_ranges};
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::token::Tokenizer;
use std::collections::HashMap;
use std::ops::Range;

/// One distinct sequence.
struct Sequence {
    tokens: Vec<u32>, // with specials
    before: usize,    // specials in front
    after: usize,
    windows: Vec<Range<usize>>,
    coverage: Vec<u32>, // [residues]
    notices: Vec<Notice>,
}

/// All distinct sequences of a run and which record has which.
pub struct DistinctSequences {
    distinct: Vec<Sequence>,
    of_item: Vec<usize>, // [n]
}

impl DistinctSequences {
    /// Tokenizes each distinct letter string once.
    pub fn new(
        tokenizer: &Tokenizer,
        items: &[Item<'_>],
        window: Option<usize>,
        options: &Options,
    ) -> Result<Self, EngineError> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut distinct = Vec::new();
        let mut of_item = Vec::with_capacity(items.len());
        for item in items {
            if let Some(index) = known.get(item.letters) {
                of_item.push(*index);
                continue;
            }
            let letters = tokenizer.completed(item.letters);
            let encoded = tokenizer
                .encode(&letters, &options.encode)
                .map_err(|error| EngineError::Letters { record: item.id.to_owned(), error })?;
            let (before, after) = tokenizer.specials(&letters);
            let residues = encoded.ids.len().saturating_sub(before + after);
            if residues == 0 {
                return Err(EngineError::Empty { record: item.id.to_owned() });
            }
            let windows = window_ranges(residues, window, options.overlap)?;
            let coverage = coverage(residues, &windows);
            let notices = encoded.notices(tokenizer.unit(), &Where::default());
            known.insert(item.letters, distinct.len());
            of_item.push(distinct.len());
            distinct.push(Sequence { tokens: encoded.ids, before, after, windows, coverage, notices });
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
    pub fn windows_of(&self, i: usize) -> &[Range<usize>] {
        &self.distinct[i].windows
    }

    /// The number of windows that hold each residue of a sequence, `[residues]`.
    pub fn coverage(&self, i: usize) -> &[u32] {
        &self.distinct[i].coverage
    }

    /// The notices of the tokenizer about a sequence.
    pub fn notices(&self, i: usize) -> &[Notice] {
        &self.distinct[i].notices
    }

    /// All windows of all sequences, in order.
    pub fn windows(&self) -> Vec<Window> {
        let windows = self.distinct.iter().enumerate().flat_map(|(sequence, each)| {
            each.windows.iter().map(move |residues| Window {
                sequence,
                residues: residues.clone(),
                before: each.before,
                after: each.after,
            })
        });
        windows.collect()
    }

    /// Residues in all windows.
    pub fn work(&self) -> usize {
        self.distinct.iter().flat_map(|each| &each.windows).map(Range::len).sum()
    }

    /// Special tokens around a sequence.
    pub fn specials(&self, i: usize) -> usize {
        self.distinct[i].before + self.distinct[i].after
    }

    /// The tokens of a window: the specials in front, its residues, the specials behind.
    pub fn tokens(&self, window: &Window) -> Vec<u32> {
        let all = &self.distinct[window.sequence].tokens;
        let residues = window.residues.start + window.before..window.residues.end + window.before;
        [&all[..window.before], &all[residues], &all[all.len() - window.after..]].concat()
    }
}
