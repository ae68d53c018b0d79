//! Several threads for one run on the CPU: each loads the model and takes hands of records from one
//! list; the rows are those of a single thread, bit for bit.

use crate::bar::Bar;
use crate::problem::Failure;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::deal::{Part, deal, gather};
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::pulse::{Progress, Pulse};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Embeds `items` with the loaded checkpoint and `workers - 1` more that `load` gives.
pub fn embed(
    checkpoint: &Checkpoint,
    load: impl Fn() -> Result<Checkpoint, Failure> + Sync,
    items: &[Item<'_>],
    options: &Options,
    workers: usize,
    bar: &mut Bar,
) -> Result<Embedded, Failure> {
    let deal = deal(items, workers);
    if workers <= 1 || deal.hands.len() <= 1 {
        return Ok(pollster::block_on(checkpoint.embed(items, options, bar))?.unwrap_or_default());
    }
    let total = deal.hands.iter().flatten().map(|i| items[*i].letters.len()).sum::<usize>() as f64;
    let board = Mutex::new(Board { next: 0, done: vec![0.0; deal.hands.len()], total, failed: false, bar });
    let work = |checkpoint: &Checkpoint| -> Result<Vec<Part>, Failure> {
        let mut parts = Vec::new();
        while let Some(hand) = take(&board, deal.hands.len()) {
            let records = &deal.hands[hand];
            let own: Vec<Item> = records.iter().map(|i| items[*i]).collect();
            let letters = own.iter().map(|item| item.letters.len()).sum::<usize>() as f64;
            let mut share = Share { board: &board, hand, letters };
            match pollster::block_on(checkpoint.embed(&own, options, &mut share))? {
                Some(embedded) => parts.push(Part { records: records.clone(), embedded }),
                None => break,
            }
        }
        Ok(parts)
    };
    // One thread that cannot go on stops the others after their current layer.
    let noted = |result: Result<Vec<Part>, Failure>| {
        if result.is_err() {
            lock(&board).failed = true;
        }
        result
    };
    let results = thread::scope(|scope| {
        let others: Vec<_> = (1..workers.min(deal.hands.len()))
            .map(|_| scope.spawn(|| noted(load().and_then(|checkpoint| work(&checkpoint)))))
            .collect();
        let mut results = vec![noted(work(checkpoint))];
        results.extend(others.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(broken()))));
        results
    });
    let mut parts = Vec::new();
    for result in results {
        parts.extend(result?);
    }
    gather(&deal.twins, &parts).ok_or_else(broken)
}

/// What the threads share.
struct Board<'a> {
    next: usize,
    done: Vec<f64>, // letters, per hand
    total: f64,
    failed: bool,
    bar: &'a mut Bar,
}

fn lock<'a, 'b>(board: &'a Mutex<Board<'b>>) -> MutexGuard<'a, Board<'b>> {
    // A thread that panicked left numbers behind that are still good for a progress line.
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next hand, unless all are taken or the run has failed.
fn take(board: &Mutex<Board<'_>>, hands: usize) -> Option<usize> {
    let mut board = lock(board);
    let hand = board.next;
    if board.failed || hand >= hands {
        return None;
    }
    board.next += 1;
    Some(hand)
}

/// The pulse of one hand.
struct Share<'a, 'b> {
    board: &'a Mutex<Board<'b>>,
    hand: usize,
    letters: f64,
}

impl Pulse for Share<'_, '_> {
    async fn beat(&mut self, progress: Progress) -> bool {
        let mut board = lock(self.board);
        board.done[self.hand] = self.letters * progress.done / progress.total.max(1.0);
        let done = board.done.iter().sum();
        let total = board.total;
        board.bar.show(Progress { done, total });
        !board.failed
    }
}

fn broken() -> Failure {
    Failure::arguments(
        "embed.worker_failed",
        "a thread of this run ended without its rows".into(),
        "try again with --workers 1",
    )
}
