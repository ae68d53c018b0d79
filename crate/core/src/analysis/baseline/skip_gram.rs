//! Vectors of names from their contexts: skip-gram with negative sampling (word2vec, Mikolov et al. 2013), as
//! Pfam2vec is trained on the domains of gene clusters.
//!
//! The method and the defaults are word2vec's. A list of names is a sentence. The context window around each
//! name has up to `window` names on each side, its width drawn again for each name; the input vector of each
//! context name moves towards the output vector of the name and away from those of `negative_samples` names
//! drawn by count^0.75. Frequent names are skipped by chance (subsampling), and the learning rate falls linearly
//! to a ten-thousandth. One thing differs: every name gets a vector, however rare (word2vec's `min_count` is 5),
//! because a domain without a vector would be missing from its cluster.

use super::BaselineError;
use super::names::NameVectors;
use crate::math::{expf, powf};
use crate::matrix::Matrix;
use crate::progress::{Progress, Stage, report};
use crate::random::Random;
use serde::{Deserialize, Serialize};

/// The power of a name's count in the distribution of negative samples.
const POWER: f64 = 0.75;
/// Share of the learning rate that is left at the end.
const LAST_RATE: f64 = 1e-4;

/// Options of skip-gram; the defaults are word2vec's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SkipGramOptions {
    /// Numbers of a vector; 100 by default.
    pub vector_size: usize,
    /// Context window: most names on each side; 5 by default.
    pub window: usize,
    /// Negative samples per pair; 5 by default.
    pub negative_samples: usize,
    /// Passes over the sentences; 5 by default.
    pub epochs: usize,
    /// Learning rate at the start; 0.025 by default.
    pub learning_rate: f64,
    /// Share of all names above which a name is subsampled, 1e-3 by default; 0 skips none.
    pub sample: f64,
}

impl Default for SkipGramOptions {
    fn default() -> Self {
        Self {
            vector_size: 100,
            window: 5,
            negative_samples: 5,
            epochs: 5,
            learning_rate: 0.025,
            sample: 1e-3,
        }
    }
}

/// Trains the vectors. Every sentence of every epoch is reported.
///
/// # Shape
///
/// n sentences, lists of names in their order → `[names, vector_size]`
///
/// # Errors
///
/// `skip_gram.no_names`, `skip_gram.option`, `skip_gram.cancelled`.
pub fn skip_gram(
    sentences: &[Vec<&str>],
    options: &SkipGramOptions,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<NameVectors, BaselineError> {
    let counts = [options.vector_size, options.window, options.negative_samples, options.epochs];
    let rates = options.learning_rate > 0.0 && options.learning_rate.is_finite() && options.sample >= 0.0;
    if counts.contains(&0) || !rates {
        return Err(BaselineError::SkipGramOption {
            what: "vector size, window, negative samples, epochs and learning rate must be above 0",
        });
    }
    let mut names: Vec<&str> = sentences.iter().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(BaselineError::NoNames);
    }
    progress.begin(Stage::Learning);
    let mut training = Training::new(sentences, &names, options, seed);
    let steps = sentences.len() * options.epochs;
    for step in 0..steps {
        report(progress, step, steps)?;
        training.sentence(step % sentences.len());
    }
    let vectors = Matrix::from_parts(training.input, names.len(), options.vector_size);
    Ok(NameVectors::new(&names, vectors))
}

struct Training<'a> {
    options: &'a SkipGramOptions,
    /// The names of each sentence, by their index.
    sentences: Vec<Vec<usize>>,
    /// Probability that each name is kept by subsampling.
    kept: Vec<f64>,
    /// Cumulative sums of count^0.75, the distribution of negative samples.
    cumulative: Vec<f64>,
    /// Input vectors, the answer. `[names, vector_size]`
    input: Vec<f32>,
    /// Output vectors. `[names, vector_size]`
    output: Vec<f32>,
    /// Names read so far, and in all epochs.
    read: usize,
    total: usize,
    rng: Random,
}

impl<'a> Training<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "vectors are f32")]
    fn new(sentences: &[Vec<&str>], names: &[&str], options: &'a SkipGramOptions, seed: u64) -> Self {
        let index = |name: &&str| names.binary_search(name).ok();
        let sentences: Vec<Vec<usize>> =
            sentences.iter().map(|names| names.iter().filter_map(index).collect()).collect();
        let mut counts = vec![0_usize; names.len()];
        for &name in sentences.iter().flatten() {
            if let Some(count) = counts.get_mut(name) {
                *count += 1;
            }
        }
        let total = counts.iter().sum::<usize>();
        let kept = |&count: &usize| {
            let share = count as f64 / total as f64 / options.sample;
            if options.sample > 0.0 { (share.sqrt() + 1.0) / share } else { 1.0 }
        };
        let kept = counts.iter().map(kept).collect();
        let mut sum = 0.0;
        let mut add = |&count: &usize| {
            sum += powf(count as f64, POWER);
            sum
        };
        let cumulative = counts.iter().map(&mut add).collect();
        let mut rng = Random::new(seed);
        let numbers = names.len() * options.vector_size;
        let input = (0..numbers).map(|_| ((rng.unit() - 0.5) / options.vector_size as f64) as f32).collect();
        let output = vec![0.0; numbers];
        let total = total * options.epochs;
        Self { options, sentences, kept, cumulative, input, output, read: 0, total, rng }
    }

    /// One pass over one sentence.
    #[expect(clippy::cast_possible_truncation, reason = "vectors are f32")]
    fn sentence(&mut self, sentence: usize) {
        let all = self.sentences.get(sentence).cloned().unwrap_or_default();
        let left = 1.0 - self.read as f64 / (self.total + 1) as f64;
        let rate = (self.options.learning_rate * left.max(LAST_RATE)) as f32;
        self.read += all.len();
        let mut names = Vec::with_capacity(all.len());
        for name in all {
            if self.rng.unit() < self.kept.get(name).copied().unwrap_or(1.0) {
                names.push(name);
            }
        }
        for (at, &name) in names.iter().enumerate() {
            let reach = 1 + self.rng.below(self.options.window);
            let window = at.saturating_sub(reach)..(at + reach + 1).min(names.len());
            for (other, &context) in names.iter().enumerate().take(window.end).skip(window.start) {
                if other != at {
                    self.pair(context, name, rate);
                }
            }
        }
    }

    /// Moves the input vector of a context name towards the name, and away from negative samples.
    fn pair(&mut self, context: usize, name: usize, rate: f32) {
        let width = self.options.vector_size;
        let whole = self.cumulative.last().copied().unwrap_or_default();
        let mut change = vec![0.0_f32; width];
        let Some(input) = self.input.get_mut(context * width..(context + 1) * width) else { return };
        for sample in 0..=self.options.negative_samples {
            let (other, label) = if sample == 0 {
                (name, 1.0)
            } else {
                let drawn = self.rng.unit() * whole;
                (self.cumulative.partition_point(|&sum| sum <= drawn), 0.0)
            };
            if sample > 0 && other == name {
                continue;
            }
            let Some(output) = self.output.get_mut(other * width..(other + 1) * width) else { continue };
            let product = input.iter().zip(output.iter()).map(|(a, b)| a * b).sum::<f32>();
            let step = rate * (label - 1.0 / (1.0 + expf(-product)));
            for ((change, output), input) in change.iter_mut().zip(output).zip(input.iter()) {
                *change += step * *output;
                *output += step * input;
            }
        }
        input.iter_mut().zip(change).for_each(|(input, change)| *input += change);
    }
}
