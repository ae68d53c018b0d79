//! One file, several granularities: from a coding sequence to its protein, from a gene cluster to its
//! domains, proteins, domain slices and coding sequences.
//!
//! Every [`GrainRow`] knows where it comes from ([`Origin`]), so that embeddings of the same thing made by
//! different models can be joined (see [`crate::join`]).
//!
//! | from | a nucleotide model gets | a protein model gets | a domain model gets |
//! |---|---|---|---|
//! | coding sequences | [`Coding::cds`] | [`Coding::proteins`] | – |
//! | a GenBank [`Cluster`] | [`Cluster::cds`] | [`Cluster::proteins`], [`Cluster::slices`] | [`Cluster::sentence`] |

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod annotation;
mod cluster;
mod gene;
mod header;
mod in_frame;
mod recoded;
mod records;
mod row;
mod table_of_file;
mod track;
mod translate;

pub use annotation::Annotation;
pub use cluster::{Cluster, Clusters, Domain, clusters, clusters_of_file};
pub use gene::Gene;
pub use in_frame::{InFrame, in_frame, letters_in_frame};
pub use recoded::Recoded;
pub use records::{Coding, coding};
pub use row::{Grain, GrainRow, Origin};
pub(crate) use table_of_file::table_of_file;
pub use translate::{Reading, Translated, translate, translate_gene};
