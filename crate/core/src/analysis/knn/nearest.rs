//! The k nearest rows of one row so far.

/// The nearest so far, nearest first. Equal distances are ordered by index.
#[derive(Clone, Debug)]
pub(super) struct Nearest {
    found: Vec<(f64, u32)>,
    k: usize,
}

impl Nearest {
    pub(super) fn new(k: usize) -> Self {
        Self { found: Vec::with_capacity(k), k }
    }

    /// A row farther away than this is not among the nearest.
    pub(super) fn worst(&self) -> f64 {
        if self.found.len() < self.k {
            f64::INFINITY
        } else {
            self.found.last().map_or(f64::INFINITY, |worst| worst.0)
        }
    }

    /// Inserts a row if it is among the k best.
    pub(super) fn offer(&mut self, distance: f64, index: u32) {
        let at = self
            .found
            .partition_point(|&(other, row)| other.total_cmp(&distance).then(row.cmp(&index)).is_lt());
        if at >= self.k {
            return;
        }
        if self.found.len() == self.k {
            self.found.pop();
        }
        self.found.insert(at, (distance, index));
    }

    pub(super) fn found(&self) -> &[(f64, u32)] {
        &self.found
    }
}
