use super::*;
use crate::{
    error::Coded,
    limits::{LETTERS_PER_RECORD, LINE_BYTES, NOTICES_PER_CODE, RECORDS},
};

fn options(kind: Option<SequenceKind>) -> ReadOptions {
    ReadOptions { file: Some("x.fasta".to_owned()), kind }
}

fn read(bytes: &[u8]) -> Parsed {
    read_fasta(bytes, ReadOptions::default()).unwrap()
}

/// Records as `id:letters`, then notices as `line!code` (refusal) and `line?code` (warning).
fn summary(bytes: &[u8], kind: Option<SequenceKind>) -> String {
    let parsed = match read_fasta(bytes, options(kind)) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert_eq!(error.at().file.as_deref(), Some("x.fasta"));
            return error
                .at()
                .line
                .map_or(error.code().to_owned(), |line| format!("{line} {}", error.code()));
        }
    };
    let mut words: Vec<String> =
        parsed.records.iter().map(|record| format!("{}:{}", record.id, record.letters)).collect();
    for (mark, notices) in [('!', &parsed.refusals), ('?', &parsed.warnings)] {
        for notice in notices {
            let code = notice.code.strip_prefix("fasta.").unwrap();
            words.push(format!("{}{mark}{code}", notice.at.line.unwrap()));
        }
    }
    words.join(" ")
}

#[test]
fn lines_and_headers() {
    fn t(input: &str, expected: &str) {
        assert_eq!(summary(input.as_bytes(), None), expected, "{input:?}");
    }
    t(">a\nMKV\n", "a:MKV");
    t(">a\r\nMK\r\nV\r\n>b\r\nL", "a:MKV b:L");
    t(">a\rMK\rV\r>b\rL\r", "a:MKV b:L");
    t(">a\nMK\r\nV\r>b\rL\n", "a:MKV b:L");
    t("\u{feff}>a\nMKV", "a:MKV");
    t("\n \t\n >a\nMKV", "a:MKV");
    t(">a\n\n\nMK\n\n \t \nV\n\n>b\nL\n", "a:MKV b:L");
    t(">a b\nMKV\n>  c d\nL\n>\te\nP", "a:MKV c:L e:P");
    t("; note\n>a\nMK\n;note\nV", "a:MKV 1?comment 4?comment");
    t(">\nMKV\n>\nL", "record-1:MKV record-2:L 1?no_id 3?no_id");
    t(">a\nMKV\n>a\nL\n>a x\nP", "a:MKV a:L a:P 3?duplicate_id 5?duplicate_id");
    t(">a\nMKV\n>b\n>c\n", "a:MKV 3!empty_record 4!empty_record");
    t(">a\nMKV\n>b", "a:MKV 3!empty_record");
    t(">", "1!empty_record");
}

#[test]
fn letters_of_proteins() {
    fn t(input: &str, expected: &str) {
        assert_eq!(summary(input.as_bytes(), Some(SequenceKind::Protein)), expected, "{input:?}");
    }
    t(">a\nACDEFGHIKLMNPQRSTVWYBJOUXZ", "a:ACDEFGHIKLMNPQRSTVWYBJOUXZ");
    t(">a\nMK\nkv\nv", "a:MKKVV 3?lower_case");
    t(">a\nMKV*\n", "a:MKV 2?end_stop");
    t(">a\nMKV\n*\n*", "a:MKV 3?end_stop");
    t(">a\nM*K\n*V**", "a:MXKXV 2?inner_stop 3?end_stop");
    t(">a\nM\n*\nK", "a:MXK 3?inner_stop");
    t(">a\n**", "1!empty_record");
    t(">a\nM-K\n.V", "a:MKXV 2?gaps 3?inner_stop"); // one row is no alignment
    t(">a\nM-K\n..V", "a:MKV 2?gaps");
    t(">a\nMK.V.", "a:MKXV 2?inner_stop 2?end_stop");
    t(">a\nMK.\n>b\nMKV*.", "a:MK b:MKV 2?end_stop 4?end_stop");
    t(">a\nMK.V\n>b\nMKLV", "a:MKV b:MKLV 2?gaps");
    t(">ss_pred x\nCCC\n>b\nMKLV", "b:MKLV 1!annotation_row");
    t("#3\t1\n>101\nMKV\n>b\nM-lV", "101:MKV b:MLV 1?comment 5?gaps 5?lower_case");
    t(">a\n---", "1!empty_record");
    t(">a\n  1 MKV\n 10 L", "a:MKVL 2?digits");
    t(">a\nMK\tV \x0b\x0cL", "a:MKVL");
    t(">a\nMK<mask>V", "a:MK<mask>V");
    t(">a\nmk<mask><mask>v", "a:MK<mask><mask>V 2?lower_case");
    t(">a\nM*<mask>", "a:MX<mask> 2?inner_stop");
    t(">a\n<mask>*", "a:<mask> 2?end_stop");
}

