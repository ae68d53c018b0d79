//! Work for several workers: records dealt out in hands, and their rows gathered again.
//!
//! Every worker holds the model and all records and embeds the records of one hand after another,
//! taken from a common list. Hands hold the longest sequences first and get smaller towards the end
//! (guided self-scheduling, Polychronopoulos and Kuck 1987), so that all workers finish together.
//! A sequence is never split over two workers, so its numbers are those that one worker would give.

use crate::embed::{Embedded, Item};
use std::collections::HashMap;

/// No hand but the last has fewer residues: a hand costs a message.
const LEAST: usize = 256;

/// Who computes what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deal {
    /// The record whose rows each record gets: the first with the same letters, `[n]`.
    pub twins: Vec<usize>,
    /// Lists of distinct records, in the order in which they are to be taken.
    pub hands: Vec<Vec<usize>>,
}

/// Deals the distinct sequences of `items` to so many workers.
#[must_use]
pub fn deal(items: &[Item<'_>], workers: usize) -> Deal {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let twins: Vec<usize> =
        items.iter().enumerate().map(|(i, item)| *first.entry(item.letters).or_insert(i)).collect();
    let mut distinct: Vec<usize> = (0..items.len()).filter(|i| twins[*i] == *i).collect();
    distinct.sort_by_key(|i| (usize::MAX - items[*i].letters.len(), *i));
    let mut left: usize = distinct.iter().map(|i| items[*i].letters.len()).sum();
    let mut hands: Vec<Vec<usize>> = Vec::new();
    let (mut room, share) = (0, 2 * workers.max(1));
    for i in distinct {
        let length = items[i].letters.len();
        match hands.last_mut() {
            Some(hand) if room > 0 => hand.push(i),
            _ => {
                room = (left / share).max(LEAST);
                hands.push(vec![i]);
            }
        }
        room = room.saturating_sub(length);
        left -= length;
    }
    Deal { twins, hands }
}

/// The rows of some records.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Which, `[m]`.
    pub records: Vec<usize>,
    /// Theirs, in that order.
    pub embedded: Embedded,
}

/// All rows from the parts of a deal; `None` if a record is in none of them, or the parts differ
/// in layers or width. Logits and contact maps are not gathered.
#[must_use]
pub fn gather(twins: &[usize], parts: &[Part]) -> Option<Embedded> {
    let model = &parts.first()?.embedded;
    if parts.iter().any(|part| part.embedded.layers != model.layers || part.embedded.width != model.width) {
        return None;
    }
    let mut places: Vec<Option<(&Embedded, usize)>> = vec![None; twins.len()];
    for part in parts {
        for (at, record) in part.records.iter().enumerate() {
            *places.get_mut(*record)? = Some((&part.embedded, at));
        }
    }
    let mut all = Embedded {
        layers: model.layers.clone(),
        width: model.width,
        offsets: vec![0],
        states: vec![Vec::new(); model.layers.len()],
        pool: model.pool,
        unique: twins.iter().enumerate().filter(|(i, twin)| i == *twin).count(),
        ..Embedded::default()
    };
    let mut rows = 0;
    for (record, twin) in twins.iter().enumerate() {
        let (from, at) = (*places.get(*twin)?)?;
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
        let said = from.notices.iter().filter(|(row, _)| *row == at);
        all.notices.extend(said.map(|(_, notice)| (record, notice.clone())));
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
    fn longest_first_in_hands_that_get_smaller() {
        fn t(lengths: &[usize], workers: usize, expected: &[&[usize]]) {
            let letters: Vec<String> =
                lengths.iter().enumerate().map(|(i, l)| ["A", "C", "D", "E"][i % 4].repeat(*l)).collect();
            assert_eq!(deal(&items(&letters), workers).hands, expected, "{lengths:?}");
        }
        t(&[], 2, &[]);
        t(&[5], 2, &[&[0]]);
        t(&[100, 200, 300, 50], 2, &[&[2], &[1, 0], &[3]]);
        t(&[1000, 1000, 1000, 1000], 2, &[&[0], &[1], &[2], &[3]]);
        t(&[500, 500, 500, 500], 1, &[&[0, 1], &[2], &[3]]);
    }

    #[test]
    fn gathers_rows_in_the_order_of_the_records() {
        let letters: Vec<String> = ["AAAA", "CC", "AAAA", "DDD"].map(String::from).to_vec();
        let deal = deal(&items(&letters), 2);
        assert_eq!(deal.twins, [0, 1, 0, 3]);
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
        let all = gather(&deal.twins, &parts).expect("complete");
        assert_eq!(all.states[0], [0.0, 0.5, 1.0, 0.5, 0.0, 0.5, 3.0, 0.5]);
        assert_eq!(all.states[1], [0.0, 0.5, 2.0, 0.5, 0.0, 0.5, 6.0, 0.5]);
        assert_eq!((all.offsets, all.unique), (vec![0, 1, 2, 3, 4], 3));
        assert_eq!((all.residues, all.windows), (vec![4, 2, 4, 3], vec![1; 4]));
        assert_eq!(all.notices, [(0, notice.clone()), (2, notice.clone())]);
        assert!(gather(&deal.twins, &parts[..1]).is_none(), "a record is missing");
    }
}
