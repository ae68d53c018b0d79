//! Formats other than FASTA, recognised by their first bytes, each with a name and a way out.

use super::letter::is_blank;

use ForeignFormat as Format;

/// A format other than FASTA, recognised so that a refusal can name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described by its name in the table below")]
pub enum ForeignFormat {
    Alignment,
    Binary,
    Compressed,
    Embl,
    Fastq,
    Genbank,
    Gff,
    GzipTwice,
    Html,
    Json,
    Msf,
    Office,
    Pdf,
    Picture,
    Pir,
    Pointer,
    Sam,
    Stockholm,
    Structure,
    Table,
    Tar,
    Utf16,
    Vcf,
    Xml,
    Zip,
}

/// Format, code, name, way out.
type Row = (Format, &'static str, &'static str, &'static str);

const AS_FASTA: &str = "export or convert the sequences as FASTA";
const UNPACK: &str = "unpack it and open the FASTA file inside";
const WRONG_DOWNLOAD: &str = "the server sent this instead of the file: download it again";

const AS_ALIGNED: &str =
    "write it as aligned FASTA, A2M or A3M, for example with `esl-reformat afa` or in Jalview; gaps may stay";

const ROWS: [Row; 25] = [
    (
        Format::Alignment,
        "fasta.alignment",
        "an alignment that is not in FASTA format: Clustal, PHYLIP, NEXUS or MEGA",
        AS_ALIGNED,
    ),
    (Format::Msf, "fasta.alignment", "an alignment in MSF (GCG) format", AS_ALIGNED),
    (
        Format::Stockholm,
        "fasta.alignment",
        "an alignment in Stockholm format",
        "write it as aligned FASTA: `esl-reformat afa FILE`, or download it from Pfam as FASTA; gaps may stay",
    ),
    (Format::Binary, "fasta.binary", "no text", "choose a FASTA file, plain or gzip-compressed"),
    (Format::Compressed, "fasta.compressed", "compressed, and not with gzip", UNPACK),
    (Format::Embl, "fasta.embl", "an EMBL or UniProt text record", "download the entry as FASTA"),
    (Format::Fastq, "fasta.fastq", "FASTQ, sequencing reads with qualities", AS_FASTA),
    (
        Format::Genbank,
        "fasta.genbank",
        "a GenBank or GenPept record",
        "open it as GenBank, or download the entry as FASTA",
    ),
    (Format::Gff, "fasta.gff", "GFF, a list of features", "choose the FASTA file that belongs to it"),
    (Format::GzipTwice, "fasta.gzip_twice", "compressed with gzip twice", UNPACK),
    (Format::Html, "fasta.html", "an HTML page", WRONG_DOWNLOAD),
    (Format::Json, "fasta.json", "JSON", AS_FASTA),
    (
        Format::Office,
        "fasta.office",
        "a document of a word processor or spreadsheet",
        "save it as plain text",
    ),
    (Format::Pdf, "fasta.pdf", "a PDF document", "copy the sequences into a plain text file"),
    (Format::Picture, "fasta.picture", "a picture", "choose a FASTA file"),
    (Format::Pir, "fasta.pir", "in PIR (NBRF) format, which only looks like FASTA", AS_FASTA),
    (Format::Pointer, "fasta.lfs_pointer", "a Git LFS pointer, not the file itself", "run `git lfs pull`"),
    (Format::Sam, "fasta.sam", "SAM, aligned reads", AS_FASTA),
    (Format::Structure, "fasta.structure", "a protein structure (PDB or mmCIF)", "download its FASTA file"),
    (Format::Table, "fasta.table", "a table", "write each row as a line `>id` and a line with the sequence"),
    (Format::Tar, "fasta.tar", "a tar archive", UNPACK),
    (Format::Utf16, "fasta.utf16", "text in UTF-16 or UTF-32", "save it as UTF-8 or plain text"),
    (Format::Vcf, "fasta.vcf", "VCF, a list of variants", "choose a FASTA file"),
    (Format::Xml, "fasta.xml", "XML", "download the entry as FASTA"),
    (Format::Zip, "fasta.zip", "a zip archive (or .xlsx, .docx)", UNPACK),
];

impl ForeignFormat {
    /// Stable code.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// What the file is, to be read after "the file is".
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// What the user can do about it.
    pub fn hint(self) -> &'static str {
        self.row().3
    }

    fn row(self) -> Row {
        ROWS.into_iter().find(|row| row.0 == self).unwrap_or((self, "fasta.binary", "no FASTA", AS_FASTA))
    }
}

