//! GenBank files of three dialects against the table of their domains, and awkward ones. The files
//! in `tests/corpus/genbank` are always read; those in `../shared/data` when they are there.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::seq::{Feature, GenbankParsed, read_genbank};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

fn read(path: &Path) -> GenbankParsed {
    read_genbank(&std::fs::read(path).unwrap(), path.file_name().and_then(|name| name.to_str())).unwrap()
}

/// The domains of the files in a folder, as its table has them.
fn check_domains(folder: &Path) -> usize {
    let table = std::fs::read_to_string(folder.join("pfam_domains_expected.tsv")).unwrap();
    let mut by_file: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        by_file.entry(cells[0]).or_default().push(cells);
    }
    for (file, rows) in &by_file {
        let plain = folder.join(file);
        let path = if plain.exists() { plain } else { folder.join(format!("{file}.gz")) };
        let parsed = read(&path);
        assert!(parsed.refusals.is_empty(), "{file}: {:?}", parsed.refusals);
        let domains = parsed.records.iter().flat_map(|record| {
            let is_domain = |feature: &&Feature| feature.key == "PFAM_domain";
            record.features.iter().filter(is_domain).map(move |feature| (record, feature))
        });
        let found: Vec<Vec<String>> = domains
            .enumerate()
            .map(|(order, (record, domain))| {
                let location = &domain.location;
                let accession = domain.pfam().unwrap_or_default();
                let text = |name| domain.get(name).unwrap_or_default().to_owned();
                vec![
                    (*file).to_owned(),
                    record.id.clone(),
                    order.to_string(),
                    location.start().to_string(),
                    location.end().to_string(),
                    location.strand().to_string(),
                    text("locus_tag"),
                    accession.to_owned(),
                    accession.split('.').next().unwrap_or_default().to_owned(),
                    text("aSDomain"),
                    text("evalue"),
                ]
            })
            .collect();
        let expected: Vec<Vec<String>> = rows
            .iter()
            .map(|cells| {
                cells
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i != 6)
                    .map(|(_, cell)| (*cell).to_owned())
                    .collect()
            })
            .collect();
        assert_eq!(found, expected, "{file}");
        // Genomic order is file order here.
        assert!(
            rows.is_sorted_by_key(|cells| (cells[1].to_owned(), cells[3].parse::<usize>().unwrap())),
            "{file}"
        );
    }
    by_file.values().map(Vec::len).sum()
}

#[test]
fn domains_of_every_file() {
    assert_eq!(check_domains(&root("tests/corpus/genbank")), 403);
    let shared = root("../shared/data/genbank");
    if shared.is_dir() {
        assert_eq!(check_domains(&shared), 657);
    } else {
        println!("skipped: no folder ../shared/data/genbank");
    }
}

#[test]
fn awkward_files() {
    fn t(file: &str, records: usize, features: usize, warnings: &[&str], refusals: &[&str]) {
        let parsed = read(&root("tests/corpus/genbank").join(file));
        let codes = |notices: &[crossgrain_core::error::Notice]| {
            let mut codes: Vec<String> = notices.iter().map(|notice| notice.code.clone()).collect();
            codes.dedup();
            codes
        };
        let kept: usize = parsed.records.iter().map(|record| record.features.len()).sum();
        assert_eq!((parsed.records.len(), kept), (records, features), "{file}");
        assert_eq!(
            (codes(&parsed.warnings), codes(&parsed.refusals)),
            (owned(warnings), owned(refusals)),
            "{file}"
        );
    }
    fn owned(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }
    t("bad_location_wrap.gb", 1, 1, &[], &[]);
    t("bad_sequence_indent.gb", 1, 1, &[], &[]);
    t("blank_sequence.gb", 0, 0, &[], &["genbank.protein"]);
    t("crlf_plasmid_pBAD30.gb", 1, 2, &[], &[]);
    t("empty_feature_qualifier.gb", 1, 1, &[], &[]);
    t("negative_location.gb", 1, 1, &["genbank.location"], &[]);
    t("no_end_marker.gb", 1, 1, &["genbank.no_end"], &[]);
    t("no_origin_no_end.gb", 1, 1, &["genbank.no_sequence", "genbank.no_end"], &[]);
    t("origin_wrapping_cds.gb", 1, 3, &[], &[]);
    t("BGC0001090_antismash5.gbk.gz", 1, 50, &[], &[]);
}

#[test]
fn any_file_of_the_shared_data_is_read_or_refused() {
    let shared = root("../shared/data");
    if !shared.is_dir() {
        return println!("skipped: no folder ../shared/data");
    }
    for folder in ["genbank", "nasty_inputs"] {
        for entry in std::fs::read_dir(shared.join(folder)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            _ = read_genbank(&bytes, None);
        }
    }
}
