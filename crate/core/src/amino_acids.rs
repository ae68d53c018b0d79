//! The 20 amino acids of the standard genetic code.

/// Their one-letter codes, in alphabetical order.
pub const AMINO_ACIDS: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";

/// The same as text, for example as an alphabet of k-mers.
pub const AMINO_ACID_LETTERS: &str = "ACDEFGHIKLMNPQRSTVWY";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_the_same_letters() {
        assert_eq!(AMINO_ACID_LETTERS.as_bytes(), AMINO_ACIDS);
        assert!(AMINO_ACIDS.is_sorted());
    }
}
