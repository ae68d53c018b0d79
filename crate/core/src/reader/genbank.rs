//! The parts of a GenBank file that a model reads: domains of clusters, proteins, or genes.
//!
//! | kind | one record per | letters |
//! |---|---|---|
//! | domains | cluster: a `region` or `cluster` feature, or the entry | its Pfam accessions in genomic order, with semicolons |
//! | protein | gene, inside and outside of clusters | its protein |
//! | domain slices | Pfam domain of a cluster, called `<cluster>/<place>` | its residues |
//! | DNA | gene; without any, per entry | its bases in reading order |
//!
//! Where a record comes from stands in its description as fields, `entry=`, `original=` (what the entry
//! was called before antiSMASH shortened its name), `cluster=`, `product=`, so
//! that vectors can be grouped by cluster, whether they are of domains, proteins or genes. See
//! [`crate::grain`] for how clusters and genes are read.

use super::conversion::together;
use crate::error::{Notice, Where};
use crate::grain::{Cluster, Clusters, Domain, Gene, GrainRow, clusters, clusters_of_file, table_of_file};
use crate::seq::{GenbankParsed, GenbankRecord, Parsed, Record, SequenceKind, Stops};
use std::collections::{HashMap, HashSet};

/// Which records to make of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extract {
    /// This kind; without one, the first of domains, proteins and DNA that the file has.
    Kind(Option<SequenceKind>),
    /// The residues of each domain.
    Slices,
}

/// The records of one kind. `table` is the translation table of genes that name none.
pub(super) fn records(
    mut parsed: GenbankParsed,
    extract: Extract,
    table: Option<u8>,
    file: Option<&str>,
) -> Parsed {
    parsed.records.iter_mut().for_each(|entry| entry.table = table);
    let mut entries: Vec<(&GenbankRecord, Clusters)> =
        parsed.records.iter().zip(clusters_of_file(&parsed.records, file)).collect();
    // Domains are named after their cluster, so clusters get distinct names first.
    let mut named = HashSet::new();
    for cluster in entries.iter_mut().flat_map(|(_, found)| &mut found.clusters) {
        distinguish(&mut cluster.id, &mut named);
    }
    let detected = detect(&entries);
    let kind = match extract {
        Extract::Kind(kind) => kind.unwrap_or(detected),
        Extract::Slices => SequenceKind::Protein,
    };
    let (mut warnings, mut refusals, mut named) = (Vec::new(), Vec::new(), Vec::new());
    let mut records = Vec::new();
    for (entry, found) in &entries {
        let before = records.len();
        match kind {
            _ if extract == Extract::Slices => slices(entry, found, &mut records, &mut warnings, file),
            SequenceKind::Domains => sentences(entry, found, &mut records),
            SequenceKind::Protein | SequenceKind::Dna => {
                let (whole, notices) = genes(entry, file);
                let rows = if kind == SequenceKind::Dna { whole.cds() } else { whole.proteins() };
                let (left_out, odd): (Vec<_>, Vec<_>) =
                    notices.into_iter().partition(|notice| notice.code == "cds.pseudogene");
                refusals.extend(left_out);
                warnings.extend(odd);
                named.extend(tables(entry, &whole, file));
                of_genes(entry, &whole, found, rows, kind, &mut records);
            }
        }
        let some = records.len() > before;
        if kind == SequenceKind::Domains || extract == Extract::Slices {
            // A record without any domain is reported as a whole.
            let kept = |notice: &&Notice| {
                notice.code.starts_with("cluster.") && (some || notice.code != "cluster.no_domains")
            };
            warnings.extend(found.notices.iter().filter(kept).cloned());
        }
        if records.len() == before && kind == SequenceKind::Dna && !entry.letters.is_empty() {
            let description = format!("entry={} {}", entry.id, entry.description);
            let (id, letters) = (entry.id.clone(), entry.letters.clone());
            records.push(Record { id, description, letters, line: entry.line });
        } else if records.len() == before {
            // A file without domains has no slices.
            let lacking = if extract == Extract::Slices { SequenceKind::Domains } else { kind };
            warnings.push(nothing(lacking, entry, file));
        }
    }
    warnings.extend(table.and_then(|table| table_of_file(table, &named)));
    let mut taken = HashSet::new();
    for record in &mut records {
        if kind != SequenceKind::Domains {
            record.letters.make_ascii_uppercase();
        }
        distinguish(&mut record.id, &mut taken);
    }
    let (warnings, more_warnings) = together(parsed.warnings, warnings);
    let (refusals, more_refusals) = together(parsed.refusals, refusals);
    Parsed {
        kind,
        detected,
        records,
        warnings,
        warnings_omitted: parsed.warnings_omitted.saturating_add(more_warnings),
        refusals,
        refusals_omitted: parsed.refusals_omitted.saturating_add(more_refusals),
        gzip: parsed.gzip,
        lines: parsed.lines,
        bytes: parsed.bytes,
    }
}

