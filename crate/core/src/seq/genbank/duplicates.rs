//! The same feature twice in a record, as after two annotations or two copies of a feature table.

use super::Feature;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Different features at one place under one name that a repetition is looked for among.
const CANDIDATES: usize = 8;

/// A feature that was left out.
pub(super) struct Repeated {
    pub key: &'static str,
    pub line: u64,
    /// Line of the feature that it repeats.
    pub first: u64,
}

/// Leaves out the features that an earlier one repeats.
///
/// A gene is the same at the same place under the same name, if the file does not give it two translations;
/// any other feature is the same if nothing in it differs.
pub(super) fn leave_out_duplicates(features: &mut Vec<Feature>) -> Vec<Repeated> {
    let mut repeated = Vec::new();
    // Places of kept features by what they must have in common with a repetition.
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut kept = 0_usize;
    for at in 0..features.len() {
        let Some(feature) = features.get(at) else { break };
        let there = places.entry(identity(feature)).or_default();
        let first =
            there.iter().filter_map(|&other| features.get(other)).find(|other| is_same(other, feature));
        if let Some(first) = first {
            repeated.push(Repeated { key: feature.key, line: feature.line, first: first.line });
            continue;
        }
        if there.len() < CANDIDATES {
            there.push(kept);
        }
        features.swap(kept, at);
        kept = kept.saturating_add(1);
    }
    features.truncate(kept);
    repeated
}

/// A number that the same features share.
fn identity(feature: &Feature) -> u64 {
    // The keys of this hasher are fixed, so that a file is read the same way every time.
    let mut hasher = DefaultHasher::new();
    feature.key.hash(&mut hasher);
    for part in &feature.location.parts {
        (part.range.start, part.range.end, part.reverse).hash(&mut hasher);
    }
    if feature.key == "CDS" {
        name(feature).hash(&mut hasher);
    } else {
        feature.qualifiers.hash(&mut hasher);
    }
    hasher.finish()
}

fn is_same(a: &Feature, b: &Feature) -> bool {
    if a.location.parts != b.location.parts {
        return false;
    }
    if a.key != "CDS" {
        return a.qualifiers == b.qualifiers;
    }
    let translation = |feature: &Feature| feature.get("translation").map(str::to_owned);
    let other_protein = match (translation(a), translation(b)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    };
    let pseudo = |feature: &Feature| feature.get("pseudo").or(feature.get("pseudogene")).is_some();
    name(a) == name(b)
        && !other_protein
        && pseudo(a) == pseudo(b)
        && a.get("codon_start") == b.get("codon_start")
}

/// What a gene is called.
fn name(feature: &Feature) -> Option<&str> {
    ["locus_tag", "protein_id", "gene"].into_iter().find_map(|key| feature.get(key))
}
