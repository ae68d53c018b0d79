//! Sequences that an analysis cannot use, by name.

use crossgrain_core::error::{Coded, Notice};

/// Refused sequences that are listed; the rest is counted.
const LISTED: usize = 50;

/// What was left out and why.
#[derive(Default)]
pub struct Refused {
    /// The first of them.
    pub notices: Vec<Notice>,
    /// The number of the others.
    pub omitted: usize,
}

impl Refused {
    /// Adds a sequence.
    pub fn add(&mut self, id: &str, error: &impl Coded) {
        if self.notices.len() >= LISTED {
            self.omitted += 1;
            return;
        }
        let mut notice = error.notice();
        notice.at.record = Some(id.to_owned());
        self.notices.push(notice);
    }
}

/// Records as FASTA.
pub fn fasta<'r>(records: impl Iterator<Item = (&'r str, &'r str)>) -> String {
    records.map(|(id, sequence)| format!(">{id}\n{sequence}\n")).collect()
}
