//! `www/src/protocol/index.ts` says what the structs of this package say.
//!
//! `npm run protocol` writes it: this test with `CROSSGRAIN_WRITE_PROTOCOL` set.
#![cfg(feature = "typescript")]

use std::path::PathBuf;

#[test]
fn the_types_of_typescript_are_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../www/src/protocol/index.ts");
    let text = crossgrain_api::typescript::protocol().expect("every smallest request can be read");
    if std::env::var_os("CROSSGRAIN_WRITE_PROTOCOL").is_some() {
        std::fs::write(&path, &text).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "www/src/protocol/index.ts is stale: run `npm run protocol` and commit it");
}
