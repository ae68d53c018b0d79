//! `config.json` of `EsmModel` in `transformers`, as the file spells it.
//!
//! ESM and the Nucleotide Transformer both say `model_type` `esm`; [`ModelType`] distinguishes them.

use super::config::{Feed, PositionEncoding, TransformerConfig};
use crate::error::EngineError;
use crate::families::{Description, Family};
use crossgrain_core::token::{EsmTokenizer, Tokenizer, Vocabulary};
use serde::Deserialize;
use serde_json::Value;

/// The fields of a `config.json` that decide the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelType {
    /// Whether the file is of `EsmModel`; one that names no model counts.
    pub is_esm: bool,
    /// Whether positions are rotary.
    pub rotary: bool,
    /// Token kinds, if the file says how many.
    pub vocabulary: Option<u64>,
}

impl ModelType {
    /// Looks at a checkpoint's description.
    #[must_use]
    pub fn of(checkpoint: &Description<'_>) -> Self {
        let text = |name: &str| checkpoint.config.get(name).and_then(Value::as_str);
        // A .pt file with a `model` of its own is not of fair-esm.
        let is_other = checkpoint.settings.get("model").is_some_and(Value::is_string);
        Self {
            is_esm: checkpoint.config.is_object()
                && !is_other
                && text("model_type").is_none_or(|kind| kind == "esm")
                && checkpoint.config.get("alibi_starting_size").is_none(),
            rotary: text("position_embedding_type") == Some("rotary"),
            vocabulary: checkpoint.config.get("vocab_size").and_then(Value::as_u64),
        }
    }
}

/// The fields of `config.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct HubConfig {
    num_hidden_layers: usize,
    hidden_size: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: Option<usize>,
    position_embedding_type: Option<String>,
    token_dropout: Option<bool>,
    layer_norm_eps: Option<f32>,
    hidden_act: Option<String>,
    is_folding_model: Option<bool>,
    /// Whether the decoder is the token embedding.
    pub tie_word_embeddings: Option<bool>,
    /// Whether a norm follows the embedding.
    pub emb_layer_norm_before: Option<bool>,
    /// Id of `<mask>`.
    pub mask_token_id: Option<u32>,
    /// Whether a gated feed-forward network has biases.
    pub add_bias_fnn: Option<bool>,
}

impl HubConfig {
    /// Reads the fields.
    ///
    /// # Errors
    /// `model.config` for a field that is missing or of another type.
    pub fn from_json(json: Value) -> Result<Self, EngineError> {
        serde_json::from_value(json).map_err(|error| EngineError::Config(error.to_string()))
    }

    /// Whether positions are rotary; otherwise they are learned.
    ///
    /// # Errors
    /// `model.unsupported` for a third kind of positions.
    pub fn is_rotary(&self) -> Result<bool, EngineError> {
        match self.position_embedding_type.as_deref() {
            Some("rotary") => Ok(true),
            Some("absolute") | None => Ok(false),
            Some(other) => Err(EngineError::Unsupported(format!("its position_embedding_type is '{other}'"))),
        }
    }

    /// Rows of the position table.
    #[must_use]
    pub fn position_rows(&self) -> usize {
        self.max_position_embeddings.unwrap_or(1026)
    }

    /// Whether the position table has at least `least` rows, and not absurdly many.
    ///
    /// # Errors
    /// `model.unsupported`.
    pub fn check_position_rows(&self, least: usize) -> Result<(), EngineError> {
        let rows = self.position_rows();
        if (least..=65_536).contains(&rows) {
            return Ok(());
        }
        Err(EngineError::Unsupported(format!("it has {rows} positions, not {least} to 65,536")))
    }

    /// The numbers of the checkpoint, with the defaults for a family: GELU with biases, a tied decoder, no norm after the
    /// embedding, no contacts. The window and the mask are the family's own.
    ///
    /// # Errors
    /// `model.config` for impossible numbers, `model.unsupported` for models that no kernel runs.
    pub fn config(&self, family: Family) -> Result<TransformerConfig, EngineError> {
        self.check_sizes()?;
        self.check_kind()?;
        let epsilon = self.layer_norm_eps.unwrap_or(1e-5);
        if !(epsilon > 0.0 && epsilon < 1.0) {
            return Err(EngineError::Config(format!("layer_norm_eps is {epsilon}")));
        }
        Ok(TransformerConfig {
            family,
            layers: self.num_hidden_layers,
            width: self.hidden_size,
            heads: self.num_attention_heads,
            hidden: self.intermediate_size,
            vocabulary: self.vocab_size,
            positions: if self.is_rotary()? { PositionEncoding::Rotary } else { PositionEncoding::Learned },
            position_rows: self.position_rows(),
            window: self.position_rows(),
            feed: Feed::Gelu,
            feed_bias: true,
            tied: self.tie_word_embeddings.unwrap_or(true),
            norm_before: false,
            contacts: false,
            token_dropout: self.token_dropout.unwrap_or(false),
            epsilon,
            mask: self.mask_token_id.unwrap_or_default(),
        })
    }