/// The richest kind that a file holds.
fn detect(entries: &[(&GenbankRecord, Clusters)]) -> SequenceKind {
    let any =
        |test: &dyn Fn(&Cluster) -> bool| entries.iter().any(|(_, found)| found.clusters.iter().any(test));
    if any(&|cluster| !cluster.domains.is_empty()) {
        SequenceKind::Domains
    } else if any(&|cluster| cluster.genes.iter().any(|gene| !gene.protein.is_empty())) {
        SequenceKind::Protein
    } else {
        SequenceKind::Dna
    }
}

fn sentences(entry: &GenbankRecord, found: &Clusters, records: &mut Vec<Record>) {
    for cluster in &found.clusters {
        let Some(row) = cluster.sentence(None) else { continue };
        let product = match cluster.classes.as_slice() {
            [] => String::new(),
            classes => format!(" product={}", classes.join("-")),
        };
        let original = match entry.original_id.as_str() {
            "" => String::new(),
            original => format!(" original={original}"),
        };
        let description = format!("entry={}{original}{product} {}", entry.id, entry.description);
        records.push(Record { id: row.id, description, letters: row.letters, line: entry.line });
    }
}

/// The residues of domains, by the same rule for stops as whole proteins.
fn slices(
    entry: &GenbankRecord,
    found: &Clusters,
    records: &mut Vec<Record>,
    warnings: &mut Vec<Notice>,
    file: Option<&str>,
) {
    for cluster in &found.clusters {
        let named: HashMap<Option<usize>, &Domain> =
            cluster.domains.iter().map(|domain| (domain.origin.position, domain)).collect();
        for row in cluster.slices() {
            let field = |key: &str, value: Option<&str>| {
                value.filter(|value| !value.is_empty()).map(|value| format!(" {key}={value}"))
            };
            let domain = named.get(&row.origin.position);
            let accession = domain.and_then(|domain| domain.accession.as_deref());
            let description = [
                Some(format!("entry={} cluster={}", entry.id, cluster.id)),
                field("gene", row.origin.gene.as_deref()),
                field("domain", accession.map(|name| name.split_once('.').map_or(name, |(name, _)| name))),
            ];
            let description = description.into_iter().flatten().collect();
            let (letters, stops) = Stops::drop(&row.letters);
            let reported =
                [("cds.translation_stop", stops.inside()), ("cds.translation_end_stop", stops.at_end())];
            for (code, message) in reported {
                warnings.extend(message.map(|message| Notice {
                    code: code.to_owned(),
                    message,
                    at: Where {
                        file: file.map(str::to_owned),
                        line: Some(entry.line),
                        record: Some(row.id.clone()),
                    },
                    hint: "check the translation of the domain if you did not expect stops".to_owned(),
                }));
            }
            if !letters.is_empty() {
                records.push(Record { id: row.id, description, letters, line: entry.line });
            }
        }
    }
}

