//! Sequences from a file or from JavaScript objects, and what the page shows of them.

use crate::blob::BlobBytes;
use crate::error::{Refusal, plain, set};
use crate::options::Read;
use crate::progress::Reporter;
use crossgrain_core::error::Notice;
use crossgrain_core::reader::{SequenceReader, translated};
use crossgrain_core::seq::{FastaReader, Parsed, ReadOptions, Record, SequenceKind};
use crossgrain_core::weights::ByteSource;
use js_sys::{Function, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Bytes per read of a sequence file.
const PIECE_BYTES: u64 = 4 * 1024 * 1024;
/// Most header fields that are offered as labels.
const FIELDS_MAX: usize = 64;

/// Reads a file of sequences or domains piece by piece; of a GenBank file what `wanted` says.
///
/// # Errors
/// Any code of a reader that concerns the whole file.
pub fn read(
    input: Blob,
    options: Read,
    wanted: Option<SequenceKind>,
    callback: Option<&Function>,
) -> Result<Parsed, Refusal> {
    let bytes = BlobBytes::new(input)?;
    let (kind, derive) = (options.kind(), options.derive());
    let mut reader = SequenceReader::new(ReadOptions { file: options.name, kind }, wanted).converting(derive);
    let mut reporter = Reporter::new(callback, "reading", "bytes");
    let total = bytes.len();
    let mut at = 0;
    while at < total {
        let mut piece = vec![0; PIECE_BYTES.min(total - at) as usize];
        bytes.read_at(at, &mut piece)?;
        reader.push(&piece)?;
        at += piece.len() as u64;
        reporter.report(at as f64, total as f64);
    }
    Ok(reader.finish()?)
}

/// A sequence as the module's users write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    sequence: String,
}

/// Takes records from JavaScript through the same rules as a file.
///
/// # Errors
/// `options.invalid` unless `list` is an array of `{ id, sequence }`.
pub fn from_objects(list: JsValue, options: &Read) -> Result<Parsed, Refusal> {
    let entries: Vec<Entry> = serde_wasm_bindgen::from_value(list).map_err(|error| {
        Refusal::new(
            "options.invalid",
            format!("the records cannot be used: {error}"),
            "give an array of { id, sequence }",
        )
    })?;
    if options.kind() == Some(SequenceKind::Domains) && options.translate.is_none() {
        return Ok(of_domains(entries));
    }
    // The reader knows records by number, so that ids may hold anything.
    let kind = if options.translate.is_some() { Some(SequenceKind::Dna) } else { options.kind() };
    let mut reader = FastaReader::new(ReadOptions { file: None, kind });
    for (i, entry) in entries.iter().enumerate() {
        reader.push(format!(">{i}\n").as_bytes())?;
        // Line ends inside a sequence are blanks; a '>' after one must not begin a record.
        let letters: Vec<u8> = entry.sequence.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
        if letters.first() == Some(&b'>') {
            reader.push(b"?")?;
        }
        reader.push(&letters)?;
        reader.push(b"\n")?;
    }
    let mut parsed = reader.finish()?;
    if let Some(table) = options.translate {
        parsed = translated(parsed, table, None)?;
    }
    let id =
        |number: &str| number.parse().ok().and_then(|i: usize| entries.get(i)).map(|entry| entry.id.clone());
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
fn of_domains(entries: Vec<Entry>) -> Parsed {
    let record = |Entry { id, sequence }: Entry| Record {
        id,
        description: String::new(),
        letters: sequence.split([';', ',']).map(str::trim).collect::<Vec<_>>().join(";"),
        line: 0,
    };
    Parsed {
        kind: SequenceKind::Domains,
        detected: SequenceKind::Domains,
        records: entries.into_iter().map(record).collect(),
        warnings: Vec::new(),
        warnings_omitted: 0,
        refusals: Vec::new(),
        refusals_omitted: 0,
        gzip: false,
        lines: 0,
        bytes: 0,
    }
}

/// What the page shows; lengths go as a typed array.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    kind: SequenceKind,
    detected: SequenceKind,
    gzip: bool,
    count: usize,
    residues: f64,
    ids: Vec<&'a str>,
    descriptions: Vec<&'a str>,
    fields: Vec<Field<'a>>,
    warnings: &'a [Notice],
    warnings_omitted: f64,
    refusals: &'a [Notice],
    refusals_omitted: f64,
}

/// One `key=value` field of the headers over all records.
#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    values: Vec<Option<&'a str>>,
}

/// The summary of a parse.
pub fn report(parsed: &Parsed) -> JsValue {
    let records = &parsed.records;
    let object = plain(&Report {
        kind: parsed.kind,
        detected: parsed.detected,
        gzip: parsed.gzip,
        count: records.len(),
        residues: parsed.residues() as f64,
        ids: records.iter().map(|record| record.id.as_str()).collect(),
        descriptions: records.iter().map(|record| record.description.as_str()).collect(),
        fields: fields(records),
        warnings: &parsed.warnings,
        warnings_omitted: parsed.warnings_omitted as f64,
        refusals: &parsed.refusals,
        refusals_omitted: parsed.refusals_omitted as f64,
    });
    let lengths: Vec<u32> = records.iter().map(|record| parsed.length(record) as u32).collect();
    set(&object, "lengths", &Uint32Array::from(lengths.as_slice()));
    object
}

/// Fields in the order in which they first appear.
fn fields(records: &[Record]) -> Vec<Field<'_>> {
    let mut fields: Vec<Field> = Vec::new();
    for (row, record) in records.iter().enumerate() {
        for (name, value) in record.fields() {
            let known = fields.iter().position(|field| field.name == name);
            let at = match known {
                Some(at) => at,
                None if fields.len() < FIELDS_MAX => {
                    fields.push(Field { name, values: vec![None; records.len()] });
                    fields.len() - 1
                }
                None => continue,
            };
            // The first value of a repeated key counts.
            fields[at].values[row].get_or_insert(value);
        }
    }
    fields
}