/// First bytes of binary formats.
const MAGIC: [(&[u8], Format); 22] = [
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"%PDF-", Format::Pdf),
    (b"\x1f\x8b", Format::GzipTwice),
    (b"BZh", Format::Compressed),
    (b"\xfd7zXZ\0", Format::Compressed),
    (b"\x28\xb5\x2f\xfd", Format::Compressed),
    (b"7z\xbc\xaf\x27\x1c", Format::Compressed),
    (b"Rar!\x1a\x07", Format::Compressed),
    (b"\x1f\x9d", Format::Compressed),
    (b"\x04\x22\x4d\x18", Format::Compressed),
    (b"\xd0\xcf\x11\xe0", Format::Office),
    (b"{\\rtf", Format::Office),
    (b"\x89PNG", Format::Picture),
    (b"\xff\xd8\xff", Format::Picture),
    (b"GIF8", Format::Picture),
    (b"BAM\x01", Format::Sam),
    (b"CRAM", Format::Sam),
    (b"\x89HDF", Format::Binary),
    (b"\x93NUMPY", Format::Binary),
    (b"\x7fELF", Format::Binary),
    (b"SQLite format 3", Format::Binary),
];

/// First words of text formats, in lower case.
const WORDS: [(&str, Format); 33] = [
    ("<!doctype", Format::Html),
    ("<html", Format::Html),
    ("<head", Format::Html),
    ("<body", Format::Html),
    ("<?xml", Format::Xml),
    ("<!--", Format::Xml),
    ("locus ", Format::Genbank),
    ("id   ", Format::Embl),
    ("@hd\t", Format::Sam),
    ("@sq\t", Format::Sam),
    ("@rg\t", Format::Sam),
    ("@pg\t", Format::Sam),
    ("@co\t", Format::Sam),
    ("##gff", Format::Gff),
    ("##fileformat=vcf", Format::Vcf),
    ("clustal", Format::Alignment),
    ("muscle (", Format::Alignment),
    ("probcons", Format::Alignment),
    ("# stockholm", Format::Stockholm),
    ("#stockholm", Format::Stockholm),
    ("#nexus", Format::Alignment),
    ("#mega", Format::Alignment),
    ("!!aa_multiple_alignment", Format::Msf),
    ("!!na_multiple_alignment", Format::Msf),
    ("header    ", Format::Structure),
    ("atom  ", Format::Structure),
    ("data_", Format::Structure),
    ("remark ", Format::Structure),
    ("version https://git-lfs", Format::Pointer),
    ("{\"", Format::Json),
    ("[{", Format::Json),
    ("[\"", Format::Json),
    ("{}", Format::Json),
];

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Looks at the first bytes of a file and returns how many of them are a byte-order mark to skip.
///
/// Anything that might be FASTA passes: a file that only lacks a header gets a better message later.
pub(super) fn check(head: &[u8]) -> Result<usize, Format> {
    if is_wide(head) {
        return Err(Format::Utf16);
    }
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(*format);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Err(Format::Tar);
    }
    let (mark, text) = match head.strip_prefix(UTF8_MARK) {
        Some(text) => (UTF8_MARK.len(), text),
        None => (0, head),
    };
    let mut lines = lines(text).skip_while(|line| line.iter().copied().all(is_blank));
    let first = lines.next().unwrap_or_default().trim_ascii_start();
    let second = lines.next().unwrap_or_default();
    let third = lines.next().unwrap_or_default();
    // A NUL in FASTA is one bad record; in any other file it shows that this is not text.
    if !matches!(first, [b'>' | b';', ..]) && text.contains(&0) {
        return Err(Format::Binary);
    }
    text_format(first, second, third).map_or(Ok(mark), Err)
}

/// UTF-16 or UTF-32, with a byte-order mark or with the zeros that ASCII has in it.
fn is_wide(head: &[u8]) -> bool {
    let zeros = |byte: &u8| *byte == 0;
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 0, 0xfe, 0xff, ..] => true,
        [a, b, c, d, ..] => {
            let units = [a, b, c, d].map(zeros);
            matches!(units, [false, true, false, true] | [true, false, true, false])
                || matches!(units, [false, true, true, true] | [true, true, true, false])
        }
        _ => false,
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    // CRLF gives an empty line more, which does no harm here.
    text.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty())
}

