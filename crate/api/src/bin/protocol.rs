//! Writes the types of TypeScript to the file that the first argument names; with `--check` compares instead.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (check, path) = match arguments.as_slice() {
        [path] => (false, path),
        [flag, path] if flag == "--check" => (true, path),
        _ => {
            eprintln!("usage: protocol [--check] FILE");
            return ExitCode::FAILURE;
        }
    };
    let text = match crossgrain_api::typescript::protocol() {
        Ok(text) => text,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    if std::fs::read_to_string(path).is_ok_and(|written| written == text) {
        return ExitCode::SUCCESS;
    }
    if check {
        eprintln!("{path} does not say what crate/api says: run `npm run protocol` and commit it");
        return ExitCode::FAILURE;
    }
    match std::fs::write(path, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}
