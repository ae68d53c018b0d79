//! The check sum of a header, which stands in the header itself.
//!
//! It is the SHA-256 of the header's bytes with its own 64 digits as zeros. The header holds the
//! check sums of all tensors, so no byte of the file can change unnoticed.

use super::super::QuantizedProblem;
use super::manifest::SEAL;
use sha2::{Digest, Sha256};

/// Digits of a SHA-256.
pub(super) const DIGITS: usize = 64;

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Fills in the check sum of a header, whose own digits are still zeros.
pub(super) fn seal(json: &mut [u8]) -> Result<(), QuantizedProblem> {
    let sum = digest(json);
    let place = place(json)?;
    json.get_mut(place).ok_or(QuantizedProblem::HeaderDamaged)?.copy_from_slice(sum.as_bytes());
    Ok(())
}

/// Compares a header with its check sum.
pub(super) fn check(json: &mut [u8]) -> Result<(), QuantizedProblem> {
    let place = place(json)?;
    let own = json.get_mut(place).ok_or(QuantizedProblem::HeaderDamaged)?;
    let claimed = own.to_vec();
    own.fill(b'0');
    if digest(json).as_bytes() == claimed { Ok(()) } else { Err(QuantizedProblem::HeaderDamaged) }
}

/// Where the digits lie. Quotes inside a text are escaped, so that no text can look like the key.
fn place(json: &[u8]) -> Result<std::ops::Range<usize>, QuantizedProblem> {
    let key = format!("\"{SEAL}\":\"");
    let start = memchr::memmem::find(json, key.as_bytes()).map(|at| at.saturating_add(key.len()));
    start
        .map(|start| start..start.saturating_add(DIGITS))
        .ok_or_else(|| QuantizedProblem::Metadata { reason: format!("{SEAL} is missing") })
}
