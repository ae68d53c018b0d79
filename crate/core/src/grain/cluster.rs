//! A GenBank record → its gene clusters.
//!
//! A record with `region` features (antiSMASH 5 to 7) or `cluster` features (antiSMASH 4, DeepBGC)
//! holds one cluster for each; any other record is one cluster as a whole. Genes and domains belong
//! to a cluster if they lie within it. Domains are in genomic order: by their first letter, whatever
//! the strand, as a scan along the record finds them.

use super::{Gene, Grain, GrainRow, Origin, translate};
use crate::error::{Notice, Where};
use crate::seq::{Feature, GenbankRecord};
use std::collections::HashSet;

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
    /// The record's name, or `<record>.region001` where the record has several.
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
    /// The notices of the genes, and `cluster.no_domains` for a cluster without Pfam domains.
    pub notices: Vec<Notice>,
}

/// Reads the clusters of a record; `file` names the place of the notices.
#[must_use]
pub fn clusters(record: &GenbankRecord, file: Option<&str>) -> Clusters {
    let of = |key: &str| record.features.iter().filter(|feature| feature.key == key).collect::<Vec<_>>();
    let regions =
        [of("region"), of("cluster")].into_iter().find(|regions| !regions.is_empty()).unwrap_or_default();
    let mut notices = Vec::new();
    let mut names = HashSet::new();
    let mut genes: Vec<Gene> = Vec::new();
    for feature in of("CDS") {
        let (gene, found) = Gene::read(feature, record, name(feature, &mut names), file);
        genes.push(gene);
        notices.extend(found);
    }
    genes.sort_by_key(|gene| (gene.origin.start, gene.origin.end));
    let all = All { record, genes, pfam: of("PFAM_domain"), modules: of("aSDomain") };
    let several = regions.len() > 1;
    let clusters: Vec<Cluster> = match regions.as_slice() {
        [] => vec![all.within(record.id.clone(), None)],
        regions => regions
            .iter()
            .enumerate()
            .map(|(i, region)| {
                let number = region.get("region_number").and_then(|number| number.parse().ok());
                let number = number.unwrap_or(i.saturating_add(1));
                let id = if several { format!("{}.region{number:03}", record.id) } else { record.id.clone() };
                all.within(id, Some(region))
            })
            .collect(),
    };
    for cluster in clusters.iter().filter(|cluster| cluster.domains.is_empty()) {
        notices.push(Notice {
            code: "cluster.no_domains".to_owned(),
            message: "the cluster has no Pfam domains".to_owned(),
            at: Where {
                file: file.map(str::to_owned),
                line: Some(record.line),
                record: Some(cluster.id.clone()),
            },
            hint: "run antiSMASH with --clusterhmmer, or scan the proteins with hmmscan and give its table"
                .to_owned(),
        });
    }
    Clusters { clusters, notices }
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
        let (start, end) =
            region.map_or((1, self.record.length), |region| (region.location.start(), region.location.end()));
        let inside = |origin: &Origin| origin.start >= start && origin.end <= end;
        let cluster = |origin: Origin| Origin { cluster: Some(id.clone()), ..origin };
        let genes: Vec<Gene> = self
            .genes
            .iter()
            .filter(|gene| inside(&gene.origin))
            .map(|gene| Gene { origin: cluster(gene.origin.clone()), ..gene.clone() })
            .collect();
        let domains = |features: &[&Feature]| {
            let mut domains: Vec<Domain> =
                features.iter().map(|feature| domain(feature, self.record)).collect();
            domains.retain(|domain| inside(&domain.origin));
            domains.sort_by_key(|domain| (domain.origin.start, domain.origin.end));
            for (place, domain) in domains.iter_mut().enumerate() {
                domain.origin.position = Some(place.saturating_add(1));
                domain.origin = cluster(domain.origin.clone());
            }
            domains
        };
        let classes = region.map(|region| {
            region
                .all("product")
                .flat_map(|product| product.split([',', ' ']))
                .filter(|class| !class.is_empty())
        });
        let classes = classes.map_or_else(Vec::new, |classes| classes.map(str::to_owned).collect());
        let (domains, modules) = (domains(&self.pfam), domains(&self.modules));
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
    Domain {
        accession: if feature.key == "PFAM_domain" { feature.pfam().map(str::to_owned) } else { None },
        name: text("aSDomain"),
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
