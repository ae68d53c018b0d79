//! `tokenizer.json`: what is read of it, and what is refused.

use super::BpeTokenizer;
use crate::limits::{TOKENIZER_JSON_BYTES, VOCAB_TOKEN_BYTES, VOCAB_TOKENS};
use crate::token::TokenError;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<Added>,
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    dropout: Option<f64>,
    unk_token: Option<String>,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    fuse_unk: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    ignore_merges: bool,
    vocab: HashMap<String, u32>,
    merges: Vec<Merge>,
}

/// A pair of tokens, in the older or the newer spelling.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Text(String),
    Pair(String, String),
}

pub(super) fn read(json: &[u8]) -> Result<BpeTokenizer, TokenError> {
    if json.len() > TOKENIZER_JSON_BYTES {
        return Err(TokenError::FileTooLarge { bytes: json.len() });
    }
    let file: File =
        serde_json::from_slice(json).map_err(|error| TokenError::Json { reason: error.to_string() })?;
    supported(&file)?;
    let tokens = tokens(&file)?;
    let id = |token: &str| file.model.vocab.get(token).copied();
    let special = |token: &'static str| id(token).ok_or(TokenError::MissingSpecial { token });
    let unk = special("[UNK]")?;
    special("[PAD]")?;
    special("[MASK]")?;
    let (before, after) = template(&file)?;

    let mut specials: Vec<(String, u32)> =
        file.added_tokens.iter().map(|added| (added.content.clone(), added.id)).collect();
    specials.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));

    let mut merges = HashMap::with_capacity(file.model.merges.len());
    for (rank, pair) in (0_u32..).zip(&file.model.merges) {
        let (left, right) = match pair {
            Merge::Text(text) => {
                text.split_once(' ').ok_or(TokenError::Merge { rank, what: "is not two tokens" })?
            }
            Merge::Pair(left, right) => (left.as_str(), right.as_str()),
        };
        let whole =
            id(&format!("{left}{right}")).ok_or(TokenError::Merge { rank, what: "makes no token" })?;
        let pair = id(left).zip(id(right)).ok_or(TokenError::Merge { rank, what: "joins no tokens" })?;
        // The library keeps the last of two equal pairs.
        merges.insert(pair, (rank, whole));
    }
    let letters = tokens.iter().zip(0_u32..).filter_map(|(token, id)| {
        let mut letters = token.chars();
        letters.next().filter(|_| letters.next().is_none()).map(|letter| (letter, id))
    });
    let letters: HashMap<char, u32> = letters.collect();
    if let Some(letter) = letters.keys().find(|letter| !letter.is_ascii()) {
        return Err(TokenError::Unsupported { what: format!("its alphabet holds {letter:?}") });
    }
    Ok(BpeTokenizer { letters, merges, specials, before, after, unk, tokens })
}

/// Whether everything that changes tokens is of the kind described in the parent module.
fn supported(file: &File) -> Result<(), TokenError> {
    let model = &file.model;
    let kind = |value: &Value| value.get("type").and_then(Value::as_str).unwrap_or("none").to_owned();
    let is_empty = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
    let problems = [
        (model.kind.as_deref() != Some("BPE"), "its model is not BPE".to_owned()),
        (!file.normalizer.is_null(), format!("it has a normalizer, {}", kind(&file.normalizer))),
        (
            kind(&file.pre_tokenizer) != "Whitespace",
            format!("its pre-tokenizer is {}", kind(&file.pre_tokenizer)),
        ),
        (model.dropout.is_some_and(|p| p != 0.0), "it drops merges at random".to_owned()),
        (model.unk_token.as_deref() != Some("[UNK]"), "its unknown token is not [UNK]".to_owned()),
        (!is_empty(&model.continuing_subword_prefix), "it marks continued words".to_owned()),
        (!is_empty(&model.end_of_word_suffix), "it marks ends of words".to_owned()),
        (model.fuse_unk, "it fuses unknown letters".to_owned()),
        (model.byte_fallback, "it falls back to bytes".to_owned()),
        (model.ignore_merges, "it takes whole words first".to_owned()),
        (
            file.added_tokens.iter().any(|added| added.single_word || added.lstrip || added.rstrip),
            "an added token takes blanks with it or stands for whole words only".to_owned(),
        ),
    ];
    match problems.into_iter().find(|(there, _)| *there) {
        Some((_, what)) => Err(TokenError::Unsupported { what }),
        None => Ok(()),
    }
}

/// The tokens by id: each id from 0 on exactly once, added ones among them.
fn tokens(file: &File) -> Result<Vec<String>, TokenError> {
    let vocab = &file.model.vocab;
    if vocab.len() > VOCAB_TOKENS || file.model.merges.len() > VOCAB_TOKENS {
        return Err(TokenError::TooMany);
    }
    let mut tokens = vec![None; vocab.len()];
    for (token, &id) in vocab {
        if token.is_empty() || token.len() > VOCAB_TOKEN_BYTES {
            return Err(TokenError::Ids {
                what: format!("token {id} is empty or longer than {VOCAB_TOKEN_BYTES} bytes"),
            });
        }
        let place = usize::try_from(id).ok().and_then(|id| tokens.get_mut(id));
        match place {
            Some(place @ None) => *place = Some(token.clone()),
            Some(Some(_)) => return Err(TokenError::Ids { what: format!("two tokens have the id {id}") }),
            None => {
                return Err(TokenError::Ids {
                    what: format!("the id {id} is too high for {} tokens", vocab.len()),
                });
            }
        }
    }
    for added in &file.added_tokens {
        if added.content.is_empty() || vocab.get(&added.content) != Some(&added.id) {
            return Err(TokenError::Ids {
                what: format!("the added token {} has another id in the model", added.id),
            });
        }
    }
    Ok(tokens.into_iter().flatten().collect())
}

/// The specials before and after the sequence, from the template.
fn template(file: &File) -> Result<(Vec<u32>, Vec<u32>), TokenError> {
    let processor = &file.post_processor;
    if processor.is_null() {
        return Ok((Vec::new(), Vec::new()));
    }
    let unsupported = |what: &str| TokenError::Unsupported { what: what.to_owned() };
    if processor.get("type").and_then(Value::as_str) != Some("TemplateProcessing") {
        return Err(unsupported("its post-processor is not a template"));
    }
    let parts = processor
        .get("single")
        .and_then(Value::as_array)
        .ok_or_else(|| unsupported("its template is empty"))?;
    let (mut before, mut after, mut sequences) = (Vec::new(), Vec::new(), 0);
    for part in parts {
        if let Some(name) =
            part.get("SpecialToken").and_then(|special| special.get("id")).and_then(Value::as_str)
        {
            let id = file
                .model
                .vocab
                .get(name)
                .ok_or_else(|| unsupported("its template adds a token it does not have"))?;
            if sequences == 0 { before.push(*id) } else { after.push(*id) }
        } else if part.get("Sequence").is_some() {
            sequences = usize::saturating_add(sequences, 1);
        }
    }
    if sequences == 1 {
        Ok((before, after))
    } else {
        Err(unsupported("its template does not hold one sequence"))
    }
}
