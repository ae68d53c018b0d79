//! Records of a file of coding sequences → rows.

use super::{Grain, GrainRow, Origin, translate};
use crate::codon::CodonError;
use crate::error::{Coded, Notice, Where};
use crate::seq::Record;

/// Coding sequences and their proteins, row by row the same genes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coding {
    /// The coding sequences that have a protein.
    pub cds: Vec<GrainRow>,
    /// Their proteins.
    pub proteins: Vec<GrainRow>,
    /// What is odd: the codes of [`translate`].
    pub notices: Vec<Notice>,
    /// Records that are left out of both: the codes of [`CodonError`], and `cds.no_protein`.
    pub refusals: Vec<Notice>,
}

/// Translates the records of a file of coding sequences by an NCBI translation table.
///
/// # Errors
///
/// `codon.table` for a table that is not known.
pub fn coding(records: &[Record], table: u8, file: Option<&str>) -> Result<Coding, CodonError> {
    let mut coding = Coding::default();
    for record in records {
        let at =
            Where { file: file.map(str::to_owned), line: Some(record.line), record: Some(record.id.clone()) };
        let translated = match translate(&record.letters, table, true, &at) {
            Ok(translated) => translated,
            Err(error @ CodonError::Table(_)) => return Err(error),
            Err(error) => {
                coding.refusals.push(Notice { at, ..error.notice() });
                continue;
            }
        };
        coding.notices.extend(translated.notices);
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
            start: 1,
            end: record.letters.len(),
            strand: '+',
            ..Origin::default()
        };
        let row = |letters: String, grain| GrainRow {
            id: record.id.clone(),
            letters,
            grain,
            origin: origin.clone(),
        };
        coding.cds.push(row(record.letters.clone(), Grain::Cds));
        coding.proteins.push(row(translated.protein, Grain::Protein));
    }
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
