//! Merging by rank: a queue of the pairs that could be merged, and a list of what is left.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A letter or a merged piece; neighbours by their place in the list.
#[derive(Clone, Copy)]
struct Piece {
    id: u32,
    /// Letters it stands for; 0 once it was merged into its left neighbour.
    length: u32,
    left: Option<usize>,
    right: Option<usize>,
}

/// What is left of `ids` when no pair can be merged any more: ids with their lengths.
pub(super) fn merge(ids: &[u32], merges: &HashMap<(u32, u32), (u32, u32)>) -> Vec<(u32, u32)> {
    let last = ids.len().saturating_sub(1);
    let mut pieces: Vec<Piece> = ids
        .iter()
        .enumerate()
        .map(|(i, &id)| Piece {
            id,
            length: 1,
            left: i.checked_sub(1),
            right: (i < last).then_some(i.saturating_add(1)),
        })
        .collect();
    // Rank first, then place: the leftmost of equal pairs.
    let mut queue: BinaryHeap<Reverse<(u32, usize, u32)>> = BinaryHeap::new();
    for at in 0..last {
        offer(&pieces, at, merges, &mut queue);
    }
    while let Some(Reverse((_, at, whole))) = queue.pop() {
        // The pair may have changed since it was offered.
        if candidate(&pieces, at, merges).is_none_or(|(_, now)| now != whole) {
            continue;
        }
        let Some((left, right)) = join(&mut pieces, at, whole) else { continue };
        if right {
            offer(&pieces, at, merges, &mut queue);
        }
        if let Some(left) = left {
            offer(&pieces, left, merges, &mut queue);
        }
    }
    pieces.into_iter().filter(|piece| piece.length > 0).map(|piece| (piece.id, piece.length)).collect()
}

/// Rank and id of what a piece and its right neighbour would become.
fn candidate(pieces: &[Piece], at: usize, merges: &HashMap<(u32, u32), (u32, u32)>) -> Option<(u32, u32)> {
    let piece = pieces.get(at).filter(|piece| piece.length > 0)?;
    merges.get(&(piece.id, pieces.get(piece.right?)?.id)).copied()
}

fn offer(
    pieces: &[Piece],
    at: usize,
    merges: &HashMap<(u32, u32), (u32, u32)>,
    queue: &mut BinaryHeap<Reverse<(u32, usize, u32)>>,
) {
    if let Some((rank, whole)) = candidate(pieces, at, merges) {
        queue.push(Reverse((rank, at, whole)));
    }
}

/// Merges a piece with its right neighbour; returns its left neighbour and whether it has a right one.
fn join(pieces: &mut [Piece], at: usize, whole: u32) -> Option<(Option<usize>, bool)> {
    let taken_at = pieces.get(at)?.right?;
    let taken = *pieces.get(taken_at)?;
    pieces.get_mut(taken_at)?.length = 0;
    let piece = pieces.get_mut(at)?;
    piece.id = whole;
    piece.length = piece.length.saturating_add(taken.length);
    piece.right = taken.right;
    let left = piece.left;
    if let Some(next) = taken.right {
        pieces.get_mut(next)?.left = Some(at);
    }
    Some((left, taken.right.is_some()))
}
