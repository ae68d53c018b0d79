//! A gene of a record: its coding sequence and its protein.

use super::{Origin, translate};
use crate::error::{Coded, Notice, Where};
use crate::seq::{Feature, GenbankRecord};

/// A gene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gene {
    /// Locus tag, protein id or name, or the place; different from all others of the record.
    pub id: String,
    /// Its letters over strands and joins, from its first whole codon on; empty without a sequence.
    pub cds: String,
    /// Its residues: those in the file if there are, else the translation; empty if neither can be.
    pub protein: String,
    /// Its product, as the file calls it; may be empty.
    pub product: String,
    /// Where it lies.
    pub origin: Origin,
}

impl Gene {
    /// Reads a CDS feature. Notices are those of [`translate`], and `cds.translation_differs` where
    /// the file's own translation is another one, and `cds.unusable` for a gene without either.
    pub(super) fn read(
        feature: &Feature,
        record: &GenbankRecord,
        id: String,
        file: Option<&str>,
    ) -> (Self, Vec<Notice>) {
        let at = Where { file: file.map(str::to_owned), line: Some(feature.line), record: Some(id.clone()) };
        let number = |name: &str| feature.get(name).and_then(|value| value.trim().parse::<usize>().ok());
        let skipped = number("codon_start")
            .filter(|start| (1..=3).contains(start))
            .map_or(0, |start| start.saturating_sub(1));
        let letters = feature.location.letters(&record.letters).unwrap_or_default();
        let cds = letters.get(skipped..).unwrap_or_default().to_owned();
        let table = number("transl_table").and_then(|table| u8::try_from(table).ok()).unwrap_or(1);
        let complete = !feature.location.partial && skipped == 0;
        let given: String = feature.get("translation").unwrap_or_default().split_whitespace().collect();
        let made = if cds.is_empty() { None } else { Some(translate(&cds, table, complete, &at)) };
        let mut notices = Vec::new();
        let mut warn = |code: &str, message: String, hint: &str| {
            notices.push(Notice { code: code.to_owned(), message, at: at.clone(), hint: hint.to_owned() });
        };
        let protein = match (made, given.is_empty()) {
            (Some(Ok(made)), true) => {
                notices.extend(made.notices);
                made.protein
            }
            (Some(Ok(made)), false) => {
                if !agrees(&made.protein, &given) {
                    let message = format!(
                        "the file's translation has {} residues and differs from that of its letters, which has {}; the file's is used",
                        given.len(),
                        made.protein.len()
                    );
                    warn(
                        "cds.translation_differs",
                        message,
                        "a recoded stop, a frameshift or another genetic code can be the reason",
                    );
                }
                given
            }
            (Some(Err(error)), true) => {
                notices.push(Notice { at: at.clone(), ..error.notice() });
                String::new()
            }
            (None, true) => {
                let message = "the gene has neither letters nor a translation".to_owned();
                warn("cds.unusable", message, "give the file with its sequence");
                String::new()
            }
            (_, false) => given,
        };
        let origin = Origin {
            record: record.id.clone(),
            gene: Some(id.clone()),
            start: feature.location.start(),
            end: feature.location.end(),
            strand: feature.location.strand(),
            ..Origin::default()
        };
        let product = feature.get("product").unwrap_or_default().to_owned();
        (Self { id, cds, protein, product, origin }, notices)
    }
}

/// Whether two proteins are the same, up to the first residue (starts are written both ways) and
/// unknown ones.
fn agrees(made: &str, given: &str) -> bool {
    made.len() == given.len()
        && made.bytes().zip(given.bytes()).skip(1).all(|(a, b)| a == b || a == b'X' || b == b'X')
}