#[test]
fn letters_of_dna() {
    fn t(input: &str, expected: &str) {
        assert_eq!(summary(input.as_bytes(), Some(SequenceKind::Dna)), expected, "{input:?}");
    }
    t(">a\nACGTUNRYSWKMBDHV", "a:ACGTUNRYSWKMBDHV");
    t(">a\nACgtun", "a:ACgtun");
    t(">a\nAC-G.T 12", "a:ACGT 2?gaps 2?digits");
    t(">a\nAC<mask>GT", "a:AC<mask>GT");
    t(">a\nAC\nGE\n>b\nACG", "b:ACG 3!not_nucleotide");
    t(">a\nACGT*", "2!not_nucleotide");
    t(">a\nACGX", "2!not_nucleotide");
    t(">a\nAE\n{", "2!not_nucleotide");
    t(">a\nA\n{E", "3!bad_byte");
}

#[test]
fn one_bad_record_never_costs_the_file() {
    fn t(bad: &[u8], expected: &str) {
        let file = [&b">good\nMKV\n>bad\nMKL\nMK"[..], bad, b"\n>fine\nMKP\n"].concat();
        assert_eq!(summary(&file, None), format!("good:MKV fine:MKP {expected}"), "{}", bad.escape_ascii());
    }
    t(b"{", "5!bad_byte");
    t(b"\0", "5!bad_byte");
    t(b"\xff", "5!bad_byte");
    t("é".as_bytes(), "5!bad_byte");
    t(b"\x1b[0m", "5!bad_byte");
    t(b"<foo>", "5!bad_byte");
    t(b"<MASK>", "5!bad_byte");
    t(b"<mask", "5!bad_byte");
    t(b"<ma\nsk>", "5!bad_byte");
    t(b"<mask\n>x\n", "5!bad_byte 6!empty_record");
    t(b"mask>", "5!header_in_line");
    t(b">next b\nMKV", "5!header_in_line");
    t(b"\n\n{\n", "7!bad_byte");
    t(b"{\n\0\nkv*-1", "5!bad_byte"); // one refusal, no warnings
}

#[test]
fn messages_show_the_byte() {
    fn t(line: &[u8], expected: &str) {
        let parsed = read(&[b">a\n", line].concat());
        assert!(parsed.refusals[0].message.starts_with(expected), "{}", parsed.refusals[0].message);
        assert_eq!(parsed.refusals[0].at.record.as_deref(), Some("a"));
    }
    t(b"M{", "`{` cannot");
    t(b"M\0", "`\\x00` cannot");
    t(b"M\xff", "`\\xff` cannot");
    t(b"M<", "`<` cannot");
}

#[test]
fn whole_files_that_are_refused() {
    fn t(input: &[u8], expected: &str) {
        assert_eq!(summary(input, None), expected, "{}", input.escape_ascii());
    }
    t(b"", "sequences.empty_file");
    t(b" \r\n\t", "sequences.empty_file");
    t(b"\xef\xbb\xbf", "sequences.empty_file");
    t(b"; only a comment\n", "fasta.no_header");
    t(b"MKV\n", "1 fasta.no_header");
    t(b"\n\n  MKV\n>a\nMKV\n", "3 fasta.no_header");
    t(b"<mask>", "1 fasta.no_header");
    t(b"\x1f", "1 fasta.no_header");
    t(b"\x1f\x8b", "gzip.truncated");
    t(b"LOCUS  A\n", "fasta.genbank");
    let late = [&b" ".repeat(2 * parser::HEAD_BYTES)[..], b"\nMKV"].concat();
    t(&late, "2 fasta.no_header");
}

