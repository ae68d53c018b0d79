//! PyTorch checkpoints made to do harm: each is refused with its own code, within 64 MiB above the
//! memory in use before, and without a panic. One test, one file after the other, so that the peak
//! belongs to the file it is blamed on.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

mod archive;
mod archives;
mod pickle;
mod pickles;
mod shards;
#[path = "../specimens/mod.rs"]
mod specimens;
mod tensors;

use crossgrain_core::error::Coded;
use crossgrain_core::weights::{Pytorch, SliceBytes, TensorSource, WeightsError};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Counts every allocation of this process.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time: they share the count.
static TURN: Mutex<()> = Mutex::new(());

/// Peak memory that a refusal may cost, above what was in use before.
const PEAK_BYTES: usize = 64 << 20;

/// A name, a file, the code of its refusal.
type Case = (String, Vec<u8>, &'static str);

fn case(what: &str, bytes: Vec<u8>, code: &'static str) -> Case {
    (what.to_owned(), bytes, code)
}

/// Opens a file and reads every tensor: the code of the first refusal, or `accepted`.
fn result_code(bytes: &[u8]) -> &'static str {
    let read = || -> Result<(), WeightsError> {
        let source = Pytorch::open(SliceBytes(bytes), "model.bin")?;
        let mut numbers = Vec::new();
        source.names().iter().try_for_each(|name| source.read_f32(name, &mut numbers))
    };
    match read() {
        Ok(()) => "accepted",
        Err(error) => {
            assert_eq!(error.at().file.as_deref(), Some("model.bin"), "{error}");
            assert!(!error.hint().is_empty() && !error.to_string().contains('\n'), "{error}");
            assert!(error.to_string().len() < 1000, "{error}");
            error.code()
        }
    }
}

#[test]
fn every_hostile_checkpoint_is_refused() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let makers: [fn() -> Vec<Case>; 3] = [archives::cases, pickles::cases, tensors::cases];
    let (mut files, mut highest) = (0, (0, String::new()));
    for (what, bytes, code) in makers.into_iter().flat_map(|make| make()) {
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let found = result_code(&bytes);
        let peak = MEMORY.peak_usage().saturating_sub(before);
        assert_eq!(found, code, "{what}");
        assert!(peak <= PEAK_BYTES, "{what}: {} MiB", peak >> 20);
        files += usize::from(code != "accepted");
        specimens::keep("pytorch", &what, &[("pytorch_model.bin", &bytes)]);
        highest = highest.max((peak, what));
    }
    files += shards::check();
    println!(
        "{files} hostile checkpoints refused; highest peak {:.1} MiB ({})",
        highest.0 as f64 / f64::from(1 << 20),
        highest.1
    );
    assert!(files >= 40);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let whole = archive::checkpoint(&pickle::good(), &[("0", &[0; 8])]);
    assert_eq!(result_code(&whole), "accepted");
    for length in 0..whole.len() {
        assert_ne!(result_code(whole.get(..length).unwrap()), "accepted", "{length} bytes");
    }
}

#[test]
fn a_file_with_any_byte_changed_does_no_harm() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let whole = archive::checkpoint(&pickle::good(), &[("0", &[0; 8])]);
    for at in 0..whole.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            *changed.get_mut(at).unwrap() = value;
            _ = result_code(&changed);
        }
    }
}

/// Instructions and their arguments, whole and cut.
fn instructions() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<Vec<u8>> = vec![
        b"}".to_vec(),
        b"]".to_vec(),
        b")".to_vec(),
        b"(".to_vec(),
        b"N".to_vec(),
        b"K\x02".to_vec(),
        b"J\xff\xff\xff\xff".to_vec(),
        b"X\x01\0\0\0a".to_vec(),
        b"X\x01\0\0\0b".to_vec(),
        b"\x8a\x01\xff".to_vec(),
        b"a".to_vec(),
        b"e".to_vec(),
        b"s".to_vec(),
        b"u".to_vec(),
        b"t".to_vec(),
        b"\x85".to_vec(),
        b"\x86".to_vec(),
        b"\x87".to_vec(),
        b"R".to_vec(),
        b"\x81".to_vec(),
        b"b".to_vec(),
        b"0".to_vec(),
        b"1".to_vec(),
        b"2".to_vec(),
        b"q\0".to_vec(),
        b"q\x01".to_vec(),
        b"h\0".to_vec(),
        b"h\x01".to_vec(),
        b"\x94".to_vec(),
        b"ccollections\nOrderedDict\n".to_vec(),
        b"cargparse\nNamespace\n".to_vec(),
        b"ctorch._utils\n_rebuild_parameter\n".to_vec(),
        pickle::Pickle(Vec::new()).storage("FloatStorage", "0", 2).0,
        pickle::Pickle(Vec::new()).tensor(|p| p.storage("FloatStorage", "0", 2), 0, &[2], &[1]).0,
        pickle::Pickle(Vec::new()).tensor(|p| p.storage("FloatStorage", "0", 2), 1, &[1, 1], &[0, -3]).0,
        b".".to_vec(),
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn any_sequence_of_instructions_does_no_harm(instructions in instructions(), end in any::<bool>()) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pickle = [&[0x80, 2][..], &instructions].concat();
        if end {
            pickle.extend(b"0.");
        }
        _ = result_code(&archive::checkpoint(&pickle, &[("0", &[0; 8])]));
        _ = result_code(&archive::checkpoint(&pickle::beside(|p| p.op(&instructions)), &[("0", &[0; 8])]));
    }
}
