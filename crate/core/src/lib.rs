//! Sequences, tokens, weights, analyses and exports.
//!
//! This package reads untrusted bytes and does pure mathematics. It has no `unsafe`, knows no GPU
//! and no browser, and never panics on input: every refusal is an error with a stable code.
//!
//! | module | what it does |
//! |---|---|
//! | [`limits`] | every cap in one place, each with its reason |
//! | [`error`] | the shape of a refusal: code, place, sentence, hint |
//! | [`seq`] | file bytes → records, warnings and refusals |
//! | [`reader`] | any file of sequences or domains → records of one kind |
//! | [`token`] | letters → token ids |
//! | [`weights`] | checkpoint bytes → checked tensors, one at a time |
//! | [`mutant`] | all single mutants of a protein |
//! | [`matrix`] | a row-major matrix of f32 |
//! | [`amino_acids`] | the 20 amino acids |
//! | [`analysis`] | analyses of a matrix of embeddings |
//! | [`codon`] | coding sequences: usage, sampling, mutants |
//! | [`granularity`] | what a model or a file reads: proteins, DNA, protein domains |
//! | [`grain`] | one file, several granularities: clusters, proteins, coding sequences |
//! | [`join`] | embeddings of the same thing side by side; chosen positions |
//! | [`progress`] | how far a computation is, and whether it goes on |
//! | [`export`] | rows → `.npy`, `.csv`, `.safetensors` |
//! | [`table`] | `.npy`, `.csv`, `.tsv`, `.safetensors` → rows |

pub mod amino_acids;
pub mod analysis;
pub mod codon;
mod delimited;
pub mod error;
pub mod export;
pub mod grain;
pub mod granularity;
pub mod join;
pub mod limits;
mod math;
pub mod matrix;
pub mod mutant;
pub mod progress;
mod random;
pub mod reader;
pub mod seq;
pub mod table;
pub mod token;
pub mod weights;
