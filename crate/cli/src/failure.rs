//! Errors, refusals and warnings on stderr, one line each and a hint.

use crate::console::say;
use crossgrain_core::error::{Notice, Where};

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
    say(&format!("{kind} [{}]{place} {}", notice.code, notice.message));
    if !notice.hint.is_empty() {
        say(&format!("  hint: {}", notice.hint));
    }
}
