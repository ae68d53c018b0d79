//! The vocabulary of BiGCARP: product classes and Pfam domains, from the checkpoint itself.
//!
//! A gene cluster is written as its class and its domains in genomic order, with semicolons:
//! `nrps;PF00668;PF00501;PF00550`. Nothing is added around it. Each part is looked up in this order,
//! (the first two as the reference collater does, Rios-Martinez et al. 2023):
//!
//! 1. a special: the pad `-`, the mask `#` (also "class unknown"), a product class such as `nrps`;
//! 2. a Pfam accession, without its version (`PF00550.28` is `PF00550`), by the checkpoint's table
//!    of domain names;
//! 3. a domain name such as `PP-binding`.
//!
//! Any other part is `UNK`, and [`Encoded::unknown`] lists it.

use super::{Encoded, TokenError, Unknown};
use crate::limits::{VOCAB_DOMAIN_BYTES, VOCAB_TOKENS};
use serde_json::Value;
use std::collections::HashMap;

/// The token of a domain that the vocabulary does not have.
const UNKNOWN: &str = "UNK";
/// The token of padding.
const PAD: &str = "-";
/// The token of a masked domain or an unknown class.
const MASK: &str = "#";
/// The special that is not a class; published inputs do not use it.
const STOP: &str = "*";

/// Domains to ids and back, for BiGCARP.
#[derive(Clone, Debug)]
pub struct DomainTokenizer {
    tokens: Vec<String>,
    specials: HashMap<String, u32>,
    domains: HashMap<String, u32>,
    names: HashMap<String, String>,
    unk: u32,
}

impl DomainTokenizer {
    /// Reads `tokens` (`{"specials": {…}, "domains": {…}, "size": n}`) and `pfam_to_domain` of a
    /// checkpoint.
    ///
    /// # Errors
    ///
    /// `token.json` if a part is missing or of another shape, `token.ids` if the ids are not 0 to
    /// size − 1, each once, `token.too_many`, and `token.missing_special` without `-`, `#` or `UNK`.
    pub fn from_metadata(tokens: &Value, pfam_to_domain: &Value) -> Result<Self, TokenError> {
        let specials = ids_of(tokens, "specials")?;
        let domains = ids_of(tokens, "domains")?;
        let size = specials.len().saturating_add(domains.len());
        if size > VOCAB_TOKENS {
            return Err(TokenError::TooMany);
        }
        if let Some(claimed) = tokens.get("size").and_then(Value::as_u64)
            && claimed != size as u64
        {
            return Err(TokenError::Ids { what: format!("size is {claimed}, but {size} tokens are listed") });
        }
        let mut by_id = vec![None; size];
        for (token, &id) in specials.iter().chain(&domains) {
            match usize::try_from(id).ok().and_then(|id| by_id.get_mut(id)) {
                Some(place @ None) => *place = Some(token.clone()),
                Some(Some(_)) => {
                    return Err(TokenError::Ids { what: format!("two tokens have the id {id}") });
                }
                None => {
                    return Err(TokenError::Ids {
                        what: format!("the id {id} is too high for {size} tokens"),
                    });
                }
            }
        }
        let special =
            |token: &'static str| specials.get(token).copied().ok_or(TokenError::MissingSpecial { token });
        special(PAD)?;
        special(MASK)?;
        let unk = domains.get(UNKNOWN).copied().ok_or(TokenError::MissingSpecial { token: UNKNOWN })?;
        let table = pfam_to_domain.as_object().ok_or_else(|| missing("pfam_to_domain"))?;
        if table.len() > VOCAB_TOKENS {
            return Err(TokenError::TooMany);
        }
        let names = table
            .iter()
            .map(|(accession, name)| Some((accession.clone(), name.as_str()?.to_owned())))
            .collect::<Option<HashMap<_, _>>>()
            .ok_or_else(|| missing("pfam_to_domain"))?;
        Ok(Self { tokens: by_id.into_iter().flatten().collect(), specials, domains, names, unk })
    }

    /// Tokenises a cluster. Blanks around the parts are dropped, and so are empty parts.
    ///
    /// ```
    /// use crossgrain_core::token::DomainTokenizer;
    /// use serde_json::json;
    ///
    /// let tokens = json!({
    ///     "specials": { "-": 0, "#": 1, "nrps": 2 },
    ///     "domains": { "UNK": 3, "PP-binding": 4 },
    ///     "size": 5,
    /// });
    /// let tokenizer = DomainTokenizer::from_metadata(&tokens, &json!({ "PF00550": "PP-binding" }))?;
    /// assert_eq!(tokenizer.encode("nrps;PF00550.28;PF99999").ids, [2, 4, 3]);
    /// # Ok::<(), crossgrain_core::token::TokenError>(())
    /// ```
    #[must_use]
    pub fn encode(&self, text: &str) -> Encoded {
        let mut encoded = Encoded::with_capacity(text.len() / 8);
        let mut at = 0;
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let id = self.id(part);
            if id.is_none() {
                let position = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(1);
                encoded.unknown.push(Unknown { position, letters: part.to_owned() });
            }
            at = encoded.push(id.unwrap_or(self.unk), at, 1);
        }
        encoded
    }

    /// The id of a special, an accession or a domain name; `None` for a part that is read as `UNK`.
    #[must_use]
    pub fn id(&self, part: &str) -> Option<u32> {
        self.specials
            .get(part)
            .or_else(|| self.domains.get(self.name_of(part)?))
            .or_else(|| self.domains.get(part))
            .copied()
    }

    /// The name that the checkpoint gives an accession, with or without a version.
    #[must_use]
    pub fn name_of(&self, accession: &str) -> Option<&str> {
        let plain = accession.split_once('.').map_or(accession, |(plain, _)| plain);
        self.names.get(plain).or_else(|| self.names.get(accession)).map(String::as_str)
    }

    /// The product classes, in the order of their ids.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        let is_class = |token: &&String| {
            ![PAD, MASK, STOP].contains(&token.as_str()) && self.specials.contains_key(token.as_str())
        };
        self.tokens.iter().filter(is_class).map(String::as_str)
    }

    /// Whether a cluster begins with a class or with `#`, as the published models were trained.
    #[must_use]
    pub fn begins_with_class(&self, text: &str) -> bool {
        text.split(';')
            .map(str::trim)
            .find(|part| !part.is_empty())
            .is_some_and(|part| self.specials.contains_key(part))
    }

    /// The token of an id.
    #[must_use]
    pub fn token(&self, id: u32) -> Option<&str> {
        self.tokens.get(usize::try_from(id).ok()?).map(String::as_str)
    }

    /// How many tokens there are: the rows of the model's embedding table.
    #[must_use]
    pub fn len_tokens(&self) -> usize {
        self.tokens.len()
    }
}

