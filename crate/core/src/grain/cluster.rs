//! A GenBank record → its gene clusters.
//!
//! A record with `region` features (antiSMASH 5 to 8) or `cluster` features (antiSMASH 4, DeepBGC)
//! holds one cluster for each; without them its candidate clusters or protoclusters are taken; any
//! other record is one cluster as a whole. Genes and domains belong to a cluster if they lie within
//! it. Domains are in genomic order: by their first letter, whatever the strand, as a scan along the
//! record finds them, and along the stretches of a region that lies across the origin of a circular
//! record.
//!
//! | features of the record | name of a cluster |
//! |---|---|
//! | several regions, or one that is not the first | `<record>.region002` by `/region_number`, as antiSMASH names its files |
//! | several clusters of antiSMASH 4 | `<record>.cluster003` by `/note="Cluster number: 3"` |
//! | several clusters of DeepBGC | their `/bgc_candidate_id` |
//! | regions of one record in several entries of a file | as several regions |
//! | one region, or none | the record's name |

use super::track::Track;
use super::{Gene, Grain, GrainRow, Origin, translate};
use crate::error::{Notice, Where};
use crate::seq::{Feature, GenbankRecord};
use std::collections::{HashMap, HashSet};

/// A protein domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Pfam accession, with its version if the file has it; `None` for an aSDomain.
    pub accession: Option<String>,
    /// Name, such as `AMP-binding`; may be empty.
    pub name: String,
    /// Its residues: those in the file, else the translation; may be empty.
    pub residues: String,
    /// Where it lies, and which of the cluster's domains it is.
    pub origin: Origin,
}

/// A gene cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The record's name, or `<record>.region001` where the record has several: see the table above.
    pub id: String,
    /// The product classes that the file names.
    pub classes: Vec<String>,
    /// Its genes, in genomic order.
    pub genes: Vec<Gene>,
    /// Its Pfam domains, in genomic order.
    pub domains: Vec<Domain>,
    /// Its antiSMASH domains, in genomic order.
    pub modules: Vec<Domain>,
    /// Where it lies.
    pub origin: Origin,
}

/// The clusters of a record, and what is odd about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// In genomic order.
    pub clusters: Vec<Cluster>,
    /// The notices of the genes, `cluster.no_domains` for a cluster without Pfam domains,
    /// `cluster.no_region` for a record whose regions cannot be read, and
    /// `cluster.two_annotations` for one whose domains are annotated twice.
    pub notices: Vec<Notice>,
}

/// Reads the clusters of all records of a file, in file order; `file` names the place of the notices.
/// Regions of one record that stand in several entries are named by their numbers.
#[must_use]
pub fn clusters_of_file(records: &[GenbankRecord], file: Option<&str>) -> Vec<Clusters> {
    let mut entries: HashMap<&str, usize> = HashMap::new();
    for record in records {
        let count = entries.entry(record.id.as_str()).or_default();
        *count = count.saturating_add(1);
    }
    let shared = |record: &GenbankRecord| entries.get(record.id.as_str()).is_some_and(|count| *count > 1);
    records.iter().map(|record| read(record, file, shared(record))).collect()
}

/// Reads the clusters of a record; `file` names the place of the notices.
#[must_use]
pub fn clusters(record: &GenbankRecord, file: Option<&str>) -> Clusters {
    read(record, file, false)
}

