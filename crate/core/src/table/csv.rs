//! An id and numbers per row; the first row names the columns.

use super::byte_reader::{ByteReader, PIECE_BYTES};
use super::{TableError, TableProblem};
use crate::matrix::Matrix;
use crate::weights::{ByteSource, WeightsError};

/// Reads ids and rows.
///
/// # Shape
///
/// ids `[n]`, rows `[n, d]`: d is the number of columns of the first row, less one.
pub(super) fn read(
    file: &str,
    bytes: &dyn ByteSource,
    delimiter: u8,
) -> Result<(Vec<String>, Matrix), TableError> {
    let refused = |line: u64, reason: String| TableProblem::Csv { reason }.on_line(file, line);
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .buffer_capacity(PIECE_BYTES)
        .from_reader(ByteReader::new(file, bytes)?);
    let headers = reader.headers().map_err(|error| failed(file, 1, &error))?;
    let cols = headers.len().saturating_sub(1);
    if cols == 0 {
        return Err(refused(1, "the first row names no column of numbers".to_owned()));
    }
    let (mut ids, mut data) = (Vec::new(), Vec::new());
    let mut record = ::csv::StringRecord::new();
    let mut line = 1_u64;
    while reader.read_record(&mut record).map_err(|error| failed(file, line.saturating_add(1), &error))? {
        line = record.position().map_or(line, ::csv::Position::line);
        let mut cells = record.iter();
        ids.push(unguarded(cells.next().unwrap_or_default()).to_owned());
        for cell in cells {
            let number = cell.trim().parse::<f32>().ok().filter(|number| number.is_finite());
            data.push(number.ok_or_else(|| refused(line, format!("'{cell}' is not a number")))?);
        }
    }
    let rows = ids.len();
    let matrix = Matrix::new(data, rows, cols).map_err(|error| refused(line, error.to_string()))?;
    Ok((ids, matrix))
}

/// An id without the apostrophe that keeps spreadsheets from reading it as a formula
/// ([`export::csv`](crate::export::csv())).
fn unguarded(id: &str) -> &str {
    let formula = |id: &&str| {
        let rest = id.trim_start_matches('\'');
        rest.starts_with(['=', '+', '-', '@', '\t', '\r'])
    };
    id.strip_prefix('\'').filter(formula).unwrap_or(id)
}

/// A failed read with the reason that the source gave, or what is wrong with the text.
fn failed(file: &str, line: u64, error: &::csv::Error) -> TableError {
    if let ::csv::ErrorKind::Io(error) = error.kind()
        && let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<WeightsError>())
    {
        return error.clone().in_file(file).into();
    }
    let line = error.position().map_or(line, ::csv::Position::line);
    TableProblem::Csv { reason: error.to_string() }.on_line(file, line)
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
        fn t(text: &str, delimiter: u8) {
            let (ids, rows) = read("a.csv", &text.as_bytes().to_vec(), delimiter).unwrap();
            assert_eq!(
                (ids, rows.data(), rows.cols()),
                (vec!["a".into(), "b,c".into()], &[1.0, -0.5, 2.0, 3e-7][..], 2)
            );
        }
        t("id,d0,d1\na,1,-0.5\n\"b,c\",2,3e-7\n", b',');
        t("\u{feff}id,d0,d1\r\na, 1 ,-0.5\r\n\r\n\"b,c\",2,3e-7", b',');
        t("id\td0\td1\na\t1\t-0.5\nb,c\t2\t3e-7\n", b'\t');
    }

    #[test]
    fn refusals_name_their_line() {
        fn t(text: &[u8], line: u64, what: &str) {
            let error = read("a.csv", &text.to_vec(), b',').expect_err(what);
            assert_eq!((error.code(), error.at().line), ("table.csv", Some(line)), "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
        t(b"", 1, "no column");
        t(b"id\na\n", 1, "no column");
        t(b"id,d0\na,x\n", 2, "'x' is not a number");
        t(b"id,d0\na,1\nb,\n", 3, "'' is not a number");
        t(b"id,d0\na,1\nb,nan\n", 3, "'nan' is not a number");
        t(b"id,d0\na,1e99\n", 2, "'1e99' is not a number");
        t(b"id,d0\na,1\nb,1,2\n", 3, "found record with 3 fields");
        t(b"id,d0\na\xff,1\n", 2, "invalid UTF-8");
    }

    proptest! {
        #[test]
        fn what_is_exported_reads_back(ids in prop::collection::vec(prop_oneof!["[a-z0-9|\",\n é]{0,8}", "[-'=+@a]{0,4}"], 1..8), seed: u32) {
            let data: Vec<f32> = (0..ids.len() * 3).map(|i| (i as f32 * seed as f32).sin()).collect();
            let bytes = export::csv(&ids, View::new(&data, ids.len(), 3).unwrap(), "d").unwrap();
            let (found, rows) = read("a.csv", &bytes, b',').unwrap();
            prop_assert_eq!((found, rows.data()), (ids, data.as_slice()));
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(prop::sample::select(b"id,1\n\"\r\t.-e\xff\0 ".to_vec()), 0..80)) {
            _ = read("a.csv", &bytes, b',');
        }
    }
}
