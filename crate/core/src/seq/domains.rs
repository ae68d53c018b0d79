//! Plain lists of domains: one gene cluster or protein per line.
//!
//! ```text
//! # a comment
//! BGC0000001<TAB>PF00668;PF00501;PF00550
//! BGC0000002<TAB>nrps;PF00668.25;Condensation
//! ```
//!
//! Domains are separated by semicolons, commas or blanks, and kept as they are written: accessions
//! with or without version, names, class tokens. The vocabulary of a model decides which of them it
//! knows.

use super::diagnostics::{Diagnostics, located};
use super::domain_text::domain_text;
use super::{SeqError, SeqProblem};
use crate::error::Notice;
use crate::limits::{DOMAINS_PER_RECORD, NAME_BYTES, RECORDS};
use std::collections::HashSet;

/// A cluster or protein as its domains in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainSentence {
    /// Its name.
    pub id: String,
    /// Its domains, in order.
    pub domains: Vec<String>,
    /// Line of the file, counted from 1; the first of several.
    pub line: u64,
}

/// What a file of domains held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainsParsed {
    /// The rows, in file order.
    pub rows: Vec<DomainSentence>,
    /// Warnings about odd lines and about what was left out, by line.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
    /// The lines that could not be read.
    pub refusals: Vec<Notice>,
    /// Refusals beyond the same cap.
    pub refusals_omitted: u64,
}

impl DomainSentence {
    /// The domains as a model's tokenizer reads them, with semicolons.
    #[must_use]
    pub fn text(&self) -> String {
        self.domains.join(";")
    }
}

/// Reads a list of domains, UTF-8.
///
/// ```
/// let parsed = crossgrain_core::seq::read_domains(b"c1\tPF00668;PF00550\n", None)?;
/// assert_eq!(parsed.rows[0].domains, ["PF00668", "PF00550"]);
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
///
/// # Errors
///
/// `sequences.empty_file`, `domains.not_a_list` if no line has a name, a tab and domains,
/// `domains.too_big`.
pub fn read_domains(bytes: &[u8], file: Option<&str>) -> Result<DomainsParsed, SeqError> {
    read(bytes, file).map_err(|error| error.in_file(file))
}

fn read(bytes: &[u8], file: Option<&str>) -> Result<DomainsParsed, SeqError> {
    let text = domain_text(bytes)?;
    let text = text.as_ref();
    let (mut warnings, mut refusals) = (Diagnostics::default(), Diagnostics::default());
    let mut rows: Vec<DomainSentence> = Vec::new();
    let mut seen = HashSet::new();
    let mut tabs = false;
    for (number, line) in (1_u64..).zip(text.split(['\n', '\r'])) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (id, list) = line.split_once('\t').unwrap_or((line, ""));
        let id = id.trim();
        tabs |= line.contains('\t');
        if rows.is_empty() && is_heading(id, list) {
            continue;
        }
        let domains: Vec<String> = split(list).map(str::to_owned).collect();
        let refusal = if id.is_empty() || id.len() > NAME_BYTES {
            Some(("domains.no_id", "the line has no name, or one that is too long"))
        } else if domains.is_empty() {
            Some(("domains.empty", "the line has no domains"))
        } else if domains.len() > DOMAINS_PER_RECORD {
            Some(("domains.too_many", "the line has more domains than any gene cluster"))
        } else {
            None
        };
        let shown = Some(id).filter(|id| !id.is_empty());
        if let Some((code, message)) = refusal {
            let hint = "write a name, a tab, and the domains with semicolons: c1<TAB>PF00668;PF00550";
            refusals.add(code, || notice(code, message.to_owned(), file, number, shown, hint));
            continue;
        }
        if rows.len() >= RECORDS {
            return Err(SeqError::new(SeqProblem::TooManyRecords).on_line(number));
        }
        if !seen.insert(id.to_owned()) {
            let code = "domains.duplicate_id";
            let message = "another line has the same name".to_owned();
            let hint = "rename one of them: results are distinguished by their names";
            warnings.add(code, || notice(code, message, file, number, shown, hint));
        }
        rows.push(DomainSentence { id: id.to_owned(), domains, line: number });
    }
    if !tabs {
        return Err(SeqError::new(SeqProblem::NotDomains));
    }
    let (warnings, warnings_omitted) = warnings.finish();
    let (refusals, refusals_omitted) = refusals.finish();
    Ok(DomainsParsed { rows, warnings, warnings_omitted, refusals, refusals_omitted })
}

/// The parts of a list.
fn split(list: &str) -> impl Iterator<Item = &str> {
    list.split([';', ',', ' ', '\t']).map(str::trim).filter(|part| !part.is_empty())
}

/// A first line that names the columns.
fn is_heading(id: &str, list: &str) -> bool {
    let list = list.trim().to_ascii_lowercase();
    let id = id.to_ascii_lowercase();
    ["id", "name", "cluster", "bgc", "bgc_id", "protein"].contains(&id.as_str())
        && ["domains", "domain", "pfam", "pfams", "pfam_domains", "tokens"].contains(&list.as_str())
}

/// A notice of this zone.
pub(super) fn notice(
    code: &str,
    message: String,
    file: Option<&str>,
    line: u64,
    id: Option<&str>,
    hint: &str,
) -> Notice {
    Notice { code: code.to_owned(), message, at: located(file, line, id), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use proptest::prelude::*;

    #[test]
    fn lists() {
        fn t(text: &str, rows: &[(&str, &str, u64)], refusals: &[&str]) {
            let parsed = read_domains(text.as_bytes(), None).unwrap();
            let found: Vec<_> =
                parsed.rows.iter().map(|row| (row.id.clone(), row.text(), row.line)).collect();
            let found: Vec<_> =
                found.iter().map(|(id, text, line)| (id.as_str(), text.as_str(), *line)).collect();
            let refused: Vec<_> = parsed.refusals.iter().map(|notice| notice.code.as_str()).collect();
            assert_eq!((found.as_slice(), refused.as_slice()), (rows, refusals), "{text:?}");
        }
        t("c1\tPF00668;PF00550", &[("c1", "PF00668;PF00550", 1)], &[]);
        t(
            "# x\r\nid\tdomains\r\nc1\t#;PF00668.1, AMP-binding\r\n",
            &[("c1", "#;PF00668.1;AMP-binding", 5)],
            &[],
        );
        t("\u{feff}c1\tnrps;;PF00668;\n", &[("c1", "nrps;PF00668", 1)], &[]);
        t(
            "c1\t\nc2\tPF1\nc3\n\tPF2\n",
            &[("c2", "PF1", 2)],
            &["domains.empty", "domains.empty", "domains.no_id"],
        );
    }

    #[test]
    fn files_that_are_no_list() {
        fn t(text: &str, code: &str) {
            assert_eq!(read_domains(text.as_bytes(), None).unwrap_err().code(), code, "{text:?}");
        }
        t("", "sequences.empty_file");
        t(" \n", "sequences.empty_file");
        t(">p1\nMKV\n", "domains.not_a_list");
        t("LOCUS       X\n", "domains.not_a_list");
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            _ = read_domains(&bytes, None);
        }
    }
}
