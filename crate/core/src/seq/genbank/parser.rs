//! Lines of a GenBank file → records.

use super::raw::{FileDiagnostics, RawFeature, RawRecord, kept};
use super::{GenbankParsed, GenbankRecord};
use crate::limits::{GENBANK_LINE_BYTES, LETTERS_PER_FILE, NAME_BYTES, RECORDS};
use crate::seq::gzip::Sink;
use crate::seq::{SeqError, SeqProblem};
use std::collections::{HashMap, HashSet};

/// Columns before a qualifier or a continued line are blank: 21 in good files, fewer in some.
const CONTINUED: usize = 12;

/// What the current line belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    /// Before the first record, or between two.
    #[default]
    Between,
    /// The LOCUS line, which some writers break.
    Locus,
    Header,
    Comment,
    Definition,
    Features,
    Origin,
}

/// How a name was met.
#[derive(Debug)]
enum Seen {
    /// As that of a record.
    Record,
    /// As that of files of single regions, with these numbers.
    Regions(HashSet<usize>),
}

/// A reader of lines.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    cut: bool,
    after_cr: bool,
    lines: u64,
    text: bool,
    section: Section,
    record: Option<RawRecord>,
    /// Whether the feature of the current line is kept.
    keep: bool,
    letters: u64,
    records: Vec<GenbankRecord>,
    /// Names of the records.
    seen: HashMap<String, Seen>,
    diagnostics: FileDiagnostics,
}

impl Sink for Parser {
    fn take(&mut self, bytes: &[u8]) -> Result<(), SeqError> {
        self.feed(bytes)
    }
}

impl Parser {
    pub fn new(file: Option<&str>) -> Self {
        let diagnostics = FileDiagnostics { file: file.map(str::to_owned), ..FileDiagnostics::default() };
        Self { diagnostics, ..Self::default() }
    }

    /// Takes the next bytes, after decompression.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), SeqError> {
        if self.after_cr && !bytes.is_empty() {
            self.after_cr = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(at) = memchr::memchr2(b'\n', b'\r', bytes) {
            let (now, rest) = bytes.split_at(at);
            self.gather(now);
            self.end_line()?;
            bytes = match rest {
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
                [] => rest,
            };
            self.after_cr = rest == b"\r";
        }
        self.gather(bytes);
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> Result<GenbankParsed, SeqError> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        self.close(true)?;
        let (refusals, refusals_omitted) = self.diagnostics.refusals.finish();
        if self.records.is_empty() && refusals.is_empty() {
            return Err(SeqError::new(if self.text { SeqProblem::NoLocus } else { SeqProblem::Empty }));
        }
        let (warnings, warnings_omitted) = self.diagnostics.warnings.finish();
        let (records, lines) = (self.records, self.lines);
        Ok(GenbankParsed {
            records,
            warnings,
            warnings_omitted,
            refusals,
            refusals_omitted,
            lines,
            ..GenbankParsed::default()
        })
    }

    fn gather(&mut self, bytes: &[u8]) {
        let room = GENBANK_LINE_BYTES.saturating_sub(self.line.len());
        self.cut |= bytes.len() > room;
        self.line.extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
    }

    fn end_line(&mut self) -> Result<(), SeqError> {
        self.lines = self.lines.saturating_add(1);
        let bytes = std::mem::take(&mut self.line);
        let line =
            if self.lines == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
        self.text |= line.iter().any(|byte| !byte.is_ascii_whitespace());
        if std::mem::take(&mut self.cut)
            && let Some(raw) = &mut self.record
        {
            let message = format!("the line is longer than {GENBANK_LINE_BYTES} bytes");
            raw.refuse("genbank.long_line", message, self.lines);
        }
        self.read(line)?;
        self.line = bytes;
        self.line.clear();
        Ok(())
    }

