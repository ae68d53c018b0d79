//! Work for several workers: the records of a run in chunks, and the rows of all chunks merged.
//!
//! Every worker holds the model and all records, takes one chunk after another from a common list, and embeds the records
//! of the chunk. Chunks hold the longest sequences first and get smaller towards the end (guided self-scheduling,
//! Polychronopoulos and Kuck 1987), so that all workers finish together. A sequence is never split over two workers, so
//! its numbers are those that one worker would give.

use crate::embed::{Embedded, Item};
use std::collections::HashMap;

/// Fewest residues of a chunk, except for the last: a chunk costs a message.
const RESIDUES_MIN: usize = 256;

/// Who computes what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The record whose rows each record gets: the first with the same letters, `[n]`.
    pub duplicate_of: Vec<usize>,
    /// Lists of distinct records, in the order in which workers take them.
    pub chunks: Vec<Vec<usize>>,
}

/// Divides the distinct sequences of `items` into chunks for this many workers.
#[must_use]
pub fn partition(items: &[Item<'_>], workers: usize) -> Schedule {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let duplicate_of: Vec<usize> =
        items.iter().enumerate().map(|(i, item)| *first.entry(item.letters).or_insert(i)).collect();
    let mut distinct: Vec<usize> = (0..items.len()).filter(|i| duplicate_of[*i] == *i).collect();
    distinct.sort_by_key(|i| (usize::MAX - items[*i].letters.len(), *i));
    let mut left: usize = distinct.iter().map(|i| items[*i].letters.len()).sum();
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let (mut room, share) = (0, 2 * workers.max(1));
    for i in distinct {
        let length = items[i].letters.len();
        match chunks.last_mut() {
            Some(chunk) if room > 0 => chunk.push(i),
            _ => {
                room = (left / share).max(RESIDUES_MIN);
                chunks.push(vec![i]);
            }
        }
        room = room.saturating_sub(length);
        left -= length;
    }
    Schedule { duplicate_of, chunks }
}

/// The rows of some records.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Which records, `[m]`.
    pub records: Vec<usize>,
    /// Their rows, in the same order.
    pub embedded: Embedded,
}

/// The rows of all records from the parts of a run. `None` if a record is in none of them, or if the parts differ in
/// layers or width. Logits and contact maps are not merged.
///
/// # Shape
/// Parts of `m` records each → `n` records, all of width `d`.
#[must_use]
pub fn merge(duplicate_of: &[usize], parts: &[Part]) -> Option<Embedded> {
    let model = &parts.first()?.embedded;
    if parts.iter().any(|part| part.embedded.layers != model.layers || part.embedded.width != model.width) {
        return None;
    }
    let mut rows_of: Vec<Option<(&Embedded, usize)>> = vec![None; duplicate_of.len()];
    for part in parts {
        for (at, record) in part.records.iter().enumerate() {
            *rows_of.get_mut(*record)? = Some((&part.embedded, at));
        }
    }
    let mut all = Embedded {
        layers: model.layers.clone(),
        width: model.width,
        offsets: vec![0],
        states: vec![Vec::new(); model.layers.len()],
        pool: model.pool,
        unique: duplicate_of.iter().enumerate().filter(|(i, first)| i == *first).count(),
        ..Embedded::default()
    };
    let mut rows = 0;
    for (record, first) in duplicate_of.iter().enumerate() {
        let (from, at) = (*rows_of.get(*first)?)?;
        let own = *from.offsets.get(at)?..*from.offsets.get(at + 1)?;
        rows += own.len();
        all.offsets.push(rows);
        all.windows.push(*from.windows.get(at)?);
        all.residues.push(*from.residues.get(at)?);
        all.specials.push(*from.specials.get(at)?);
        let numbers = own.start * model.width..own.end * model.width;
        for (slot, state) in all.states.iter_mut().enumerate() {
            state.extend_from_slice(from.states.get(slot)?.get(numbers.clone())?);
        }
        let notices = from.notices.iter().filter(|(row, _)| *row == at);
        all.notices.extend(notices.map(|(_, notice)| (record, notice.clone())));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossgrain_core::error::{Notice, Where};

    fn items(letters: &[String]) -> Vec<Item<'_>> {
        letters.iter().map(|letters| Item { id: "a", letters }).collect()
    }

    #[test]
    fn longest_first_in_chunks_that_get_smaller() {
        fn t(lengths: &[usize], workers: usize, expected: &[&[usize]]) {
            let letters: Vec<String> =
                lengths.iter().enumerate().map(|(i, l)| ["A", "C", "D", "E"][i % 4].repeat(*l)).collect();
            assert_eq!(partition(&items(&letters), workers).chunks, expected, "{lengths:?}");
        }
        t(&[], 2, &[]);
        t(&[5], 2, &[&[0]]);
        t(&[100, 200, 300, 50], 2, &[&[2], &[1, 0], &[3]]);
        t(&[1000, 1000, 1000, 1000], 2, &[&[0], &[1], &[2], &[3]]);
        t(&[500, 500, 500, 500], 1, &[&[0, 1], &[2], &[3]]);
    }

    #[test]
    fn merges_rows_in_the_order_of_the_records() {
        let letters: Vec<String> = ["AAAA", "CC", "AAAA", "DDD"].map(String::from).to_vec();
        let schedule = partition(&items(&letters), 2);
        assert_eq!(schedule.duplicate_of, [0, 1, 0, 3]);
        let notice = Notice { code: "x".into(), message: "?".into(), at: Where::default(), hint: "-".into() };
        let part = |records: &[usize], rows: &[usize]| Part {
            records: records.to_vec(),
            embedded: Embedded {
                layers: vec![0, 6],
                width: 2,
                offsets: (0..=records.len()).collect(),
                states: [1.0, 2.0]
                    .map(|sign| records.iter().flat_map(|r| [sign * *r as f32, 0.5]).collect())
                    .to_vec(),
                windows: vec![1; records.len()],
                residues: records.iter().map(|r| letters[*r].len() as u32).collect(),
                specials: vec![2; records.len()],
                notices: rows.iter().map(|row| (*row, notice.clone())).collect(),
                ..Embedded::default()
            },
        };
        let parts = [part(&[3, 1], &[]), part(&[0], &[0])];
        let all = merge(&schedule.duplicate_of, &parts).expect("complete");
        assert_eq!(all.states[0], [0.0, 0.5, 1.0, 0.5, 0.0, 0.5, 3.0, 0.5]);
        assert_eq!(all.states[1], [0.0, 0.5, 2.0, 0.5, 0.0, 0.5, 6.0, 0.5]);
        assert_eq!((all.offsets, all.unique), (vec![0, 1, 2, 3, 4], 3));
        assert_eq!((all.residues, all.windows), (vec![4, 2, 4, 3], vec![1; 4]));
        assert_eq!(all.notices, [(0, notice.clone()), (2, notice.clone())]);
        assert!(merge(&schedule.duplicate_of, &parts[..1]).is_none(), "a record is missing");
    }
}
