//! Words that stand for "no value".

/// What R, pandas, spreadsheets, databases and bioinformatics tools write where a value is missing.
/// `None` is not among them: it is the name of a class in many tables, and pandas writes it as an empty cell.
const WORDS: [&str; 19] = [
    "", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "<NA>", "NaN", "nan", "NAN", "-nan", "NULL", "null", "Null",
    "-", "--", ".", "?",
];

/// Whether a trimmed cell stands for a missing value.
pub(crate) fn is_missing(cell: &str) -> bool {
    WORDS.contains(&cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_words() {
        for word in ["", "NA", "N/A", "nan", "NULL", "-", ".", "#N/A", "?"] {
            assert!(is_missing(word), "{word}");
        }
        for word in ["Na", "None", "0", "x", "+", "--x", "unknown", "NaCl"] {
            assert!(!is_missing(word), "{word}");
        }
    }
}
