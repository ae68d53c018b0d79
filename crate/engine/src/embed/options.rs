//! What a caller may ask of an embedding run.

use crate::error::EngineError;
use crate::plan::OVERLAP;
use crate::pooling::Pool;
use crossgrain_core::token::EncodeOptions;

/// Which hidden states to keep; 0 is the embedding, the last has passed the final norm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Layers {
    /// Only the last.
    #[default]
    Last,
    /// All of them, 0 included.
    All,
    /// These.
    Some(Vec<usize>),
}

impl Layers {
    /// The layer numbers, ascending and without repeats, for a model whose last state is `last`.
    ///
    /// # Errors
    /// `embed.no_such_layer`.
    pub fn resolve(&self, last: usize) -> Result<Vec<usize>, EngineError> {
        match self {
            Self::Last => Ok(vec![last]),
            Self::All => Ok((0..=last).collect()),
            Self::Some(layers) => {
                if let Some(asked) = layers.iter().copied().find(|layer| *layer > last) {
                    return Err(EngineError::NoSuchLayer { asked, last });
                }
                let mut layers = layers.clone();
                layers.sort_unstable();
                layers.dedup();
                Ok(layers)
            }
        }
    }
}

/// The options of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Hidden states to keep.
    pub layers: Layers,
    /// Rows per record.
    pub pool: Pool,
    /// Residues that neighbouring windows share.
    pub overlap: usize,
    /// Whether to compute masked-language-model logits.
    pub logits: bool,
    /// Whether to compute contact maps.
    pub contacts: bool,
    /// What the tokenizer may change or refuse.
    pub encode: EncodeOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            layers: Layers::Last,
            pool: Pool::Auto,
            overlap: OVERLAP,
            logits: false,
            contacts: false,
            encode: EncodeOptions::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_resolve() {
        assert_eq!(Layers::Last.resolve(6).expect("last"), [6]);
        assert_eq!(Layers::All.resolve(2).expect("all"), [0, 1, 2]);
        assert_eq!(Layers::Some(vec![3, 0, 3]).resolve(6).expect("some"), [0, 3]);
        assert!(Layers::Some(vec![7]).resolve(6).is_err());
    }
}