/// `shared` says that other entries of the file have the record's name.
fn read(record: &GenbankRecord, file: Option<&str>, shared: bool) -> Clusters {
    let of = |key: &str| record.features.iter().filter(|feature| feature.key == key).collect::<Vec<_>>();
    let regions = REGION_KEYS.into_iter().map(of).find(|regions| !regions.is_empty()).unwrap_or_default();
    let mut notices = Vec::new();
    let mut names = HashSet::new();
    let mut genes: Vec<Gene> = Vec::new();
    for feature in of("CDS") {
        let (gene, found) = Gene::read(feature, record, name(feature, &mut names), file);
        genes.push(gene);
        notices.extend(found);
    }
    let mut notice = |code: &str, message: String, id: &str, hint: &str| {
        notices.push(Notice {
            code: code.to_owned(),
            message,
            at: Where { file: file.map(str::to_owned), line: Some(record.line), record: Some(id.to_owned()) },
            hint: hint.to_owned(),
        });
    };
    let (antismash, gecco) = (of("PFAM_domain"), of("misc_feature"));
    if !antismash.is_empty() && !gecco.is_empty() {
        let message = format!(
            "the record has {} PFAM_domain features and {} misc_features that are domains: the PFAM_domain features are used",
            antismash.len(),
            gecco.len()
        );
        notice("cluster.two_annotations", message, &record.id, "remove the features that you do not want");
    }
    let pfam = if antismash.is_empty() { gecco } else { antismash };
    let all = All { record, genes, pfam, modules: of("aSDomain") };
    let clusters: Vec<Cluster> = match regions.as_slice() {
        [] if record.regions_left_out > 0 => {
            let message = format!(
                "the record has {} regions whose location cannot be read, and no other: it is not taken for one cluster",
                record.regions_left_out
            );
            let hint = "repair the locations, or remove the features if the record is one cluster";
            notice("cluster.no_region", message, &record.id, hint);
            Vec::new()
        }
        [] => vec![all.within(record.id.clone(), None)],
        regions => {
            let id = |(i, region): (usize, &&Feature)| region_id(record, region, i, regions.len(), shared);
            regions.iter().enumerate().map(|pair| all.within(id(pair), Some(pair.1))).collect()
        }
    };
    for cluster in clusters.iter().filter(|cluster| cluster.domains.is_empty()) {
        notice(
            "cluster.no_domains",
            "the cluster has no Pfam domains".to_owned(),
            &cluster.id,
            "run antiSMASH with --clusterhmmer, or scan the proteins with hmmscan and give its table",
        );
    }
    Clusters { clusters, notices }
}

/// The features that a record's clusters are taken from: the first of these that it has.
const REGION_KEYS: [&str; 5] = ["region", "cluster", "cand_cluster", "protocluster", "subregion"];

/// The name of the cluster of the `i`-th of `count` regions.
fn region_id(record: &GenbankRecord, region: &Feature, i: usize, count: usize, shared: bool) -> String {
    let number = region.number();
    if count > 1 {
        if let Some(id) = region.get("bgc_candidate_id").filter(|id| !id.is_empty()) {
            return id.to_owned();
        }
    } else if !number.is_some_and(|number| number > 1 || shared) {
        return record.id.clone();
    }
    format!("{}.{}{:03}", record.id, region.key, number.unwrap_or(i.saturating_add(1)))
}

/// The parts of a record.
struct All<'r> {
    record: &'r GenbankRecord,
    genes: Vec<Gene>,
    pfam: Vec<&'r Feature>,
    modules: Vec<&'r Feature>,
}

