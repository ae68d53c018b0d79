//! BiG-SCAPE's `.pfd`: `cluster score gene from to accession name start end header`, separated by tabs.
//!
//! `from` and `to` are residues of the protein, `start` and `end` letters of its gene, and the header
//! ends with the strand: `>BGC0000001_ORF1:gid:g1:pid:p1:loc:1:300:strand:+`.

use super::placed::{Rows, data_lines, letter};

/// Reads the table.
pub(super) fn pfd(text: &str, rows: &mut Rows<'_>) {
    for (number, line) in data_lines(text) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let whole = |at: usize| cell(at).trim_start_matches(['<', '>']).parse::<i64>().ok();
        let places = (|| Some(((whole(7)?, whole(8)?), (whole(3)?, whole(4)?))))();
        match places {
            Some((gene, residues)) if !cell(0).is_empty() && !cell(5).is_empty() => {
                let reverse = cell(9).ends_with("strand:-");
                rows.add(cell(0), (letter(gene, reverse, residues), gene.0), cell(5), number);
            }
            _ => rows.refuse(
                number,
                "the line is not a domain with its place",
                "give the .pfd as BiG-SCAPE wrote it",
            ),
        }
    }
}
