//! Which translation table counts: the one that the file names for a gene, before the one that was asked for.

use crate::error::{Notice, Where};
use std::collections::BTreeSet;

/// That genes name another table than the one asked for, if some do: `cds.table_of_file`, at the first of them.
pub(crate) fn table_of_file(asked: u8, named: &[(u8, Where)]) -> Option<Notice> {
    let mut others = named.iter().filter(|(table, _)| *table != asked);
    let (_, at) = others.next()?;
    let count = others.count().saturating_add(1);
    let tables: BTreeSet<u8> =
        named.iter().map(|(table, _)| *table).filter(|table| *table != asked).collect();
    let tables: Vec<String> = tables.iter().map(u8::to_string).collect();
    let (genes, theirs) = if count == 1 { ("1 gene names", "it") } else { ("genes name", "they") };
    let genes = if count == 1 { genes.to_owned() } else { format!("{count} {genes}") };
    Some(Notice {
        code: "cds.table_of_file".to_owned(),
        message: format!(
            "translation table {asked} was asked for, but in the file {genes} table {}: {theirs} keep{} it",
            tables.join(", "),
            if count == 1 { "s" } else { "" }
        ),
        at: at.clone(),
        hint: "remove the table from the file if it is wrong".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genes_of_another_table() {
        fn t(asked: u8, named: &[u8], expected: Option<&str>) {
            let named: Vec<_> = named.iter().map(|&table| (table, Where::default())).collect();
            assert_eq!(table_of_file(asked, &named).map(|notice| notice.message).as_deref(), expected);
        }
        t(4, &[], None);
        t(4, &[4, 4], None);
        t(
            4,
            &[4, 11],
            Some("translation table 4 was asked for, but in the file 1 gene names table 11: it keeps it"),
        );
        t(
            1,
            &[11, 4, 11],
            Some("translation table 1 was asked for, but in the file 3 genes name table 4, 11: they keep it"),
        );
    }
}