impl All<'_> {
    /// The part of the record that one region spans; the whole without a region.
    fn within(&self, id: String, region: Option<&Feature>) -> Cluster {
        let track = Track::new(region.map(|region| &region.location), self.record.length);
        let cluster = |origin: Origin| Origin { cluster: Some(id.clone()), ..origin };
        let mut genes: Vec<((usize, usize), Gene)> = Vec::new();
        for gene in &self.genes {
            if let Some(place) = track.place_of(&gene.origin) {
                let gene = Gene { origin: cluster(gene.origin.clone()), ..gene.clone() };
                genes.push((place, gene));
            }
        }
        genes.sort_by_key(|(place, _)| *place);
        let genes = genes.into_iter().map(|(_, gene)| gene).collect();
        let domains = |features: &[&Feature]| {
            let inside =
                |feature: &&Feature| Some((track.place(&feature.location)?, domain(feature, self.record)));
            let mut domains: Vec<((usize, usize), Domain)> = features.iter().filter_map(inside).collect();
            domains.sort_by_key(|(place, _)| *place);
            let mut domains: Vec<Domain> = domains.into_iter().map(|(_, domain)| domain).collect();
            for (place, domain) in domains.iter_mut().enumerate() {
                domain.origin.position = Some(place.saturating_add(1));
                domain.origin = cluster(domain.origin.clone());
            }
            domains
        };
        let named = |region: &Feature| {
            let classes = |name: &str| {
                let split = region.all(name).flat_map(|classes| classes.split([',', ' ']));
                split.filter(|class| !class.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            // DeepBGC calls it a class.
            Some(classes("product"))
                .filter(|found| !found.is_empty())
                .unwrap_or_else(|| classes("product_class"))
        };
        let classes = region.map(named).unwrap_or_default();
        let (domains, modules) = (domains(&self.pfam), domains(&self.modules));
        let (start, end) =
            region.map_or((1, self.record.length), |region| (region.location.start(), region.location.end()));
        let record = self.record.id.clone();
        let origin =
            Origin { record, cluster: Some(id.clone()), start, end, strand: '.', ..Origin::default() };
        Cluster { id, classes, genes, domains, modules, origin }
    }
}

impl Cluster {
    /// The cluster as a domain model reads it, after a class token if one is given; `None` without
    /// domains. A domain without an accession is written by its name.
    #[must_use]
    pub fn sentence(&self, class: Option<&str>) -> Option<GrainRow> {
        if self.domains.is_empty() {
            return None;
        }
        let written = self.domains.iter().map(|domain| domain.accession.as_deref().unwrap_or(&domain.name));
        let letters: Vec<&str> = class.into_iter().chain(written).collect();
        Some(GrainRow {
            id: self.id.clone(),
            letters: letters.join(";"),
            grain: Grain::Cluster,
            origin: self.origin.clone(),
        })
    }

    /// Its proteins; genes without one are left out.
    #[must_use]
    pub fn proteins(&self) -> Vec<GrainRow> {
        self.genes
            .iter()
            .filter_map(|gene| row(&gene.id, &gene.protein, Grain::Protein, &gene.origin))
            .collect()
    }

    /// Its coding sequences; genes without letters are left out.
    #[must_use]
    pub fn cds(&self) -> Vec<GrainRow> {
        self.genes.iter().filter_map(|gene| row(&gene.id, &gene.cds, Grain::Cds, &gene.origin)).collect()
    }

    /// The residues of its Pfam domains, named `<cluster>/<place in the sentence>`; domains without
    /// residues are left out, and the others keep their places.
    #[must_use]
    pub fn slices(&self) -> Vec<GrainRow> {
        let slice = |domain: &Domain| {
            let id = format!("{}/{}", self.id, domain.origin.position.unwrap_or(0));
            row(&id, &domain.residues, Grain::Domain, &domain.origin)
        };
        self.domains.iter().filter_map(slice).collect()
    }
}

fn row(id: &str, letters: &str, grain: Grain, origin: &Origin) -> Option<GrainRow> {
    let (id, letters, origin) = (id.to_owned(), letters.to_owned(), origin.clone());
    if letters.is_empty() { None } else { Some(GrainRow { id, letters, grain, origin }) }
}

/// Locus tag, protein id, gene or place; a name that is already taken gets its position appended.
fn name(feature: &Feature, taken: &mut HashSet<String>) -> String {
    let place = format!("{}-{}", feature.location.start(), feature.location.end());
    let named = ["locus_tag", "protein_id", "gene"].into_iter().find_map(|key| feature.get(key));
    let mut name =
        named.filter(|name| !name.is_empty()).map_or_else(|| format!("cds:{place}"), str::to_owned);
    if taken.contains(&name) {
        name = format!("{name}:{place}");
    }
    let mut unique = name.clone();
    let mut number = 2_usize;
    while !taken.insert(unique.clone()) {
        unique = format!("{name}#{number}");
        number = number.saturating_add(1);
    }
    unique
}

fn domain(feature: &Feature, record: &GenbankRecord) -> Domain {
    let location = &feature.location;
    let given: String = feature.get("translation").unwrap_or_default().split_whitespace().collect();
    let made = || {
        let letters = location.letters(&record.letters)?;
        translate(&letters, 11, false, &Where::default()).ok().map(|made| made.protein)
    };
    let residues = if given.is_empty() { made().unwrap_or_default() } else { given };
    let text = |name: &str| feature.get(name).unwrap_or_default().to_owned();
    let (accession, name) = match feature.key {
        "PFAM_domain" => (feature.pfam(), text("aSDomain")),
        "misc_feature" => (feature.pfam(), text("standard_name")),
        _ => (None, text("aSDomain")),
    };
    Domain {
        accession: accession.map(str::to_owned),
        name,
        residues,
        origin: Origin {
            record: record.id.clone(),
            gene: feature.get("locus_tag").map(str::to_owned),
            start: location.start(),
            end: location.end(),
            strand: location.strand(),
            ..Origin::default()
        },
    }
}
