//! Codons: cases done by hand, each refusal, and what sampling must keep.

use crossgrain_core::codon::{
    Cds, Code, Codon, Consequence, Sampling, Usage, UsageTable, back_translate, mutants, rscu, sample,
};
use crossgrain_core::error::Coded;
use proptest::prelude::*;

#[test]
fn translation_tables() {
    fn t(table: u8, cds: &str, expected: &str) {
        let found = Cds::parse(cds).unwrap().translate(&Code::ncbi(table).unwrap());
        assert_eq!(found, expected, "{cds} by table {table}");
    }
    t(1, "ATGgccuaaTGA", "MA**");
    t(2, "ATAAGATGA", "M*W");
    t(3, "CTGCTA", "TT");
    t(4, "TGATAA", "W*");
    t(6, "TAATAGTGA", "QQ*");
    t(11, "GTGTAG", "V*");
    t(12, "CTGCTA", "SL");
    t(25, "TGA", "G");
    assert_eq!(Code::ncbi(7).unwrap_err().code(), "codon.table");
}

#[test]
fn refusals() {
    fn t(cds: &str, code: &str) {
        let error = Cds::parse(cds).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.hint().is_empty());
    }
    t("", "codon.empty");
    t("ATGA", "codon.frame");
    t("ATGANN", "codon.letter");
    t("ATGÄA", "codon.letter");
    let table = UsageTable::new([("AUG", 1.0)]).unwrap();
    let code = Code::standard();
    assert_eq!(back_translate("MX", &code, &table).unwrap_err().code(), "codon.residue");
    assert_eq!(back_translate("", &code, &table).unwrap_err().code(), "codon.empty");
    // By table 27, TGA is W inside and a stop only in the last place.
    assert_eq!(back_translate("M*M", &Code::ncbi(27).unwrap(), &table).unwrap_err().code(), "codon.residue");
    assert_eq!(UsageTable::new([("AUN", 1.0)]).unwrap_err().code(), "codon.letter");
    assert_eq!(UsageTable::new([("AUG", f64::NAN)]).unwrap_err().code(), "codon.usage");
}

#[test]
fn usage_by_hand() {
    let cds = Cds::parse("TTTTTTTTCATG").unwrap();
    let usage = Usage::of([&cds]);
    assert_eq!((usage.gc(), usage.gc3()), (Some(2.0 / 12.0), Some(0.5)));
    let values = rscu(&usage, &Code::standard());
    let at = |letters: &str| values[Codon::parse(letters.as_bytes()).unwrap().index()];
    assert_eq!(
        (at("TTT"), at("TTC"), at("ATG"), at("GCC")),
        (Some(4.0 / 3.0), Some(2.0 / 3.0), Some(1.0), None)
    );
    assert_eq!(Usage::of([]).gc(), None);
    assert_eq!(usage.frequencies()[0], 0.5);
}

#[test]
fn mutants_by_hand() {
    let (cds, code) = (Cds::parse("ATGTAA").unwrap(), Code::standard());
    let all: Vec<_> = mutants(&cds, &code).collect();
    assert_eq!(all.len(), 126);
    let count = |kind| all.iter().filter(|mutant| mutant.consequence == kind).count();
    assert_eq!(count(Consequence::Synonymous), 2);
    assert_eq!(count(Consequence::StopLost), 61);
    // TTG and CTG begin proteins too; whatever else replaces the first ATG loses the start.
    assert_eq!((count(Consequence::StartRetained), count(Consequence::StartLost)), (2, 61));
    assert_eq!((count(Consequence::Missense), count(Consequence::Nonsense)), (0, 0));
    let inside = Cds::parse("ATGATGTAA").unwrap();
    let second: Vec<_> = mutants(&inside, &code).filter(|mutant| mutant.position == 2).collect();
    let count = |kind| second.iter().filter(|mutant| mutant.consequence == kind).count();
    assert_eq!((count(Consequence::Nonsense), count(Consequence::Missense)), (3, 60));
    for mutant in &all {
        let changed = mutant.apply(&cds);
        assert_eq!(changed.translate(&code).chars().nth(mutant.position - 1), Some(mutant.residues.1));
        let apart = changed.letters().bytes().zip(cds.letters().bytes()).filter(|(a, b)| a != b).count();
        assert_eq!(apart, mutant.base_changes);
    }
}

#[test]
fn the_likeliest_sequence() {
    let table = UsageTable::new([("AUG", 1.0), ("GCU", 0.2), ("GCC", 0.4), ("GCA", 0.4)]).unwrap();
    assert_eq!(back_translate("MA", &Code::standard(), &table).unwrap().letters(), "ATGGCC");
}

proptest! {
    #[test]
    fn sampling_keeps_the_protein_and_permuting_the_counts(
        codons in prop::collection::vec("[ACGTacgtu]{3}", 1..80), seed: u64, table in prop::sample::select(vec![1u8, 2, 4, 12]),
    ) {
        let (cds, code) = (Cds::parse(&codons.concat()).unwrap(), Code::ncbi(table).unwrap());
        for sampling in [Sampling::True, Sampling::Permuted, Sampling::Uniform] {
            let found = sample(&cds, &code, sampling, true, seed, 3);
            prop_assert_eq!(found.translate(&code), cds.translate(&code));
            prop_assert_eq!(&found, &sample(&cds, &code, sampling, true, seed, 3));
            if sampling != Sampling::Uniform {
                prop_assert_eq!(Usage::of([&found]), Usage::of([&cds]));
            }
        }
    }

    #[test]
    fn what_is_translated_back_translates(protein in "[ACDEFGHIKLMNPQRSTVWY*]{1,60}") {
        let (code, table) = (Code::standard(), UsageTable::new([]).unwrap());
        prop_assert_eq!(back_translate(&protein, &code, &table).unwrap().translate(&code), protein);
    }

    #[test]
    fn so_it_does_under_every_code(protein in "[ACDEFGHIKLMNPQRSTVWY]{1,60}[*]?", usage: u64) {
        for code in (1..=33).filter_map(|number| Code::ncbi(number).ok()) {
            // Any codon may be the most used one, also one that is both a residue and a stop.
            let weight = |codon: Codon| (codon.word(), ((usage >> (codon.index() % 60)) & 7) as f64);
            let weights: Vec<(String, f64)> = Codon::all().map(weight).collect();
            let rows = weights.iter().map(|(codon, weight)| (codon.as_str(), *weight));
            let table = UsageTable::new(rows).unwrap();
            prop_assert_eq!(&back_translate(&protein, &code, &table).unwrap().translate(&code), &protein);
        }
    }
}
