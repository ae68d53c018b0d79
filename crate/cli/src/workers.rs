//! Several threads for one run on the CPU: each loads the model and takes chunks of records from one
//! list; the rows are those of a single thread, bit for bit.

use crate::progress_bar::ProgressBar;
use crossgrain_api::Refusal;
use crossgrain_core::progress::{Progress, Stage};
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
    load: impl Fn() -> Result<Checkpoint, Refusal> + Sync,
    items: &[Item<'_>],
    options: &Options,
    workers: usize,
    progress: &mut ProgressBar,
) -> Result<Embedded, Refusal> {
    let schedule = partition(items, workers);
    if workers <= 1 || schedule.chunks.len() <= 1 {
        return Ok(pollster::block_on(checkpoint.embed(items, options, progress))?);
    }
    let total = schedule.chunks.iter().flatten().map(|i| items[*i].letters.len() as u64).sum();
    progress.begin(Stage::Embedding);
    let shared = Mutex::new(SharedProgress {
        next: 0,
        done: vec![0; schedule.chunks.len()],
        total,
        failed: false,
        progress,
    });
    let work = |checkpoint: &Checkpoint| -> Result<Vec<Part>, Refusal> {
        let mut parts = Vec::new();
        while let Some(chunk) = take(&shared, schedule.chunks.len()) {
            let records = &schedule.chunks[chunk];
            let items: Vec<Item> = records.iter().map(|i| items[*i]).collect();
            let letters = items.iter().map(|item| item.letters.len() as u64).sum();
            let mut progress = ChunkProgress { shared: &shared, chunk, letters };
            match pollster::block_on(checkpoint.embed(&items, options, &mut progress)) {
                Ok(embedded) => parts.push(Part { records: records.clone(), embedded }),
                // Another thread failed and says why.
                Err(EngineError::Cancelled) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(parts)
    };
    // A thread that cannot go on stops the others after their current layer.
    let noted = |result: Result<Vec<Part>, Refusal>| {
        if result.is_err() {
            lock(&shared).failed = true;
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
struct SharedProgress<'a> {
    next: usize,
    done: Vec<u64>, // letters, per chunk
    total: u64,
    failed: bool,
    progress: &'a mut ProgressBar,
}

fn lock<'a, 'b>(shared: &'a Mutex<SharedProgress<'b>>) -> MutexGuard<'a, SharedProgress<'b>> {
    // The numbers of a thread that panicked are still good for a progress line.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next chunk, unless all are taken or the run has failed.
fn take(shared: &Mutex<SharedProgress<'_>>, chunks: usize) -> Option<usize> {
    let mut shared = lock(shared);
    let chunk = shared.next;
    if shared.failed || chunk >= chunks {
        return None;
    }
    shared.next += 1;
    Some(chunk)
}

/// The progress of one chunk, as a share of the whole run.
struct ChunkProgress<'a, 'b> {
    shared: &'a Mutex<SharedProgress<'b>>,
    chunk: usize,
    letters: u64,
}

impl Progress for ChunkProgress<'_, '_> {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        let mut shared = lock(self.shared);
        shared.done[self.chunk] = self.letters * done / total.max(1);
        let (done, total) = (shared.done.iter().sum(), shared.total);
        let _ = shared.progress.report(done, total);
        if shared.failed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn broken() -> Refusal {
    Refusal::new(
        "embed.worker_failed",
        "a thread of this run ended without its rows",
        "try again with --workers 1",
    )
}
