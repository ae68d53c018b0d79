//! Rows of numbers as text: `.csv`, `.tsv`, `.txt`, packed with gzip or not, with and without a header and ids.

use super::byte_reader::ByteReader;
use super::columns::NumberColumns;
use super::{TableError, TableProblem};
use crate::delimited::{Rows, Unreadable, decimal_comma, text_of};
use crate::export::reads_as_formula;
use crate::limits::{GZIP_UNPACKED_BYTES, TABLE_FILE_BYTES};
use crate::matrix::Matrix;
use crate::weights::{ByteSource, WeightsError};
use ::csv::ByteRecord;
use std::io;

/// Rows that decide which columns hold what.
const SAMPLE: usize = 100;

/// A table of numbers.
pub(super) struct TextTable {
    /// `None` if the file has none.
    pub ids: Option<Vec<String>>,
    /// `[n, d]`
    pub rows: Matrix,
    /// What was decided about the file, in one line.
    pub decided: String,
}

/// Reads ids and rows.
///
/// # Shape
///
/// ids `[n]`, rows `[n, d]`
///
/// # Errors
///
/// `table.csv`, `table.too_large`, `table.not_text`, `table.gzip`, and those of the source.
pub(super) fn read(file: &str, bytes: &dyn ByteSource) -> Result<TextTable, TableError> {
    let failed = |error: io::Error| failed(file, &error);
    let most = TABLE_FILE_BYTES.min(GZIP_UNPACKED_BYTES.max(bytes.len()));
    let mut rows = Rows::open(ByteReader::new(file, bytes)?, most).map_err(failed)?;
    let mut sample: Vec<(u64, ByteRecord)> = Vec::new();
    while sample.len() < SAMPLE
        && let Some((line, record)) = rows.next().map_err(failed)?
    {
        sample.push((line, record.clone()));
    }
    let columns = NumberColumns::of(&rows.dialect, &sample).ok_or_else(|| {
        let line = sample.first().map_or(1, |(line, _)| *line);
        TableProblem::Csv { reason: "there is no column of numbers".to_owned() }.on_line(file, line)
    })?;
    let mut table = Growing { file, columns, ids: Vec::new(), data: Vec::new(), rows: 0 };
    for (line, record) in sample.iter().skip(usize::from(table.columns.header.is_some())) {
        table.add(*line, record)?;
    }
    let mut last = sample.last().map_or(1, |(line, _)| *line);
    drop(sample);
    while let Some((line, record)) = rows.next().map_err(failed)? {
        last = line;
        table.add(line, record)?;
    }
    let Growing { columns, ids, data, rows: count, .. } = table;
    let matrix = Matrix::new(data, count, columns.numbers.len())
        .map_err(|error| TableProblem::Csv { reason: error.to_string() }.on_line(file, last))?;
    let decided = columns.describe(&rows.dialect, (count, matrix.cols()));
    Ok(TextTable { ids: columns.id.map(|_| ids), rows: matrix, decided })
}

struct Growing<'f> {
    file: &'f str,
    columns: NumberColumns,
    ids: Vec<String>,
    data: Vec<f32>,
    rows: usize,
}

impl Growing<'_> {
    fn add(&mut self, line: u64, record: &ByteRecord) -> Result<(), TableError> {
        let columns = &self.columns;
        if columns.id.is_none() && record.get(0).is_some_and(|cell| cell.starts_with(b"#")) {
            // A footer of numpy.savetxt.
            return Ok(());
        }
        self.rows = self.rows.saturating_add(1);
        let refused = |reason: String| Err(TableProblem::Csv { reason }.on_line(self.file, line));
        let id = columns.id.map(|at| unguarded(&text_of(record.get(at).unwrap_or_default()).0).to_owned());
        let name = || id.clone().unwrap_or_else(|| self.rows.to_string());
        let over = record.iter().skip(columns.width).any(|cell| !cell.trim_ascii().is_empty());
        if record.len() < columns.width || over {
            return refused(format!(
                "row '{}' has {} cells and the table {} columns",
                name(),
                record.len(),
                columns.width
            ));
        }
        for &at in &columns.numbers {
            let cell = std::str::from_utf8(record.get(at).unwrap_or_default()).unwrap_or("\u{fffd}").trim();
            let with_comma = || decimal_comma(cell).filter(|_| columns.decimal_commas)?.parse().ok();
            let number = cell.parse::<f32>().ok().or_else(with_comma);
            let Some(number) = number.filter(|number| number.is_finite()) else {
                let column = columns.name(at);
                return refused(format!("'{cell}' is not a number, in column {column} of row '{}'", name()));
            };
            self.data.push(number);
        }
        self.ids.extend(id);
        Ok(())
    }
}

