//! The end of a parse: the kind is settled, letters are normalised, facts become notices.

use super::{
    super::{
        Parsed, Record, letter,
        notices::{Notices, place},
        remark::{Remark, Weight},
    },
    ReadOptions,
    draft::{Draft, Fact, RawRecord},
};
use crate::error::Notice;

/// Gives every record its verdict.
pub(super) fn judge(draft: Draft, options: &ReadOptions, gzip: bool, bytes: u64) -> Parsed {
    let file = options.file.as_deref();
    let detected = draft.census.kind();
    let kind = options.kind.unwrap_or(detected);
    let mut warnings = Notices::default();
    let mut refusals = Notices::default();
    if let Some(line) = draft.comment {
        let remark = Remark::Comment;
        warnings.add(remark.code(), || remark.notice(place(file, line, None)));
    }

    let mut facts = draft.facts.into_iter().peekable();
    let mut own: Vec<Fact> = Vec::new();
    let judge = |(index, raw): (usize, RawRecord)| {
        own.clear();
        own.extend(std::iter::from_fn(|| facts.next_if(|fact| fact.is_about(index))));
        let RawRecord { id, description, line: header, letters } = raw;

        let refusal = own.iter().find(|fact| fact.remark.weight(kind) == Weight::Refuses);
        let refusal = refusal.map(|fact| (fact.remark, fact.line(header)));
        let letters = if refusal.is_some() { String::new() } else { letter::normalise(letters, kind) };
        let empty = letters.is_empty().then_some((Remark::Empty, header));
        if let Some((remark, line)) = refusal.or(empty) {
            refusals.add(remark.code(), || remark.notice(place(file, line, Some(&id))));
            return None;
        }
        for fact in own.iter().filter(|fact| fact.remark.weight(kind) == Weight::Warns) {
            let at = || place(file, fact.line(header), Some(&id));
            warnings.add(fact.remark.code(), || fact.remark.notice(at()));
        }
        Some(Record { id, description, letters, line: header })
    };
    // Collected in place: raw and finished records have the same size.
    let records: Vec<Record> = draft.records.into_iter().enumerate().filter_map(judge).collect();
    warn_of_duplicates(&records, file, &mut warnings);

    let (warnings, warnings_omitted) = warnings.finish();
    let (refusals, refusals_omitted) = refusals.finish();
    Parsed {
        kind,
        detected,
        records,
        warnings,
        warnings_omitted,
        refusals,
        refusals_omitted,
        gzip,
        lines: draft.lines,
        bytes,
    }
}

/// Warns of each record whose id an earlier one has. Sorting takes 8 bytes a record; a hash table
/// would take five times that.
fn warn_of_duplicates(records: &[Record], file: Option<&str>, warnings: &mut Notices) {
    let mut order: Vec<&Record> = records.iter().collect();
    order.sort_by(|a, b| a.id.cmp(&b.id)); // stable: within an id by place
    let mut repeats: Vec<(&Record, u64)> = Vec::new();
    for same in order.chunk_by(|a, b| a.id == b.id) {
        if let [first, later @ ..] = same {
            repeats.extend(later.iter().map(|record| (*record, first.line)));
        }
    }
    repeats.sort_by_key(|(record, _)| record.line);
    for (record, first) in repeats {
        warnings.add("fasta.duplicate_id", || Notice {
            code: "fasta.duplicate_id".to_owned(),
            message: format!("the record of line {first} has the same id"),
            at: place(file, record.line, Some(&record.id)),
            hint: "rename one of them: label tables and exports go by id".to_owned(),
        });
    }
}
