//! Conversions of records before a model reads them: translation, and the residues of single domains.

use crate::error::Notice;
use crate::grain::coding;
use crate::seq::{Diagnostics, Parsed, Record, SeqError, SeqProblem, SequenceKind};

/// A conversion of the records of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conversion {
    /// The records stay as they are.
    #[default]
    None,
    /// Coding sequences become proteins by this translation table of the NCBI. A table that the file names for a
    /// gene counts before it, in a FASTA header as in a GenBank file.
    Translate(u8),
    /// The residues of each Pfam domain of a GenBank file, called `<cluster>/<place in the cluster>`.
    DomainSlices,
}

/// The proteins of coding sequences, under the same names, with the same descriptions.
///
/// Warnings and refusals name the record: codes of [`crate::grain::translate`] as warnings, sequences
/// without a protein as refusals.
///
/// # Errors
///
/// `cds.not_nucleotides` for other letters, `codon.table` for a table that is not known.
pub fn translated(parsed: Parsed, table: u8, file: Option<&str>) -> Result<Parsed, SeqError> {
    if parsed.kind != SequenceKind::Dna {
        return Err(SeqError::new(SeqProblem::NotCoding).in_file(file));
    }
    let made = coding(&parsed.records, table, file)
        .map_err(|_| SeqError::new(SeqProblem::NoSuchTable(table)).in_file(file))?;
    let records = made.proteins.into_iter().zip(made.records).map(|(row, place)| {
        let source = parsed.records.get(place);
        Record {
            description: source.map(|record| record.description.clone()).unwrap_or_default(),
            line: source.map_or(0, |record| record.line),
            id: row.id,
            letters: row.letters,
        }
    });
    let records: Vec<Record> = records.collect();
    let (warnings, more_warnings) = together(parsed.warnings, made.notices);
    let (refusals, more_refusals) = together(parsed.refusals, made.refusals);
    Ok(Parsed {
        kind: SequenceKind::Protein,
        records,
        warnings,
        warnings_omitted: parsed.warnings_omitted.saturating_add(more_warnings),
        refusals,
        refusals_omitted: parsed.refusals_omitted.saturating_add(more_refusals),
        ..parsed
    })
}

/// Both lists in the order of their lines, capped per code, and how many are left out.
pub(super) fn together(first: Vec<Notice>, second: Vec<Notice>) -> (Vec<Notice>, u64) {
    let mut all = Diagnostics::default();
    for notice in first.into_iter().chain(second) {
        all.add(&notice.code.clone(), || notice);
    }
    all.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::limits::NOTICES_PER_CODE;
    use crate::seq::{ReadOptions, read_fasta};

    fn read(text: &str) -> Parsed {
        read_fasta(text.as_bytes(), ReadOptions { file: None, kind: Some(SequenceKind::Dna) }).unwrap()
    }

    #[test]
    fn notices_name_their_record() {
        let text = ">a species=x\nATGAAATAA\n>shift\nATGTAAAAATAA\n>cut\nATGAAATA\n>stop\nTAA\n>short\nAT\n>n\nATGNNNTAA\n";
        let made = translated(read(text), 11, Some("x.fa")).unwrap();
        let rows: Vec<_> = made.records.iter().map(|r| (r.id.as_str(), r.letters.as_str())).collect();
        assert_eq!(rows, [("a", "MK"), ("shift", "MXK"), ("cut", "MK"), ("n", "MX")]);
        assert_eq!((made.kind, made.detected), (SequenceKind::Protein, SequenceKind::Dna));
        assert_eq!((made.records[0].description.as_str(), made.records[1].line), ("species=x", 3));
        let codes = |notices: &[Notice]| -> Vec<(String, String)> {
            notices.iter().map(|n| (n.at.record.clone().unwrap_or_default(), n.code.clone())).collect()
        };
        let pair = |record: &str, code: &str| (record.to_owned(), code.to_owned());
        assert_eq!(
            codes(&made.warnings),
            [
                pair("shift", "cds.internal_stop"),
                pair("cut", "cds.partial_codon"),
                pair("n", "cds.ambiguous_codon")
            ]
        );
        assert_eq!(codes(&made.refusals), [pair("stop", "cds.no_protein"), pair("short", "codon.empty")]);
    }

    #[test]
    fn many_notices_are_counted_and_not_kept() {
        let text: String = (0..NOTICES_PER_CODE + 7).map(|i| format!(">g{i}\nATGTAAAAATAA\n")).collect();
        let made = translated(read(&text), 1, None).unwrap();
        assert_eq!((made.warnings.len(), made.warnings_omitted), (NOTICES_PER_CODE, 7));
    }

    #[test]
    fn refusals() {
        let t = |parsed: Parsed, table, code: &str| {
            assert_eq!(translated(parsed, table, None).unwrap_err().code(), code);
        };
        t(read(">a\nATG\n"), 7, "codon.table");
        t(Parsed { kind: SequenceKind::Protein, ..read(">a\nATG\n") }, 1, "cds.not_nucleotides");
    }
}
