//! The GenBank reader and what is made of its records, on any bytes: no panic, and no dependence on
//! the cuts.
//!
//! The first byte is the size of the pieces, the rest is the file. Good seeds are the specimens in
//! `tests/corpus/genbank`.

#![no_main]

use crossgrain_core::grain::clusters;
use crossgrain_core::seq::{GenbankReader, read_genbank};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((size, file)) = data.split_first() else { return };
    let whole = read_genbank(file, None);
    let mut reader = GenbankReader::new(None);
    let pieces = file.chunks(usize::from(*size) + 1).try_for_each(|piece| reader.push(piece));
    assert_eq!(whole, pieces.and_then(|()| reader.finish()));
    for record in whole.iter().flat_map(|parsed| &parsed.records) {
        for cluster in clusters(record, None).clusters {
            _ = (cluster.sentence(None), cluster.proteins(), cluster.cds(), cluster.slices());
        }
    }
});
