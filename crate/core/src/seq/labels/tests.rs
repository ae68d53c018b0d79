use super::*;
use crate::error::Coded;

/// One row per line, cells joined by `|`.
fn read_text(bytes: &[u8]) -> String {
    match read_labels(bytes, None) {
        Err(error) => error.code().to_owned(),
        Ok(labels) => {
            let head = format!("id|{}", labels.columns.join("|"));
            let rows = labels.rows.iter().map(|(id, values)| format!("{id}|{}", values.join("|")));
            std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
        }
    }
}

fn warnings(bytes: &[u8]) -> Vec<(u64, String)> {
    let labels = read_labels(bytes, Some("labels.tsv")).unwrap();
    assert!(labels.warnings.iter().all(|warning| warning.at.file.as_deref() == Some("labels.tsv")));
    labels.warnings.into_iter().map(|warning| (warning.at.line.unwrap(), warning.code)).collect()
}

#[test]
fn tables_that_are_read() {
    fn t(bytes: &[u8], expected: &str) {
        assert_eq!(read_text(bytes), expected, "{}", bytes.escape_ascii());
    }
    t(b"id\tfamily\na\tx\nb\ty\n", "id|family\na|x\nb|y");
    t(b"id,family\r\na,x\r\nb,y\r\n", "id|family\na|x\nb|y");
    t(b"id;family\na;x,1\n", "id|family\na|x,1");
    t(b"id\tfamily\ra\tx\rb\ty", "id|family\na|x\nb|y");
    t(b"\xef\xbb\xbfid,family\na,x\n", "id|family\na|x");
    t(b"\n\nid,family\n\na,x\n\n", "id|family\na|x");
    t(b"id,\"a, b\"\n\"x\",\"say \"\"hi\"\"\"\n", "id|a, b\nx|say \"hi\"");
    t(b"id\tend\na\t5\" end\nb\t\"quoted\"\n", "id|end\na|5\" end\nb|quoted");
    t(b"id, family \n a ,  x \n", "id|family\na|x");
    t(b"id\tname\na,b\tx\n", "id|name\na,b|x");
    t("id,größe\nä,μ\n".as_bytes(), "id|größe\nä|μ");
    t(b"id   \tlabel\na\tx\n", "id|label\na|x"); // not EMBL
    t(b"locus \tlabel\na\tx\n", "id|label\na|x"); // not GenBank
    t(b"id,,x\na,1,2\n", "id|column 2|x\na|1|2");
    t(b"id,x,x,x (3)\na,1,2,3\n", "id|x|x (3)|x (3) (4)\na|1|2|3");
    t(b"id,x\na\nb,1,2\n,3\na,4\n", "id|x\na|\nb|1");
    t(b"id,x\n\"a,1\nb,2\n", "id|x\na,1\nb,2|"); // the quotation mark is warned of
}

#[test]
fn tables_that_are_refused() {
    fn t(bytes: &[u8], expected: &str) {
        assert_eq!(read_text(bytes), expected, "{}", bytes.escape_ascii());
    }
    t(b"", "labels.empty_file");
    t(b"\xef\xbb\xbf \n\t\n", "labels.empty_file");
    t(b"id\na\nb\n", "labels.one_column");
    t(b"id,x\n", "labels.no_rows");
    t(b"id,x\n,1\n", "labels.no_rows");
    t(b">p1 a, b\nMKV\n", "labels.fasta");
    t(b"PK\x03\x04 a spreadsheet", "labels.not_a_table");
    t(b"\xff\xfei\0d\0,\0", "labels.no_rows");
    t(b"\xff\xfe\0\0i\0\0\0", "labels.not_a_table");
    t(b"<!DOCTYPE html>, x", "labels.not_a_table");
    let wide = format!("id{}\n", ",x".repeat(LABEL_COLUMNS + 1));
    t(wide.as_bytes(), "labels.too_wide");
}

#[test]
fn warnings_name_their_lines() {
    fn t(bytes: &[u8], expected: &[(u64, &str)]) {
        let found = warnings(bytes);
        let found: Vec<(u64, &str)> = found.iter().map(|(line, code)| (*line, code.as_str())).collect();
        assert_eq!(found, expected, "{}", bytes.escape_ascii());
    }
    t(b"id,x\na,1\nb,2\n", &[]);
    t(b"id,x\na\n\n\nb,1,2\n", &[(2, "labels.ragged_row"), (5, "labels.ragged_row")]);
    t(b"id,x\n,1\na,1\n", &[(2, "labels.no_id")]);
    t(b"id,x\na,1\r\na,2\n", &[(3, "labels.duplicate_id")]);
    t(b"id,x,x\na,1,2\n", &[(1, "labels.duplicate_column")]);
    t(b"id,x\na,\xe9\n", &[(2, "labels.not_utf8")]);
    t(b"id,x\na,1\n\"b,2\nc,3\n", &[(3, "labels.ragged_row"), (3, "labels.unclosed_quote")]);
}
