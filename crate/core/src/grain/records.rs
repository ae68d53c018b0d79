//! Records of a file of coding sequences → rows.

use super::gene::pseudogene;
use super::table_of_file::table_of_file;
use super::{Annotation, Grain, GrainRow, Origin, Reading, translate_gene};
use crate::codon::{Code, CodonError};
use crate::error::{Coded, Notice, Where};
use crate::seq::Record;

/// Coding sequences and their proteins, row by row the same genes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coding {
    /// The coding sequences that have a protein.
    pub cds: Vec<GrainRow>,
    /// Their proteins.
    pub proteins: Vec<GrainRow>,
    /// Which of the records each of them is, counted from 0.
    pub records: Vec<usize>,
    /// What is odd: the codes of [`translate_gene`] and [`Annotation::notices`], and `cds.table_of_file`.
    pub notices: Vec<Notice>,
    /// Records that are left out of both: the codes of [`CodonError`], `cds.no_protein` and `cds.pseudogene`.
    pub refusals: Vec<Notice>,
}

/// Translates the records of a file of coding sequences by an NCBI translation table, or by the one that a header
/// names. Headers also say where the first codon begins, which ends are missing, which codons are recoded and what is a
/// pseudogene: see [`Annotation::of_header`].
///
/// # Errors
///
/// `codon.table` for a table that is not known.
pub fn coding(records: &[Record], table: u8, file: Option<&str>) -> Result<Coding, CodonError> {
    Code::ncbi(table)?;
    let (mut coding, mut named) = (Coding::default(), Vec::new());
    for (place, record) in records.iter().enumerate() {
        let at =
            Where { file: file.map(str::to_owned), line: Some(record.line), record: Some(record.id.clone()) };
        let annotation = Annotation::of_header(&record.description, record.letters.len());
        if annotation.pseudo {
            coding.refusals.push(pseudogene(at));
            continue;
        }
        let reading = Reading {
            table: annotation.table.unwrap_or(table),
            begins: !annotation.partial.five_prime && annotation.skipped == 0,
            ends: !annotation.partial.three_prime,
            recoded: &annotation.recoded,
        };
        let letters = record.letters.get(annotation.skipped..).unwrap_or_default();
        let translated = match translate_gene(letters, &reading, &at) {
            Ok(translated) => translated,
            Err(error) => {
                coding.refusals.push(Notice { at, ..error.notice() });
                continue;
            }
        };
        coding.notices.extend(translated.notices);
        coding.notices.extend(annotation.notices(false, &at));
        named.extend(annotation.table.map(|table| (table, at.clone())));
        if translated.protein.is_empty() {
            coding.refusals.push(Notice {
                code: "cds.no_protein".to_owned(),
                message: "the coding sequence is a stop codon alone".to_owned(),
                at,
                hint: "leave it out".to_owned(),
            });
            continue;
        }
        let origin = Origin {
            record: record.id.clone(),
            gene: Some(record.id.clone()),
            start: annotation.skipped.saturating_add(1),
            end: record.letters.len(),
            strand: '+',
            ..Origin::default()
        };
        let row = |letters: &str, grain| GrainRow {
            id: record.id.clone(),
            letters: letters.to_owned(),
            grain,
            origin: origin.clone(),
        };
        coding.cds.push(row(letters, Grain::Cds));
        coding.proteins.push(row(&translated.protein, Grain::Protein));
        coding.records.push(place);
    }
    coding.notices.extend(table_of_file(table, &named));
    Ok(coding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, letters: &str) -> Record {
        Record { id: id.to_owned(), description: String::new(), letters: letters.to_owned(), line: 1 }
    }

    #[test]
    fn genes_and_proteins_line_up() {
        let records =
            [record("a", "GTGAAATAA"), record("b", "TAA"), record("c", "AT"), record("d", "ATGTAAAAATAA")];
        let coding = coding(&records, 11, Some("x.fa")).unwrap();
        let rows: Vec<_> = coding
            .cds
            .iter()
            .zip(&coding.proteins)
            .map(|(c, p)| (c.id.as_str(), p.id.as_str(), p.letters.as_str()))
            .collect();
        assert_eq!(rows, [("a", "a", "MK"), ("d", "d", "MXK")]);
        let codes = |notices: &[Notice]| notices.iter().map(|notice| notice.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&coding.refusals), ["cds.no_protein", "codon.empty"]);
        assert_eq!(codes(&coding.notices), ["cds.internal_stop"]);
        assert_eq!(super::coding(&records, 7, None), Err(CodonError::Table(7)));
    }
}
