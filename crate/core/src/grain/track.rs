//! The letters of a gene cluster in reading order, along the forward strand.
//!
//! ```text
//! join(2401..3000,1..600):   2401 ──► 3000 │ 1 ──► 600
//! place of a letter:            0     599 │ 600   1199
//! ```
//!
//! A feature lies within a cluster if each of its stretches lies in one of the cluster's; its place is
//! that of its first and of its last letter.

use super::Origin;
use crate::seq::Location;
use std::ops::Range;

/// The stretches of a cluster, each with the place of its first letter.
#[derive(Debug)]
pub(super) struct Track {
    stretches: Vec<(Range<usize>, usize)>,
    length: usize,
}

impl Track {
    /// The track of a region, or of a whole record of `length` letters.
    pub fn new(region: Option<&Location>, length: usize) -> Self {
        let ranges = region.map_or_else(|| std::iter::once(0..length).collect(), Location::forward);
        let mut stretches: Vec<(Range<usize>, usize)> = Vec::new();
        let mut place = 0_usize;
        for range in ranges {
            let begin = place;
            place = place.saturating_add(range.len());
            match stretches.last_mut() {
                // Stretches that touch are one: a feature may lie on both.
                Some((last, _)) if last.end == range.start => last.end = range.end,
                _ => stretches.push((range, begin)),
            }
        }
        Self { stretches, length }
    }

    /// Places of the first and the last letter of a feature; `None` if it lies outside in part.
    pub fn place(&self, location: &Location) -> Option<(usize, usize)> {
        if location.crosses_origin() {
            return self.across(location.start(), location.end());
        }
        let mut ends: Option<(usize, usize)> = None;
        for part in &location.parts {
            let (first, last) = self.of(&part.range)?;
            let (low, high) = ends.unwrap_or((first, last));
            ends = Some((low.min(first), high.max(last)));
        }
        ends
    }

    /// The same of a feature whose first and last letter are known, counted from 1.
    pub fn place_of(&self, origin: &Origin) -> Option<(usize, usize)> {
        if origin.start > origin.end {
            return self.across(origin.start, origin.end);
        }
        self.of(&(origin.start.saturating_sub(1)..origin.end))
    }

    /// Of a feature from `start` to the last letter of the record, and on from the first to `end`.
    fn across(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let (first, _) = self.of(&(start.saturating_sub(1)..self.length))?;
        let (begin, last) = self.of(&(0..end))?;
        // A whole record has no stretch that goes on past its end: what crosses it comes last.
        let last = if begin < first { last.saturating_add(self.length) } else { last };
        Some((first, last))
    }

    /// Places of the first and the last letter of one stretch.
    fn of(&self, range: &Range<usize>) -> Option<(usize, usize)> {
        let holds = |known: &Range<usize>| known.start <= range.start && range.end <= known.end;
        let (known, begin) = self.stretches.iter().find(|(known, _)| holds(known))?;
        let first = begin.saturating_add(range.start.saturating_sub(known.start));
        Some((first, first.saturating_add(range.len()).saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq::read_genbank;

    /// The locations of CDS features in a circular record of 100 letters.
    fn locations(texts: &[&str]) -> Vec<Location> {
        let features: String = texts.iter().map(|text| format!("     CDS             {text}\n")).collect();
        let file = format!("LOCUS       X  100 bp DNA circular\nFEATURES\n{features}//\n");
        let record = read_genbank(file.as_bytes(), None).unwrap().records.remove(0);
        record.features.into_iter().map(|feature| feature.location).collect()
    }

    #[test]
    fn places() {
        fn t(region: Option<&str>, feature: &str, expected: Option<(usize, usize)>) {
            let region = region.map(|region| locations(&[region]).remove(0));
            let track = Track::new(region.as_ref(), 100);
            assert_eq!(track.place(&locations(&[feature]).remove(0)), expected, "{region:?} {feature}");
        }
        let across = Some("join(81..100,1..20)");
        t(across, "81..90", Some((0, 9)));
        t(across, "1..10", Some((20, 29)));
        t(across, "complement(1..10)", Some((20, 29)));
        t(across, "join(91..100,1..10)", Some((10, 29)));
        t(across, "complement(join(91..100,1..10))", Some((10, 29)));
        t(across, "91..10", Some((10, 29)));
        t(across, "11..21", None);
        t(across, "50..60", None);
        t(across, "80..90", None);
        t(across, "join(85..90,95..98)", Some((4, 17)));
        t(Some("complement(join(81..100,1..20))"), "1..10", Some((20, 29)));
        t(Some("81..20"), "1..10", Some((20, 29)));
        t(Some("join(11..20,21..40)"), "15..25", Some((4, 14)));
        t(Some("11..40"), "join(15..25,30..50)", None);
        t(Some("11..40"), "join(91..100,1..20)", None);
        t(None, "1..10", Some((0, 9)));
        t(None, "join(91..100,1..10)", Some((90, 109)));
    }
}
