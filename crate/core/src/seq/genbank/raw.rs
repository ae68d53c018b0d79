//! A record while it is read, and how it becomes a [`GenbankRecord`] or a refusal.

use super::duplicates::without_duplicates;
use super::feature::KEYS;
use super::{Feature, GenbankRecord, Location, WrittenLocation};
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
}

/// A record while it is read.
#[derive(Debug, Default)]
pub(super) struct RawRecord {
    pub record: GenbankRecord,
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
        "genbank.bad_letter" => "the sequence must be nucleotides; repair the line or leave the record out",
        "genbank.duplicate_feature" => "nothing to do; give them different names if they are two",
        "genbank.duplicate_id" => "rename one of them: results are distinguished by their names",
        _ => "the rest of the record is used; repair the line if you need this feature",
    }
}

impl RawRecord {
    pub fn new(id: String, line: u64) -> Self {
        Self { record: GenbankRecord { id, line, ..GenbankRecord::default() }, ..Self::default() }
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
        if self.features.len() >= FEATURES_PER_RECORD {
            let message = format!("the record has more than {FEATURES_PER_RECORD} features");
            return self.refuse("genbank.too_many_features", message, line);
        }
        self.spend(location.len(), line);
        let location = location.to_owned();
        self.features.push(RawFeature { key, location, qualifiers: Vec::new(), line, open: false });
    }

    /// Counts text against the cap.
    pub fn spend(&mut self, bytes: usize, line: u64) {
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
        for raw in self.features {
            if raw.open {
                let message = format!("a quotation mark of this {} is never closed", raw.key);
                diagnostics.warn("genbank.unclosed_quote", message, raw.line, &id);
            }
            match Location::parse(&raw.location, self.record.length, self.record.circular) {
                Ok(location) => {
                    let written = WrittenLocation::parse(&raw.location).unwrap_or_default();
                    self.record.features.push(Feature {
                        key: raw.key,
                        location,
                        partial: written.partial(),
                        order: written.order,
                        qualifiers: raw.qualifiers,
                        line: raw.line,
                    });
                }
                Err(fault) => {
                    let shown: String = raw.location.chars().take(60).flat_map(char::escape_debug).collect();
                    let message = format!("the {} at '{shown}' {}: it is left out", raw.key, fault.message());
                    diagnostics.warn("genbank.location", message, raw.line, &id);
                }
            }
        }
        let (features, repeated) = without_duplicates(std::mem::take(&mut self.record.features));
        self.record.features = features;
        for (first, feature) in repeated {
            let message = format!("the {} of line {first} is the same: this one is left out", feature.key);
            diagnostics.warn("genbank.duplicate_feature", message, feature.line, &id);
        }
        Some(self.record)
    }
}

/// The key of a feature that is kept.
pub(super) fn kept(key: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|known| *known == key)
}
