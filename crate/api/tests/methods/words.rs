//! Words and codons that do not count are reported.

use crate::double::Double;
use crossgrain_api::Answer;
use crossgrain_api::analyses::{codon_frequencies, codons, kmers, sample_codons};
use crossgrain_core::error::Notice;

const GIVEN: &str = r#""sequences": [
    {"id": "good", "sequence": "ATGAAATAA"}, {"id": "n", "sequence": "ATGNNNAAATAA"},
    {"id": "cut", "sequence": "ATGAAATA"}, {"id": "stop", "sequence": "ATGTGAAAATAA"}]"#;

fn reported(warnings: &[Notice]) -> Vec<(&str, &str)> {
    warnings.iter().map(|notice| (notice.code.as_str(), notice.message.as_str())).collect()
}

const STOP: (&str, &str) =
    ("codon.internal_stop", "1 of 4 sequences has a stop before the last codon: stop (codon 2)");

#[test]
fn shares_of_codons() {
    let json = format!("{{ {GIVEN} }}");
    let found = Double::default().ask::<codon_frequencies::Request>(&json).unwrap();
    let ambiguous =
        "1 of 13 codons hold letters other than A, C, G and T and are left out, in 1 of 4 sequences: n (1)";
    let broken = "1 of 4 sequences has a length that is not a multiple of three: the last letters are left out, and the \
                  frame may be broken: cut (8 letters)";
    let expected = [("codon.ambiguous", ambiguous), ("codon.broken_frame", broken), STOP];
    assert_eq!(reported(found.warnings()), expected);
    assert_eq!((found.columns, found.numbers.shape), (64, [4, 64]));
    // TGA is a residue in table 4.
    let json = format!(r#"{{ {GIVEN}, "table": 4 }}"#);
    let found = Double::default().ask::<codon_frequencies::Request>(&json).unwrap();
    assert_eq!(reported(found.warnings()), expected[..2]);
    let json = format!(r#"{{ {GIVEN}, "table": 7 }}"#);
    let refused = Double::default().ask::<codon_frequencies::Request>(&json).map(|_| ()).unwrap_err();
    assert_eq!(refused.0.code, "codon.table");
}

#[test]
fn usage_and_samples() {
    let json = format!("{{ {GIVEN} }}");
    let stop = (STOP.0, "1 of 2 sequences has a stop before the last codon: stop (codon 2)");
    let found = Double::default().ask::<codons::Request>(&json).unwrap();
    assert_eq!(reported(found.warnings()), [stop]);
    let refused: Vec<&str> = found.refused().iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(refused, ["codon.letter", "codon.frame"]);
    let found = Double::default().ask::<sample_codons::Request>(&json).unwrap();
    assert_eq!(reported(found.warnings()), [stop]);
}

#[test]
fn words_of_letters() {
    let json = r#"{ "sequences": [{"id": "p", "sequence": "MKVLXAG"}, {"id": "q", "sequence": "MKVLAAG"}], "k": 2 }"#;
    let found = Double::default().ask::<kmers::Request>(json).unwrap();
    let ambiguous = "2 of 12 words of 2 letters are not of ACDEFGHIKLMNPQRSTVWY alone and are left out, in 1 of 2 \
                     sequences: p (2)";
    assert_eq!(reported(found.warnings()), [("words.ambiguous", ambiguous)]);
    let json = r#"{ "sequences": [{"id": "q", "sequence": "MKVLAAG"}] }"#;
    assert!(Double::default().ask::<kmers::Request>(json).unwrap().warnings().is_empty());
}
