//! Collects rows as batches finish, and makes the result of them.

use super::embedded::{Embedded, Item};
use super::options::Options;
use super::sequence::DistinctSequences;
use crate::error::EngineError;
use crate::families::Architecture;
use crate::plan::Window;
use crate::pooling::{Pool, scatter};

/// Rows of all distinct sequences.
pub struct OutputBuffer {
    pool: Pool,
    width: usize,
    vocabulary: usize,
    layers: Vec<usize>,
    starts: Vec<usize>,              // first row of each distinct sequence, [u + 1]
    states: Vec<Vec<f32>>,           // per layer [rows, d]
    logits: Vec<Vec<f32>>,           // per sequence [tokens, v]
    contacts: Vec<Option<Vec<f32>>>, // per sequence [l, l]
}

impl OutputBuffer {
    /// Room for everything that was asked for.
    pub fn new(
        sequences: &DistinctSequences,
        layers: &[usize],
        model: &Architecture,
        options: &Options,
    ) -> Self {
        let mut starts = vec![0];
        let mut rows = 0;
        for i in 0..sequences.len() {
            rows += options.pool.rows(sequences.coverage(i).len(), sequences.specials(i));
            starts.push(rows);
        }
        let logits =
            |i: usize| vec![0.0; (sequences.coverage(i).len() + sequences.specials(i)) * model.vocabulary];
        // A maximum begins below everything, a sum at zero.
        let start = if options.pool == Pool::Max { f32::NEG_INFINITY } else { 0.0 };
        Self {
            pool: options.pool,
            width: model.width,
            vocabulary: model.vocabulary,
            layers: layers.to_vec(),
            states: vec![vec![start; rows * model.width]; layers.len()],
            starts,
            logits: if options.logits { (0..sequences.len()).map(logits).collect() } else { Vec::new() },
            contacts: vec![None; if options.contacts { sequences.len() } else { 0 }],
        }
    }

    /// Takes the rows of one layer of a batch.
    ///
    /// # Shape
    /// `rows [windows, d]` when summed on the device, else `[≥ t, d]`.
    pub fn state(&mut self, slot: usize, windows: &[Window], sequences: &DistinctSequences, rows: &[f32]) {
        let d = self.width;
        let out = &mut self.states[slot];
        let mut at = 0;
        for (n, window) in windows.iter().enumerate() {
            let own = &mut out[self.starts[window.sequence] * d..self.starts[window.sequence + 1] * d];
            if self.pool.is_sum() {
                for (sum, v) in own.iter_mut().zip(&rows[n * d..][..d]) {
                    *sum += v;
                }
            } else {
                let coverage = sequences.coverage(window.sequence);
                scatter(self.pool, window, coverage, &rows[at * d..][..window.tokens() * d], d, own);
            }
            at += window.tokens();
        }
    }

    /// Takes the logits of a batch.
    ///
    /// # Shape
    /// `rows [≥ t, v]`.
    pub fn logits(&mut self, windows: &[Window], sequences: &DistinctSequences, rows: &[f32]) {
        let v = self.vocabulary;
        let mut at = 0;
        for window in windows {
            let coverage = sequences.coverage(window.sequence);
            let rows = &rows[at * v..][..window.tokens() * v];
            scatter(Pool::Tokens, window, coverage, rows, v, &mut self.logits[window.sequence]);
            at += window.tokens();
        }
    }

    /// Takes the finished contact map of a sequence.
    ///
    /// # Shape
    /// `[l, l]`.
    pub fn contacts(&mut self, sequence: usize, map: Vec<f32>) {
        self.contacts[sequence] = Some(map);
    }

    /// Copies the rows of distinct sequences to all records that have them.
    ///
    /// # Errors
    /// `embed.not_finite`.
    pub fn finish(self, sequences: &DistinctSequences, items: &[Item<'_>]) -> Result<Embedded, EngineError> {
        let d = self.width;
        let rows = |i: usize| self.starts[i] * d..self.starts[i + 1] * d;
        let of_items = sequences.of_items();
        for (item, i) in items.iter().zip(of_items) {
            if self.states.iter().any(|state| state[rows(*i)].iter().any(|v| !v.is_finite())) {
                return Err(EngineError::NotFinite { record: item.id.to_owned() });
            }
        }
        let mut offsets = vec![0];
        let mut end = 0;
        for i in of_items {
            end += rows(*i).len() / d;
            offsets.push(end);
        }
        // Without duplicates the rows already are in the order of the records.
        let states = match sequences.len() == items.len() {
            true => self.states,
            false => {
                let expand = |state: &Vec<f32>| {
                    of_items.iter().flat_map(|i| state[rows(*i)].iter().copied()).collect()
                };
                self.states.iter().map(expand).collect()
            }
        };
        Ok(Embedded {
            width: d,
            offsets,
            states,
            windows: of_items.iter().map(|i| sequences.windows_of(*i).len() as u32).collect(),
            residues: of_items.iter().map(|i| sequences.coverage(*i).len() as u32).collect(),
            specials: of_items.iter().map(|i| sequences.specials(*i) as u32).collect(),
            pool: self.pool,
            unique: sequences.len(),
            notices: of_items
                .iter()
                .enumerate()
                .flat_map(|(item, i)| sequences.notices(*i).iter().map(move |notice| (item, notice.clone())))
                .collect(),
            logits: match self.logits.is_empty() {
                true => Vec::new(),
                false => of_items.iter().map(|i| self.logits[*i].clone()).collect(),
            },
            contacts: match self.contacts.is_empty() {
                true => Vec::new(),
                false => of_items.iter().map(|i| self.contacts[*i].clone()).collect(),
            },
            layers: self.layers,
        })
    }
}
