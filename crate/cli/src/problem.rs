//! Errors, refusals and warnings on stderr, one line each and a hint.

use crossgrain_core::error::{Coded, Notice, Where};
use std::io::Error;
use std::path::Path;

/// What ends the command.
pub struct Failure(Box<Notice>);

impl Failure {
    /// A file that cannot be read or written.
    pub fn file(code: &str, path: &Path, error: &Error) -> Self {
        Self(Box::new(Notice {
            code: code.into(),
            message: error.to_string(),
            at: Where { file: Some(path.display().to_string()), ..Where::default() },
            hint: "check the path and its permissions".into(),
        }))
    }

    /// Arguments that cannot be used.
    pub fn arguments(code: &str, message: String, hint: &str) -> Self {
        Self(Box::new(Notice { code: code.into(), message, at: Where::default(), hint: hint.into() }))
    }

    /// A file with something wrong inside.
    pub fn in_file(code: &str, file: &str, message: String, hint: &str) -> Self {
        let at = Where { file: Some(file.into()), ..Where::default() };
        Self(Box::new(Notice { code: code.into(), message, at, hint: hint.into() }))
    }

    /// Says it on stderr.
    pub fn print(&self) {
        print("error", &self.0);
    }
}

impl<E: Coded> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error.notice()))
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
