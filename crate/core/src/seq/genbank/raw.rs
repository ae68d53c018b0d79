//! A record while it is read, and how it becomes a [`GenbankRecord`] or a refusal.

use super::duplicates::{Repeated, leave_out_duplicates};
use super::feature::{KEYS, is_domain};
use super::locus::{Clues, Locus};
use super::{Feature, GenbankRecord, Location};
use crate::error::Notice;
use crate::limits::{FEATURES_PER_RECORD, LETTERS_PER_RECORD, QUALIFIER_BYTES_PER_RECORD};
use crate::seq::diagnostics::{Diagnostics, located};
use crate::seq::letter;

/// A feature as its lines have it.
#[derive(Debug)]
pub(super) struct RawFeature {
    pub key: &'static str,
    pub location: String,
    pub qualifiers: Vec<(String, String)>,
    pub line: u64,
    /// Whether the last qualifier's quotation mark is still open.
    pub open: bool,
    /// Bytes of its location and qualifiers, as they were counted against the cap.
    pub text: usize,
}

/// Most bytes of a LOCUS line with its continuations.
const LOCUS_BYTES: usize = 4096;

/// A record while it is read.
#[derive(Debug, Default)]
pub(super) struct RawRecord {
    pub record: GenbankRecord,
    /// The LOCUS line, and the lines over which it is broken.
    pub locus: String,
    /// What it says, once the next line has begun.
    pub read_locus: Locus,
    /// Lines over which the LOCUS line is broken, beyond the first.
    pub locus_lines: usize,
    /// Which record of the file it is, counted from 1.
    pub number: usize,
    /// First words after ACCESSION and VERSION.
    pub accession: String,
    pub version: String,
    pub protein: bool,
    pub features: Vec<RawFeature>,
    /// Bytes of locations and qualifiers.
    pub text: usize,
    /// Why the record is refused, with the line.
    pub refusal: Option<(&'static str, String, u64)>,
}

/// Warnings and refusals of a file.
#[derive(Debug, Default)]
pub(super) struct FileDiagnostics {
    pub file: Option<String>,
    pub warnings: Diagnostics,
    pub refusals: Diagnostics,
}

impl FileDiagnostics {
    pub fn warn(&mut self, code: &'static str, message: String, line: u64, id: &str) {
        let at = located(self.file.as_deref(), line, Some(id));
        self.warnings.add(code, || Notice {
            code: code.to_owned(),
            message,
            at,
            hint: hint(code).to_owned(),
        });
    }

    fn refuse(&mut self, code: &'static str, message: String, line: u64, id: &str) {
        let at = located(self.file.as_deref(), line, Some(id));
        self.refusals.add(code, || Notice {
            code: code.to_owned(),
            message,
            at,
            hint: hint(code).to_owned(),
        });
    }
}

fn hint(code: &str) -> &'static str {
    match code {
        "genbank.no_end" | "genbank.length" | "genbank.no_sequence" => {
            "the file may be cut: compare its size with the original"
        }
        "genbank.protein" => "export the protein as FASTA",
        "genbank.too_long" | "genbank.too_many_features" | "genbank.too_much_text" | "genbank.long_line" => {
            "give the gene cluster only, or use the command line on a part of the file"
        }
        "genbank.locus_name" => "check the name if it matters: results are distinguished by their names",
        "genbank.locus_wrapped" => "nothing to do; put the line together if other programs refuse the file",
        "genbank.fuzzy_location" => "nothing to do, unless the exact ends matter",
        "genbank.remote_location" => "give the file with all of its records, or a translation of the feature",
        "genbank.bad_letter" => "the sequence must be nucleotides; repair the line or leave the record out",
        "genbank.duplicate_feature" => "nothing to do; give them different names if they are two",
        "genbank.duplicate_id" => "rename one of them: results are distinguished by their names",
        _ => "the rest of the record is used; repair the line if you need this feature",
    }
}

impl RawRecord {
    pub fn new(locus: &str, number: usize, line: u64) -> Self {
        let record = GenbankRecord { id: format!("record-{number}"), line, ..GenbankRecord::default() };
        Self { record, locus: locus.to_owned(), number, ..Self::default() }
    }

    /// Takes a line over which the LOCUS line is broken.
    pub fn continue_locus(&mut self, line: &str) {
        if self.locus.len().saturating_add(line.len()) < LOCUS_BYTES {
            self.locus.push(' ');
            self.locus.push_str(line.trim());
            self.locus_lines = self.locus_lines.saturating_add(1);
        }
    }

    /// Reads the LOCUS line, once it has ended.
    pub fn end_locus(&mut self) {
        let locus = Locus::parse(&self.locus);
        self.protein = locus.protein;
        self.record.circular = locus.circular;
        self.record.length = locus.length.unwrap_or(0);
        self.read_locus = locus;
    }

    /// Names the record by all that is known of it so far; returns code and message.
    pub fn name(&mut self) -> Option<(&'static str, String)> {
        let length = match self.record.letters.len() {
            0 => self.source_end().unwrap_or(0),
            there => there,
        };
        let clues = Clues { accession: &self.accession, version: &self.version, length, number: self.number };
        let naming = self.read_locus.resolve(clues);
        self.record.id = naming.name;
        self.record.length = naming.length.unwrap_or(length);
        naming.notice
    }

    /// The end of the `source` feature, which spans the whole record.
    fn source_end(&self) -> Option<usize> {
        let source = self.features.iter().find(|feature| feature.key == "source")?;
        source.location.rsplit_once("..")?.1.trim_matches(['>', '<', ')']).parse().ok()
    }

