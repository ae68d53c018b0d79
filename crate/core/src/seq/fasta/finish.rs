//! The end of a parse: decides the kind, normalises letters, turns pending diagnostics into notices.

use super::{
    super::{
        Parsed, Record, SequenceKind,
        diagnostic::{Diagnostic, Severity},
        diagnostics::{Diagnostics, located},
        letter::{self, Dots},
        stops::Stops,
    },
    ReadOptions,
    raw::{PendingDiagnostic, RawFile, RawRecord},
};
use crate::error::Notice;

/// Rows that HH-suite adds to an alignment in A3M: secondary structure and how sure of it the prediction is.
const ANNOTATION_ROWS: [&str; 6] = ["ss_pred", "ss_conf", "ss_dssp", "sa_dssp", "sa_pred", "sa_conf"];

/// Turns raw records into records or refusals.
pub(super) fn finish(raw: RawFile, options: &ReadOptions, gzip: bool, bytes: u64) -> Parsed {
    let file = options.file.as_deref();
    let detected = raw.counts.kind();
    let kind = options.kind.unwrap_or(detected);
    // Only a protein has stops.
    let dots = if kind == SequenceKind::Protein { raw.signs.dots() } else { Dots::Gaps };
    let mut warnings = Diagnostics::default();
    let mut refusals = Diagnostics::default();
    if let Some(line) = raw.comment {
        let diagnostic = Diagnostic::Comment;
        warnings.add(diagnostic.code(), || diagnostic.notice(located(file, line, None)));
    }

    let mut all = raw.pending.into_iter().peekable();
    let mut own: Vec<PendingDiagnostic> = Vec::new();
    let finish = |(index, raw): (usize, RawRecord)| {
        own.clear();
        own.extend(std::iter::from_fn(|| all.next_if(|pending| pending.is_about(index))));
        own.iter_mut().for_each(|pending| pending.diagnostic = pending.diagnostic.with(dots));
        let RawRecord { id, description, line: header, letters } = raw;

        let annotation =
            ANNOTATION_ROWS.contains(&id.as_str()).then_some((Diagnostic::AnnotationRow, header));
        let refusal = own.iter().find(|pending| pending.diagnostic.severity(kind) == Severity::Refusal);
        let refusal = annotation.or(refusal.map(|pending| (pending.diagnostic, pending.line(header))));
        let has_stops = |pending: &PendingDiagnostic| {
            matches!(pending.diagnostic, Diagnostic::InnerStop | Diagnostic::EndStop)
        };
        let stops = if refusal.is_none() && own.iter().any(has_stops) {
            Stops::of(&letters, dots)
        } else {
            Stops::default()
        };
        let letters = if refusal.is_some() { String::new() } else { letter::normalise(letters, kind, dots) };
        let empty = letters.is_empty().then_some((Diagnostic::Empty, header));
        if let Some((diagnostic, line)) = refusal.or(empty) {
            refusals.add(diagnostic.code(), || diagnostic.notice(located(file, line, Some(&id))));
            return None;
        }
        for (i, pending) in own.iter().enumerate() {
            // Stops at the end may be followed by others: `*.` ends a sequence once.
            let earlier = own.iter().take(i).any(|other| other.diagnostic == pending.diagnostic);
            if earlier || pending.diagnostic.severity(kind) != Severity::Warning {
                continue;
            }
            warnings.add(pending.diagnostic.code(), || {
                let notice = pending.diagnostic.notice(located(file, pending.line(header), Some(&id)));
                let message = match pending.diagnostic {
                    Diagnostic::InnerStop => stops.inside(),
                    Diagnostic::EndStop => stops.at_end(),
                    _ => None,
                };
                Notice { message: message.unwrap_or_else(|| notice.message.clone()), ..notice }
            });
        }
        Some(Record { id, description, letters, line: header })
    };
    // Collected in place: raw and finished records have the same size.
    let records: Vec<Record> = raw.records.into_iter().enumerate().filter_map(finish).collect();
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
        lines: raw.lines,
        bytes,
    }
}

/// Warns of each record whose id an earlier record has. Sorting takes 8 bytes a record; a hash table
/// would take five times that.
fn warn_of_duplicates(records: &[Record], file: Option<&str>, warnings: &mut Diagnostics) {
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
            at: located(file, record.line, Some(&record.id)),
            hint: "rename one of them: label tables and exports go by id".to_owned(),
        });
    }
}
