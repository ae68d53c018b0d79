//! What holds for every input: no panic, no dependence on how it was cut, nothing lost or invented.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::seq::{Record, read_labels};

/// Pieces that files are made of, and that break them.
const WORDS: [&[u8]; 40] = [
    b">",
    b">a",
    b">a b=c",
    b">a\n",
    b"> \n",
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\n>",
    b"\n>b\n",
    b"MKTAYIAKQR",
    b"ACGTACGTACGTACGT",
    b"acgu",
    b"N",
    b"*",
    b"-",
    b".",
    b" ",
    b"\t",
    b"12",
    b"<mask>",
    b"<ma",
    b"sk>",
    b"<",
    b"\0",
    b"\xff",
    b"\x01",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b";",
    b"; x\n",
    b"{",
    b"@r\nA\n+\nI\n",
    b"LOCUS  ",
    b"<html>",
    b">P1;a\n",
    b"a,b\n",
    b"a\tb\n",
    b"\"",
];

/// Beginnings that are FASTA, or nearly.
const STARTS: [&[u8]; 4] = [b">a\n", b"", b"\n ", b"\xef\xbb\xbf>"];

/// Bytes that often get past the first check.
///
/// Half of them begin with more than the reader looks at before it decides, so that cuts fall into
/// the part that streams.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        9 => select(&WORDS[..]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..4),
    ];
    let lead = prop_oneof![
        3 => Just(Vec::new()),
        1 => Just(vec![b'\n'; parser::HEAD_BYTES]),
        1 => Just([b">dna\n", &b"ACGT".repeat(parser::HEAD_BYTES / 4)[..]].concat()),
        1 => Just([b">protein\n", &b"MKV\n".repeat(parser::HEAD_BYTES / 4)[..]].concat()),
    ];
    let parts = (lead, select(&STARTS[..]), vec(word, 0..60));
    parts.prop_map(|(lead, start, words)| [lead, start.to_vec(), words.concat()].concat())
}

fn kinds() -> impl Strategy<Value = Option<SequenceKind>> {
    select(&[None, Some(SequenceKind::Protein), Some(SequenceKind::Dna)][..])
}

