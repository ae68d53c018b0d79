//! Weight files made in memory, most of them hostile: each is refused with its own code, quickly,
//! and before anything of the size it claims is allocated.
//!
//! All are checked against one small model (see [`make::expected`]); a table line names the file, makes
//! it and gives the code of its refusal.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

mod headers;
mod layouts;
mod make;
mod models;
mod other_files;
mod quantized;
mod sizes;
#[path = "../specimens/mod.rs"]
mod specimens;
