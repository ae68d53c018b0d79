//! `pfam_scan.pl`: `protein from to from to accession name type from to length score E-value significance clan`.

use super::placed::{Rows, data_lines};

/// Reads the table: the alignment's first residue is the place of a domain.
pub(super) fn read(text: &str, rows: &mut Rows<'_>) {
    for (number, line) in data_lines(text) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        match (cell(1).parse(), cell(2).parse(), cells.len() >= 14) {
            (Ok(_), Ok(_), true) if cell(13) == "0" => rows.insignificant(),
            (Ok(start), Ok(end), true) => rows.add(cell(0), (start, end), cell(5), number),
            _ => rows.refuse(
                number,
                "the line is not a hit with 14 columns",
                "give the file as pfam_scan.pl wrote it",
            ),
        }
    }
}
