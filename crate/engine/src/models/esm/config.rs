//! `config.json` of an ESM or Nucleotide Transformer checkpoint in hub layout.
//!
//! Both say `model_type` `esm`; ESM has 33 token kinds, the Nucleotide Transformer 75 or thousands.

use crate::error::EngineError;
use crate::models::{self, Architecture, Family};
use crate::plan::WINDOW;
use serde::Deserialize;
use serde_json::Value;

/// Token kinds of ESM-2 and ESM-1b.
const ESM_TOKENS: usize = 33;

/// How a residue knows where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positions {
    /// Rotary embedding of queries and keys (ESM-2, NT v2).
    Rotary,
    /// A learned table of this many rows (ESM-1b, NT v1); real tokens start at row 2.
    Learned(usize),
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
pub struct Config {
    /// ESM-2, ESM-1b, or one of the Nucleotide Transformers.
    pub family: Family,
    /// Transformer layers, `L`.
    pub layers: usize,
    /// Width of a hidden state, `d`.
    pub width: usize,
    /// Attention heads, `h`.
    pub heads: usize,
    /// Width of the feed-forward network.
    pub hidden: usize,
    /// Token kinds, `v`.
    pub vocabulary: usize,
    /// Rotary or learned positions.
    pub positions: Positions,
    /// Tokens in one piece, specials not counted.
    pub window: usize,
    /// Activation of the feed-forward network.
    pub feed: Feed,
    /// Whether the feed-forward network has biases.
    pub feed_bias: bool,
    /// Whether the decoder is the token embedding.
    pub tied: bool,
    /// Whether a layer norm follows the embedding (ESM-1b).
    pub norm_before: bool,
    /// Whether embeddings are rescaled as in training with masked tokens.
    pub token_dropout: bool,
    /// ε of every layer norm.
    pub epsilon: f32,
    /// Id of `<mask>`.
    pub mask: u32,
}

/// The fields as the file spells them.
#[derive(Deserialize)]
struct Raw {
    num_hidden_layers: usize,
    hidden_size: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: Option<usize>,
    position_embedding_type: Option<String>,
    emb_layer_norm_before: Option<bool>,
    token_dropout: Option<bool>,
    layer_norm_eps: Option<f32>,
    mask_token_id: Option<u32>,
    hidden_act: Option<String>,
    add_bias_fnn: Option<bool>,
    is_folding_model: Option<bool>,
}

impl Config {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// As [`Config::from_json`].
    pub fn parse(json: &[u8]) -> Result<Self, EngineError> {
        Self::from_json(models::config_json(json)?)
    }

    /// Checks the fields of a `config.json`.
    ///
    /// # Errors
    /// `model.config` for missing or impossible numbers, `model.unsupported` for other models.
    pub fn from_json(json: Value) -> Result<Self, EngineError> {
        if let Some(kind) = json.get("model_type").and_then(Value::as_str)
            && kind != "esm"
        {
            return Err(EngineError::Unsupported(format!("its model_type is '{kind}'")));
        }
        let raw: Raw =
            serde_json::from_value(json).map_err(|error| EngineError::Config(error.to_string()))?;
        raw.check()
    }

    /// Width of a head.
    #[must_use]
    pub fn head_width(&self) -> usize {
        self.width / self.heads
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
            hard_limit: self.positions != Positions::Rotary,
            has_logits,
            has_contacts,
        }
    }
}

