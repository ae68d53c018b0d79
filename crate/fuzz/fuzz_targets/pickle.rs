//! PyTorch checkpoints on any bytes: no panic, and every tensor that is listed can be read or is
//! refused.
//!
//! The bytes are tried as a whole archive, and as the pickle of a good archive with one storage of
//! eight bytes, so that the fuzzer need not find check sums. Good seeds for the first are small
//! `.pt` files, for the second their `data.pkl`.

#![no_main]

use crossgrain_core::weights::{Pytorch, SliceBytes, TensorSource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    open(data);
    open(&archive(&[("a/data.pkl", data), ("a/data/0", &[0; 8])]));
});

fn open(bytes: &[u8]) {
    if let Ok(source) = Pytorch::open(SliceBytes(bytes), "fuzz.pt") {
        let mut numbers = Vec::new();
        for name in source.names() {
            _ = source.read_f32(name, &mut numbers);
        }
    }
}

/// A zip archive of stored files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let at = bytes.len() as u32;
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let sizes = [crc.sum(), data.len() as u32, data.len() as u32].map(u32::to_le_bytes).concat();
        let length = (name.len() as u16).to_le_bytes();
        bytes.extend([b"PK\x03\x04", &[0; 10][..], &sizes, &length, &[0; 2], name.as_bytes(), data].concat());
        directory.extend([b"PK\x01\x02", &[0; 12][..], &sizes, &length, &[0; 12], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let count = (files.len() as u16).to_le_bytes();
    let place = [directory.len() as u32, bytes.len() as u32].map(u32::to_le_bytes).concat();
    bytes.extend(directory);
    bytes.extend([b"PK\x05\x06", &[0; 4][..], &count, &count, &place, &[0; 2]].concat());
    bytes
}