fn text_format(first: &[u8], second: &[u8], third: &[u8]) -> Option<Format> {
    let start: String = first.iter().take(32).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    if let Some((_, format)) = WORDS.iter().find(|(word, _)| start.starts_with(word)) {
        return Some(*format);
    }
    match first {
        [b'>', a, b, b';', ..] if PIR_TYPES.contains(&[*a, *b]) => Some(Format::Pir),
        [b'>' | b';', ..] => None,
        [b'@', ..] if third.first() == Some(&b'+') => Some(Format::Fastq),
        // Reads longer than the head: the third line is out of sight.
        [b'@', ..] if second.len() > 1000 => Some(Format::Fastq),
        _ if is_phylip(first) => Some(Format::Alignment),
        _ if is_row(first) && is_row(second) => Some(Format::Table),
        _ => None,
    }
}

const PIR_TYPES: [[u8; 2]; 9] = [*b"P1", *b"F1", *b"DL", *b"DC", *b"RL", *b"RC", *b"N1", *b"N3", *b"XX"];

/// Two numbers: sequences and columns.
fn is_phylip(first: &[u8]) -> bool {
    let words = || first.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty());
    words().count() == 2 && words().all(|word| word.iter().all(u8::is_ascii_digit))
}

/// Cells separated by tabs, commas or semicolons.
fn is_row(line: &[u8]) -> bool {
    !line.trim_ascii().starts_with(b">") && line.trim_ascii().iter().any(|byte| b"\t,;".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_to_format() {
        fn t(head: &[u8], expected: Result<usize, Format>) {
            assert_eq!(check(head), expected, "{}", head.escape_ascii());
        }
        t(b"", Ok(0));
        t(b">", Ok(0));
        t(b">a\nMKV\n", Ok(0));
        t(b"\xef\xbb\xbf>a\nMKV\n", Ok(3));
        t(b"MKV", Ok(0)); // no header: said later, with its line
        t(b">P1;a\nname\nMKV*\n", Err(Format::Pir));
        t(b" >P1;a\nname\nMKV*\n", Err(Format::Pir));
        t(b" ; a, b\n ; c, d\n>a\nMKV", Ok(0));
        t(b">P1x;a\nMKV\n", Ok(0));
        t(b">p1;a\nMKV\n", Ok(0));
        t(b">\0a\0", Err(Format::Utf16));
        t(b"\0>\0a", Err(Format::Utf16));
        t(b"\xff\xfe>\0", Err(Format::Utf16));
        t(b"\xfe\xff\0>", Err(Format::Utf16));
        t(b">\0\0\0", Err(Format::Utf16));
        t(b"\0\0\0>", Err(Format::Utf16));
        t(b">a\nM\0KV\n", Ok(0)); // one bad record
        t(b"a\0\x02\x03", Err(Format::Binary));
        t(b"a, b\nc, d\n\0", Err(Format::Binary));
        t(b"; a\n  >a\nM\0KV\n", Ok(0));
        t(b"\n\n <HTML>", Err(Format::Html));
        t(b"\xef\xbb\xbf<!DOCTYPE html>", Err(Format::Html));
        t(b"<mask>MKV", Ok(0));
        t(b"LOCUS       SCU49845", Err(Format::Genbank));
        t(b"@read1\nACGT\n+\nIIII\n", Err(Format::Fastq));
        t(b"@read1\nACGT\n", Ok(0));
        t(b"@SQ\tSN:chr1", Err(Format::Sam));
        t(b"id,sequence\np1,MKV\n", Err(Format::Table));
        t(b"a, b\n>p1\nMKV\n", Ok(0));
        t(b" 5 42\nTurkey AAGCT", Err(Format::Alignment));
        t(b"# STOCKHOLM 1.0\n", Err(Format::Stockholm));
        t(&[&b">"[..], &[b'a'; 256], &b"ustar"[..]].concat(), Err(Format::Tar));
    }

    #[test]
    fn every_format_has_its_row() {
        for (format, code, ..) in ROWS {
            assert_eq!(format.code(), code);
            assert!(code.starts_with("fasta."));
        }
        let used = MAGIC.iter().map(|row| row.1).chain(WORDS.iter().map(|row| row.1));
        assert!(used.into_iter().all(|format| ROWS.iter().any(|row| row.0 == format)));
    }
}
