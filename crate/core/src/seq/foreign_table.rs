//! Tables of domains that do not say in which order domains lie, each with its name and a way out.

/// A table that cannot be read as domains in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignTable {
    /// HMMER's `--tblout`.
    Tblout,
    /// HMMER's `--pfamtblout`.
    Pfamtblout,
    /// What `hmmscan` or `hmmsearch` prints.
    HmmerOutput,
    /// `phmmer`, `jackhmmer`, `nhmmer` and their kind: no profiles of domains.
    HmmerSequences,
    /// Infernal's tables of RNA families.
    Infernal,
    /// GECCO's `.genes.tsv`.
    GeccoGenes,
    /// GECCO's `.clusters.tsv`.
    GeccoClusters,
    /// BiG-SCAPE's `.pfs`.
    BigscapePfs,
    /// BiG-SCAPE's tables of distances, families and annotations.
    BigscapeClusters,
    /// InterProScan's XML or JSON.
    InterproscanTree,
    /// antiSMASH's results as JSON.
    AntismashJson,
    /// NCBI's CD-Search.
    CdSearch,
    /// Annotations of eggNOG-mapper.
    Eggnog,
}

/// Table, code, name, way out.
type Row = (ForeignTable, &'static str, &'static str, &'static str);

const DOMTBLOUT: &str = "run hmmscan or hmmsearch again with --domtblout and give that file";
const PROFILES: &str = "scan the proteins with hmmscan against Pfam-A.hmm and give the table of --domtblout";
const GECCO: &str = "give GECCO's .features.tsv, or the .gbk of a cluster";
const BIGSCAPE: &str = "give BiG-SCAPE's .pfd or .domtable of the clusters, or their GenBank files";

const ROWS: [Row; 13] = [
    (
        ForeignTable::Tblout,
        "domains.hmmer_tblout",
        "a table of HMMER's --tblout, which has no positions",
        DOMTBLOUT,
    ),
    (
        ForeignTable::Pfamtblout,
        "domains.hmmer_pfamtblout",
        "a table of HMMER's --pfamtblout, which does not name the query",
        DOMTBLOUT,
    ),
    (ForeignTable::HmmerOutput, "domains.hmmer_output", "the printed output of a HMMER program", DOMTBLOUT),
    (
        ForeignTable::HmmerSequences,
        "domains.hmmer_sequences",
        "a table of phmmer, jackhmmer or nhmmer, whose hits are sequences and not domains",
        PROFILES,
    ),
    (
        ForeignTable::Infernal,
        "domains.infernal",
        "a table of Infernal, whose families are RNA and not domains of proteins",
        PROFILES,
    ),
    (ForeignTable::GeccoGenes, "domains.gecco_genes", "GECCO's table of genes, which has no domains", GECCO),
    (
        ForeignTable::GeccoClusters,
        "domains.gecco_clusters",
        "GECCO's table of clusters, which has each domain once, in the order of names",
        GECCO,
    ),
    (
        ForeignTable::BigscapePfs,
        "domains.bigscape_pfs",
        "a list of domains without the name of their cluster, as in BiG-SCAPE's .pfs",
        "give the .pfd beside it, or write a line with a name, a tab and the domains",
    ),
    (
        ForeignTable::BigscapeClusters,
        "domains.bigscape_clusters",
        "a table of BiG-SCAPE that has no domains",
        BIGSCAPE,
    ),
    (
        ForeignTable::InterproscanTree,
        "domains.interproscan_tree",
        "InterProScan's XML or JSON",
        "give its table, .tsv, or its .gff3",
    ),
    (
        ForeignTable::AntismashJson,
        "domains.antismash_json",
        "antiSMASH's results as JSON",
        "give the .gbk of the record or of its regions, which stand beside it",
    ),
    (ForeignTable::CdSearch, "domains.cd_search", "a table of NCBI's CD-Search", PROFILES),
    (
        ForeignTable::Eggnog,
        "domains.eggnog",
        "a table of eggNOG-mapper, which has no positions of domains",
        PROFILES,
    ),
];

impl ForeignTable {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// What the file is, to be read after "the file is".
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// What the user can give instead.
    #[must_use]
    pub fn hint(self) -> &'static str {
        self.row().3
    }

    fn row(self) -> Row {
        let other = (self, "domains.not_a_table", "a table of domains that is not known", DOMTBLOUT);
        ROWS.into_iter().find(|row| row.0 == self).unwrap_or(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_its_row() {
        for (table, code, ..) in ROWS {
            assert_eq!(table.code(), code);
            assert!(code.starts_with("domains."));
        }
    }
}
