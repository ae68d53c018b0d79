//! The text of a file of domains: not too large, not empty, without a byte-order mark.

use super::{SeqError, SeqProblem};
use crate::limits::DOMAIN_LIST_BYTES;
use std::borrow::Cow;

/// The text of a list or table of domains; bytes that are not UTF-8 become replacement characters.
///
/// # Errors
///
/// `domains.too_big`, `sequences.empty_file`.
pub(super) fn domain_text(bytes: &[u8]) -> Result<Cow<'_, str>, SeqError> {
    if bytes.len() > DOMAIN_LIST_BYTES {
        return Err(SeqError::new(SeqProblem::DomainsTooBig));
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    if text.trim().is_empty() { Err(SeqError::new(SeqProblem::Empty)) } else { Ok(text) }
}