    fn check_sizes(&self) -> Result<(), EngineError> {
        // Far above the largest published model (48 layers, 5,120 wide), far below overflow.
        for (name, value, most) in [
            ("num_hidden_layers", self.num_hidden_layers, 256),
            ("hidden_size", self.hidden_size, 16_384),
            ("num_attention_heads", self.num_attention_heads, 256),
            ("intermediate_size", self.intermediate_size, 65_536),
            ("vocab_size", self.vocab_size, 65_536),
        ] {
            if value == 0 || value > most {
                return Err(EngineError::Config(format!("{name} is {value}, not between 1 and {most}")));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err(EngineError::Config(format!(
                "hidden_size {} is not a multiple of num_attention_heads {}",
                self.hidden_size, self.num_attention_heads
            )));
        }
        Ok(())
    }

    fn check_kind(&self) -> Result<(), EngineError> {
        let head = self.hidden_size / self.num_attention_heads;
        if !head.is_multiple_of(4) || head > 128 || !self.intermediate_size.is_multiple_of(4) {
            return Err(EngineError::Unsupported(format!(
                "heads of {head} and a feed-forward width of {}: multiples of 4 and heads up to 128 can be run",
                self.intermediate_size
            )));
        }
        if self.is_folding_model == Some(true) {
            return Err(EngineError::Unsupported("it is a folding model".into()));
        }
        match &self.hidden_act {
            Some(act) if act != "gelu" => Err(EngineError::Unsupported(format!("its activation is '{act}'"))),
            _ => Ok(()),
        }
    }
}

/// Token kinds of the published vocabularies: ESM; Nucleotide Transformer v2 with 3-mers, v1, v2 with 6-mers.
pub const PUBLISHED: [u64; 4] = [33, 75, 4105, 4107];

/// Whether a `vocab.txt` has words of several bases.
#[must_use]
pub fn has_kmers(vocabulary: &str) -> bool {
    vocabulary.lines().any(|token| {
        let token = token.trim();
        token.len() > 1 && token.bytes().all(|base| b"ACGTN".contains(&base))
    })
}

/// What is wrong with a vocabulary that is neither of residues nor of k-mers.
#[must_use]
pub fn vocabulary_problem(checkpoint: &Description<'_>) -> String {
    let rows = ModelType::of(checkpoint).vocabulary.unwrap_or_default();
    let published = "ESM has 33 tokens, the Nucleotide Transformer 75, 4,105 or 4,107";
    let Some(text) = checkpoint.vocabulary else {
        return format!("vocab_size is {rows}, and there is no vocab.txt; {published}");
    };
    let esm = EsmTokenizer::new();
    let own = text.lines().map(str::trim).filter(|token| !token.is_empty());
    let count = own.clone().count();
    match (1..).zip(own).find(|(_, token)| esm.vocabulary().id(token).is_none()) {
        Some((line, token)) => {
            let token: String = token.chars().filter(|c| !c.is_control()).take(40).collect();
            format!(
                "vocab_size is {rows}, and line {line} of vocab.txt is '{token}', a token that neither ESM nor the Nucleotide Transformer has; {published}"
            )
        }
        None => {
            format!("vocab_size is {rows}, but vocab.txt has {count} tokens, all of them of ESM; {published}")
        }
    }
}

/// Refuses a vocabulary without a token for each of these letters.
///
/// # Errors
/// `model.vocabulary`.
pub fn has_letters(vocabulary: &Vocabulary, letters: &str) -> Result<(), EngineError> {
    let letters = letters.chars().map(String::from);
    let missing: Vec<String> = letters.filter(|letter| vocabulary.id(letter).is_none()).collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(EngineError::Vocabulary(format!("vocab.txt has no token {one}"))),
        several => Err(EngineError::Vocabulary(format!("vocab.txt has no tokens {}", several.join(", ")))),
    }
}

/// The tokenizer, if it has exactly one token per row of the embedding table.
///
/// # Errors
/// `model.config`.
pub fn fits(tokenizer: Tokenizer, vocabulary: usize) -> Result<Tokenizer, EngineError> {
    match tokenizer.len_tokens() {
        tokens if tokens == vocabulary => Ok(tokenizer),
        tokens => Err(EngineError::Config(format!(
            "vocab_size is {vocabulary}, but the vocabulary has {tokens} tokens"
        ))),
    }
}
