//! BiGCARP and CARP as families.
//!
//! Their `.pt` files name the model beside the tensors: `bigcarp_…` or `carp_…`.

use super::config::{CARP_TOKENS, CarpConfig, domains};
use crate::families::{Description, Family, FamilySpec};
use crate::pooling::Pool;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::token::{CarpTokenizer, DomainTokenizer, Tokenizer};
use serde_json::Value;

/// BiGCARP: protein domains of gene clusters.
pub static BIGCARP: FamilySpec = FamilySpec {
    family: Family {
        id: "bigcarp",
        name: "BiGCARP",
        granularity: Granularity::Domain,
        // Vectors of clusters are means over domains, without the class in front (Xiao et al.).
        pool: Pool::Mean,
    },
    detect: |checkpoint| is_carp(checkpoint) && is_bigcarp(checkpoint),
    tokenizer: |files, _vocabulary| {
        let [tokens, names] = ["tokens", "pfam_to_domain"].map(|part| &files.settings[part]);
        Ok(Tokenizer::Domains(DomainTokenizer::from_metadata(tokens, names)?))
    },
    configure: |family, files| {
        let vocabulary = domains(&files.settings)?;
        Ok(Box::new(CarpConfig::from_settings(family, &files.settings, vocabulary, files.tensors.as_ref())?))
    },
};

/// CARP: residues.
pub static CARP: FamilySpec = FamilySpec {
    family: Family {
        id: "carp",
        name: "CARP",
        granularity: Granularity::Protein,
        // The tokenizer adds no special token that a mean could leave out.
        pool: Pool::Mean,
    },
    detect: |checkpoint| is_carp(checkpoint) && !is_bigcarp(checkpoint),
    tokenizer: |_files, _vocabulary| Ok(Tokenizer::Carp(CarpTokenizer)),
    configure: |family, files| {
        Ok(Box::new(CarpConfig::from_settings(family, &files.settings, CARP_TOKENS, files.tensors.as_ref())?))
    },
};

fn model<'a>(checkpoint: &Description<'a>) -> &'a str {
    checkpoint.settings.get("model").and_then(Value::as_str).unwrap_or_default()
}

fn is_carp(checkpoint: &Description<'_>) -> bool {
    model(checkpoint).contains("carp")
}

fn is_bigcarp(checkpoint: &Description<'_>) -> bool {
    model(checkpoint).contains("bigcarp")
}
