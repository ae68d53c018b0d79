//! `config.json` of a Nucleotide Transformer checkpoint.

use crate::error::EngineError;
use crate::families::Family;
use crate::families::transformer::{Feed, HubConfig, TransformerConfig};
use crate::files::CheckpointFiles;
use serde_json::Value;

/// Id of `<mask>`.
const MASK: u32 = 2;
/// The fewest rows of a position table that make sense: 512 tokens.
const POSITION_ROWS_MIN: usize = 512;

/// Reads and checks the numbers of a checkpoint.
///
/// # Errors
/// `model.missing_file`, and as [`from_json`].
pub fn read(family: Family, files: &CheckpointFiles<'_>) -> Result<TransformerConfig, EngineError> {
    let json = files.config_json()?;
    // A tied decoder need not be stored; published files have one of their own.
    let stored = files.tensors.info("lm_head.decoder.weight").is_some();
    let says_untied = json.get("tie_word_embeddings") == Some(&Value::Bool(false));
    let config = from_json(family, json)?;
    Ok(TransformerConfig { tied: config.tied || !(stored || says_untied), ..config })
}

/// Checks the fields of a `config.json`.
///
/// # Errors
/// `model.config` for missing or impossible numbers, `model.unsupported` for other models.
pub fn from_json(family: Family, json: Value) -> Result<TransformerConfig, EngineError> {
    let hub = HubConfig::from_json(json)?;
    let gated = hub.is_rotary()?;
    hub.check_position_rows(POSITION_ROWS_MIN)?;
    Ok(TransformerConfig {
        position_rows: hub.position_rows(),
        // `<cls>` and no `<eos>`; the first two rows of a position table are not for real tokens.
        window: hub.position_rows().saturating_sub(3),
        feed: if gated { Feed::SwiGlu } else { Feed::Gelu },
        feed_bias: !gated || hub.add_bias_fnn.unwrap_or(false),
        tied: hub.tie_word_embeddings.unwrap_or(false),
        mask: hub.mask_token_id.unwrap_or(MASK),
        ..hub.config(family)?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::nucleotide_transformer::{V1, V2};
    use crate::families::transformer::PositionEncoding;
    use serde_json::json;

    #[test]
    fn positions_distinguish_the_versions() {
        fn t(family: Family, positions: &str, expected: (PositionEncoding, Feed, bool, usize)) {
            let json = json!({
                "model_type": "esm", "num_hidden_layers": 6, "hidden_size": 320, "num_attention_heads": 20,
                "intermediate_size": 1280, "vocab_size": 4107, "max_position_embeddings": 2050,
                "position_embedding_type": positions,
            });
            let config = from_json(family, json).expect("a config");
            assert_eq!((config.positions, config.feed, config.feed_bias, config.window), expected);
            assert!(!config.tied && !config.norm_before && !config.contacts);
        }
        t(V2.family, "rotary", (PositionEncoding::Rotary, Feed::SwiGlu, false, 2047));
        t(V1.family, "absolute", (PositionEncoding::Learned, Feed::Gelu, true, 2047));
    }
}