/// All genes of an entry, whether they lie in clusters or not.
fn genes(entry: &GenbankRecord, file: Option<&str>) -> (Cluster, Vec<Notice>) {
    let plain = GenbankRecord {
        features: entry.features.iter().filter(|feature| feature.key == "CDS").cloned().collect(),
        regions_left_out: 0,
        ..entry.clone()
    };
    let Clusters { mut clusters, mut notices } = clusters(&plain, file);
    notices.retain(|notice| notice.code != "cluster.no_domains");
    let whole = clusters.pop().unwrap_or_else(|| Cluster {
        id: entry.id.clone(),
        classes: Vec::new(),
        genes: Vec::new(),
        domains: Vec::new(),
        modules: Vec::new(),
        origin: crate::grain::Origin::default(),
    });
    (whole, notices)
}

/// The translation tables that the genes of an entry name.
fn tables(entry: &GenbankRecord, whole: &Cluster, file: Option<&str>) -> Vec<(u8, Where)> {
    let at =
        || Where { file: file.map(str::to_owned), line: Some(entry.line), record: Some(entry.id.clone()) };
    let read = whole.genes.iter().filter(|gene| !gene.protein.is_empty());
    read.filter_map(|gene| gene.table.map(|table| (table, at()))).collect()
}

/// What a coding sequence needs to be translated later, as the NCBI writes it into FASTA headers.
fn reading(gene: &Gene) -> String {
    let ends = match (gene.partial.five_prime, gene.partial.three_prime) {
        (true, true) => " [partial=5',3']",
        (true, false) => " [partial=5']",
        (false, true) => " [partial=3']",
        (false, false) => "",
    };
    let table = gene.table.map(|table| format!(" [transl_table={table}]"));
    format!("{ends}{}", table.unwrap_or_default())
}

fn of_genes(
    entry: &GenbankRecord,
    whole: &Cluster,
    found: &Clusters,
    rows: Vec<GrainRow>,
    kind: SequenceKind,
    records: &mut Vec<Record>,
) {
    let genes: HashMap<&str, &Gene> = whole.genes.iter().map(|gene| (gene.id.as_str(), gene)).collect();
    let cluster_of: HashMap<&str, &str> = found
        .clusters
        .iter()
        .flat_map(|cluster| cluster.genes.iter().map(|gene| (gene.id.as_str(), cluster.id.as_str())))
        .collect();
    for row in rows {
        let cluster = cluster_of.get(row.id.as_str()).map(|id| format!(" cluster={id}"));
        let gene = genes.get(row.id.as_str());
        let product = gene.map_or("", |gene| gene.product.as_str());
        let reading =
            gene.filter(|_| kind == SequenceKind::Dna).map(|gene| reading(gene)).unwrap_or_default();
        let cluster = cluster.unwrap_or_default();
        let description = format!("entry={}{cluster}{reading} {product}", entry.id);
        let description = description.trim_end().to_owned();
        records.push(Record { id: row.id, description, letters: row.letters, line: entry.line });
    }
}

/// Gives the second and later things of one name a number.
fn distinguish(id: &mut String, taken: &mut HashSet<String>) {
    let plain = id.clone();
    let mut number = 1_u64;
    while !taken.insert(id.clone()) {
        number = number.saturating_add(1);
        *id = format!("{plain}_{number}");
    }
}

