//! What a command says: answers on standard output, which must arrive, and messages on standard error, which may be closed.

use crate::file_failure::file_failure;
use crossgrain_api::Refusal;
use std::io::{ErrorKind, Write, stderr, stdout};

/// Writes a line to standard error. A run goes on if nobody reads it.
pub fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Writes a text to standard output.
///
/// # Errors
/// `output.unwritable`. A closed pipe is none: `crossgrain … | head` is not a mistake.
pub fn answer(text: &str) -> Result<(), Refusal> {
    let mut out = stdout().lock();
    // What is left in the buffer would be written at the end of the program, where nobody sees an error.
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(file_failure("output.unwritable", "standard output".as_ref(), &error))
        }
        _ => Ok(()),
    }
}
