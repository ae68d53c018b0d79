//! Sequences from a program → records, by the same rules as a file.

use crate::refusal::Refusal;
use crate::sequence_record::SequenceRecord;
use crossgrain_core::reader::translated;
use crossgrain_core::seq::{FastaReader, Parsed, ReadOptions, Record, SequenceKind};

/// Takes records from a program through the same rules as a file; with `translate`, coding sequences become proteins by
/// this NCBI table.
///
/// # Errors
/// Any code of a reader that concerns all records.
pub fn given_records(
    given: &[SequenceRecord],
    kind: Option<SequenceKind>,
    translate: Option<u8>,
) -> Result<Parsed, Refusal> {
    if kind == Some(SequenceKind::Domains) && translate.is_none() {
        return Ok(domains(given));
    }
    // The reader knows records by number, so that ids may hold anything.
    let kind = if translate.is_some() { Some(SequenceKind::Dna) } else { kind };
    let mut reader = FastaReader::new(ReadOptions { file: None, kind });
    for (i, record) in given.iter().enumerate() {
        reader.push(format!(">{i}\n").as_bytes())?;
        // Line ends inside a sequence are blanks; a '>' after one must not begin a record.
        let letters: Vec<u8> =
            record.sequence.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
        if letters.first() == Some(&b'>') {
            reader.push(b"?")?;
        }
        reader.push(&letters)?;
        reader.push(b"\n")?;
    }
    let mut parsed = reader.finish()?;
    if let Some(table) = translate {
        parsed = translated(parsed, table, None)?;
    }
    let id =
        |number: &str| number.parse().ok().and_then(|i: usize| given.get(i)).map(|record| record.id.clone());
    for record in &mut parsed.records {
        if let Some(id) = id(&record.id) {
            record.id = id;
        }
    }
    for notice in parsed.warnings.iter_mut().chain(&mut parsed.refusals) {
        notice.at.line = None;
        notice.at.record = notice.at.record.as_deref().and_then(id);
    }
    Ok(parsed)
}

/// Lists of domains, `PF00668;PF00550`, as records.
fn domains(given: &[SequenceRecord]) -> Parsed {
    let record = |SequenceRecord { id, sequence }: &SequenceRecord| Record {
        id: id.clone(),
        description: String::new(),
        letters: sequence.split([';', ',']).map(str::trim).collect::<Vec<_>>().join(";"),
        line: 0,
    };
    Parsed {
        kind: SequenceKind::Domains,
        detected: SequenceKind::Domains,
        records: given.iter().map(record).collect(),
        warnings: Vec::new(),
        warnings_omitted: 0,
        refusals: Vec::new(),
        refusals_omitted: 0,
        gzip: false,
        lines: 0,
        bytes: 0,
    }
}
