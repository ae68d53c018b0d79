//! The distinct token sequences of a run, with their windows.

use super::{Item, Options};
use crate::error::EngineError;
use crate::plan::{Piece, coverage, windows};
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::token::Tokenizer;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// One distinct sequence.
struct Sequence {
    tokens: Vec<u32>, // with specials
    before: usize,    // specials in front; with BiGCARP a class written there is one
    after: usize,
    windows: Vec<Range<usize>>,
    coverage: Vec<u32>, // [residues]
    notices: Vec<Notice>,
}

/// A cluster with `#`, "class unknown", in front where the model was trained with classes and none
/// is given. Vocabularies without classes are read as they are.
fn with_class<'t>(tokenizer: &Tokenizer, letters: &'t str) -> Cow<'t, str> {
    match tokenizer {
        Tokenizer::Domains(domains)
            if domains.classes().next().is_some() && !domains.begins_with_class(letters) =>
        {
            format!("#;{letters}").into()
        }
        _ => letters.into(),
    }
}

/// All distinct sequences of a run and which record has which.
pub struct Sequences {
    distinct: Vec<Sequence>,
    of_item: Vec<usize>, // [n]
}

impl Sequences {
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
            let letters = with_class(tokenizer, item.letters);
            let encoded = tokenizer
                .encode(&letters, &options.encode)
                .map_err(|error| EngineError::Letters { record: item.id.to_owned(), error })?;
            let (mut before, after) = tokenizer.added();
            if let Tokenizer::Domains(domains) = tokenizer
                && domains.begins_with_class(&letters)
            {
                before = 1;
            }
            let residues = encoded.ids.len().saturating_sub(before + after);
            if residues == 0 {
                return Err(EngineError::Empty { record: item.id.to_owned() });
            }
            let windows = windows(residues, window, options.overlap)?;
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
    pub fn windows(&self, i: usize) -> &[Range<usize>] {
        &self.distinct[i].windows
    }

    /// In how many windows each residue of a sequence lies.
    pub fn coverage(&self, i: usize) -> &[u32] {
        &self.distinct[i].coverage
    }

    /// What the tokenizer has to say of a sequence.
    pub fn notices(&self, i: usize) -> &[Notice] {
        &self.distinct[i].notices
    }

    /// All windows of all sequences, in order.
    pub fn pieces(&self) -> Vec<Piece> {
        let pieces = self.distinct.iter().enumerate().flat_map(|(sequence, each)| {
            each.windows.iter().map(move |residues| Piece {
                sequence,
                residues: residues.clone(),
                before: each.before,
                after: each.after,
            })
        });
        pieces.collect()
    }

    /// Residues in all windows.
    pub fn work(&self) -> usize {
        self.distinct.iter().flat_map(|each| &each.windows).map(Range::len).sum()
    }

    /// Special tokens around a sequence.
    pub fn specials(&self, i: usize) -> usize {
        self.distinct[i].before + self.distinct[i].after
    }

    /// The tokens of a piece: the specials in front, its residues, the specials behind.
    pub fn tokens(&self, piece: &Piece) -> Vec<u32> {
        let all = &self.distinct[piece.sequence].tokens;
        let residues = piece.residues.start + piece.before..piece.residues.end + piece.before;
        [&all[..piece.before], &all[residues], &all[all.len() - piece.after..]].concat()
    }
}
