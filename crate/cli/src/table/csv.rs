//! An id and numbers per row.

use crate::problem::Failure;
use crossgrain_core::matrix::Matrix;
use std::path::Path;

/// Reads ids and rows; the first row names the columns.
pub fn read(path: &Path) -> Result<(Vec<String>, Matrix), Failure> {
    let tabs = path.extension().is_some_and(|end| end == "tsv");
    let name = path.display().to_string();
    let refused = |line: u64, what: String| {
        let hint = "an id and as many numbers as the first row has columns";
        Failure::in_line("table.csv", &name, line, what, hint)
    };
    let file = std::fs::File::open(path).map_err(|error| Failure::file("input.unreadable", path, &error))?;
    let delimiter = if tabs { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(file);
    let cols = reader.headers().map_err(|error| refused(1, error.to_string()))?.len().saturating_sub(1);
    let (mut ids, mut data) = (Vec::new(), Vec::new());
    for (i, record) in reader.records().enumerate() {
        let line = i as u64 + 2;
        let record = record.map_err(|error| refused(line, error.to_string()))?;
        let mut cells = record.iter();
        ids.push(cells.next().unwrap_or_default().to_owned());
        for cell in cells {
            let number = cell.trim().parse::<f32>().ok().filter(|x| x.is_finite());
            data.push(number.ok_or_else(|| refused(line, format!("'{cell}' is not a number")))?);
        }
    }
    let rows = ids.len();
    Ok((ids, Matrix::new(data, rows, cols)?))
}
