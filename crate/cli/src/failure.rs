//! Errors, refusals and warnings on stderr, one line each and a hint.

use crossgrain_api::Refusal;
use crossgrain_core::error::{Coded, Notice, Where};
use std::io::Error;
use std::path::Path;

/// What ends the command.
pub struct Failure(Refusal);

impl Failure {
    /// A file that cannot be read or written.
    pub fn file(code: &str, path: &Path, error: &Error) -> Self {
        let hint = "check the path and its permissions";
        Self(Refusal::in_file(code, &path.display().to_string(), error.to_string(), hint))
    }

    /// Arguments that cannot be used.
    pub fn arguments(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self(Refusal::new(code, message, hint))
    }

    /// Says it on stderr.
    pub fn print(&self) {
        print("error", &self.0.0);
    }
}

impl From<Failure> for Refusal {
    fn from(Failure(refusal): Failure) -> Self {
        refusal
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl<E: Coded> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// `error [code] file, line 3, record x: what happened` and the hint below.
pub fn print(kind: &str, notice: &Notice) {
    let Where { file, line, record } = &notice.at;
    let place = [
        file.clone(),
        line.map(|line| format!("line {line}")),
        record.as_ref().map(|record| format!("record {record}")),
    ];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let place = if place.is_empty() { place } else { format!(" {place}:") };
    eprintln!("{kind} [{}]{place} {}", notice.code, notice.message);
    if !notice.hint.is_empty() {
        eprintln!("  hint: {}", notice.hint);
    }
}
