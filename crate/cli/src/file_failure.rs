//! What the system says of a file, as a refusal.

use crossgrain_api::Refusal;
use std::io::Error;
use std::path::Path;

/// A file that cannot be read or written.
pub fn file_failure(code: &str, path: &Path, error: &Error) -> Refusal {
    Refusal::in_file(
        code,
        &path.display().to_string(),
        error.to_string(),
        "check the path and its permissions",
    )
}
