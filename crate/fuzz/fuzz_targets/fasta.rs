//! The FASTA reader and the label reader on any bytes: no panic, and no dependence on the cuts.
//!
//! The first byte chooses the kind and the size of the pieces, the rest is the file. Good seeds are
//! the specimens in `tests/corpus/fasta`.

#![no_main]

use crossgrain_core::seq::{FastaReader, SequenceKind, Parsed, ReadOptions, SeqError, read_fasta, read_labels};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, file)) = data.split_first() else { return };
    let kind = [None, Some(SequenceKind::Protein), Some(SequenceKind::Dna), None][usize::from(choice & 3)];
    let options = ReadOptions { file: None, kind };
    let whole = read_fasta(file, options.clone());
    let pieces = in_pieces(file, usize::from(choice >> 2) + 1, options);
    assert_eq!(whole, pieces);
    if let Ok(parsed) = whole {
        assert!(parsed.records.iter().all(|record| record.residues() > 0));
    }
    _ = read_labels(file, None);
});

fn in_pieces(file: &[u8], size: usize, options: ReadOptions) -> Result<Parsed, SeqError> {
    let mut reader = FastaReader::new(options);
    file.chunks(size).try_for_each(|piece| reader.push(piece))?;
    reader.finish()
}
