//! Ids that differ only in a version, in case or in a database's prefix.
//!
//! A table of labels often names the same proteins in another way than the sequence file does:
//!
//! ```text
//! sp|P69905|HBA_HUMAN   P69905          the prefix of a database, and its name of the entry
//! AT4G27390.1           at4g27390       version and case
//! lcl|NC_000913.3_prot_NP_414542.1_1   NP_414542   NCBI's names of translated features
//! ```
//!
//! The forms are tried from the closest to the loosest: as written, without prefix, without case, without version. Two
//! ids belong together only if no other id on either side has that form: two isoforms `AT4G27390.1` and `.2` never share
//! the row of their gene silently. What was already matched still counts here, so that the order of rows changes nothing.

use crate::error::{Notice, Where};
use std::collections::{BTreeSet, HashMap};

/// Examples in a notice.
const NAMED: usize = 5;

/// Codes in front of `|` that name a database and not an entry.
const DATABASES: [&str; 21] = [
    "sp", "tr", "gi", "ref", "gb", "emb", "dbj", "pir", "prf", "pdb", "pat", "bbs", "bbm", "gnl", "lcl",
    "tpg", "tpe", "tpd", "uniprot", "ens", "jgi",
];

/// Words in front of `:` or `-` that name a database or a kind of feature, as in `UniProtKB:P69905` and `gene-b0001`.
const PREFIXES: [&str; 18] = [
    "uniprotkb",
    "uniprot",
    "refseq",
    "genbank",
    "ensembl",
    "ncbi",
    "pdb",
    "tair",
    "flybase",
    "wormbase",
    "sgd",
    "mgi",
    "gene",
    "transcript",
    "protein",
    "cds",
    "rna",
    "id",
];

/// An id that was recognised in another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseId {
    /// Index of the id among the wanted ones.
    pub id: usize,
    /// Index of the row that it belongs to.
    pub row: usize,
}

/// Which row each id belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloseIds {
    /// The row of each id. `[n]`
    pub rows: Vec<Option<usize>>,
    /// Ids that were recognised only without prefix, case or version, in their order.
    pub close: Vec<CloseId>,
    /// Ids for which several rows, or rows for which several ids, would do: indices of the ids, in their order.
    pub ambiguous: Vec<usize>,
}

/// Finds the row of each id.
///
/// # Shape
///
/// `ids` `[n]`, `table` `[m]` → `rows` `[n]`, each less than m
///
/// ```
/// use crossgrain_core::seq::match_close_ids;
/// let found = match_close_ids(&["sp|P69905|HBA_HUMAN", "P02042.1"], &["p02042", "P69905"]);
/// assert_eq!(found.rows, [Some(1), Some(0)]);
/// ```
#[must_use]
pub fn match_close_ids(ids: &[&str], table: &[&str]) -> CloseIds {
    let exact: HashMap<&str, usize> = table.iter().enumerate().rev().map(|(row, id)| (*id, row)).collect();
    let mut rows: Vec<Option<usize>> = ids.iter().map(|id| exact.get(id).copied()).collect();
    let mut close = Vec::new();
    let mut ambiguous = BTreeSet::new();
    if rows.contains(&None) {
        for form in [Form::Bare, Form::AnyCase, Form::AnyVersion] {
            loosen(ids, table, form, &mut rows, &mut close, &mut ambiguous);
        }
    }
    close.sort_by_key(|one: &CloseId| one.id);
    let ambiguous = ambiguous.into_iter().filter(|id| rows.get(*id).is_some_and(Option::is_none)).collect();
    CloseIds { rows, close, ambiguous }
}

