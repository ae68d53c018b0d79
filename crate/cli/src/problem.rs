//! Errors, refusals and warnings on stderr, one line each and a hint.

use crossgrain_core::error::{Coded, Notice, Where};

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

/// A file that cannot be read or written.
pub fn file(code: &str, path: &std::path::Path, error: &std::io::Error) -> Notice {
    Notice {
        code: code.into(),
        message: error.to_string(),
        at: Where { file: Some(path.display().to_string()), ..Where::default() },
        hint: "check the path and its permissions".into(),
    }
}

/// A wrong option.
pub fn option(code: &str, message: String, hint: &str) -> Notice {
    Notice { code: code.into(), message, at: Where::default(), hint: hint.into() }
}

/// Any coded error as a notice.
pub fn of(error: impl Coded) -> Notice {
    error.notice()
}
