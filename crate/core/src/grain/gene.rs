//! A gene of a record: its coding sequence and its protein.

use super::{Annotation, Origin, Reading, Translated, translate_gene};
use crate::error::{Coded, Notice, Where};
use crate::seq::{Feature, GenbankRecord, Partial, Stops};

/// A gene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gene {
    /// Locus tag, protein id or name, or the place; different from all others of the record.
    pub id: String,
    /// Its letters over strands and joins, from its first whole codon on; empty without a sequence, and for a
    /// pseudogene.
    pub cds: String,
    /// Its residues: those in the file if there are, else the translation; empty if neither can be, and for a
    /// pseudogene.
    pub protein: String,
    /// Its product, as the file calls it; may be empty.
    pub product: String,
    /// The translation table that the file names for it.
    pub table: Option<u8>,
    /// Which of its ends are missing.
    pub partial: Partial,
    /// Where it lies.
    pub origin: Origin,
}

impl Gene {
    /// Reads a CDS feature. Notices are those of [`translate_gene`] and [`Annotation::notices`],
    /// `cds.translation_differs` where the file's own translation is another one, `cds.translation_stop` and
    /// `cds.translation_end_stop` where it holds stops, `cds.translation_letters` where it is no protein,
    /// `cds.unusable` for a gene without either, `cds.no_protein` for one of a stop alone, and `cds.pseudogene` for one
    /// that is left out.
    pub(super) fn read(
        feature: &Feature,
        record: &GenbankRecord,
        id: String,
        file: Option<&str>,
    ) -> (Self, Vec<Notice>) {
        let at = Where { file: file.map(str::to_owned), line: Some(feature.line), record: Some(id.clone()) };
        let annotation = Annotation::of_feature(feature);
        let origin = Origin {
            record: record.id.clone(),
            gene: Some(id.clone()),
            start: feature.location.start(),
            end: feature.location.end(),
            strand: feature.location.strand(),
            ..Origin::default()
        };
        let product = feature.get("product").unwrap_or_default().to_owned();
        let (table, partial) = (annotation.table, annotation.partial);
        let gene = Self { id, product, table, partial, origin, ..Self::default() };
        if annotation.pseudo {
            return (gene, vec![pseudogene(at)]);
        }
        let letters = feature.location.letters(&record.letters).unwrap_or_default();
        let cds = letters.get(annotation.skipped..).unwrap_or_default().to_owned();
        let (protein, notices) = protein(feature, record, &cds, &annotation, &at);
        (Self { cds, protein, ..gene }, notices)
    }
}

/// That a pseudogene is left out.
pub(super) fn pseudogene(at: Where) -> Notice {
    Notice {
        code: "cds.pseudogene".to_owned(),
        message: "the file calls it a pseudogene: it is left out".to_owned(),
        at,
        hint: "nothing to do; remove the mark from the file if the gene makes a protein".to_owned(),
    }
}

