//! Every question on small tables, and as JSON and arguments.

#[cfg(feature = "cli")]
mod arguments;
mod cka;
mod double;
mod map;
mod probe;
mod requests;
