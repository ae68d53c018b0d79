//! InterProScan: `protein md5 length analysis signature description start stop E-value status date …`,
//! separated by tabs, or GFF3 with `protein_match` features.

use super::placed::{Rows, data_lines};
use crate::seq::pfam::is_pfam;

const HINT: &str = "give the file as InterProScan wrote it, with -f tsv or -f gff3";

/// The table without heads.
pub(super) fn tsv(text: &str, rows: &mut Rows<'_>) {
    for (number, line) in data_lines(text) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let (Ok(start), Ok(stop)) = (cell(6).parse(), cell(7).parse()) else {
            // Some people add a line with the names of the columns.
            if !(number == 1 && cell(2).parse::<u64>().is_err()) {
                rows.refuse(number, "the line has no start and stop", HINT);
            }
            continue;
        };
        take(rows, (cell(0), cell(3), cell(4)), (start, stop), number, cell(9) == "F");
    }
}

/// GFF3, up to the sequences that may follow.
pub(super) fn gff(text: &str, rows: &mut Rows<'_>) {
    let end = text.find("##FASTA").unwrap_or(text.len());
    for (number, line) in data_lines(text.get(..end).unwrap_or(text)) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        if cell(2) != "protein_match" {
            continue;
        }
        let attribute = |name: &str| {
            let pairs = cell(8).split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.into_iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
        };
        let (Ok(start), Ok(stop)) = (cell(3).parse(), cell(4).parse()) else {
            rows.refuse(number, "the line has no start and end", HINT);
            continue;
        };
        let (id, status) = (decoded(cell(0)), attribute("status"));
        take(rows, (&id, cell(1), attribute("Name")), (start, stop), number, status == "F");
    }
}

/// A match: protein, database and accession.
fn take(rows: &mut Rows<'_>, names: (&str, &str, &str), place: (i64, i64), number: u64, insignificant: bool) {
    let (protein, database, accession) = names;
    if !database.eq_ignore_ascii_case("pfam") && !is_pfam(accession) {
        rows.other_database();
    } else if insignificant {
        rows.insignificant();
    } else if protein.is_empty() || accession.is_empty() || accession == "-" {
        rows.refuse(number, "the line has no protein or no accession", HINT);
    } else {
        rows.add(protein, place, accession, number);
    }
}

/// A name with `%7C` and the like as letters.
fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { more.get(2..).unwrap_or_default() } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_gff() {
        fn t(name: &str, expected: &str) {
            assert_eq!(decoded(name), expected);
        }
        t("sp%7CP1%7CX", "sp|P1|X");
        t("p1", "p1");
        t("100%", "100%");
        t("%zz%2", "%zz%2");
    }
}
