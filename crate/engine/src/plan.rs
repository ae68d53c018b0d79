//! Long sequences into windows, windows into batches.
//!
//! ESM was trained on at most 1,022 residues at a time, Nucleotide Transformer v2 on 2,047 k-mers. A
//! longer sequence is cut into windows of exactly the model's length which overlap; where windows
//! meet, the hidden states of a residue are averaged. Nothing is ever cut off. A *residue* here is
//! whatever one token of the model stands for: an amino acid, a k-mer, a domain.

use crate::error::EngineError;
use std::ops::Range;

/// Residues per window of ESM: 1,024 tokens less `<cls>` and `<eos>`.
pub const WINDOW: usize = 1022;
/// Residues that neighbouring windows share by default.
pub const OVERLAP: usize = 256;

/// Where the windows of a sequence lie.
///
/// All are `window` long, except for a sequence that fits into one; the last one ends with the
/// sequence, so that the last two may share more than `overlap`. Without a window nothing is cut.
///
/// # Errors
/// `embed.overlap` unless `overlap < window`.
pub fn window_ranges(
    length: usize,
    window: Option<usize>,
    overlap: usize,
) -> Result<Vec<Range<usize>>, EngineError> {
    let window = window.unwrap_or(usize::MAX);
    if overlap >= window {
        return Err(EngineError::Overlap { asked: overlap, most: window.saturating_sub(1) });
    }
    if length <= window {
        return Ok(std::iter::once(0..length).collect());
    }
    let last = length - window;
    let starts = (0..last).step_by(window - overlap).chain([last]);
    Ok(starts.map(|start| start..start + window).collect())
}

/// In how many windows each residue lies.
#[must_use]
pub fn coverage(length: usize, windows: &[Range<usize>]) -> Vec<u32> {
    let mut count = vec![0; length];
    for window in windows {
        for slot in &mut count[window.clone()] {
            *slot += 1;
        }
    }
    count
}

/// One window of one sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Which sequence.
    pub sequence: usize,
    /// Which of its residues.
    pub residues: Range<usize>,
    /// Special tokens in front of them.
    pub before: usize,
    /// Special tokens behind them.
    pub after: usize,
}

impl Window {
    /// Tokens it takes: its residues and the specials around them.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.before + self.residues.len() + self.after
    }
}

/// Windows in order, filled into batches of at most `budget` tokens (at least one window each).
#[must_use]
pub fn batches(windows: Vec<Window>, budget: usize) -> Vec<Vec<Window>> {
    let mut batches: Vec<Vec<Window>> = Vec::new();
    let mut room = 0;
    for window in windows {
        let tokens = window.tokens();
        match batches.last_mut() {
            Some(batch) if tokens <= room => {
                room -= tokens;
                batch.push(window);
            }
            _ => {
                room = budget.saturating_sub(tokens);
                batches.push(vec![window]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_everything_and_end_with_the_sequence() {
        fn t(length: usize, overlap: usize, expected: &[(usize, usize)]) {
            let windows = window_ranges(length, Some(WINDOW), overlap).expect("windows");
            let found: Vec<_> = windows.iter().map(|window| (window.start, window.end)).collect();
            assert_eq!(found, expected, "{length} residues");
        }
        t(1, 256, &[(0, 1)]);
        t(1022, 256, &[(0, 1022)]);
        t(1023, 256, &[(0, 1022), (1, 1023)]);
        t(1788, 256, &[(0, 1022), (766, 1788)]);
        t(1789, 256, &[(0, 1022), (766, 1788), (767, 1789)]);
        t(2044, 0, &[(0, 1022), (1022, 2044)]);
        t(2045, 0, &[(0, 1022), (1022, 2044), (1023, 2045)]);
        for length in [1, 1021, 1022, 1023, 4910, 36_000] {
            for overlap in [0, 1, 256, 1021] {
                let windows = window_ranges(length, Some(WINDOW), overlap).expect("windows");
                assert!(coverage(length, &windows).iter().all(|n| *n > 0), "{length} {overlap}");
            }
        }
        assert!(window_ranges(5, Some(WINDOW), 1022).is_err());
        assert_eq!(window_ranges(100_000, None, 256).expect("no window").len(), 1);
    }

    #[test]
    fn batches_fill_up_to_the_budget() {
        let window = |sequence, length| Window { sequence, residues: 0..length, before: 1, after: 1 };
        let lengths = [10, 20, 30, 200, 5, 5];
        let windows = lengths.iter().enumerate().map(|(i, l)| window(i, *l)).collect();
        let sizes: Vec<usize> = batches(windows, 64).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1, 1, 2]);
    }
}