fn in_pieces(mut bytes: &[u8], sizes: &[usize], options: ReadOptions) -> Result<Parsed, SeqError> {
    let mut reader = FastaReader::new(options);
    for size in sizes.iter().cycle() {
        let (piece, rest) = bytes.split_at((*size).min(bytes.len()));
        reader.push(piece)?;
        bytes = rest;
        if bytes.is_empty() {
            break;
        }
    }
    reader.finish()
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The records as a FASTA file, after a first record that keeps them from looking like anything else.
fn write(records: &[Record], width: usize, end: &str) -> String {
    let mut file = format!(">first{end}M{end}");
    for record in records {
        file += &format!(">{} {}{end}", record.id, record.description);
        let mut letters = record.letters.as_str();
        while !letters.is_empty() {
            // Lines are not cut inside a mask.
            let word = if letters.starts_with('<') {
                6
            } else {
                letters.find('<').unwrap_or(letters.len()).min(width)
            };
            let (line, rest) = letters.split_at(word);
            file += &format!("{line}{end}");
            letters = rest;
        }
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_never_change_the_result(bytes in bytes(), sizes in vec(1_usize..9, 1..6), kind in kinds()) {
        let options = ReadOptions { file: None, kind };
        prop_assert_eq!(in_pieces(&bytes, &sizes, options.clone()), read_fasta(&bytes, options));
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..600), sizes in vec(1_usize..40, 1..6)) {
        prop_assert_eq!(
            in_pieces(&bytes, &sizes, ReadOptions::default()),
            read_fasta(&bytes, ReadOptions::default())
        );
        _ = read_labels(&bytes, None);
    }

    #[test]
    fn packing_never_changes_the_result(first in bytes(), second in bytes(), sizes in vec(1_usize..99, 1..6)) {
        // gzip inside gzip has an error of its own.
        prop_assume!(!first.starts_with(b"\x1f\x8b"));
        let plain = read_fasta(&[first.clone(), second.clone()].concat(), ReadOptions::default());
        let packed = [pack(&first), pack(&second)].concat();
        let expected = plain.map(|parsed| Parsed { gzip: true, bytes: packed.len() as u64, ..parsed });
        prop_assert_eq!(in_pieces(&packed, &sizes, ReadOptions::default()), expected);
    }

    #[test]
    fn damaged_gzip_ends_the_same_however_cut(
        bytes in bytes(),
        sizes in vec(1_usize..99, 1..6),
        faults in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut packed = pack(&bytes);
        for (place, byte) in faults {
            let place = place.index(packed.len());
            packed[place] = byte;
        }
        packed.truncate(keep.index(2 * packed.len())); // cut in half of the cases
        prop_assert_eq!(
            in_pieces(&packed, &sizes, ReadOptions::default()),
            read_fasta(&packed, ReadOptions::default())
        );
    }

    #[test]
    fn every_record_is_read_or_refused(bytes in bytes(), kind in kinds()) {
        if let Ok(parsed) = read_fasta(&bytes, ReadOptions { file: None, kind }) {
            let lines = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).split(|byte| b"\n\r".contains(byte));
            let blank = |byte: &u8| b" \t\x0b\x0c".contains(byte);
            let headers = lines.filter(|line| line.iter().find(|byte| !blank(byte)) == Some(&b'>')).count();
            prop_assert_eq!(parsed.records.len() + parsed.refused() as usize, headers);
            for record in &parsed.records {
                prop_assert!(record.residues() > 0 && !record.id.is_empty());
                let plain = record.letters.replace("<mask>", "");
                let fits = |byte: u8| match parsed.kind {
                    SequenceKind::Domains => false,
                    SequenceKind::Protein => byte.is_ascii_uppercase(),
                    SequenceKind::Dna => b"ACGTUNRYSWKMBDHV".contains(&byte.to_ascii_uppercase()),
                };
                prop_assert!(plain.bytes().all(fits), "{}", record.letters);
            }
        }
    }

    #[test]
    fn what_was_read_reads_again(bytes in bytes(), kind in kinds(), width in 1_usize..80) {
        if let Ok(parsed) = read_fasta(&bytes, ReadOptions { file: None, kind }) {
            let file = write(&parsed.records, width, "\n");
            let options = ReadOptions { file: None, kind: Some(parsed.kind) };
            let again = read_fasta(file.as_bytes(), options).unwrap();
            prop_assert_eq!(again.refusals, vec![]);
            prop_assert_eq!(again.records.len(), parsed.records.len() + 1);
            for (a, b) in parsed.records.iter().zip(&again.records[1..]) {
                prop_assert_eq!((&a.id, &a.description, &a.letters), (&b.id, &b.description, &b.letters));
            }
        }
    }
}

proptest! {
    // About 100 000 records in all.
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn good_records_come_back_unchanged(
        names in vec((0_u32..1_000_000, vec(0_u8..26, 1..90)), 1..400),
        width in 1_usize..80,
        end in select(&["\n", "\r\n", "\r"][..]),
    ) {
        let records: Vec<Record> = names
            .into_iter()
            .enumerate()
            .map(|(number, (name, letters))| Record {
                id: format!("p{number}|{name}"),
                description: format!("a protein={name}"),
                letters: letters.into_iter().map(|letter| char::from(b'A' + letter)).collect(),
                line: 0,
            })
            .collect();
        let options = ReadOptions { file: None, kind: Some(SequenceKind::Protein) };
        let parsed = read_fasta(write(&records, width, end).as_bytes(), options).unwrap();
        prop_assert_eq!((parsed.warnings.len(), parsed.refused()), (0, 0));
        prop_assert_eq!(parsed.records.len(), records.len() + 1);
        for (a, b) in records.iter().zip(&parsed.records[1..]) {
            prop_assert_eq!((&a.id, &a.description, &a.letters), (&b.id, &b.description, &b.letters));
        }
    }
}
