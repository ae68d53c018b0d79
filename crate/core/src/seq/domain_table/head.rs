//! Which table of domains a file is, by its first lines: comments, column heads, and what stands in the cells.

use crate::limits::INPUT_HEAD_BYTES;
use crate::seq::foreign_table::ForeignTable as Foreign;
use crate::seq::pfam::is_pfam;

/// A table that holds domains in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::seq) enum DomainTable {
    InterproscanTsv,
    InterproscanGff,
    PfamScan,
    GeccoFeatures,
    DeepbgcPfam,
    DeepbgcBgc,
    BigscapePfd,
}

/// A table of domains that is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::seq) enum Recognized {
    /// It can be read.
    Table(DomainTable),
    /// It is refused by its name.
    Foreign(Foreign),
}

use DomainTable as Table;
use Recognized as Found;

/// Lines of the head that are looked at.
const LINES: usize = 40;

impl Recognized {
    /// The table that begins with `text`, if it is one of these. HMMER's `--domtblout` is none of them.
    pub(in crate::seq) fn of(text: &str) -> Option<Self> {
        let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= INPUT_HEAD_BYTES).last()?;
        let text = if text.len() <= INPUT_HEAD_BYTES { text } else { text.get(..end)? };
        let lines: Vec<&str> =
            text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(LINES).collect();
        let first = lines.first()?.trim_start();
        // Sequences are never a table.
        if first.starts_with(['>', ';']) {
            return None;
        }
        if first.starts_with(['<', '{', '[']) {
            return of_tree(text);
        }
        of_comments(&lines).or_else(|| of_heads(first)).or_else(|| of_cells(&lines))
    }
}

/// XML or JSON of a tool that has a table as well.
fn of_tree(text: &str) -> Option<Found> {
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if any(&["<protein-matches", "<nucleotide-sequence-matches", "\"interproscan-version\""]) {
        return Some(Found::Foreign(Foreign::InterproscanTree));
    }
    let antismash = text.contains("\"input_file\"") && any(&["\"records\"", "\"taxon\""]);
    if antismash { Some(Found::Foreign(Foreign::AntismashJson)) } else { None }
}

/// By comments, which most of these tools write.
fn of_comments(lines: &[&str]) -> Option<Found> {
    let comments = || lines.iter().filter(|line| line.starts_with('#'));
    let any = |words: &[&str]| comments().any(|line| words.iter().any(|word| line.contains(word)));
    let program = |names: &[&str]| {
        comments().any(|line| {
            let word = line.trim_start_matches('#').trim_start();
            names
                .iter()
                .any(|name| word.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with("::")))
        })
    };
    if program(&["hmmscan", "hmmsearch"]) {
        return Some(Found::Foreign(Foreign::HmmerOutput));
    }
    if program(&["phmmer", "jackhmmer", "nhmmer", "nhmmscan"]) {
        return Some(Found::Foreign(Foreign::HmmerSequences));
    }
    if program(&["cmscan", "cmsearch"]) || any(&["mdl from"]) {
        return Some(Found::Foreign(Foreign::Infernal));
    }
    if any(&["best 1 domain", "domain number estimation"]) {
        return Some(Found::Foreign(Foreign::Tblout));
    }
    if any(&["hmmfrom", "hmm-st"]) && any(&["alifrom", "ali-st"]) {
        let sequences = any(&["alifrom"]);
        return Some(Found::Foreign(if sequences { Foreign::HmmerSequences } else { Foreign::Pfamtblout }));
    }
    if any(&["# Sequence scores", "# Domain scores"]) {
        return Some(Found::Foreign(Foreign::Pfamtblout));
    }
    if any(&["<alignment start>", "pfam_scan.pl"]) {
        return Some(Found::Table(Table::PfamScan));
    }
    if any(&["CD-search", "CD-Search"]) {
        return Some(Found::Foreign(Foreign::CdSearch));
    }
    if any(&["emapper", "#query\tseed_ortholog", "#query_name\tseed_eggNOG"]) {
        return Some(Found::Foreign(Foreign::Eggnog));
    }
    let gff = lines.first().is_some_and(|line| line.starts_with("##gff-version"));
    let is_match = |line: &&str| line.split('\t').nth(2) == Some("protein_match");
    if gff && (any(&["##interproscan-version"]) || lines.iter().any(is_match)) {
        return Some(Found::Table(Table::InterproscanGff));
    }
    None
}