/// The residues of a gene, those of the file before those of its letters.
fn protein(
    feature: &Feature,
    record: &GenbankRecord,
    cds: &str,
    annotation: &Annotation,
    at: &Where,
) -> (String, Vec<Notice>) {
    let reading = Reading {
        table: annotation.table.or(record.table).unwrap_or(1),
        begins: !annotation.partial.five_prime && annotation.skipped == 0,
        ends: !annotation.partial.three_prime,
        recoded: &annotation.recoded,
    };
    let made = if cds.is_empty() { None } else { Some(translate_gene(cds, &reading, at)) };
    let mut notices = Vec::new();
    let mut warn = |code: &str, message: String, hint: &str| {
        notices.push(Notice { code: code.to_owned(), message, at: at.clone(), hint: hint.to_owned() });
    };
    let text: String = feature.get("translation").unwrap_or_default().split_whitespace().collect();
    let odd = text.chars().find(|letter| !letter.is_ascii_alphabetic() && !"*.-".contains(*letter));
    let (given, stops) = if odd.is_none() { Stops::drop(&text.replace('-', "")) } else { Default::default() };
    if let Some(odd) = odd {
        let message = format!("the file's translation holds '{}' and is not used", odd.escape_debug());
        warn(
            "cds.translation_letters",
            message,
            "correct the translation; the gene is translated from its letters",
        );
    }
    if text.contains('-') && !given.is_empty() {
        let message = "gaps (`-`) in the file's translation were left out".to_owned();
        warn("cds.translation_gaps", message, "nothing to do if that is what you meant");
    }
    if let Some(message) = stops.inside() {
        warn("cds.translation_stop", message, "the file's translation has stops: check the reading frame");
    }
    if let Some(message) = stops.at_end() {
        warn("cds.translation_end_stop", message, "nothing to do");
    }
    if !given.is_empty() {
        match made {
            Some(Ok(made)) if !agrees(&made, &given) && !annotation.is_exceptional() => {
                let message = format!(
                    "the file's translation has {} residues and differs from that of its letters, which has {}; the file's is used",
                    given.len(),
                    made.protein.len()
                );
                let hint = "a recoded stop, a frameshift or another genetic code can be the reason";
                warn("cds.translation_differs", message, hint);
            }
            Some(Err(error @ crate::codon::CodonError::Table(_))) => {
                notices.push(Notice { at: at.clone(), ..error.notice() });
            }
            _ => {}
        }
        notices.extend(annotation.notices(true, at));
        return (given, notices);
    }
    let protein = match made {
        Some(Ok(made)) => {
            if made.protein.is_empty() {
                warn("cds.no_protein", "the gene is a stop codon alone".to_owned(), "leave it out");
            }
            notices.extend(made.notices);
            notices.extend(annotation.notices(false, at));
            made.protein
        }
        Some(Err(error)) => {
            notices.push(Notice { at: at.clone(), ..error.notice() });
            String::new()
        }
        None => {
            let message = "the gene has neither letters nor a translation".to_owned();
            warn("cds.unusable", message, "give the file with its sequence");
            String::new()
        }
    };
    (protein, notices)
}

/// Whether two proteins are the same, up to the first residue (starts are written both ways), residues that are not
/// known for sure, and a last codon that is cut, which some files read.
fn agrees(made: &Translated, given: &str) -> bool {
    let cut = match given.len().checked_sub(made.protein.len()) {
        Some(0) => None,
        Some(1) if made.cut.is_some() => made.cut,
        _ => return false,
    };
    let made = made.protein.bytes().chain(cut.and_then(|residue| u8::try_from(residue).ok()));
    made.zip(given.bytes()).skip(1).all(|(a, b)| a == b || can_be(a, b) || can_be(b, a))
}

/// Whether an ambiguous residue can be another one.
fn can_be(ambiguous: u8, residue: u8) -> bool {
    match ambiguous {
        b'X' => true,
        b'B' => matches!(residue, b'D' | b'N'),
        b'Z' => matches!(residue, b'E' | b'Q'),
        b'J' => matches!(residue, b'I' | b'L'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_protein_in_other_words() {
        fn t(made: &str, cut: Option<char>, given: &str, expected: bool) {
            let made = Translated { protein: made.to_owned(), cut, ..Translated::default() };
            assert_eq!(agrees(&made, given), expected, "{given}");
        }
        t("MKL", None, "MKL", true);
        t("VKL", None, "MKL", true);
        t("MXL", None, "MUL", true);
        t("MKL", None, "MKZ", false);
        t("MKE", None, "MKZ", true);
        t("MKL", Some('S'), "MKLS", true);
        t("MKL", Some('S'), "MKLT", false);
        t("MKL", Some('X'), "MKLT", true);
        t("MKL", None, "MKLX", false);
        t("MKL", None, "MK", false);
        t("MKL", None, "MKLAA", false);
    }
}