    fn read(&mut self, line: &[u8]) -> Result<(), SeqError> {
        if line.starts_with(b"LOCUS") && line.get(5).is_none_or(u8::is_ascii_whitespace) {
            self.close(true)?;
            return self.begin(&String::from_utf8_lossy(line));
        }
        if line.starts_with(b"//") {
            return self.close(false);
        }
        let Some(raw) = &mut self.record else { return Ok(()) };
        let keyword = line.first().is_some_and(|byte| !byte.is_ascii_whitespace());
        if self.section == Section::Locus {
            if line.iter().all(u8::is_ascii_whitespace) {
                return Ok(());
            }
            if !keyword || !is_keyword(line) {
                raw.continue_locus(&String::from_utf8_lossy(line));
                return Ok(());
            }
            raw.end_locus();
            raw.name();
        }
        if keyword {
            let text = String::from_utf8_lossy(line);
            let (keyword, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
            self.section = match keyword {
                "DEFINITION" => Section::Definition,
                "FEATURES" => Section::Features,
                "ORIGIN" => Section::Origin,
                "COMMENT" => Section::Comment,
                _ => Section::Header,
            };
            let first = rest.split_whitespace().next().filter(|word| *word != ".").unwrap_or_default();
            match keyword {
                "DEFINITION" => raw.record.description = rest.trim().to_owned(),
                "VERSION" if !first.is_empty() => {
                    first.clone_into(&mut raw.record.accession);
                    first.clone_into(&mut raw.version);
                }
                "ACCESSION" if raw.accession.is_empty() => {
                    first.clone_into(&mut raw.accession);
                    if raw.record.accession.is_empty() {
                        first.clone_into(&mut raw.record.accession);
                    }
                }
                // Notices of the features are to have the record's name.
                "FEATURES" => _ = raw.name(),
                "COMMENT" => comment_line(raw, rest),
                _ => {}
            }
            return Ok(());
        }
        match self.section {
            Section::Origin => raw.take_letters(line, self.lines),
            Section::Definition => {
                let more = String::from_utf8_lossy(line);
                let description = &mut raw.record.description;
                if description.len().saturating_add(more.len()) < crate::limits::DESCRIPTION_BYTES {
                    description.push(' ');
                    description.push_str(more.trim());
                }
            }
            Section::Comment => comment_line(raw, &String::from_utf8_lossy(line)),
            Section::Features if !raw.is_refused() => {
                let text = String::from_utf8_lossy(line);
                self.keep = feature_line(raw, &text, self.lines, self.keep, &mut self.diagnostics);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether no record before has the same name. Regions of one record are distinguished by their numbers.
    fn is_new(&mut self, record: &GenbankRecord) -> bool {
        let region = record.region_number();
        match (self.seen.get_mut(&record.id), region) {
            (Some(Seen::Regions(numbers)), Some(number)) => numbers.insert(number),
            (Some(seen), _) => {
                *seen = Seen::Record;
                false
            }
            (None, region) => {
                let seen = region.map_or(Seen::Record, |number| Seen::Regions(HashSet::from([number])));
                self.seen.insert(record.id.clone(), seen);
                true
            }
        }
    }

    /// Begins a record at its LOCUS line: `LOCUS name length bp type topology division date`.
    fn begin(&mut self, line: &str) -> Result<(), SeqError> {
        if self.records.len() >= RECORDS {
            return Err(SeqError::new(SeqProblem::TooManyRecords).on_line(self.lines));
        }
        let number = self.records.len().saturating_add(1);
        self.record = Some(RawRecord::new(line, number, self.lines));
        self.section = Section::Locus;
        self.keep = false;
        Ok(())
    }

    /// Ends a record; `early` says that its `//` is missing.
    fn close(&mut self, early: bool) -> Result<(), SeqError> {
        let section = std::mem::replace(&mut self.section, Section::Between);
        let Some(mut raw) = self.record.take() else { return Ok(()) };
        if section == Section::Locus {
            raw.end_locus();
        }
        let naming = raw.name();
        if naming.is_none() && raw.locus_lines > 0 {
            let message = "the LOCUS line is broken into several lines: they are read as one".to_owned();
            self.diagnostics.warn("genbank.locus_wrapped", message, raw.record.line, &raw.record.id);
        }
        if let Some((code, message)) = naming {
            self.diagnostics.warn(code, message, raw.record.line, &raw.record.id);
        }
        let description = &mut raw.record.description;
        description.truncate(description.trim_end().trim_end_matches('.').len());
        if early {
            let message = "the record ends without `//`".to_owned();
            self.diagnostics.warn("genbank.no_end", message, self.lines, &raw.record.id);
        }
        self.letters = self.letters.saturating_add(raw.record.letters.len() as u64);
        if self.letters > LETTERS_PER_FILE {
            return Err(SeqError::new(SeqProblem::TooManyLetters).on_line(raw.record.line));
        }
        if let Some(record) = raw.finish(&mut self.diagnostics) {
            if !self.is_new(&record) {
                let message = "another record has the same name".to_owned();
                self.diagnostics.warn("genbank.duplicate_id", message, record.line, &record.id);
            }
            self.records.push(record);
        }
        Ok(())
    }
}

/// Whether a line begins with a keyword of the format, such as `DEFINITION`.
fn is_keyword(line: &[u8]) -> bool {
    let word: Vec<u8> = line.iter().copied().take_while(|byte| !byte.is_ascii_whitespace()).collect();
    word.len() >= 4 && word.iter().all(u8::is_ascii_uppercase)
}

/// Reads a line of the comment: antiSMASH says there what it called a record before it cut the name,
/// `Original ID  :: NODE_1_length_1260_cov_13.6`.
fn comment_line(raw: &mut RawRecord, line: &str) {
    let Some((key, value)) = line.split_once("::") else { return };
    let value = value.trim();
    if key.trim().eq_ignore_ascii_case("original id") && value.len() <= NAME_BYTES {
        value.clone_into(&mut raw.record.original_id);
    }
}

/// Reads a line of the feature table; returns whether the feature it belongs to is kept.
fn feature_line(
    raw: &mut RawRecord,
    line: &str,
    number: u64,
    keep: bool,
    diagnostics: &mut FileDiagnostics,
) -> bool {
    let text = line.trim();
    if text.is_empty() {
        return keep;
    }
    let indent = line.len().saturating_sub(line.trim_start().len());
    let open = keep && raw.features.last().is_some_and(|feature| feature.open);
    if indent < CONTINUED && !open && !text.starts_with('/') {
        let (key, location) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let Some(key) = kept(key) else {
            raw.end_feature();
            return false;
        };
        raw.begin_feature(key, location.trim(), number);
        return true;
    }
    if !keep {
        return false;
    }
    // A qualifier needs more memory than its text.
    raw.spend(text.len().saturating_add(64), number);
    let id = &raw.record.id;
    let Some(feature) = raw.features.last_mut() else { return false };
    if feature.open {
        continue_value(feature, text);
    } else if let Some(qualifier) = text.strip_prefix('/') {
        begin_value(feature, qualifier);
    } else if feature.qualifiers.is_empty() {
        feature.location.push_str(text);
    } else if let Some(value) = unclosed(feature) {
        value.push_str(text);
    } else {
        let message = format!("a line of this {} belongs to no qualifier and is left out", feature.key);
        diagnostics.warn("genbank.stray_line", message, number, id);
    }
    true
}

/// The value of `transl_except`, which has no quotation marks, if its parentheses go on.
fn unclosed(feature: &mut RawFeature) -> Option<&mut String> {
    let (name, value) = feature.qualifiers.last_mut()?;
    let count = |mark: char| value.chars().filter(|letter| *letter == mark).count();
    if name == "transl_except" && count('(') > count(')') { Some(value) } else { None }
}

/// `name`, `name=value` or `name="value`, whose closing mark may be on a later line.
fn begin_value(feature: &mut RawFeature, qualifier: &str) {
    let (name, value) = qualifier.split_once('=').unwrap_or((qualifier, ""));
    feature.qualifiers.push((name.trim().to_owned(), String::new()));
    match value.trim().strip_prefix('"') {
        Some(quoted) => {
            feature.open = true;
            continue_value(feature, quoted);
        }
        None => {
            if let Some((_, known)) = feature.qualifiers.last_mut() {
                value.trim().clone_into(known);
            }
        }
    }
}

/// More of a quoted value. A mark written twice stands for itself; sequences are joined without,
/// other texts with a blank between lines.
fn continue_value(feature: &mut RawFeature, text: &str) {
    let Some((name, value)) = feature.qualifiers.last_mut() else { return };
    if !value.is_empty() && name != "translation" && !text.is_empty() {
        value.push(' ');
    }
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '"' {
            value.push(letter);
        } else if letters.next_if_eq(&'"').is_some() {
            value.push('"');
        } else {
            feature.open = false;
            return;
        }
    }
}
