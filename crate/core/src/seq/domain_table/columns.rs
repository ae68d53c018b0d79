//! Tables whose first line names the columns: GECCO's and DeepBGC's, separated by tabs, or by commas or
//! semicolons if a spreadsheet saved them.

use super::placed::{Rows, letter};
use std::collections::HashMap;

const HINT: &str = "give the table as the tool wrote it";

/// The cells of a line, by the names of their columns in lower case.
struct Cells<'t> {
    heads: &'t HashMap<String, usize>,
    record: &'t csv::StringRecord,
    line: u64,
}

impl Cells<'_> {
    fn get(&self, names: &[&str]) -> &str {
        let at = names.iter().find_map(|name| self.heads.get(*name));
        at.and_then(|at| self.record.get(*at)).map(str::trim).unwrap_or_default()
    }

    fn whole(&self, names: &[&str]) -> Option<i64> {
        self.get(names).parse().ok()
    }
}

/// Calls `each` for every line below the heads.
fn lines(text: &str, rows: &mut Rows<'_>, mut each: impl FnMut(&Cells<'_>, &mut Rows<'_>)) {
    // Lines above the heads would be comments.
    let begin = text.len().saturating_sub(text.trim_start().len());
    let skipped = text.get(..begin).unwrap_or_default().matches('\n').count() as u64;
    let text = text.get(begin..).unwrap_or(text);
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    let delimiter =
        [b'\t', b',', b';'].into_iter().find(|byte| first.as_bytes().contains(byte)).unwrap_or(b'\t');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut heads = HashMap::new();
    let mut first = true;
    loop {
        let read = reader.read_record(&mut record);
        let line = record.position().map_or(1, csv::Position::line).saturating_add(skipped);
        match read {
            Ok(false) => break,
            Ok(true) if std::mem::take(&mut first) => {
                let head = |(at, head): (usize, &str)| {
                    (head.trim().trim_start_matches('#').to_ascii_lowercase(), at)
                };
                heads = record.iter().enumerate().map(head).collect();
            }
            Ok(true) if record.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(true) => each(&Cells { heads: &heads, record: &record, line }, rows),
            Err(_) => rows.refuse(line, "the line is not text in UTF-8", HINT),
        }
    }
}

/// GECCO: one line per domain, with the gene on its sequence and the domain in its protein.
pub(super) fn gecco_features(text: &str, rows: &mut Rows<'_>) {
    rows.are_sequences();
    lines(text, rows, |cells, rows| {
        let gene = (cells.whole(&["start"]), cells.whole(&["end"]));
        let residues = (cells.whole(&["domain_start"]), cells.whole(&["domain_end"]));
        let (sequence, domain) = (cells.get(&["sequence_id"]), cells.get(&["domain"]));
        match (gene, residues) {
            ((Some(start), Some(end)), (Some(from), Some(to)))
                if !sequence.is_empty() && !domain.is_empty() =>
            {
                let reverse = ["-", "-1"].contains(&cells.get(&["strand"]));
                let place = letter((start, end), reverse, (from, to));
                rows.add(sequence, (place, start), domain, cells.line);
            }
            _ => rows.refuse(cells.line, "the line is not a domain with its place", HINT),
        }
    });
}

/// DeepBGC: one line per domain, in genomic order.
pub(super) fn deepbgc_pfam(text: &str, rows: &mut Rows<'_>) {
    rows.are_sequences();
    lines(text, rows, |cells, rows| {
        let (sequence, domain) = (cells.get(&["sequence_id"]), cells.get(&["pfam_id"]));
        if sequence.is_empty() || domain.is_empty() {
            rows.refuse(cells.line, "the line has no sequence or no domain", HINT);
        } else {
            let place = cells.whole(&["gene_start"]).unwrap_or(0);
            rows.add(sequence, (place, 0), domain, cells.line);
        }
    });
}

/// DeepBGC: one line per candidate cluster, with its domains in genomic order.
pub(super) fn deepbgc_bgc(text: &str, rows: &mut Rows<'_>) {
    lines(text, rows, |cells, rows| {
        let place = format!(
            "{}_{}-{}",
            cells.get(&["sequence_id"]),
            cells.get(&["nucl_start"]),
            cells.get(&["nucl_end"])
        );
        let id = Some(cells.get(&["bgc_candidate_id"])).filter(|id| !id.is_empty()).unwrap_or(&place);
        let split = cells.get(&["pfam_ids"]).split([';', ',']).map(str::trim);
        let domains: Vec<String> = split.filter(|domain| !domain.is_empty()).map(str::to_owned).collect();
        if domains.is_empty() {
            rows.refuse_empty(id, cells.line)
        } else {
            rows.add_row(id, domains, cells.line)
        }
    });
}
