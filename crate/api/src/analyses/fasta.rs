//! Records as FASTA.

/// Records as FASTA.
pub fn fasta<'r>(records: impl Iterator<Item = (&'r str, &'r str)>) -> String {
    records.map(|(id, sequence)| format!(">{id}\n{sequence}\n")).collect()
}