/// By the names of columns.
fn of_heads(first: &str) -> Option<Found> {
    let first = first.trim_start_matches('#').to_ascii_lowercase();
    let cells: Vec<&str> =
        first.split(['\t', ',', ';']).map(|cell| cell.trim().trim_matches(['"', '\''])).collect();
    let all = |names: &[&str]| names.iter().all(|name| cells.contains(name));
    let any = |names: &[&str]| names.iter().any(|name| cells.contains(name));
    if all(&["sequence_id", "protein_id", "domain", "domain_start"]) {
        Some(Found::Table(Table::GeccoFeatures))
    } else if all(&["sequence_id", "pfam_id"]) && any(&["gene_start", "protein_id"]) {
        Some(Found::Table(Table::DeepbgcPfam))
    } else if all(&["pfam_ids"]) && any(&["bgc_candidate_id", "nucl_start"]) {
        Some(Found::Table(Table::DeepbgcBgc))
    } else if all(&["sequence_id", "proteins", "domains"]) && any(&["cluster_id", "bgc_id"]) {
        Some(Found::Foreign(Foreign::GeccoClusters))
    } else if all(&["sequence_id", "protein_id", "start", "end", "strand"]) {
        Some(Found::Foreign(Foreign::GeccoGenes))
    } else if all(&["clustername 1", "clustername 2"])
        || all(&["gbk_a", "gbk_b"])
        || all(&["bgc name", "family number"])
        || all(&["product prediction", "big-scape class"])
        || all(&["record", "gbk", "record_type"])
    {
        Some(Found::Foreign(Foreign::BigscapeClusters))
    } else {
        None
    }
}

/// By the cells of lines without heads.
fn of_cells(lines: &[&str]) -> Option<Found> {
    let data: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with('#')).take(5).collect();
    let any = |test: &dyn Fn(&str) -> bool| data.iter().any(|line| test(line));
    if any(&is_interproscan) {
        return Some(Found::Table(Table::InterproscanTsv));
    }
    if any(&is_pfd) {
        return Some(Found::Table(Table::BigscapePfd));
    }
    if any(&is_pfam_scan) {
        return Some(Found::Table(Table::PfamScan));
    }
    if any(&is_tblout) {
        return Some(Found::Foreign(Foreign::Tblout));
    }
    let nameless = |line: &&str| !line.contains('\t') && line.split_whitespace().all(is_pfam);
    if !data.is_empty() && data.iter().all(nameless) {
        return Some(Found::Foreign(Foreign::BigscapePfs));
    }
    None
}

fn is_whole(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok()
}

/// `protein md5 length analysis signature description start stop score status date …`
fn is_interproscan(line: &str) -> bool {
    let cells: Vec<&str> = line.split('\t').collect();
    let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
    let digest = cell(1).len() == 32 && cell(1).bytes().all(|byte| byte.is_ascii_hexdigit());
    let known = ["Pfam", "PANTHER", "Gene3D", "SMART", "SUPERFAMILY", "CDD", "NCBIfam", "TIGRFAM"];
    cells.len() >= 9
        && (digest || known.contains(&cell(3)))
        && [2, 6, 7].into_iter().all(|at| is_whole(cell(at)))
}

/// `cluster score gene from to accession name start end header`
fn is_pfd(line: &str) -> bool {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
    cells.len() >= 9
        && is_number(cell(1))
        && [3, 4, 7, 8].into_iter().all(|at| is_whole(cell(at).trim_start_matches(['<', '>'])))
        && is_pfam(cell(5))
}

/// `protein from to from to accession name type from to length score E-value significance clan`
fn is_pfam_scan(line: &str) -> bool {
    let cells: Vec<&str> = line.split_whitespace().collect();
    let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
    cells.len() >= 14
        && [1, 2, 3, 4, 8, 9, 10, 13].into_iter().all(|at| is_whole(cell(at)))
        && [11, 12].into_iter().all(|at| is_number(cell(at)))
        && cell(5).starts_with("PF")
}