impl CloseIds {
    /// What is reported about the match: `labels.close_ids` and `labels.ambiguous_ids`, each with a count and examples.
    #[must_use]
    pub fn notices(&self, ids: &[&str], table: &[&str], file: Option<&str>) -> Vec<Notice> {
        let name = |list: &[&str], at: usize| list.get(at).copied().unwrap_or_default().to_owned();
        let mut notices = Vec::new();
        let mut add = |code: &str, message: String, examples: Vec<String>, count: usize, hint: &str| {
            let more = if count > examples.len() { ", …" } else { "" };
            notices.push(Notice {
                code: code.to_owned(),
                message: format!("{message}: {}{more}", examples.join(", ")),
                at: Where { file: file.map(str::to_owned), ..Where::default() },
                hint: hint.to_owned(),
            });
        };
        if !self.close.is_empty() {
            let pair = |one: &CloseId| format!("`{}` as `{}`", name(ids, one.id), name(table, one.row));
            let examples = self.close.iter().take(NAMED).map(pair).collect();
            let count = self.close.len();
            let message = format!("{} matched without version, case or database prefix", counted(count));
            add("labels.close_ids", message, examples, count, "nothing to do if these are the same entries");
        }
        if !self.ambiguous.is_empty() {
            let examples =
                self.ambiguous.iter().take(NAMED).map(|at| format!("`{}`", name(ids, *at))).collect();
            let count = self.ambiguous.len();
            let message = format!(
                "{} not matched, because several would fit without version, case or prefix",
                counted(count)
            );
            add("labels.ambiguous_ids", message, examples, count, "write these ids as in the sequence file");
        }
        notices
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 id was".to_owned() } else { format!("{count} ids were") }
}

/// How an id is compared.
#[derive(Clone, Copy)]
enum Form {
    /// Without the prefix of a database.
    Bare,
    /// And without case.
    AnyCase,
    /// And without a version.
    AnyVersion,
}

/// The place that has a form alone, or none if several have it.
type Owners = HashMap<String, Option<usize>>;

/// Matches what is alone in its form on both sides.
fn loosen(
    ids: &[&str],
    table: &[&str],
    form: Form,
    rows: &mut [Option<usize>],
    close: &mut Vec<CloseId>,
    ambiguous: &mut BTreeSet<usize>,
) {
    let (wanted, given) = (owners(ids, form), owners(table, form));
    for (at, (id, row)) in ids.iter().zip(rows).enumerate() {
        if row.is_some() {
            continue;
        }
        let mut found = BTreeSet::new();
        let mut several = false;
        for key in keys(id, form) {
            match (wanted.get(&key), given.get(&key)) {
                (Some(Some(_)), Some(Some(one))) => _ = found.insert(*one),
                (_, Some(_)) => several = true,
                _ => {}
            }
        }
        match (found.len(), found.first()) {
            (1, Some(one)) => {
                *row = Some(*one);
                close.push(CloseId { id: at, row: *one });
            }
            (0, _) if !several => {}
            _ => _ = ambiguous.insert(at),
        }
    }
}

/// Who has each form. The same id twice is one owner.
fn owners(ids: &[&str], form: Form) -> Owners {
    let mut owners: Owners = HashMap::new();
    for (at, id) in ids.iter().enumerate() {
        for key in keys(id, form) {
            let owner = owners.entry(key).or_insert(Some(at));
            if owner.is_some_and(|one| ids.get(one) != Some(id)) {
                *owner = None;
            }
        }
    }
    owners
}

/// The forms of an id.
fn keys(id: &str, form: Form) -> Vec<String> {
    let mut keys: Vec<String> = bare(id)
        .into_iter()
        .map(|name| match form {
            Form::Bare => name.to_owned(),
            Form::AnyCase => name.to_lowercase(),
            Form::AnyVersion => without_version(name).to_lowercase(),
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The names inside an id: all parts between bars that are not databases, otherwise the id without its prefix.
fn bare(id: &str) -> Vec<&str> {
    let id = id.trim().trim_end_matches('|');
    if let Some((first, rest)) = id.split_once('|') {
        if !DATABASES.iter().any(|name| first.eq_ignore_ascii_case(name)) {
            return vec![id];
        }
        let parts = rest
            .split('|')
            .filter(|part| !part.is_empty() && !DATABASES.iter().any(|name| part.eq_ignore_ascii_case(name)));
        // `gnl|database|entry`: the second part is a database of any name; `pdb|1A3N|A`: the third a chain.
        let all: Vec<&str> = parts.collect();
        return match (first.to_ascii_lowercase().as_str(), all.as_slice()) {
            ("gnl", [_, entry, ..]) => vec![entry],
            ("pdb", _) => vec![id],
            ("lcl", [entry]) => vec![feature_of(entry).unwrap_or(entry)],
            _ => all,
        };
    }
    if let Some((first, rest)) = id.split_once([':', '-'])
        && !rest.is_empty()
        && PREFIXES.iter().any(|name| first.eq_ignore_ascii_case(name))
    {
        return vec![rest];
    }
    vec![feature_of(id).unwrap_or(id)]
}

/// The accession in NCBI's name of a translated feature, `NC_000913.3_prot_NP_414542.1_1`.
fn feature_of(id: &str) -> Option<&str> {
    let (_, rest) = id.split_once("_prot_").or_else(|| id.split_once("_cds_"))?;
    let (accession, number) = rest.rsplit_once('_')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && accession.contains(|letter: char| letter.is_ascii_digit())).then_some(accession)
}

/// `P69905.2` → `P69905`: one to three digits behind the last dot.
fn without_version(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((rest, version))
            if !rest.is_empty()
                && (1..=3).contains(&version.len())
                && version.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            rest
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_id_and_one_row() {
        fn t(id: &str, row: &str, same: bool) {
            let found = match_close_ids(&[id], &[row]);
            assert_eq!(found.rows, [same.then_some(0)], "{id} {row}");
            let back = match_close_ids(&[row], &[id]);
            assert_eq!(back.rows, [same.then_some(0)], "{row} {id}");
        }
        t("P69905", "P69905", true);
        t("sp|P69905|HBA_HUMAN", "P69905", true);
        t("sp|P69905|HBA_HUMAN", "HBA_HUMAN", true);
        t("sp|P69905|HBA_HUMAN", "hba_human", true);
        t("tr|A0A024R161|A0A024R161_HUMAN", "sp|A0A024R161|X_HUMAN", true);
        t("UniProtKB:P69905", "P69905", true);
        t("AT4G27390.1", "at4g27390", true);
        t("AT4G27390.1", "AT4G27390.2", true);
        t("gi|4504347|ref|NP_000549.1|", "NP_000549", true);
        t("ref|NP_000549.1|", "np_000549.1", true);
        t("gnl|mydb|prot_7", "prot_7", true);
        t("lcl|contig_5", "contig_5", true);
        t("lcl|NC_000913.3_prot_NP_414542.1_1", "NP_414542.1", true);
        t("NC_000913.3_cds_NP_414542.1_1", "NP_414542", true);
        t("gene-b0001", "b0001", true);
        t("transcript:ENST00000256474.3", "ENST00000256474", true);
        t("ENSP00000256474.2", "ENSP00000256474", true);
        // Another chain, isoform, gene or cluster is another thing.
        t("pdb|1A3N|A", "1A3N", false);
        t("P69905-2", "P69905", false);
        t("p1", "p10", false);
        t("a|b", "a", false);
        t("x.2024", "x", false);
        t("region.c00012", "region", false);
        t("", "P69905", false);
    }

    #[test]
    fn only_what_is_unique() {
        fn t(ids: &[&str], table: &[&str], rows: &[Option<usize>], ambiguous: &[usize]) {
            let found = match_close_ids(ids, table);
            assert_eq!(
                (found.rows.as_slice(), found.ambiguous.as_slice()),
                (rows, ambiguous),
                "{ids:?} {table:?}"
            );
        }
        // Two isoforms and the row of their gene; one isoform and two rows.
        t(&["G1.1", "G1.2", "G2.1"], &["G1", "G2"], &[None, None, Some(1)], &[0, 1]);
        t(&["G1.1"], &["G1.2", "G1.3"], &[None], &[0]);
        // What is matched as written still counts.
        t(&["G1.1", "G1.2"], &["G1.1", "G1"], &[Some(0), None], &[1]);
        t(&["p1", "P1"], &["P1"], &[None, Some(0)], &[0]);
        // The same id twice is the same entry.
        t(&["G1.1", "G1.1"], &["g1"], &[Some(0), Some(0)], &[]);
        t(&["a", "b"], &["a", "a"], &[Some(0), None], &[]);
        // Two names of one entry that lead to two rows.
        t(&["sp|P1|N1"], &["P1", "N1"], &[None], &[0]);
        // A closer form is taken before a looser one.
        t(&["sp|G1.2|X"], &["G1.1", "G1.2"], &[Some(1)], &[]);
        t(&[], &["a"], &[], &[]);
        t(&["a"], &[], &[None], &[]);
    }

    #[test]
    fn notices_count_and_name() {
        let (ids, table) = (["A1.1", "B1.1", "B1.2", "c"], ["a1", "B1", "c"]);
        let notices = match_close_ids(&ids, &table).notices(&ids, &table, Some("l.tsv"));
        let reported: Vec<_> = notices.iter().map(|one| (one.code.as_str(), one.message.as_str())).collect();
        assert_eq!(
            reported,
            [
                (
                    "labels.close_ids",
                    "1 id was matched without version, case or database prefix: `A1.1` as `a1`"
                ),
                (
                    "labels.ambiguous_ids",
                    "2 ids were not matched, because several would fit without version, case or prefix: `B1.1`, `B1.2`"
                ),
            ]
        );
        assert!(notices.iter().all(|one| one.at.file.as_deref() == Some("l.tsv") && !one.hint.is_empty()));
        assert_eq!(match_close_ids(&["c"], &["c"]).notices(&["c"], &["c"], None), []);
    }

    proptest! {
        #[test]
        fn any_ids(ids in prop::collection::vec("[a-zA-Z|.:_0-9-]{0,12}", 0..12), table in prop::collection::vec("[a-zA-Z|.:_0-9-]{0,12}", 0..12)) {
            let (ids, table): (Vec<&str>, Vec<&str>) = (ids.iter().map(String::as_str).collect(), table.iter().map(String::as_str).collect());
            let found = match_close_ids(&ids, &table);
            prop_assert_eq!(found.rows.len(), ids.len());
            for (id, row) in ids.iter().zip(&found.rows) {
                prop_assert!(row.is_none_or(|row| row < table.len()));
                prop_assert!(!table.contains(id) || row.is_some());
            }
        }
    }
}
