//! The format of a sequence file, by its first bytes (unpacked if they are gzip), never by its name.

use super::domain_table::Recognized;
use super::gzip::MAGIC;
use serde::{Deserialize, Serialize};
use std::io::Read;

/// A format of sequence files. In JSON it is one lower-case word, such as `genbank`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum InputFormat {
    /// FASTA, read by [`super::FastaReader`], which also names formats that are not read.
    Fasta,
    /// GenBank, read by [`super::GenbankReader`].
    Genbank,
    /// A table of HMMER's `--domtblout`, read by [`super::read_domtblout`].
    Domtblout,
    /// A table of domains of another tool, read or refused by its name by [`super::read_domain_table`].
    DomainTable,
    /// A list of domains per cluster, read by [`super::read_domains`].
    Domains,
}

pub use crate::limits::INPUT_HEAD_BYTES;

impl InputFormat {
    /// The format of a file that begins with `head`, [`INPUT_HEAD_BYTES`] of it if the file has as many.
    ///
    /// ```
    /// use crossgrain_core::seq::InputFormat;
    ///
    /// assert_eq!(InputFormat::detect(b"c1\tPF00668;PF00550\n"), InputFormat::Domains);
    /// ```
    #[must_use]
    pub fn detect(head: &[u8]) -> Self {
        if !head.starts_with(&MAGIC) {
            return Self::of_text(head);
        }
        let mut text = Vec::new();
        // The head ends in the middle of the packed bytes: what was unpacked before that counts.
        let mut decoder = flate2::read::GzDecoder::new(head).take(INPUT_HEAD_BYTES as u64);
        let mut piece = [0; 512];
        while let Ok(read @ 1..) = decoder.read(&mut piece) {
            text.extend_from_slice(piece.get(..read).unwrap_or_default());
        }
        Self::of_text(&text)
    }

    fn of_text(head: &[u8]) -> Self {
        let text = String::from_utf8_lossy(head);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let first = lines.next().unwrap_or_default();
        if first.split_whitespace().next() == Some("LOCUS") || text.contains("\nLOCUS  ") {
            return Self::Genbank;
        }
        if first.trim_start().starts_with(['>', ';']) {
            return Self::Fasta;
        }
        if Recognized::of(text).is_some() {
            return Self::DomainTable;
        }
        let is_hit = |line: &str| {
            let cells: Vec<&str> = line.split_whitespace().take(22).collect();
            let is_number = |at: usize| cells.get(at).is_some_and(|cell| cell.parse::<f64>().is_ok());
            cells.len() == 22 && is_number(2) && (5..=21).all(is_number)
        };
        let all = || std::iter::once(first).chain(lines.clone());
        let data: Vec<&str> = all().filter(|line| !line.starts_with('#')).take(3).collect();
        let mut comments = all().filter(|line| line.starts_with('#'));
        let scanned = comments.any(|line| line.contains("this domain") || line.contains("--- full sequence"));
        if scanned || data.iter().any(|line| is_hit(line)) {
            return Self::Domtblout;
        }
        let is_list = |line: &&str| line.split_once('\t').is_some_and(|(_, list)| is_domains(list));
        if data.iter().any(is_list) { Self::Domains } else { Self::Fasta }
    }
}

/// Parts with semicolons, or one Pfam accession.
fn is_domains(list: &str) -> bool {
    let list = list.trim();
    let accession =
        list.strip_prefix("PF").is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
    !list.contains('\t') && (accession || list.contains(';'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn first_bytes() {
        fn t(head: &str, expected: InputFormat) {
            assert_eq!(InputFormat::detect(head.as_bytes()), expected, "{head:?}");
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(head.repeat(100).as_bytes()).unwrap();
            let packed = gzip.finish().unwrap();
            let cut = packed.get(..packed.len() * 3 / 4).unwrap();
            assert_eq!(InputFormat::detect(cut), expected, "{head:?}, packed and cut");
        }
        t("LOCUS       X  12 bp DNA\nDEFINITION .\n", InputFormat::Genbank);
        t("GBBCT1.SEQ  Genetic Sequence Data Bank\n\nLOCUS       X  12 bp DNA\n", InputFormat::Genbank);
        t(">p1\nMKV\n", InputFormat::Fasta);
        t("; comment\n>p1\nMKV\n", InputFormat::Fasta);
        t("MKV\n", InputFormat::Fasta);
        t("id\tlabel\np1\tglobin\n", InputFormat::Fasta);
        t("c1\tPF00668;PF00550\n", InputFormat::Domains);
        t("# domains\nc1\tPF00668.27\n", InputFormat::Domains);
        t("id\tdomains\nc1\tnrps;AMP-binding\n", InputFormat::Domains);
        t(
            "# pfam_scan.pl,  run at Mon Mar 4 10:00:00 2024\n#\n# query sequence file: proteins.faa\n",
            InputFormat::DomainTable,
        );
        t("# my own scan\n#   --- full sequence --- -------------- this domain\n", InputFormat::Domtblout);
        t(
            "PP-binding PF00550.28 67 p1 - 601 1.2e-14 55.1 0.0 1 1 1.2e-18 3.1e-14 53.8 0.1 1 60 5 65 5 65 0.9 a domain\n",
            InputFormat::Domtblout,
        );
        t(
            "#                --- full sequence --- -------------- this domain\n#---\n",
            InputFormat::Domtblout,
        );
    }
}