/// `target accession query accession E score bias E score bias exp reg clu ov env dom rep inc description`
fn is_tblout(line: &str) -> bool {
    let cells: Vec<&str> = line.split_whitespace().take(18).collect();
    let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
    let domtblout = is_whole(cell(2)) && is_whole(cell(5));
    cells.len() == 18
        && !domtblout
        && (4..=10).all(|at| is_number(cell(at)))
        && (11..=17).all(|at| is_whole(cell(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        fn t(text: &str, expected: Option<Found>) {
            assert_eq!(Recognized::of(text), expected, "{text}");
        }
        let table = |table| Some(Found::Table(table));
        let foreign = |table| Some(Found::Foreign(table));
        t(
            "p1\t0123456789abcdef0123456789ABCDEF\t601\tPfam\tPF00501\tx\t10\t300\t1e-9\tT\t01-01-2024\n",
            table(Table::InterproscanTsv),
        );
        t("p1\t-\t601\tPfam\tPF00501\tx\t10\t300\t1e-9\tT\t01-01-2024\n", table(Table::InterproscanTsv));
        t("##gff-version 3\n##interproscan-version 5.65\n", table(Table::InterproscanGff));
        t(
            "##gff-version 3\np1\tPfam\tprotein_match\t1\t9\t.\t+\t.\tName=PF00501\n",
            table(Table::InterproscanGff),
        );
        t("##gff-version 3\nc1\tProdigal\tCDS\t1\t9\t.\t+\t0\tID=1\n", None);
        t("# pfam_scan.pl,  run at now\n", table(Table::PfamScan));
        t(
            "p1 4 60 3 65 PF00550.28 PP-binding Domain 1 67 67 53.8 3.1e-14 1 CL0314\n",
            table(Table::PfamScan),
        );
        t(
            "sequence_id\tprotein_id\tstart\tend\tstrand\tdomain\thmm\ti_evalue\tpvalue\tdomain_start\tdomain_end\n",
            table(Table::GeccoFeatures),
        );
        t("sequence_id,protein_id,start,end,strand\n", foreign(Foreign::GeccoGenes));
        t("sequence_id\tBGC_id\tstart\tend\tproteins\tdomains\n", foreign(Foreign::GeccoClusters));
        t("sequence_id\tprotein_id\tgene_start\tgene_end\tgene_strand\tpfam_id\n", table(Table::DeepbgcPfam));
        t("sequence_id\tdetector\tbgc_candidate_id\tnucl_start\tpfam_ids\n", table(Table::DeepbgcBgc));
        t(
            "B1\t50.1\tg1\t5\t60\tPF00550.28\tPP-binding\t1\t300\t>B1_ORF1:gid:g1\n",
            table(Table::BigscapePfd),
        );
        t("PF00501.31 PF00550.28 \n", foreign(Foreign::BigscapePfs));
        t("Clustername 1\tClustername 2\tRaw distance\n", foreign(Foreign::BigscapeClusters));
        t("#BGC Name\tFamily Number\n", foreign(Foreign::BigscapeClusters));
        t("# target name  x  --- full sequence ---- --- best 1 domain ----\n", foreign(Foreign::Tblout));
        t(
            "7tm_1 PF00001.24 g1 - 1e-60 203.1 9.3 1e-60 203.1 9.3 1.0 1 0 0 1 1 1 1 7 transmembrane\n",
            foreign(Foreign::Tblout),
        );
        t("# hmmscan :: search sequence(s) against a profile database\n", foreign(Foreign::HmmerOutput));
        t("# jackhmmer :: iteratively search\n", foreign(Foreign::HmmerSequences));
        t(
            "# target name accession query name accession hmmfrom hmm to alifrom ali to\n",
            foreign(Foreign::HmmerSequences),
        );
        t("# Sequence scores\n# ---------------\n", foreign(Foreign::Pfamtblout));
        t("#target name accession query name accession mdl mdl from mdl to\n", foreign(Foreign::Infernal));
        t("#Batch CD-search tool\tNIH\n", foreign(Foreign::CdSearch));
        t("## emapper-2.1.9\n", foreign(Foreign::Eggnog));
        t("<?xml version=\"1.0\"?>\n<protein-matches xmlns=\"x\">\n", foreign(Foreign::InterproscanTree));
        t("{\n \"interproscan-version\": \"5.65\",\n", foreign(Foreign::InterproscanTree));
        t("{\"version\": \"7.1.0\", \"input_file\": \"x\", \"records\": [{", foreign(Foreign::AntismashJson));
        t("{\"a\": 1}", None);
        // Files that are something else.
        t("", None);
        t(">PF00501\nMKV\n", None);
        t("c1\tPF00668;PF00550\n", None);
        t("id\tdomains\nc1\tPF00668\n", None);
        t("p1\tglobin\n", None);
        t(
            "# target name accession tlen query name accession qlen E-value --- full sequence --- this domain\n",
            None,
        );
        t(
            "PP-binding PF00550.28 67 p1 - 601 1.2e-14 55.1 0.0 1 1 1.2e-18 3.1e-14 53.8 0.1 1 60 5 65 5 65 0.9 -\n",
            None,
        );
    }
}
