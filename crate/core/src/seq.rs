//! File bytes → records, warnings and refusals.
//!
//! ```text
//! bytes ─► gunzip ─► format check ─► lines ─► raw letters per record ─► kind ─► records
//!  push    (if gzip)  (first 4 KiB)   └────── no copy of the file ────┘  └─── finish ──┘
//! ```
//!
//! What a letter means depends on the kind of file (`U` is selenocysteine or uracil, `*` a stop or
//! nonsense, `.` a gap or a stop), and the kind is known only when all letters were seen. So [`FastaReader::push`] keeps
//! each record's *raw* letters, with at most one pending diagnostic of each code per record, and
//! [`FastaReader::finish`] decides the kind, normalises in place and turns pending diagnostics into
//! warnings and refusals. Pushed pieces may be cut anywhere: the result never depends on the cuts.
//!
//! Memory: at most 3 × the unpacked file + 16 MiB + 256 bytes per record: the letters once, ids and
//! descriptions, a buffer that may hold twice the longest record, and the size of a record itself,
//! which only counts when records are shorter than a line. No line and no unpacked file is ever held
//! whole.
//!
//! | found | protein | DNA or RNA |
//! |---|---|---|
//! | lower case | upper-cased, warning | kept |
//! | `*` at the end / inside | dropped / `X`, warning | record refused |
//! | `.` in unaligned proteins | as `*` | – |
//! | gaps `-`, and `.` in an alignment; digits | removed, warning | removed, warning |
//! | blanks | removed | removed |
//! | other letters | kept | IUPAC kept, others refuse the record |
//! | `<mask>` | kept | kept |
//! | any other byte | record refused | record refused |
//!
//! The other readers, for gene clusters: [`GenbankReader`] (streaming as well), [`read_domains`],
//! [`read_domtblout`] and [`read_domain_table`] for lists and tables of domains, [`read_labels`] for
//! tables of labels.
//!
//! One bad record never costs the file; only what makes the whole file unreadable is a [`SeqError`].

// Parsers of untrusted bytes: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod alignment_signs;
mod close_ids;
mod diagnostic;
mod diagnostics;
mod domain_table;
mod domain_text;
mod domains;
mod domtblout;
mod error;
mod fasta;
mod fields;
mod foreign_table;
mod format;
mod genbank;
mod gzip;
mod input;
mod labels;
mod letter;
mod letter_counts;
mod parsed;
mod pfam;
mod record;
mod sequence_kind;
mod shuffled;
mod source;
mod stops;

pub use close_ids::{CloseId, CloseIds, match_close_ids};
pub(crate) use diagnostics::Diagnostics;
pub use domain_table::read_domain_table;
pub use domains::{DomainSentence, DomainsParsed, read_domains};
pub use domtblout::{DomainHit, DomtbloutOptions, DomtbloutParsed, read_domtblout};
pub use error::{SeqError, SeqProblem};
pub use fasta::{FastaReader, ReadOptions, read_fasta};
pub use foreign_table::ForeignTable;
pub use format::ForeignFormat;
pub use genbank::{
    Feature, GenbankParsed, GenbankReader, GenbankRecord, KEYS, Location, LocationPart, Partial, read_genbank,
};
pub use input::{INPUT_HEAD_BYTES, InputFormat};
pub use labels::{LabelIds, LabelLayout, LabelMatch, LabelTable, read_labels, read_labels_with};
pub use parsed::Parsed;
pub use record::Record;
pub use sequence_kind::SequenceKind;
pub use shuffled::shuffled;
pub(crate) use source::{Source, Text};
pub(crate) use stops::Stops;
