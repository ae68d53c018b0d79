//! Every question on small tables, and as JSON and arguments.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

#[cfg(feature = "cli")]
mod arguments;
mod cka;
mod clusters;
mod double;
mod export;
mod map;
mod probe;
mod records;
mod requests;
mod silhouette;
mod within;
mod words;
