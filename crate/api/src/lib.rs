//! Everything that can be asked of the engine: one request and one response each.
//!
//! A request is plain data. The page, the browser module and the command line send the same one and get the same
//! response: fields, defaults, ranges and units are declared here and nowhere else. From these structs are made
//!
//! - the JSON that the module and `crossgrain … --json` speak (serde, unknown fields refused),
//! - the arguments and help texts of the command line (clap, feature `cli`),
//! - the types of TypeScript (ts-rs, feature `typescript`; `www/src/protocol`).
//!
//! | module | what it holds |
//! |---|---|
//! | [`methods`] | the list of all questions; [`Request`], [`Response`] and [`ask`] are made from it |
//! | [`analyses`] | one file per question: what is asked, what is answered, and how |
//! | [`session`] | requests to a session and its reports: device, model, sequences, embeddings, files |
//! | [`sources`] | tables, label columns and sequences by name: whoever holds them implements [`Sources`] |
//! | [`mod@parse`] | requests as JSON |
//! | [`mod@array`] | numbers of an answer that never pass through JSON |
//! | [`blocks`] | rows that a test exchanges and draws together |
//! | [`defaults`] | every default in one table |

pub mod analyses;
pub mod array;
pub mod blocks;
pub mod context;
pub mod defaults;
mod given_records;
pub mod methods;
pub mod parse;
pub mod refusal;
pub mod sequence_record;
pub mod session;
pub mod sources;
#[cfg(feature = "typescript")]
pub mod typescript;

pub use array::{Answer, AnswerMatrix, Array, Numbers};
pub use context::Context;
pub use given_records::given_records;
pub use methods::{Method, Request, Response, ask};
pub use parse::parse;
pub use refusal::Refusal;
pub use sequence_record::SequenceRecord;
pub use sources::{Column, NumberColumn, Rows, SequenceSource, Sequences, Sources, TableRef};
