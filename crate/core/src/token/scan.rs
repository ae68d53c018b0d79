//! How the hub's word-list tokenizer reads a text: the part that ESM and Nucleotide Transformer share.
//!
//! 1. Every entry of the vocabulary is found wherever it stands, from left to right, the longest
//!    first. Letters are case-sensitive.
//! 2. What lies between two found tokens is split at blanks, and the blanks are dropped.
//! 3. Each of the pieces becomes **one** unknown token, however long it is: `JJ` is one token, but
//!    `J J` is two, because a blank makes two pieces of it.

use super::{Encoded, Unknown, Vocabulary};

/// Appends the tokens of `text`; `unk` is the id of a piece that is not in the vocabulary.
pub(super) fn scan(vocabulary: &Vocabulary, unk: u32, text: &str, encoded: &mut Encoded) {
    let mut at = 0_u32;
    let mut run: Option<Unknown> = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((token, id)) = vocabulary.longest(rest) {
            at = finish_run(encoded, &mut run, unk, at);
            at = encoded.push(id, at, letters_of(token));
            rest = rest.get(token.len()..).unwrap_or_default();
            continue;
        }
        if is_blank(letter) {
            at = finish_run(encoded, &mut run, unk, at);
        } else {
            let position = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(1);
            run.get_or_insert_with(|| Unknown { position, letters: String::new() }).letters.push(letter);
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    finish_run(encoded, &mut run, unk, at);
}

/// A special such as `<mask>` stands for one letter, other tokens for as many as they have.
fn letters_of(token: &str) -> u32 {
    if token.starts_with('<') { 1 } else { u32::try_from(token.chars().count()).unwrap_or(u32::MAX) }
}

fn finish_run(encoded: &mut Encoded, run: &mut Option<Unknown>, unk: u32, at: u32) -> u32 {
    let Some(unknown) = run.take() else { return at };
    let letters = u32::try_from(unknown.letters.chars().count()).unwrap_or(u32::MAX);
    encoded.unknown.push(unknown);
    encoded.push(unk, at, letters)
}

/// What the published tokenizer, written in Python, splits at: Unicode's blanks and four control
/// characters that Python also counts as blank.
pub(super) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter)
}