impl Raw {
    fn check(self) -> Result<Config, EngineError> {
        let bad = |what: String| Err(EngineError::Config(what));
        // Far above the largest published model (48 layers, 5,120 wide), far below overflow.
        for (name, value, most) in [
            ("num_hidden_layers", self.num_hidden_layers, 256),
            ("hidden_size", self.hidden_size, 16_384),
            ("num_attention_heads", self.num_attention_heads, 256),
            ("intermediate_size", self.intermediate_size, 65_536),
            ("vocab_size", self.vocab_size, 65_536),
        ] {
            if value == 0 || value > most {
                return bad(format!("{name} is {value}, not between 1 and {most}"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return bad(format!(
                "hidden_size {} is not a multiple of num_attention_heads {}",
                self.hidden_size, self.num_attention_heads
            ));
        }
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
        if let Some(act) = self.hidden_act.filter(|act| act != "gelu") {
            return Err(EngineError::Unsupported(format!("its activation is '{act}'")));
        }
        let nucleotides = self.vocab_size != ESM_TOKENS;
        let rows = self.max_position_embeddings.unwrap_or(1026);
        let rotary = match self.position_embedding_type.as_deref() {
            Some("rotary") => true,
            Some("absolute") | None => false,
            Some(other) => {
                return Err(EngineError::Unsupported(format!("its position_embedding_type is '{other}'")));
            }
        };
        let (family, window) = match (nucleotides, rotary) {
            (false, true) => (Family::Esm2, WINDOW),
            (false, false) => (Family::Esm1b, WINDOW),
            // <cls> and no <eos>; the first two rows of a position table are not for real tokens.
            (true, true) => (Family::NucleotideTransformerV2, rows.saturating_sub(3)),
            (true, false) => (Family::NucleotideTransformerV1, rows.saturating_sub(3)),
        };
        // A window of ESM takes rows 2 to WINDOW + 3 of the table.
        let least = if nucleotides { 512 } else { WINDOW + 4 };
        if (nucleotides || !rotary) && !(least..=65_536).contains(&rows) {
            return Err(EngineError::Unsupported(format!("it has {rows} positions, not {least} to 65,536")));
        }
        let epsilon = self.layer_norm_eps.unwrap_or(1e-5);
        if !(epsilon > 0.0 && epsilon < 1.0) {
            return bad(format!("layer_norm_eps is {epsilon}"));
        }
        let gated = family == Family::NucleotideTransformerV2;
        Ok(Config {
            family,
            layers: self.num_hidden_layers,
            width: self.hidden_size,
            heads: self.num_attention_heads,
            hidden: self.intermediate_size,
            vocabulary: self.vocab_size,
            positions: if rotary { Positions::Rotary } else { Positions::Learned(rows) },
            window,
            feed: if gated { Feed::SwiGlu } else { Feed::Gelu },
            feed_bias: !gated || self.add_bias_fnn.unwrap_or(false),
            tied: !nucleotides,
            norm_before: !nucleotides && self.emb_layer_norm_before.unwrap_or(false),
            token_dropout: self.token_dropout.unwrap_or(false),
            epsilon,
            mask: self.mask_token_id.unwrap_or(if nucleotides { 2 } else { 32 }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossgrain_core::error::Coded;

    const GOOD: &str = r#"{"model_type":"esm","num_hidden_layers":6,"hidden_size":320,
        "num_attention_heads":20,"intermediate_size":1280,"vocab_size":33,
        "max_position_embeddings":1026,"position_embedding_type":"rotary","token_dropout":true,
        "layer_norm_eps":1e-05,"mask_token_id":32,"emb_layer_norm_before":false}"#;

    #[test]
    fn reads_the_published_8m_numbers() {
        let config = Config::parse(GOOD.as_bytes()).expect("the published config");
        assert_eq!((config.layers, config.width, config.heads, config.hidden), (6, 320, 20, 1280));
        assert_eq!((config.head_width(), config.family, config.token_dropout), (16, Family::Esm2, true));
    }

    #[test]
    fn refuses_with_a_code() {
        fn t(from: &str, to: &str, code: &str) {
            let json = GOOD.replace(from, to);
            let error = Config::parse(json.as_bytes()).expect_err(to);
            assert_eq!(error.code(), code, "{to}");
        }
        t("{\"model_type\"", "{{", "model.config");
        t("\"hidden_size\":320,", "", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":0", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":-1", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":330", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":9000000000", "model.config");
        t("\"num_attention_heads\":20", "\"num_attention_heads\":32", "model.unsupported");
        t("\"layer_norm_eps\":1e-05", "\"layer_norm_eps\":0", "model.config");
        t("\"esm\"", "\"bert\"", "model.unsupported");
        t("rotary", "sinusoidal", "model.unsupported");
        t(
            "1026,\"position_embedding_type\":\"rotary\"",
            "514,\"position_embedding_type\":\"absolute\"",
            "model.unsupported",
        );
    }

    #[test]
    fn thousands_of_tokens_are_nucleotides() {
        fn t(positions: &str, expected: (Family, Feed, bool, usize)) {
            let json = GOOD.replace("33", "4107").replace("1026", "2050").replace("rotary", positions);
            let config = Config::parse(json.as_bytes()).expect("a config");
            assert_eq!((config.family, config.feed, config.feed_bias, config.window), expected);
            assert!(!config.tied);
        }
        t("rotary", (Family::NucleotideTransformerV2, Feed::SwiGlu, false, 2047));
        t("absolute", (Family::NucleotideTransformerV1, Feed::Gelu, true, 2047));
    }

    #[test]
    fn a_key_twice_takes_the_last() {
        let json = GOOD.replacen('{', "{\"hidden_size\":64,", 1);
        assert_eq!(Config::parse(json.as_bytes()).expect("duplicate key").width, 320);
    }
}