fn ids_of(tokens: &Value, part: &'static str) -> Result<HashMap<String, u32>, TokenError> {
    let listed = tokens.get(part).and_then(Value::as_object).ok_or_else(|| missing(part))?;
    listed
        .iter()
        .map(|(token, id)| {
            if token.is_empty() || token.len() > VOCAB_DOMAIN_BYTES {
                return Err(TokenError::Ids { what: format!("a token of {part} is empty or too long") });
            }
            let id = id.as_u64().and_then(|id| u32::try_from(id).ok()).ok_or_else(|| missing(part))?;
            Ok((token.clone(), id))
        })
        .collect()
}

fn missing(part: &str) -> TokenError {
    TokenError::Json { reason: format!("the checkpoint's {part} are missing or of another shape") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use serde_json::json;

    fn metadata() -> (Value, Value) {
        let tokens = json!({
            "specials": {"-": 0, "*": 1, "#": 2, "nrps": 3, "t1pks": 4},
            "domains": {"UNK": 5, "PP-binding": 6, "Condensation": 7, "AMP-binding": 8},
            "size": 9,
        });
        let table = json!({"PF00550": "PP-binding", "PF00668": "Condensation", "PF99998": "Gone"});
        (tokens, table)
    }

    fn tokenizer() -> DomainTokenizer {
        let (tokens, table) = metadata();
        DomainTokenizer::from_metadata(&tokens, &table).unwrap()
    }

    #[test]
    fn clusters() {
        fn t(text: &str, ids: &[u32], unknown: &[(usize, &str)]) {
            let encoded = tokenizer().encode(text);
            let found: Vec<_> = encoded.unknown.iter().map(|u| (u.position, u.letters.as_str())).collect();
            assert_eq!((encoded.ids.as_slice(), found.as_slice()), (ids, unknown), "{text:?}");
        }
        t("nrps;PF00668;PF00550", &[3, 7, 6], &[]);
        t("#;PF00550.28;PF00668", &[2, 6, 7], &[]);
        t("AMP-binding; PP-binding ;", &[8, 6], &[]);
        t("PF99999;PF00550;PF99998", &[5, 6, 5], &[(1, "PF99999"), (3, "PF99998")]);
        t("UNK;UNK", &[5, 5], &[]);
        t("NRPS", &[5], &[(1, "NRPS")]);
        t("pf00550", &[5], &[(1, "pf00550")]);
        t(";;", &[], &[]);
        t("", &[], &[]);
    }

    #[test]
    fn classes_and_names() {
        let tokenizer = tokenizer();
        assert_eq!(tokenizer.classes().collect::<Vec<_>>(), ["nrps", "t1pks"]);
        assert!(tokenizer.begins_with_class("nrps;PF00550") && tokenizer.begins_with_class("#"));
        assert!(!tokenizer.begins_with_class("PF00550") && !tokenizer.begins_with_class(""));
        assert_eq!(
            (tokenizer.name_of("PF00550.1"), tokenizer.token(6)),
            (Some("PP-binding"), Some("PP-binding"))
        );
        let specials = [0, 2, 5].map(|id| tokenizer.token(id));
        assert_eq!((specials, tokenizer.len_tokens()), ([Some("-"), Some("#"), Some("UNK")], 9));
    }

    #[test]
    fn refusals() {
        fn t(what: &str, change: impl Fn(&mut Value, &mut Value), code: &str) {
            let (mut tokens, mut table) = metadata();
            change(&mut tokens, &mut table);
            let error = DomainTokenizer::from_metadata(&tokens, &table).unwrap_err();
            assert_eq!(error.code(), code, "{what}: {error}");
        }
        t("no specials", |t, _| t["specials"] = json!(null), "token.json");
        t("no domains", |t, _| t["domains"] = json!([]), "token.json");
        t("another size", |t, _| t["size"] = json!(10), "token.ids");
        t("an id twice", |t, _| t["domains"]["AMP-binding"] = json!(7), "token.ids");
        t("a hole", |t, _| t["domains"]["AMP-binding"] = json!(9), "token.ids");
        t("a negative id", |t, _| t["domains"]["AMP-binding"] = json!(-1), "token.json");
        t("a text for an id", |t, _| t["domains"]["AMP-binding"] = json!("8"), "token.json");
        t("no table", |_, p| *p = json!(null), "token.json");
        t("a number for a name", |_, p| p["PF00550"] = json!(6), "token.json");
        t(
            "no mask",
            |t, _| *t = json!({"specials": {"-": 0}, "domains": {"UNK": 1}}),
            "token.missing_special",
        );
        t(
            "no UNK",
            |t, _| *t = json!({"specials": {"-": 0, "#": 1}, "domains": {"x": 2}}),
            "token.missing_special",
        );
    }
}
