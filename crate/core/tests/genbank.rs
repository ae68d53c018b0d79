//! GenBank files of three dialects against the table of their domains, and awkward ones. The files
//! in `tests/corpus/genbank` are always read; those that may not be bundled by ignored tests, from the
//! folder that `CROSSGRAIN_DATA` names.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::seq::{Feature, GenbankParsed, read_genbank};
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Counts every allocation of this process.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time: they share the count.
static TURN: Mutex<()> = Mutex::new(());

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

/// A folder of the data that may not be bundled.
fn data(folder: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("CROSSGRAIN_DATA").unwrap()).join("data").join(folder)
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
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(check_domains(&root("tests/corpus/genbank")), 403);
}

#[test]
#[ignore = "needs files that may not be bundled: set CROSSGRAIN_DATA=<folder>, run with -- --ignored"]
fn domains_of_files_that_may_not_be_bundled() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(check_domains(&data("genbank")), 657);
}

#[test]
fn awkward_files() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
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
#[ignore = "needs files that may not be bundled: set CROSSGRAIN_DATA=<folder>, run with -- --ignored"]
fn any_file_that_may_not_be_bundled_is_read_or_refused() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for folder in ["genbank", "nasty_inputs"] {
        for entry in std::fs::read_dir(data(folder)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            _ = read_genbank(&bytes, None);
        }
    }
}

/// Time and memory: 2 s and 0.2 s per MB; 3 bytes per byte, 16 MiB, and what records and features
/// themselves weigh.
#[test]
fn no_file_costs_more_than_it_may() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    fn t(what: &str, file: &[u8]) {
        MEMORY.reset_peak_usage();
        let (before, begin) = (MEMORY.current_usage(), Instant::now());
        let parsed = read_genbank(file, None).unwrap();
        let (peak, seconds) = (MEMORY.peak_usage().saturating_sub(before), begin.elapsed().as_secs_f64());
        // Features that repeat another are left out at the end of their record, and weigh until then.
        let read = file.windows(10).filter(|bytes| *bytes == b"\n     CDS ").count();
        let features = read.max(parsed.records.iter().map(|record| record.features.len()).sum());
        let kept = parsed.records.iter().flat_map(|record| &record.features);
        let qualifiers: usize = kept.map(|feature| feature.qualifiers.len()).sum();
        let own = 512 * parsed.records.len() + 256 * features + 128 * qualifiers;
        let most = 3 * file.len() + (16 << 20) + own;
        println!("{what}: {} bytes, peak {peak} of {most}, {seconds:.3} s", file.len());
        assert!(peak <= most, "{what}: {peak} bytes, {most} allowed");
        assert!(seconds <= 2.0 + 0.2 * file.len() as f64 / 1e6, "{what}: {seconds} s");
    }
    let mut real = Vec::new();
    let packed = std::fs::read(root("tests/corpus/genbank/deepbgc_labelled_contigs.gbk.gz")).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut real).unwrap();
    t("a real file forty times", &real.repeat(40));
    t("100,000 records of nothing", &b"LOCUS\n//\n".repeat(100_000));
    let head = "LOCUS       R  9 bp DNA\nFEATURES\n";
    // All at different places: repeated features are left out.
    let places: String =
        (0..200_000).map(|at| format!("     CDS {}..{}\n", at / 500 + 1, at % 500 + 401)).collect();
    let long = "LOCUS       R  900 bp DNA\nFEATURES\n";
    t("200,000 features of nothing", [long, &places].concat().as_bytes());
    t("200,000 copies of a feature", [head.as_bytes(), &b"     CDS 1\n".repeat(100_000)].concat().as_slice());
    t(
        "200,000 qualifiers of nothing",
        [head.as_bytes(), b"     CDS 1\n", &b"                     /a\n".repeat(200_000)].concat().as_slice(),
    );
    t(
        "900,000 short qualifiers",
        [head.as_bytes(), b"     CDS 1\n", &b" /a\n".repeat(900_000)].concat().as_slice(),
    );
    t("10,000 parts", format!("{head}     CDS join({}1)\n", "1,".repeat(9_999)).as_bytes());
    t("9 million letters", format!("{head}ORIGIN\n{}", "acgtacgtac\n".repeat(900_000)).as_bytes());
    t("1 million line ends", &[b"LOCUS  R 9 bp\n".as_slice(), &b"\r".repeat(1_000_000)].concat());
}
