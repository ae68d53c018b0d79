//! Tables as text: lines of cells, however they are packed, encoded and separated.
//!
//! ```text
//! bytes ─► gunzip ─► UTF-16 → UTF-8 ─► line ends ─► dialect of the head ─► rows of cells
//!          (if gzip)   (if so encoded)   (\n only)    (separator, quotes, first row)
//! ```
//!
//! One reader serves tables of labels (`seq::labels`) and of vectors (`table`). Nothing is read whole here:
//! [`Rows`] streams, and only the head of the file decides its [`Dialect`]. What a table means (header, ids,
//! missing words, numbers) is a question of [`header`], [`missing`] and [`number`].

// Parsers of untrusted bytes: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod blanks;
mod cell;
mod dialect;
mod header;
mod line_ends;
mod missing;
mod number;
mod rows;
mod source;
mod transform;
mod unreadable;
mod utf16;

pub(crate) use cell::text_of;
pub(crate) use dialect::{Dialect, Separator};
pub(crate) use header::{has_header, is_id_head, is_index_head, shape};
pub(crate) use missing::is_missing;
pub(crate) use number::{decimal_comma, finite};
pub(crate) use rows::Rows;
pub(crate) use source::unpacked;
pub(crate) use unreadable::Unreadable;