    /// Drops a `misc_feature` that has ended and is no protein domain: files have many of them.
    pub fn end_feature(&mut self) {
        let other = |raw: &RawFeature| raw.key == "misc_feature" && !is_domain(&raw.qualifiers);
        if let Some(raw) = self.features.pop_if(|raw| other(raw)) {
            self.text = self.text.saturating_sub(raw.text);
        }
    }

    /// Keeps the first reason for a refusal.
    pub fn refuse(&mut self, code: &'static str, message: String, line: u64) {
        self.refusal.get_or_insert((code, message, line));
    }

    /// Whether nothing more of the record need be kept.
    pub fn is_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// Begins a feature; the lines after it belong to it.
    pub fn begin_feature(&mut self, key: &'static str, location: &str, line: u64) {
        self.end_feature();
        if self.features.len() >= FEATURES_PER_RECORD {
            let message = format!("the record has more than {FEATURES_PER_RECORD} features");
            return self.refuse("genbank.too_many_features", message, line);
        }
        let (bytes, location) = (location.len(), location.to_owned());
        self.features.push(RawFeature { key, location, qualifiers: Vec::new(), line, open: false, text: 0 });
        self.spend(bytes, line);
    }

    /// Counts text of the last feature against the cap.
    pub fn spend(&mut self, bytes: usize, line: u64) {
        if let Some(raw) = self.features.last_mut() {
            raw.text = raw.text.saturating_add(bytes);
        }
        self.text = self.text.saturating_add(bytes);
        if self.text > QUALIFIER_BYTES_PER_RECORD {
            let message =
                format!("the features of the record have more than {QUALIFIER_BYTES_PER_RECORD} bytes");
            self.refuse("genbank.too_much_text", message, line);
        }
    }

    /// Appends sequence letters of one line.
    pub fn take_letters(&mut self, bytes: &[u8], line: u64) {
        for &byte in bytes {
            let upper = byte.to_ascii_uppercase();
            if byte.is_ascii_digit() || byte.is_ascii_whitespace() || self.is_refused() {
                continue;
            }
            if !self.protein && !letter::is_nucleotide(upper) {
                let message = format!("'{}' is not a nucleotide", crate::seq::diagnostics::visible(byte));
                return self.refuse("genbank.bad_letter", message, line);
            }
            if self.record.letters.len() >= LETTERS_PER_RECORD {
                let message = format!("the record has more than {LETTERS_PER_RECORD} letters");
                return self.refuse("genbank.too_long", message, line);
            }
            self.record.letters.push(char::from(upper));
        }
    }

    /// Ends the record: a refusal, or the record with its warnings.
    pub fn finish(mut self, diagnostics: &mut FileDiagnostics) -> Option<GenbankRecord> {
        self.end_feature();
        let id = self.record.id.clone();
        if self.protein {
            let message =
                "this is a protein record; genes and domains are read from nucleotide records".to_owned();
            self.refuse("genbank.protein", message, self.record.line);
        }
        if let Some((code, message, line)) = self.refusal {
            diagnostics.refuse(code, message, line, &id);
            return None;
        }
        let (claimed, there) = (self.record.length, self.record.letters.len());
        if there == 0 {
            let message = "the record has no sequence: its domains can be used, its genes only where a translation is given";
            diagnostics.warn("genbank.no_sequence", message.to_owned(), self.record.line, &id);
        } else {
            if claimed != there && claimed != 0 {
                let message = format!("the LOCUS line says {claimed} letters, but the sequence has {there}");
                diagnostics.warn("genbank.length", message, self.record.line, &id);
            }
            self.record.length = there;
        }
        let names = [self.record.id.clone(), self.accession, self.version];
        let names = names.each_ref().map(String::as_str);
        for raw in self.features {
            if raw.open {
                let message = format!("a quotation mark of this {} is never closed", raw.key);
                diagnostics.warn("genbank.unclosed_quote", message, raw.line, &id);
            }
            let shown = || -> String { raw.location.chars().take(60).flat_map(char::escape_debug).collect() };
            match Location::parse(&raw.location, self.record.length, self.record.circular, &names) {
                Ok(location) => {
                    for (code, what) in remarks(&location) {
                        let message = format!("the {} at '{}' {what}", raw.key, shown());
                        diagnostics.warn(code, message, raw.line, &id);
                    }
                    self.record.features.push(Feature {
                        key: raw.key,
                        location,
                        qualifiers: raw.qualifiers,
                        line: raw.line,
                    });
                }
                Err(fault) => {
                    let message =
                        format!("the {} at '{}' {}: it is left out", raw.key, shown(), fault.message());
                    diagnostics.warn("genbank.location", message, raw.line, &id);
                    if ["region", "cluster"].contains(&raw.key) {
                        self.record.regions_left_out = self.record.regions_left_out.saturating_add(1);
                    }
                }
            }
        }
        for Repeated { key, line, first } in leave_out_duplicates(&mut self.record.features) {
            let message = format!("the {key} of line {first} is the same: this one is left out");
            diagnostics.warn("genbank.duplicate_feature", message, line, &id);
        }
        Some(self.record)
    }
}

/// What a location leaves open, as code and the end of a message.
fn remarks(location: &Location) -> impl Iterator<Item = (&'static str, &'static str)> {
    let fuzzy = location
        .fuzzy
        .then_some(("genbank.fuzzy_location", "has fuzzy ends: it is read as far as it can reach"));
    let remote = location.remote.then_some((
        "genbank.remote_location",
        "lies on another record in part: its letters cannot be read, only a translation in the file",
    ));
    [fuzzy, remote].into_iter().flatten()
}

/// The key of a feature that is kept.
pub(super) fn kept(key: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|known| *known == key)
}