#[test]
fn kind_is_detected_and_overridden() {
    let dna = b">a\nACGTACGTac\n";
    fn t(bytes: &[u8], kind: Option<SequenceKind>, expected: (SequenceKind, SequenceKind, &str)) {
        let parsed = read_fasta(bytes, options(kind)).unwrap();
        assert_eq!((parsed.detected, parsed.kind, parsed.records[0].letters.as_str()), expected);
    }
    t(dna, None, (SequenceKind::Dna, SequenceKind::Dna, "ACGTACGTac"));
    t(dna, Some(SequenceKind::Protein), (SequenceKind::Dna, SequenceKind::Protein, "ACGTACGTAC"));
    t(b">a\nMKV", None, (SequenceKind::Protein, SequenceKind::Protein, "MKV"));
    t(b">a\nMKV", Some(SequenceKind::Protein), (SequenceKind::Protein, SequenceKind::Protein, "MKV"));
    let parsed = read_fasta(b">a\nMEV\n", options(Some(SequenceKind::Dna))).unwrap();
    assert_eq!(
        (parsed.detected, parsed.kind, parsed.refused()),
        (SequenceKind::Protein, SequenceKind::Dna, 1)
    );
}

#[test]
fn lines_bytes_and_residues_are_counted() {
    fn t(input: &str, lines: u64, residues: u64) {
        let parsed = read(input.as_bytes());
        assert_eq!((parsed.lines, parsed.residues()), (lines, residues), "{input:?}");
        assert_eq!(parsed.bytes, input.len() as u64);
    }
    t(">a\nMKV", 2, 3);
    t(">a\nMKV\n", 2, 3);
    t(">a\r\nMKV\r\n\r\n", 3, 3);
    t(">a\rMKV\r\r", 3, 3);
    t(">a\nM<mask>\n>b\nMK", 4, 4);
}

#[test]
fn an_error_stays() {
    let mut reader = FastaReader::new(ReadOptions::default());
    reader.push(&b"MKV\n".repeat(parser::HEAD_BYTES)).unwrap_err();
    assert_eq!(reader.push(b">a\nMKV\n").unwrap_err().code(), "fasta.no_header");
    assert_eq!(reader.finish().unwrap_err().code(), "fasta.no_header");
}

#[test]
fn notices_are_capped_and_counted() {
    let parsed = read(">a\nmkv\n".repeat(NOTICES_PER_CODE + 5).as_bytes());
    let of = |code: &str| parsed.warnings.iter().filter(|warning| warning.code == code).count();
    assert_eq!((of("fasta.lower_case"), of("fasta.duplicate_id")), (NOTICES_PER_CODE, NOTICES_PER_CODE));
    assert_eq!(parsed.warnings_omitted, 5 + 4);
    let parsed = read(">a\n".repeat(NOTICES_PER_CODE + 5).as_bytes());
    assert_eq!((parsed.refusals.len(), parsed.refused()), (NOTICES_PER_CODE, NOTICES_PER_CODE as u64 + 5));
}

#[test]
fn caps_at_and_above() {
    fn t(bytes: &[u8], expected: Result<(usize, &str), &str>) {
        match (read_fasta(bytes, ReadOptions::default()), expected) {
            (Ok(parsed), Ok((records, refusal))) => {
                assert_eq!(parsed.records.len(), records);
                assert_eq!(parsed.refusals.first().map_or("", |notice| &notice.code), refusal);
            }
            (Err(error), Err(code)) => assert_eq!(error.code(), code),
            (Ok(parsed), Err(code)) => panic!("{} records, expected {code}", parsed.records.len()),
            (Err(error), Ok(_)) => panic!("{error}"),
        }
    }
    let line =
        |letters: &str, count: usize| [b">a\n", letters.repeat(count).as_bytes(), b"\n>b\nM\n"].concat();
    t(&line("K", LETTERS_PER_RECORD), Ok((2, "")));
    t(&line("K", LETTERS_PER_RECORD + 1), Ok((1, "fasta.record_too_long")));
    t(&line("-", LINE_BYTES - 1), Ok((1, "fasta.empty_record")));
    t(&line("-", LINE_BYTES + 1), Ok((1, "fasta.line_too_long")));
    t(">a\nM\n".repeat(RECORDS).as_bytes(), Ok((RECORDS, "")));
    t(">a\nM\n".repeat(RECORDS + 1).as_bytes(), Err("fasta.too_many_records"));
}
