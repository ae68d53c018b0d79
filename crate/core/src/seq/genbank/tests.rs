use super::*;
use proptest::prelude::*;

/// A record with these feature lines and this sequence.
fn file(features: &str, sequence: &str) -> String {
    format!(
        "LOCUS       R1  {} bp    DNA     linear   BCT 01-JAN-2000\nDEFINITION  a record\n            of two lines.\n\
         VERSION     R1.2\nFEATURES             Location/Qualifiers\n{features}ORIGIN\n        1 {sequence}\n//\n",
        sequence.len()
    )
}

fn codes(notices: &[Notice]) -> Vec<(&str, Option<u64>)> {
    notices.iter().map(|notice| (notice.code.as_str(), notice.at.line)).collect()
}

#[test]
fn a_record() {
    let text = file(
        "     CDS             join(1..3,\n                     7..9)\n                     /locus_tag=\"g 1\"\n                     /pseudo\n                     /codon_start=1\n                     /note=\"one \"\"quoted\"\" word\n                     and /more\"\n                     /translation=\"MK\n                     TV\"\n     misc_feature    1..99\n                     /note=\"left out\"\n",
        "acgtacgtacgt",
    );
    let parsed = read_genbank(text.as_bytes(), Some("a.gbk")).unwrap();
    let record = &parsed.records[0];
    assert_eq!((record.id.as_str(), record.accession.as_str()), ("R1", "R1.2"));
    assert_eq!(
        (record.description.as_str(), record.letters.as_str()),
        ("a record of two lines", "ACGTACGTACGT")
    );
    let [cds] = record.features.as_slice() else { panic!("{:?}", record.features) };
    assert_eq!(
        (cds.get("locus_tag"), cds.get("pseudo"), cds.get("codon_start")),
        (Some("g 1"), Some(""), Some("1"))
    );
    assert_eq!(
        (cds.get("note"), cds.get("translation")),
        (Some("one \"quoted\" word and /more"), Some("MKTV"))
    );
    assert_eq!((cds.location.letters(&record.letters).as_deref(), cds.line), (Some("ACGGTA"), 6));
    assert!(parsed.warnings.is_empty() && parsed.refusals.is_empty());
}

#[test]
fn what_is_reported() {
    fn t(text: &str, warnings: &[(&str, Option<u64>)], refusals: &[(&str, Option<u64>)], records: usize) {
        let parsed = read_genbank(text.as_bytes(), None).unwrap();
        let found = (codes(&parsed.warnings), codes(&parsed.refusals), parsed.records.len());
        assert_eq!(found, (warnings.to_vec(), refusals.to_vec(), records), "{text}");
    }
    t(&file("", "acgt"), &[], &[], 1);
    t(&file("     CDS             1..9\n", "acgt"), &[("genbank.location", Some(6))], &[], 1);
    t(&file("     CDS             \n", "acgt"), &[("genbank.location", Some(6))], &[], 1);
    t(
        &file("     CDS             1..4\n                     /note=\"x\n", "acgt"),
        &[("genbank.unclosed_quote", Some(6))],
        &[],
        1,
    );
    t(
        &file(
            "     CDS             1..4\n                     /note=\"x\"\n                     stray\n",
            "acgt",
        ),
        &[("genbank.stray_line", Some(8))],
        &[],
        1,
    );
    t(&file("", "acg1*t"), &[], &[("genbank.bad_letter", Some(7))], 0);
    t(&file("", "acgt").replace("//\n", ""), &[("genbank.no_end", Some(7))], &[], 1);
    t(&file("", "acgt").replace(" 4 bp", " 5 bp"), &[("genbank.length", Some(1))], &[], 1);
    t(&file("", "mkv").replace(" bp ", " aa "), &[], &[("genbank.protein", Some(1))], 0);
    t("LOCUS\n//\n", &[("genbank.locus", Some(1)), ("genbank.no_sequence", Some(1))], &[], 1);
    t(&(file("", "acgt") + &file("", "acgt")), &[("genbank.duplicate_id", Some(9))], &[], 2);
    t(&file("", "acgt").replace('\n', "\r\n"), &[], &[], 1);
    t(&file("", "acgt").replace('\n', "\r"), &[], &[], 1);
    t(&format!("\u{feff}{}", file("", "acgt")), &[], &[], 1);
    let long =
        format!("     CDS             1..4\n                     /note=\"{}\"\n", "x".repeat(GENBANK_LINE));
    t(&file(&long, "acgt"), &[], &[("genbank.long_line", Some(7))], 0);
}

const GENBANK_LINE: usize = crate::limits::GENBANK_LINE_BYTES;

#[test]
fn files_that_are_something_else() {
    fn t(bytes: &[u8], code: &str) {
        use crate::error::Coded;
        assert_eq!(read_genbank(bytes, None).unwrap_err().code(), code);
    }
    t(b"", "sequences.empty_file");
    t(b" \n\n", "sequences.empty_file");
    t(b">p1\nMKV\n", "genbank.no_locus");
    t(b"<html>", "genbank.no_locus");
    t(b"\x1f\x8b", "gzip.truncated");
    t(b"\x1f\x8bxxxxxxxxxxxxxxxx", "gzip.damaged");
}

/// Good and bad pieces of GenBank files in any order.
fn lively() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "LOCUS       R1  12 bp DNA circular\n",
        "FEATURES  \n",
        "ORIGIN\n",
        "//\n",
        "        1 acgtacgtac gt\n",
        "     CDS             complement(join(1..3,9..2))\n",
        "     PFAM_domain     <1..>12\n",
        "     source          7\n",
        "                     /note=\"a\"\"b\n",
        "                     c\"\n",
        "                     /db_xref=\"PF00001.1\"\n",
        "join(",
        "1..",
        "\"",
        "/",
        "\r",
        "\n",
        "     ",
        "\0",
        "\u{fffd}",
        "DEFINITION x.\n",
        "é",
        "complement(",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_read_the_same_in_any_pieces(
        bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..300), lively()],
        size in 1_usize..20,
    ) {
        let whole = read_genbank(&bytes, None);
        let mut reader = GenbankReader::new(None);
        let pieces = bytes.chunks(size).try_for_each(|piece| reader.push(piece)).and_then(|()| reader.finish());
        prop_assert_eq!(&whole, &pieces);
        for record in whole.iter().flat_map(|parsed| &parsed.records) {
            for feature in &record.features {
                prop_assert!(!feature.location.is_empty() && feature.location.end() <= record.length);
            }
        }
    }
}
