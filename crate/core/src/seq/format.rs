//! What a file is when it is not FASTA: known by its first bytes, named, with a way out.

use super::letter::is_blank;

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
    Office,
    Pdf,
    Picture,
    Pir,
    Pointer,
    Sam,
    Structure,
    Table,
    Tar,
    Utf16,
    Vcf,
    Xml,
    Zip,
}

/// ForeignFormat, code, name, way out.
type Row = (ForeignFormat, &'static str, &'static str, &'static str);

const AS_FASTA: &str = "export or convert the sequences as FASTA";
const UNPACK: &str = "unpack it and open the FASTA file inside";
const WRONG_DOWNLOAD: &str = "the server sent this instead of the file: download it again";

const ROWS: [Row; 23] = [
    (ForeignFormat::Alignment, "fasta.alignment", "an alignment that is not in FASTA format", AS_FASTA),
    (ForeignFormat::Binary, "fasta.binary", "no text", "choose a FASTA file, plain or gzip-compressed"),
    (ForeignFormat::Compressed, "fasta.compressed", "compressed, and not with gzip", UNPACK),
    (ForeignFormat::Embl, "fasta.embl", "an EMBL or UniProt text record", "download the entry as FASTA"),
    (ForeignFormat::Fastq, "fasta.fastq", "FASTQ, sequencing reads with qualities", AS_FASTA),
    (
        ForeignFormat::Genbank,
        "fasta.genbank",
        "a GenBank or GenPept record",
        "open it as GenBank, or download the entry as FASTA",
    ),
    (ForeignFormat::Gff, "fasta.gff", "GFF, a list of features", "choose the FASTA file that belongs to it"),
    (ForeignFormat::GzipTwice, "fasta.gzip_twice", "compressed with gzip twice", UNPACK),
    (ForeignFormat::Html, "fasta.html", "an HTML page", WRONG_DOWNLOAD),
    (ForeignFormat::Json, "fasta.json", "JSON", AS_FASTA),
    (
        ForeignFormat::Office,
        "fasta.office",
        "a document of a word processor or spreadsheet",
        "save it as plain text",
    ),
    (ForeignFormat::Pdf, "fasta.pdf", "a PDF document", "copy the sequences into a plain text file"),
    (ForeignFormat::Picture, "fasta.picture", "a picture", "choose a FASTA file"),
    (ForeignFormat::Pir, "fasta.pir", "in PIR (NBRF) format, which only looks like FASTA", AS_FASTA),
    (
        ForeignFormat::Pointer,
        "fasta.lfs_pointer",
        "a Git LFS pointer, not the file itself",
        "run `git lfs pull`",
    ),
    (ForeignFormat::Sam, "fasta.sam", "SAM, aligned reads", AS_FASTA),
    (
        ForeignFormat::Structure,
        "fasta.structure",
        "a protein structure (PDB or mmCIF)",
        "download its FASTA file",
    ),
    (
        ForeignFormat::Table,
        "fasta.table",
        "a table",
        "write each row as a line `>id` and a line with the sequence",
    ),
    (ForeignFormat::Tar, "fasta.tar", "a tar archive", UNPACK),
    (ForeignFormat::Utf16, "fasta.utf16", "text in UTF-16 or UTF-32", "save it as UTF-8 or plain text"),
    (ForeignFormat::Vcf, "fasta.vcf", "VCF, a list of variants", "choose a FASTA file"),
    (ForeignFormat::Xml, "fasta.xml", "XML", "download the entry as FASTA"),
    (ForeignFormat::Zip, "fasta.zip", "a zip archive (or .xlsx, .docx)", UNPACK),
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
const MAGIC: [(&[u8], ForeignFormat); 22] = [
    (b"PK\x03\x04", ForeignFormat::Zip),
    (b"PK\x05\x06", ForeignFormat::Zip),
    (b"%PDF-", ForeignFormat::Pdf),
    (b"\x1f\x8b", ForeignFormat::GzipTwice),
    (b"BZh", ForeignFormat::Compressed),
    (b"\xfd7zXZ\0", ForeignFormat::Compressed),
    (b"\x28\xb5\x2f\xfd", ForeignFormat::Compressed),
    (b"7z\xbc\xaf\x27\x1c", ForeignFormat::Compressed),
    (b"Rar!\x1a\x07", ForeignFormat::Compressed),
    (b"\x1f\x9d", ForeignFormat::Compressed),
    (b"\x04\x22\x4d\x18", ForeignFormat::Compressed),
    (b"\xd0\xcf\x11\xe0", ForeignFormat::Office),
    (b"{\\rtf", ForeignFormat::Office),
    (b"\x89PNG", ForeignFormat::Picture),
    (b"\xff\xd8\xff", ForeignFormat::Picture),
    (b"GIF8", ForeignFormat::Picture),
    (b"BAM\x01", ForeignFormat::Sam),
    (b"CRAM", ForeignFormat::Sam),
    (b"\x89HDF", ForeignFormat::Binary),
    (b"\x93NUMPY", ForeignFormat::Binary),
    (b"\x7fELF", ForeignFormat::Binary),
    (b"SQLite format 3", ForeignFormat::Binary),
];

/// First words of text formats, in lower case.
const WORDS: [(&str, ForeignFormat); 29] = [
    ("<!doctype", ForeignFormat::Html),
    ("<html", ForeignFormat::Html),
    ("<head", ForeignFormat::Html),
    ("<body", ForeignFormat::Html),
    ("<?xml", ForeignFormat::Xml),
    ("<!--", ForeignFormat::Xml),
    ("locus ", ForeignFormat::Genbank),
    ("id   ", ForeignFormat::Embl),
    ("@hd\t", ForeignFormat::Sam),
    ("@sq\t", ForeignFormat::Sam),
    ("@rg\t", ForeignFormat::Sam),
    ("@pg\t", ForeignFormat::Sam),
    ("@co\t", ForeignFormat::Sam),
    ("##gff", ForeignFormat::Gff),
    ("##fileformat=vcf", ForeignFormat::Vcf),
    ("clustal", ForeignFormat::Alignment),
    ("muscle (", ForeignFormat::Alignment),
    ("# stockholm", ForeignFormat::Alignment),
    ("#nexus", ForeignFormat::Alignment),
    ("#mega", ForeignFormat::Alignment),
    ("header    ", ForeignFormat::Structure),
    ("atom  ", ForeignFormat::Structure),
    ("data_", ForeignFormat::Structure),
    ("remark ", ForeignFormat::Structure),
    ("version https://git-lfs", ForeignFormat::Pointer),
    ("{\"", ForeignFormat::Json),
    ("[{", ForeignFormat::Json),
    ("[\"", ForeignFormat::Json),
    ("{}", ForeignFormat::Json),
];

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Looks at the first bytes of a file and returns how many of them are a byte-order mark to skip.
///
/// Anything that might be FASTA passes: a file that only lacks a header gets a better message later.
pub(super) fn check(head: &[u8]) -> Result<usize, ForeignFormat> {
    if is_wide(head) {
        return Err(ForeignFormat::Utf16);
    }
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(*format);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Err(ForeignFormat::Tar);
    }
    let (mark, text) = match head.strip_prefix(UTF8_MARK) {
        Some(text) => (UTF8_MARK.len(), text),
        None => (0, head),
    };
    let mut lines = lines(text).skip_while(|line| line.iter().copied().all(is_blank));
    let first = lines.next().unwrap_or_default().trim_ascii_start();
    let second = lines.next().unwrap_or_default();
    let third = lines.next().unwrap_or_default();
    // A NUL in FASTA is one bad record; in anything else it says that this is no text at all.
    if !matches!(first, [b'>' | b';', ..]) && text.contains(&0) {
        return Err(ForeignFormat::Binary);
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

fn text_format(first: &[u8], second: &[u8], third: &[u8]) -> Option<ForeignFormat> {
    let start: String = first.iter().take(32).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    if let Some((_, format)) = WORDS.iter().find(|(word, _)| start.starts_with(word)) {
        return Some(*format);
    }
    match first {
        [b'>', a, b, b';', ..] if PIR_TYPES.contains(&[*a, *b]) => Some(ForeignFormat::Pir),
        [b'>' | b';', ..] => None,
        [b'@', ..] if third.first() == Some(&b'+') => Some(ForeignFormat::Fastq),
        // Reads longer than the head: the third line is out of sight.
        [b'@', ..] if second.len() > 1000 => Some(ForeignFormat::Fastq),
        _ if is_phylip(first) => Some(ForeignFormat::Alignment),
        _ if is_row(first) && is_row(second) => Some(ForeignFormat::Table),
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
        fn t(head: &[u8], expected: Result<usize, ForeignFormat>) {
            assert_eq!(check(head), expected, "{}", head.escape_ascii());
        }
        t(b"", Ok(0));
        t(b">", Ok(0));
        t(b">a\nMKV\n", Ok(0));
        t(b"\xef\xbb\xbf>a\nMKV\n", Ok(3));
        t(b"MKV", Ok(0)); // no header: said later, with its line
        t(b">P1;a\nname\nMKV*\n", Err(ForeignFormat::Pir));
        t(b" >P1;a\nname\nMKV*\n", Err(ForeignFormat::Pir));
        t(b" ; a, b\n ; c, d\n>a\nMKV", Ok(0));
        t(b">P1x;a\nMKV\n", Ok(0));
        t(b">p1;a\nMKV\n", Ok(0));
        t(b">\0a\0", Err(ForeignFormat::Utf16));
        t(b"\0>\0a", Err(ForeignFormat::Utf16));
        t(b"\xff\xfe>\0", Err(ForeignFormat::Utf16));
        t(b"\xfe\xff\0>", Err(ForeignFormat::Utf16));
        t(b">\0\0\0", Err(ForeignFormat::Utf16));
        t(b"\0\0\0>", Err(ForeignFormat::Utf16));
        t(b">a\nM\0KV\n", Ok(0)); // one bad record
        t(b"a\0\x02\x03", Err(ForeignFormat::Binary));
        t(b"a, b\nc, d\n\0", Err(ForeignFormat::Binary));
        t(b"; a\n  >a\nM\0KV\n", Ok(0));
        t(b"\n\n <HTML>", Err(ForeignFormat::Html));
        t(b"\xef\xbb\xbf<!DOCTYPE html>", Err(ForeignFormat::Html));
        t(b"<mask>MKV", Ok(0));
        t(b"LOCUS       SCU49845", Err(ForeignFormat::Genbank));
        t(b"@read1\nACGT\n+\nIIII\n", Err(ForeignFormat::Fastq));
        t(b"@read1\nACGT\n", Ok(0));
        t(b"@SQ\tSN:chr1", Err(ForeignFormat::Sam));
        t(b"id,sequence\np1,MKV\n", Err(ForeignFormat::Table));
        t(b"a, b\n>p1\nMKV\n", Ok(0));
        t(b" 5 42\nTurkey AAGCT", Err(ForeignFormat::Alignment));
        t(&[&b">"[..], &[b'a'; 256], &b"ustar"[..]].concat(), Err(ForeignFormat::Tar));
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
