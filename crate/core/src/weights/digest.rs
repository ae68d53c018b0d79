//! SHA-256 of a checkpoint: what the methods of a paper can quote.

use super::{ByteSource, WeightsError, WeightsProblem};
use crate::progress::{Progress, Stage};
use sha2::{Digest, Sha256};

/// Bytes hashed between two reports of progress.
const PIECE: u64 = 1 << 20;

/// The SHA-256 of all bytes in lower-case hexadecimal, read in pieces of 1 MiB.
///
/// `progress` counts bytes in [`Stage::Hashing`], after each piece.
///
/// ```
/// use crossgrain_core::{progress::Silent, weights::sha256};
///
/// let digest = sha256(&b"abc".to_vec(), &mut Silent)?;
/// assert!(digest.starts_with("ba7816bf"));
/// # Ok::<(), crossgrain_core::weights::WeightsError>(())
/// ```
///
/// # Errors
///
/// `weights.read` if the bytes cannot be read, `weights.cancelled` if `progress` breaks.
pub fn sha256(bytes: &dyn ByteSource, progress: &mut dyn Progress) -> Result<String, WeightsError> {
    progress.begin(Stage::Hashing);
    let total = bytes.len();
    let mut hash = Sha256::new();
    let mut piece = Vec::new();
    let mut done = 0;
    while done < total {
        let size = (total - done).min(PIECE);
        piece.resize(usize::try_from(size).unwrap_or_default(), 0);
        bytes.read_at(done, &mut piece)?;
        hash.update(&piece);
        done += size;
        if progress.report(done, total).is_break() {
            return Err(WeightsProblem::Cancelled.into());
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use std::ops::ControlFlow;

    #[test]
    fn known_digests() {
        fn t(bytes: &[u8], expected: &str, expected_pieces: &[u64]) {
            let mut pieces = Vec::new();
            let mut progress = |done, _| {
                pieces.push(done);
                ControlFlow::Continue(())
            };
            let found = sha256(&bytes.to_vec(), &mut progress).unwrap();
            assert_eq!((found.as_str(), pieces.as_slice()), (expected, expected_pieces));
        }
        t(b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", &[]);
        t(b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &[3]);
        t(
            &vec![b'a'; (1 << 20) + 1],
            "4a3f0c0c213adea174f9a3d4c13177315b588bdb2e9c1012d3d0bf0453ca0f6a",
            &[1 << 20, (1 << 20) + 1],
        );
    }

    #[test]
    fn a_watcher_can_cancel() {
        let mut pieces = 0;
        let mut progress = |_, _| {
            pieces += 1;
            ControlFlow::Break(())
        };
        let error = sha256(&vec![0; 3 << 20], &mut progress).unwrap_err();
        assert_eq!((error.code(), pieces), ("weights.cancelled", 1));
    }
}
