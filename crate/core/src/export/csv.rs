//! A table of ids and numbers, for spreadsheets and R.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, also after a tab
//! or a carriage return. Ids come from foreign files, so such an id gets an apostrophe in front, and so
//! does one that already has apostrophes there: a reader takes one away and has the id again. Numbers are
//! never touched.

use super::ExportError;
use crate::matrix::View;

/// Writes a header row, then one row per id: the id and its numbers, in the shortest form that
/// reads back as the same f32. Columns are called `{prefix}0`, `{prefix}1` ….
///
/// ```
/// use crossgrain_core::{export::csv, matrix::View};
///
/// let bytes = csv(&["P1", "=P2"], View::new(&[0.5, 1.0, -2.0, 0.0], 2, 2)?, "dim_")?;
/// assert_eq!(bytes, b"id,dim_0,dim_1\nP1,0.5,1\n'=P2,-2,0\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// `ids` `[rows]`, `view` `[rows, cols]`.
///
/// # Errors
///
/// `export.ids` if there are not as many ids as rows; `export.write`.
pub fn csv<S: AsRef<str>>(ids: &[S], view: View, prefix: &str) -> Result<Vec<u8>, ExportError> {
    if ids.len() != view.rows() {
        return Err(ExportError::Ids { ids: ids.len(), rows: view.rows() });
    }
    let failed = |error: &dyn std::error::Error| ExportError::Write { reason: error.to_string() };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut field = |text: &str| writer.write_field(text).map_err(|error| failed(&error));
    field("id")?;
    for column in 0..view.cols() {
        field(&guarded(&format!("{prefix}{column}")))?;
    }
    writer.write_record(None::<&[u8]>).map_err(|error| failed(&error))?;
    for (id, row) in ids.iter().zip(view.iter_rows()) {
        writer.write_field(guarded(id.as_ref())).map_err(|error| failed(&error))?;
        for number in row {
            writer.write_field(number.to_string()).map_err(|error| failed(&error))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// What a formula begins with: also in full width, as on East Asian keyboards, which some spreadsheets read alike.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet may read a text as a formula, whatever apostrophes stand in front of it.
pub(crate) fn reads_as_formula(text: &str) -> bool {
    // Spaces and signs without width in front do not change what a spreadsheet makes of a text.
    let blank = |letter: char| {
        letter == ' '
            || matches!(letter, '\u{a0}' | '\u{3000}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    };
    text.trim_start_matches('\'').trim_start_matches(blank).starts_with(FORMULA)
}

/// A text cell that no spreadsheet reads as a formula.
fn guarded(text: &str) -> String {
    let formula = reads_as_formula(text);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_table() {
        let view = View::new(&[1.0, -0.5, 1e-7, 3.402_823_5e38], 2, 2).unwrap();
        let found = String::from_utf8(csv(&["a", "b"], view, "d").unwrap()).unwrap();
        assert_eq!(found, "id,d0,d1\na,1,-0.5\nb,0.0000001,340282350000000000000000000000000000000\n");
        assert_eq!(csv(&["a"], view, "d"), Err(ExportError::Ids { ids: 1, rows: 2 }));
    }

    #[test]
    fn ids_are_only_ever_text() {
        fn t(id: &str, expected: &str) {
            let view = View::new(&[], 1, 0).unwrap();
            let found = String::from_utf8(csv(&[id], view, "d").unwrap()).unwrap();
            assert_eq!(found, format!("id\n{expected}\n"), "{id:?}");
        }
        t("sp|P1|A", "sp|P1|A");
        t("=1+1", "'=1+1");
        t("+1", "'+1");
        t("-1", "'-1");
        t("@SUM(A1)", "'@SUM(A1)");
        t("\t=1", "'\t=1");
        t("\r=1", "\"'\r=1\"");
        t("'=1", "''=1");
        t("'a", "'a");
        t("a,b", "\"a,b\"");
        t("a\"b", "\"a\"\"b\"");
        t("a\nb", "\"a\nb\"");
        t("a=1", "a=1");
        t("＝1+1", "'＝1+1");
        t("＋1", "'＋1");
        t("－1", "'－1");
        t("＠SUM(A1)", "'＠SUM(A1)");
        t("\u{feff}=1", "'\u{feff}=1");
        t(" =1", "' =1");
        t("\n=1", "\"'\n=1\"");
        t(" a", " a");
        t("=\"a\",b", "\"'=\"\"a\"\",b\"");
        t("", "\"\"");
    }

    proptest! {
        #[test]
        fn whatever_the_ids_the_table_reads_back(
            ids in prop::collection::vec(prop_oneof![any::<String>(), "[-=+@\t\r\n,\"'a]{0,6}"], 1..8),
            bits: u32,
        ) {
            let number = Some(f32::from_bits(bits)).filter(|x| x.is_finite()).unwrap_or(-0.0);
            let data = vec![number; ids.len()];
            let bytes = csv(&ids, View::new(&data, ids.len(), 1).unwrap(), "d").unwrap();
            let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
            let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), ids.len());
            for (row, id) in rows.iter().zip(&ids) {
                prop_assert!(!row[0].starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", &row[0]);
                prop_assert!(&row[0] == id || row[0].strip_prefix('\'') == Some(id), "{:?} from {:?}", &row[0], id);
                prop_assert_eq!(row[1].parse::<f32>().unwrap().to_bits(), number.to_bits());
            }
        }
    }
}
