//! Domains with their places → rows, and what is reported about them.

use crate::limits::{DOMAINS_PER_RECORD, RECORDS};
use crate::seq::diagnostics::Diagnostics;
use crate::seq::domains::{DomainSentence, DomainsParsed, notice};
use crate::seq::{SeqError, SeqProblem};
use std::collections::HashMap;

/// Rows while a table is read.
#[derive(Debug)]
pub(super) struct Rows<'f> {
    file: Option<&'f str>,
    rows: Vec<Row>,
    by_id: HashMap<String, usize>,
    /// Domains read, and left out because they are of another database or insignificant.
    read: usize,
    other: usize,
    insignificant: usize,
    /// Whether a row is a whole sequence, which may hold several clusters.
    sequences: bool,
    warnings: Diagnostics,
    refusals: Diagnostics,
    failed: Option<SeqError>,
}

#[derive(Debug)]
struct Row {
    id: String,
    line: u64,
    /// The place by which they are sorted, and the domain.
    domains: Vec<(SortKey, String)>,
}

/// The place of a domain in its row: what is smaller comes first; equal ones stay as they are.
pub(super) type SortKey = (i64, i64);

impl<'f> Rows<'f> {
    pub fn new(file: Option<&'f str>) -> Self {
        Self {
            file,
            rows: Vec::new(),
            by_id: HashMap::new(),
            read: 0,
            other: 0,
            insignificant: 0,
            sequences: false,
            warnings: Diagnostics::default(),
            refusals: Diagnostics::default(),
            failed: None,
        }
    }

    /// Says that a row is a whole sequence.
    pub fn are_sequences(&mut self) {
        self.sequences = true;
    }

    /// Adds a domain to the row of this name.
    pub fn add(&mut self, id: &str, place: SortKey, domain: &str, line: u64) {
        self.read = self.read.saturating_add(1);
        let at = match self.by_id.get(id) {
            Some(at) => *at,
            None if self.rows.len() >= RECORDS => {
                self.failed.get_or_insert(SeqError::new(SeqProblem::TooManyRecords).on_line(line));
                return;
            }
            None => self.begin(id, line),
        };
        if let Some(row) = self.rows.get_mut(at) {
            row.domains.push((place, domain.to_owned()));
        }
    }

    /// Adds a row of its own, with its domains in order.
    pub fn add_row(&mut self, id: &str, domains: Vec<String>, line: u64) {
        if self.by_id.contains_key(id) {
            let hint = "rename one of them: results are distinguished by their names";
            let message = "another line has the same name".to_owned();
            let note = || notice("domains.duplicate_id", message, self.file, line, Some(id), hint);
            self.warnings.add("domains.duplicate_id", note);
        }
        if self.rows.len() >= RECORDS {
            self.failed.get_or_insert(SeqError::new(SeqProblem::TooManyRecords).on_line(line));
            return;
        }
        self.read = self.read.saturating_add(domains.len());
        let at = self.begin(id, line);
        if let Some(row) = self.rows.get_mut(at) {
            row.domains = domains.into_iter().map(|domain| ((0, 0), domain)).collect();
        }
    }

    fn begin(&mut self, id: &str, line: u64) -> usize {
        let at = self.rows.len();
        self.rows.push(Row { id: id.to_owned(), line, domains: Vec::new() });
        self.by_id.insert(id.to_owned(), at);
        at
    }

    /// Counts a match of another database than Pfam.
    pub fn other_database(&mut self) {
        self.other = self.other.saturating_add(1);
    }

    /// Counts a match that the tool calls insignificant.
    pub fn insignificant(&mut self) {
        self.insignificant = self.insignificant.saturating_add(1);
    }

    /// Refuses a line.
    pub fn refuse(&mut self, line: u64, message: &str, hint: &str) {
        let code = "domains.line";
        self.refusals.add(code, || notice(code, message.to_owned(), self.file, line, None, hint));
    }

    /// Refuses a row without domains.
    pub fn refuse_empty(&mut self, id: &str, line: u64) {
        let (code, hint) = ("domains.empty", "nothing to do if the cluster has no Pfam domains");
        let message = "the line has no domains".to_owned();
        self.refusals.add(code, || notice(code, message, self.file, line, Some(id), hint));
    }

    /// Ends the table: domains of each row by their places.
    pub fn finish(mut self) -> Result<DomainsParsed, SeqError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let file = self.file;
        let mut rows = Vec::with_capacity(self.rows.len());
        for mut row in self.rows {
            if row.domains.len() > DOMAINS_PER_RECORD {
                let code = "domains.too_many";
                let message =
                    format!("the row has {} domains, more than any gene cluster", row.domains.len());
                let hint = "give the clusters of the sequence one by one";
                self.refusals.add(code, || notice(code, message, file, row.line, Some(&row.id), hint));
                continue;
            }
            row.domains.sort_by_key(|(place, _)| *place);
            let domains = row.domains.into_iter().map(|(_, domain)| domain).collect();
            rows.push(DomainSentence { id: row.id, domains, line: row.line });
        }
        let (refusals, refusals_omitted) = self.refusals.finish();
        if rows.is_empty() && refusals.is_empty() {
            return Err(SeqError::new(SeqProblem::NoPfam));
        }
        let all = self.read.saturating_add(self.other).saturating_add(self.insignificant);
        let mut warn = |code: &'static str, message: String, hint: &str| {
            self.warnings.add(code, || notice(code, message, file, 1, None, hint));
        };
        if self.other > 0 {
            let message = format!("{} of {all} matches are left out: they are not of Pfam", self.other);
            warn("domains.other_databases", message, "nothing to do: the models know domains of Pfam");
        }
        if self.insignificant > 0 {
            let message = format!(
                "{} of {all} matches are left out: the table calls them insignificant",
                self.insignificant
            );
            warn("domains.insignificant", message, "nothing to do, or change the thresholds of the scan");
        }
        if self.sequences && !rows.is_empty() {
            let message = format!(
                "each row is a whole sequence, {} in all: the table does not say where gene clusters begin",
                rows.len()
            );
            warn(
                "domains.whole_sequences",
                message,
                "give the GenBank files of the clusters if a row is to be a cluster",
            );
        }
        let (warnings, warnings_omitted) = self.warnings.finish();
        Ok(DomainsParsed { rows, warnings, warnings_omitted, refusals, refusals_omitted })
    }
}

/// First letter of a domain on its sequence, counted from 1, by the gene's letters and the domain's residues.
pub(super) fn letter(gene: (i64, i64), reverse: bool, residues: (i64, i64)) -> i64 {
    if reverse {
        gene.1.saturating_sub(residues.1.saturating_mul(3)).saturating_add(1)
    } else {
        gene.0.saturating_add(residues.0.saturating_sub(1).saturating_mul(3))
    }
}

/// Lines with their numbers, without comments and empty ones.
pub(super) fn data_lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    (1_u64..).zip(lines).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_letters() {
        assert_eq!(letter((101, 400), false, (1, 10)), 101);
        assert_eq!(letter((101, 400), false, (11, 20)), 131);
        assert_eq!(letter((101, 400), true, (1, 10)), 371);
        assert_eq!(letter((101, 400), true, (91, 100)), 101);
    }
}
