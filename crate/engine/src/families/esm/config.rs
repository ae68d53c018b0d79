//! `config.json` of an ESM-2 or ESM-1b checkpoint.

use crate::error::EngineError;
use crate::families::Family;
use crate::families::transformer::{HubConfig, TransformerConfig};
use crate::files::CheckpointFiles;
use crate::plan::WINDOW;
use serde_json::Value;

/// Token kinds of ESM-2 and ESM-1b.
pub const TOKENS: usize = 33;
/// Id of `<mask>`.
const MASK: u32 = 32;
/// Rows of the position table that a window takes: it starts at row 2, with `<cls>` and `<eos>` around it.
const POSITION_ROWS: usize = WINDOW + 4;

/// Reads and checks the numbers of a checkpoint.
///
/// # Errors
/// `model.missing_file`, and as [`from_json`].
pub fn read(family: Family, files: &CheckpointFiles<'_>) -> Result<TransformerConfig, EngineError> {
    from_json(family, files.config_json()?)
}

/// Checks the fields of a `config.json`.
///
/// # Errors
/// `model.config` for missing or impossible numbers, `model.unsupported` for other models.
pub fn from_json(family: Family, json: Value) -> Result<TransformerConfig, EngineError> {
    let hub = HubConfig::from_json(json)?;
    let rotary = hub.is_rotary()?;
    if !rotary {
        hub.check_position_rows(POSITION_ROWS)?;
    }
    Ok(TransformerConfig {
        position_rows: if rotary { POSITION_ROWS } else { hub.position_rows() },
        window: WINDOW,
        mask: hub.mask_token_id.unwrap_or(MASK),
        norm_before: hub.emb_layer_norm_before.unwrap_or(false),
        contacts: true,
        ..hub.config(family)?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::esm::{ESM1B, ESM2};
    use crate::families::transformer::PositionEncoding;
    use crossgrain_core::error::Coded;

    const GOOD: &str = r#"{"model_type":"esm","num_hidden_layers":6,"hidden_size":320,
        "num_attention_heads":20,"intermediate_size":1280,"vocab_size":33,
        "max_position_embeddings":1026,"position_embedding_type":"rotary","token_dropout":true,
        "layer_norm_eps":1e-05,"mask_token_id":32,"emb_layer_norm_before":false}"#;

    fn parse(json: &str) -> Result<TransformerConfig, EngineError> {
        from_json(ESM2.family, serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn reads_the_published_8m_numbers() {
        let config = parse(GOOD).expect("the published config");
        assert_eq!((config.layers, config.width, config.heads, config.hidden), (6, 320, 20, 1280));
        assert_eq!(
            (config.head_width(), config.positions, config.token_dropout),
            (16, PositionEncoding::Rotary, true)
        );
        assert_eq!((config.window, config.position_rows, config.mask), (1022, 1026, 32));
    }

    #[test]
    fn reads_learned_positions() {
        let json = GOOD.replace("rotary", "absolute").replace("before\":false", "before\":true");
        let config = from_json(ESM1B.family, serde_json::from_str(&json).expect("JSON")).expect("ESM-1b");
        assert_eq!(
            (config.positions, config.position_rows, config.norm_before),
            (PositionEncoding::Learned, 1026, true)
        );
    }

    #[test]
    fn refuses_with_a_code() {
        fn t(from: &str, to: &str, code: &str) {
            let error = parse(&GOOD.replace(from, to)).expect_err(to);
            assert_eq!(error.code(), code, "{to}");
        }
        t("\"hidden_size\":320,", "", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":0", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":-1", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":330", "model.config");
        t("\"hidden_size\":320", "\"hidden_size\":9000000000", "model.config");
        t("\"num_attention_heads\":20", "\"num_attention_heads\":32", "model.unsupported");
        t("\"layer_norm_eps\":1e-05", "\"layer_norm_eps\":0", "model.config");
        t("rotary", "sinusoidal", "model.unsupported");
        t(
            "1026,\"position_embedding_type\":\"rotary\"",
            "514,\"position_embedding_type\":\"absolute\"",
            "model.unsupported",
        );
    }

    #[test]
    fn a_key_twice_takes_the_last() {
        let json = GOOD.replacen('{', "{\"hidden_size\":64,", 1);
        assert_eq!(parse(&json).expect("duplicate key").width, 320);
    }
}
