//! Codons: from a coding sequence to its protein, its usage, and other sequences of one protein.
//!
//! | module | what it does |
//! |---|---|
//! | [`Code`] | a translation table of the NCBI |
//! | [`Cds`] | a checked coding sequence |
//! | [`Usage`] | counts, frequencies, GC, GC3 and RSCU, of a sequence or a species |
//! | [`Sampling`] | the same protein from permuted or uniform codons |
//! | [`mutants`] | every single-codon change and what it does to the protein |
//! | [`back_translate`] | the likeliest coding sequence of a protein |
//! | [`oddities`] | letters that make no codon, broken frames and internal stops |
//! | [`usage_by_group`], [`sample_sequences`] | usage and samples of many sequences |

mod back;
mod cds;
mod code;
mod error;
mod many;
mod mutant;
mod oddities;
mod sampling;
mod tables;
mod usage;

pub use back::{UsageTable, back_translate};
pub use cds::Cds;
pub use code::{Code, Codon};
pub use error::CodonError;
pub use many::{GroupUsage, NO_GROUP, Named, Refused, Sampled, sample_sequences, usage_by_group};
pub use mutant::{Consequence, Mutant, mutants};
pub use oddities::{internal_stops, oddities};
pub use sampling::{Sampling, sample};
pub use usage::{Usage, rscu};
