//! The same feature twice in a record, as after two annotations or two copies of a feature table.

use super::Feature;
use std::collections::HashMap;

/// The features without those that an earlier one repeats, and the lines of each repeated one and of its first.
///
/// A gene is the same at the same place under the same name, if the file does not give it two translations;
/// any other feature is the same if nothing in it differs.
pub(super) fn without_duplicates(features: Vec<Feature>) -> (Vec<Feature>, Vec<(u64, Feature)>) {
    let mut kept: Vec<Feature> = Vec::with_capacity(features.len());
    let mut repeated = Vec::new();
    let mut places: HashMap<(&'static str, usize, usize), Vec<usize>> = HashMap::new();
    for feature in features {
        let place = (feature.key, feature.location.start(), feature.location.end());
        let there = places.entry(place).or_default();
        let same = |other: &&Feature| is_same(other, &feature);
        let first = there.iter().filter_map(|&at| kept.get(at)).find(same).map(|first| first.line);
        match first {
            Some(line) => repeated.push((line, feature)),
            None => {
                there.push(kept.len());
                kept.push(feature);
            }
        }
    }
    (kept, repeated)
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
