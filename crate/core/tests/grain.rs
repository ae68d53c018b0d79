//! Gene clusters of real GenBank files: genes translate to the proteins that the files give, domains
//! lie in them, and rows of all grains fit together. Files that may not be bundled are read by an
//! ignored test, from the folder that `CROSSGRAIN_DATA` names.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::grain::{Clusters, clusters};
use crossgrain_core::join::Locus;
use crossgrain_core::reader::{Conversion, SequenceReader};
use crossgrain_core::seq::{Parsed, ReadOptions, SequenceKind, read_genbank};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

/// A folder of the data that may not be bundled.
fn data(folder: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("CROSSGRAIN_DATA").unwrap()).join("data").join(folder)
}

fn read(path: &Path) -> Vec<Clusters> {
    let parsed = read_genbank(&std::fs::read(path).unwrap(), None).unwrap();
    parsed.records.iter().map(|record| clusters(record, None)).collect()
}

/// Clusters, genes, proteins, domains of a file, and the notices on its genes.
fn t(path: &Path, expected: [usize; 4], reported: &[&str]) {
    let found = read(path);
    let clusters: Vec<_> = found.iter().flat_map(|found| &found.clusters).collect();
    let sum = |count: &dyn Fn(&crossgrain_core::grain::Cluster) -> usize| {
        clusters.iter().map(|c| count(c)).sum::<usize>()
    };
    let counts =
        [clusters.len(), sum(&|c| c.genes.len()), sum(&|c| c.proteins().len()), sum(&|c| c.domains.len())];
    let codes: Vec<_> =
        found.iter().flat_map(|found| &found.notices).map(|notice| notice.code.as_str()).collect();
    assert_eq!((counts, codes.as_slice()), (expected, reported), "{}", path.display());
    for cluster in clusters {
        let slices = cluster.slices();
        assert_eq!(slices.len(), cluster.domains.len());
        for (place, slice) in (1..).zip(&slices) {
            assert_eq!(
                (slice.origin.position, slice.id.as_str()),
                (Some(place), format!("{}/{place}", cluster.id).as_str())
            );
            assert!(!slice.letters.is_empty());
        }
        if let Some(sentence) = cluster.sentence(Some("#")) {
            assert_eq!(sentence.letters.split(';').count(), cluster.domains.len() + 1);
        }
        for row in cluster.cds() {
            assert_eq!(row.origin.cluster.as_deref(), Some(cluster.id.as_str()));
            assert!(row.letters.len() >= 3, "{}", row.id);
        }
    }
}

#[test]
fn clusters_of_real_files() {
    let bundled = root("tests/corpus/genbank");
    t(&bundled.join("deepbgc_labelled_contigs.gbk.gz"), [2, 93, 93, 208], &[]);
    t(&bundled.join("BGC0001090_antismash5.gbk.gz"), [1, 10, 10, 0], &["cluster.no_domains"]);
    t(&bundled.join("origin_wrapping_cds.gb"), [1, 2, 2, 0], &["cluster.no_domains"]);
}

#[test]
#[ignore = "needs files that may not be bundled: set CROSSGRAIN_DATA=<folder>, run with -- --ignored"]
fn clusters_of_files_that_may_not_be_bundled() {
    let folder = data("genbank");
    t(&folder.join("BGC0000966_antismash6.gbk"), [1, 25, 25, 46], &[]);
    t(&folder.join("BGC0002476_antismash6.gbk"), [1, 10, 10, 12], &[]);
    t(&folder.join("BGC0002609_antismash6.gbk"), [1, 6, 6, 13], &[]);
    t(&folder.join("NC_003888.3.region002_antismash5.gbk"), [1, 24, 24, 53], &[]);
    t(&folder.join("Y16952.3_antismash4_final.gbk"), [1, 37, 37, 130], &[]);
    t(&folder.join("BGC0000015.gbk"), [2, 30, 30, 0], &["cluster.no_domains", "cluster.no_domains"]);
    t(&folder.join("arabidopsis_genes.gb"), [1, 18, 18, 0], &["cluster.no_domains"]);
    t(&folder.join("NC_005816_plasmid.gb"), [1, 10, 10, 0], &["cluster.no_domains"]);
}

/// What a protein model and a domain model read of one file are the same domains under the same places.
#[test]
fn slices_and_sentences_of_a_file_line_up() {
    let bytes = std::fs::read(root("tests/corpus/genbank/deepbgc_labelled_contigs.gbk.gz")).unwrap();
    let read = |derive| -> Parsed {
        let mut reader =
            SequenceReader::new(ReadOptions::default(), Some(SequenceKind::Domains)).converting(derive);
        reader.push(&bytes).unwrap();
        reader.finish().unwrap()
    };
    let (sentences, slices) = (read(Conversion::None), read(Conversion::DomainSlices));
    assert_eq!((slices.kind, slices.records.len()), (SequenceKind::Protein, 208));
    let said: HashMap<&str, Vec<&str>> =
        sentences.records.iter().map(|r| (r.id.as_str(), r.letters.split(';').collect())).collect();
    for slice in &slices.records {
        let place = Locus::parse(&slice.id).unwrap();
        let domain = slice.fields().find(|(name, _)| *name == "domain").map(|(_, value)| value);
        assert_eq!(domain, said[place.id.as_str()].get(place.position - 1).copied(), "{}", slice.id);
    }
}