fn nothing(kind: SequenceKind, entry: &GenbankRecord, file: Option<&str>) -> Notice {
    let (what, hint) = match kind {
        SequenceKind::Domains => (
            "no Pfam domains",
            "run antiSMASH with --clusterhmmer, or scan the proteins with hmmscan and give its table",
        ),
        SequenceKind::Protein => ("no genes that make a protein", "choose a file with CDS features"),
        SequenceKind::Dna => ("no sequence", "choose a file with its ORIGIN part"),
    };
    Notice {
        code: "genbank.nothing".to_owned(),
        message: format!("the entry has {what}"),
        at: Where { file: file.map(str::to_owned), line: Some(entry.line), record: Some(entry.id.clone()) },
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq::read_genbank;

    const FILE: &str = "\
LOCUS       C1  60 bp DNA
DEFINITION  a cluster.
FEATURES             Location/Qualifiers
     region          1..30
                     /product=\"NRPS\"
                     /product=\"T1PKS\"
     CDS             1..9
                     /locus_tag=\"g1\"
                     /translation=\"MK\"
     CDS             complement(10..18)
                     /locus_tag=\"g2\"
                     /product=\"a thing\"
                     /codon_start=2
     PFAM_domain     13..15
                     /db_xref=\"PF00002.5\"
     PFAM_domain     1..6
                     /db_xref=\"PF00001\"
     region          31..60
                     /product=\"terpene\"
     PFAM_domain     40..42
                     /db_xref=\"PF00003.1\"
ORIGIN
        1 atgaaataaa aacccgggtt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
//
";

    fn read(said: Option<SequenceKind>) -> Parsed {
        records(read_genbank(FILE.as_bytes(), None).unwrap(), Extract::Kind(said), None, None)
    }

    #[test]
    fn kinds_of_one_file() {
        fn t(said: Option<SequenceKind>, expected: &[(&str, &str)]) {
            let parsed = read(said);
            let found: Vec<_> = parsed.records.iter().map(|r| (r.id.as_str(), r.letters.as_str())).collect();
            assert_eq!(found, expected, "{said:?}");
            assert_eq!(parsed.detected, SequenceKind::Domains);
        }
        let clusters = [("C1.region001", "PF00001;PF00002.5"), ("C1.region002", "PF00003.1")];
        t(None, &clusters);
        t(Some(SequenceKind::Domains), &clusters);
        t(Some(SequenceKind::Dna), &[("g1", "ATGAAATAA"), ("g2", "CCGGGTTT")]);
        assert_eq!(read(Some(SequenceKind::Protein)).records[0].letters, "MK");
    }

    #[test]
    fn where_records_come_from_are_fields() {
        fn t(said: Option<SequenceKind>, expected: &str) {
            assert_eq!(
                read(said).records.last().map(|record| record.description.clone()).as_deref(),
                Some(expected)
            );
        }
        t(None, "entry=C1 product=terpene a cluster");
        t(Some(SequenceKind::Dna), "entry=C1 cluster=C1.region001 a thing");
    }

    #[test]
    fn an_entry_without_records_gives_a_warning() {
        let file = b"LOCUS       X  4 bp DNA\nORIGIN\n        1 acgt\n//\n";
        let t = |kind, code: Option<&str>| {
            let parsed = records(read_genbank(file, None).unwrap(), kind, None, None);
            assert_eq!(parsed.warnings.first().map(|notice| notice.code.as_str()), code);
        };
        t(Extract::Kind(Some(SequenceKind::Domains)), Some("genbank.nothing"));
        t(Extract::Kind(Some(SequenceKind::Protein)), Some("genbank.nothing"));
        t(Extract::Kind(Some(SequenceKind::Dna)), None);
        t(Extract::Slices, Some("genbank.nothing"));
    }

    #[test]
    fn slices_keep_the_places_of_their_domains() {
        let twice = [FILE, FILE].concat();
        let parsed = records(read_genbank(twice.as_bytes(), None).unwrap(), Extract::Slices, None, None);
        let found: Vec<_> = parsed.records.iter().map(|r| (r.id.as_str(), r.letters.as_str())).collect();
        assert_eq!(parsed.kind, SequenceKind::Protein);
        assert_eq!(
            found,
            [
                ("C1.region001/1", "MK"),
                ("C1.region001/2", "P"),
                ("C1.region002/1", "Y"),
                ("C1.region001_2/1", "MK"),
                ("C1.region001_2/2", "P"),
                ("C1.region002_2/1", "Y"),
            ]
        );
        assert_eq!(parsed.records[1].description, "entry=C1 cluster=C1.region001 domain=PF00002");
    }
}