/// An id without the apostrophe that keeps spreadsheets from reading it as a formula
/// ([`export::csv`](crate::export::csv())).
fn unguarded(id: &str) -> &str {
    id.strip_prefix('\'').filter(|rest| reads_as_formula(rest)).unwrap_or(id)
}

/// A failed read with the reason that the source gave, or what is wrong with the text.
fn failed(file: &str, error: &io::Error) -> TableError {
    if let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<WeightsError>()) {
        return error.clone().in_file(file).into();
    }
    match Unreadable::of(error) {
        Some(Unreadable::TooLarge) => TableProblem::TooLarge.in_file(file),
        Some(reason @ Unreadable::Foreign(_)) => {
            TableProblem::NotText { what: reason.to_string() }.in_file(file)
        }
        Some(reason) => TableProblem::Gzip { reason: reason.to_string() }.in_file(file),
        None => TableProblem::Csv { reason: error.to_string() }.in_file(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::export;
    use crate::matrix::View;
    use proptest::prelude::*;

    #[test]
    fn ids_and_numbers() {
        fn t(text: &str) {
            let found = read("a.csv", &text.as_bytes().to_vec()).unwrap();
            assert_eq!(
                (found.ids.unwrap(), found.rows.data(), found.rows.cols()),
                (vec!["a".into(), "b,c".into()], &[1.0, -0.5, 2.0, 3e-7][..], 2)
            );
        }
        t("id,d0,d1\na,1,-0.5\n\"b,c\",2,3e-7\n");
        t("\u{feff}id,d0,d1\r\na, 1 ,-0.5\r\n\r\n\"b,c\",2,3e-7");
        t("id\td0\td1\na\t1\t-0.5\nb,c\t2\t3e-7\n");
    }

    #[test]
    fn refusals_name_their_line() {
        fn t(text: &[u8], line: u64, what: &str) {
            let error = read("a.csv", &text.to_vec()).err().expect(what);
            assert_eq!((error.code(), error.at().line), ("table.csv", Some(line)), "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
        t(b"", 1, "no column");
        t(b"id\na\n", 1, "no column");
        t(b"id,d0\na,x\n", 2, "'x' is not a number");
        t(b"id,d0\na,1\nb,\n", 3, "'' is not a number");
        t(b"id,d0\na,1\nb,nan\n", 3, "'nan' is not a number");
        t(b"id,d0\na,1e99\n", 2, "'1e99' is not a number");
        t(b"id,d0\na,1\nb,1,2\n", 3, "row 'b' has 3 cells and the table 2 columns");
        t(b"id,d0,d1\na,1,2\nb,1,inf\n", 3, "'inf' is not a number, in column d1 of row 'b'");
        t(b"1.5 2\n3 NaN\n", 2, "'NaN' is not a number, in column 2 of row '2'");
    }

    proptest! {
        #[test]
        fn what_is_exported_reads_back(ids in prop::collection::vec(prop_oneof!["[a-z0-9|\",\n é]{0,8}", "[-'=+@a]{0,4}"], 1..8), seed: u32) {
            let data: Vec<f32> = (0..ids.len() * 3).map(|i| (i as f32 * seed as f32).sin()).collect();
            let bytes = export::csv(&ids, View::new(&data, ids.len(), 3).unwrap(), "d").unwrap();
            let found = read("a.csv", &bytes).unwrap();
            prop_assert_eq!((found.ids.unwrap(), found.rows.data()), (ids, data.as_slice()));
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(prop::sample::select(b"id,1\n\"\r\t.-e\xff\0 ".to_vec()), 0..80)) {
            _ = read("a.csv", &bytes);
        }
    }
}
