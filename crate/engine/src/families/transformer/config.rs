//! The numbers of one checkpoint.

use crate::families::{Architecture, Decoder, Family};

/// How a residue knows where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionEncoding {
    /// Rotary embedding of queries and keys (ESM-2, NT v2).
    Rotary,
    /// A learned table (ESM-1b, NT v1); real tokens start at row 2.
    Learned,
}

/// The activation between the two linear layers of a feed-forward network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// GELU (ESM, NT v1).
    Gelu,
    /// SiLU of one half times the other (NT v2).
    SwiGlu,
}

/// The architecture numbers of one checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct TransformerConfig {
    /// Its family.
    pub family: Family,
    /// Transformer layers, `L`.
    pub layers: usize,
    /// Width of a hidden state, `d`.
    pub width: usize,
    /// Attention heads, `h`.
    pub heads: usize,
    /// Width of the feed-forward network, `f`.
    pub hidden: usize,
    /// Token kinds, `v`.
    pub vocabulary: usize,
    /// Rotary or learned positions.
    pub positions: PositionEncoding,
    /// Rows of the position table, `p`; some files with rotary positions store one that nobody reads.
    pub position_rows: usize,
    /// Tokens of a window, without special tokens.
    pub window: usize,
    /// Activation of the feed-forward network.
    pub feed: Feed,
    /// Whether the feed-forward network has biases.
    pub feed_bias: bool,
    /// Whether the decoder is the token embedding.
    pub tied: bool,
    /// Whether a layer norm follows the embedding (ESM-1b).
    pub norm_before: bool,
    /// Whether a contact head in the file was trained (ESM).
    pub contacts: bool,
    /// Whether embeddings are rescaled as in training with masked tokens.
    pub token_dropout: bool,
    /// ε of every layer norm.
    pub epsilon: f32,
    /// Id of `<mask>`.
    pub mask: u32,
}

impl TransformerConfig {
    /// Width of a head, `c`.
    #[must_use]
    pub fn head_width(&self) -> usize {
        self.width / self.heads
    }

    /// The decoder of the language-model head.
    #[must_use]
    pub fn decoder(&self) -> Decoder {
        let embedding = "esm.embeddings.word_embeddings.weight".to_owned();
        Decoder { name: "lm_head.decoder.weight", embedding, tied: self.tied }
    }

    /// What a caller must know.
    #[must_use]
    pub fn architecture(&self, has_logits: bool, has_contacts: bool) -> Architecture {
        Architecture {
            family: self.family,
            layers: self.layers,
            last: self.layers,
            width: self.width,
            heads: self.heads,
            vocabulary: self.vocabulary,
            window: Some(self.window),
            hard_limit: self.positions != PositionEncoding::Rotary,
            has_logits,
            has_contacts,
        }
    }
}
