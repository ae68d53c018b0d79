//! Whether the first row of a table names its columns, and which columns are names of rows.

use super::missing::is_missing;
use super::number::{decimal_comma, finite};

/// Heads of columns of names, in lower case without anything but letters and digits.
const ID_HEADS: [&str; 51] = [
    "id",
    "ids",
    "name",
    "names",
    "accession",
    "accessions",
    "acc",
    "entry",
    "entryname",
    "protein",
    "proteins",
    "proteinid",
    "sequence",
    "sequences",
    "seq",
    "seqid",
    "sequenceid",
    "seqname",
    "gene",
    "geneid",
    "genename",
    "locus",
    "locustag",
    "record",
    "recordid",
    "sample",
    "sampleid",
    "identifier",
    "uniprot",
    "uniprotid",
    "uniprotkb",
    "uniprotac",
    "query",
    "queryid",
    "cluster",
    "bgc",
    "bgcid",
    "clusterid",
    "contig",
    "genome",
    "header",
    "key",
    "word",
    "mutant",
    "variant",
    "rowname",
    "rownames",
    "rowid",
    "pdb",
    "pdbid",
    "label",
];
/// Heads that pandas and R give to the numbers of rows.
const INDEX_HEADS: [&str; 7] = ["", "unnamed0", "index", "x", "rownumber", "rownames", "level0"];
/// Share of the names that must look like the first one for it to be one of them.
const ALIKE: f64 = 0.8;

fn plain(head: &str) -> String {
    head.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a column of this head holds the names of rows.
pub(crate) fn is_id_head(head: &str) -> bool {
    let plain = plain(head);
    ID_HEADS.contains(&plain.as_str())
        || head.ends_with("_id")
        || head.ends_with(" ID")
        || head.ends_with(" id")
}

/// Whether a column of this head may hold the numbers of rows: `""`, `Unnamed: 0`, `index`.
pub(crate) fn is_index_head(head: &str) -> bool {
    INDEX_HEADS.contains(&plain(head).as_str())
}

/// The shape of a word: `sp|P12345` → `a|A9`. Runs of lower case, upper case and digits count once.
pub(crate) fn shape(word: &str) -> String {
    let mut shape = String::new();
    for letter in word.chars() {
        let kind = match letter {
            _ if letter.is_ascii_digit() => '9',
            _ if letter.is_lowercase() => 'a',
            _ if letter.is_alphabetic() => 'A',
            _ => letter,
        };
        if !shape.ends_with(kind) || !matches!(kind, '9' | 'a' | 'A') {
            shape.push(kind);
        }
    }
    shape
}

fn is_number(cell: &str) -> bool {
    finite(cell).is_some() || decimal_comma(cell).is_some()
}

/// Whether `first` names the columns of the rows below it. The first column holds the names of the rows.
pub(crate) fn has_header<S: AsRef<str>>(first: &[S], rows: &[&[S]]) -> bool {
    let cell =
        |row: &[S], column: usize| row.get(column).map(|cell| cell.as_ref().to_owned()).unwrap_or_default();
    let name = cell(first, 0);
    if is_id_head(&name) || is_index_head(&name) || rows.is_empty() {
        return true;
    }
    let below = |column: usize| -> Vec<String> {
        rows.iter().map(|row| cell(row, column)).filter(|cell| !is_missing(cell)).collect()
    };
    let (mut numbers, mut again) = (false, false);
    for column in 1..first.len() {
        let (own, below) = (cell(first, column), below(column));
        if below.is_empty() || is_missing(&own) {
            continue;
        }
        if below.iter().all(|cell| is_number(cell)) {
            if !is_number(&own) {
                return true;
            }
            numbers = true;
        } else {
            again |= below.contains(&own);
        }
    }
    let names = below(0);
    let like = names.iter().filter(|name_below| shape(name_below) == shape(&name)).count() as f64;
    let alike = name.bytes().any(|byte| byte.is_ascii_digit()) && like >= ALIKE * names.len() as f64;
    !(again || alike || numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_or_a_row() {
        fn t(first: &[&str], rows: &[&[&str]], expected: bool) {
            assert_eq!(has_header(first, rows), expected, "{first:?}");
        }
        t(&["id", "family"], &[&["P1", "kinase"], &["P2", "lectin"]], true);
        t(&["", "family"], &[&["1", "kinase"], &["2", "lectin"]], true);
        t(&["P1", "kinase"], &[&["P2", "lectin"], &["P3", "kinase"]], false);
        t(&["P1", "kinase"], &[&["P2", "lectin"]], false);
        t(&["hba", "kinase"], &[&["myb", "lectin"], &["cyc", "kinase"]], false);
        t(&["hba", "44.4"], &[&["myb", "50"], &["cyc", "NA"]], false);
        t(&["enzyme", "Tm"], &[&["P1", "50"], &["P2", "51.5"]], true);
        t(&["enzyme", "class"], &[&["P1", "kinase"], &["P2", "lectin"]], true);
        t(&["P1", "44,4"], &[&["P2", "50,1"]], false);
    }

    #[test]
    fn shapes() {
        assert_eq!(shape("sp|P12345|HBA_HUMAN"), "a|A9|A_A");
        assert_eq!(shape("word12"), "a9");
        assert!(
            is_id_head("Protein ID") && is_id_head("#id") && is_id_head("gene_id") && !is_id_head("family")
        );
        assert!(is_index_head("Unnamed: 0") && is_index_head("") && !is_index_head("id"));
    }
}
