//! Coding sequences for the analyses of codons: read in the frame that their headers give.

use super::Annotation;
use super::gene::pseudogene;
use super::table_of_file::table_of_file;
use crate::error::{Notice, Where};
use crate::seq::Record;

/// Coding sequences in frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InFrame<'r> {
    /// Which record each is, counted from 0, and its letters from its first whole codon on; without a last codon that
    /// is cut where the header says that the gene is.
    pub rows: Vec<(usize, &'r str)>,
    /// The translation table that counts: the one that all headers with a table name, else the one asked for.
    pub table: u8,
    /// Records that are left out: `cds.pseudogene`.
    pub refusals: Vec<Notice>,
    /// That headers name other tables: `cds.table_of_file`, or `cds.several_tables` if they differ among themselves.
    pub warnings: Vec<Notice>,
}

impl<'r> InFrame<'r> {
    /// Names and letters of the sequences.
    #[must_use]
    pub fn named(&self, records: &'r [Record]) -> Vec<(&'r str, &'r str)> {
        let name = |row: usize| records.get(row).map_or("", |record| record.id.as_str());
        self.rows.iter().map(|&(row, letters)| (name(row), letters)).collect()
    }
}

/// Reads the headers of coding sequences as [`super::coding`] does.
#[must_use]
pub fn in_frame(records: &[Record], table: u8) -> InFrame<'_> {
    let mut found = InFrame { table, ..InFrame::default() };
    let mut named = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let at = Where {
            file: None,
            line: Some(record.line).filter(|line| *line > 0),
            record: Some(record.id.clone()),
        };
        let annotation = Annotation::of_header(&record.description, record.letters.len());
        if annotation.pseudo {
            found.refusals.push(pseudogene(at));
            continue;
        }
        found.rows.push((place, framed(record, &annotation)));
        named.extend(annotation.table.map(|table| (table, at)));
    }
    let one = named.first().map(|(first, _)| *first);
    match one {
        Some(one) if named.iter().all(|(table, _)| *table == one) => {
            found.warnings.extend(table_of_file(table, &named));
            found.table = one;
        }
        Some(_) => found.warnings.extend(table_of_file(table, &named).map(|notice| Notice {
            code: "cds.several_tables".to_owned(),
            message: format!(
                "the headers name several translation tables: all sequences are read by table {table}"
            ),
            hint: "give the sequences of one table, or choose the table".to_owned(),
            ..notice
        })),
        None => {}
    }
    found
}

/// The letters of a coding sequence from its first whole codon on, as [`in_frame`] reads them.
#[must_use]
pub fn letters_in_frame(record: &Record) -> &str {
    framed(record, &Annotation::of_header(&record.description, record.letters.len()))
}

fn framed<'r>(record: &'r Record, annotation: &Annotation) -> &'r str {
    let letters = record.letters.get(annotation.skipped..).unwrap_or_default();
    let cut = letters.len().checked_rem(3).filter(|_| annotation.partial.three_prime).unwrap_or(0);
    letters.get(..letters.len().saturating_sub(cut)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_tables_of_headers() {
        let record = |id: &str, description: &str, letters: &str| Record {
            id: id.to_owned(),
            description: description.to_owned(),
            letters: letters.to_owned(),
            line: 1,
        };
        let records = [
            record("a", "", "ATGAAA"),
            record("b", "[frame=2] [partial=5',3']", "GATGAAAC"),
            record("c", "[pseudo=true]", "ATG"),
            record("d", "[frame=3]", "GGATGA"),
            record("e", "[gcode=4]", "ATG"),
        ];
        let found = in_frame(&records, 1);
        assert_eq!(found.rows, [(0, "ATGAAA"), (1, "ATGAAA"), (3, "ATGA"), (4, "ATG")]);
        assert_eq!((found.table, found.refusals[0].code.as_str()), (4, "cds.pseudogene"));
        assert_eq!(found.warnings[0].code, "cds.table_of_file");
        assert_eq!(in_frame(&records, 4).warnings, []);
        let several = [records[4].clone(), record("f", "[transl_table=11]", "ATG")];
        let found = in_frame(&several, 1);
        assert_eq!((found.table, found.warnings[0].code.as_str()), (1, "cds.several_tables"));
    }
}
