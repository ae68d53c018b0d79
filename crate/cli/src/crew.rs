//! Several threads for one run on the CPU: each loads the model and takes hands of records from one
//! list; the rows are those of a single thread, bit for bit.

use crate::bar::Bar;
use crate::problem::Failure;
use crossgrain_core::progress::Progress;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::partition::{Part, merge, partition};
use std::ops::ControlFlow;
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
    let schedule = partition(items, workers);
    if workers <= 1 || schedule.chunks.len() <= 1 {
        return Ok(pollster::block_on(checkpoint.embed(items, options, bar))?);
    }
    let total = schedule.chunks.iter().flatten().map(|i| items[*i].letters.len()).sum::<usize>() as f64;
    let board =
        Mutex::new(Board { next: 0, done: vec![0.0; schedule.chunks.len()], total, failed: false, bar });
    let work = |checkpoint: &Checkpoint| -> Result<Vec<Part>, Failure> {
        let mut parts = Vec::new();
        while let Some(hand) = take(&board, schedule.chunks.len()) {
            let records = &schedule.chunks[hand];
            let own: Vec<Item> = records.iter().map(|i| items[*i]).collect();
            let letters = own.iter().map(|item| item.letters.len()).sum::<usize>() as f64;
            let mut share = Share { board: &board, hand, letters };
            match pollster::block_on(checkpoint.embed(&own, options, &mut share)) {
                Ok(embedded) => parts.push(Part { records: records.clone(), embedded }),
                // Another thread has failed and says why.
                Err(EngineError::Cancelled) => break,
                Err(error) => return Err(error.into()),
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
        let others: Vec<_> = (1..workers.min(schedule.chunks.len()))
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
    merge(&schedule.duplicate_of, &parts).ok_or_else(broken)
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

/// The progress of one chunk.
struct Share<'a, 'b> {
    board: &'a Mutex<Board<'b>>,
    hand: usize,
    letters: f64,
}

impl Progress for Share<'_, '_> {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        let mut board = lock(self.board);
        board.done[self.hand] = self.letters * done as f64 / total.max(1) as f64;
        let done = board.done.iter().sum::<f64>();
        let total = board.total;
        board.bar.show(done as u64, total as u64);
        if board.failed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn broken() -> Failure {
    Failure::arguments(
        "embed.worker_failed",
        "a thread of this run ended without its rows".into(),
        "try again with --workers 1",
    )
}
