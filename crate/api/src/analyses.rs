//! One file per question: what is asked, what is answered, and how.

pub mod align;
pub mod back_translate;
pub mod cka;
pub mod cka_evolution;
pub mod cka_test;
pub mod codon_frequencies;
pub mod codons;
pub mod export_table;
mod fasta;
pub mod feature_rows;
pub mod join;
pub mod kmers;
pub mod map;
pub mod mutants;
pub mod mutual_knn;
pub mod neighbourhood;
pub mod neighbours;
pub mod overlap;
pub mod positions;
pub mod predict;
pub mod probe;
pub mod purity;
pub mod random_features;
pub mod random_vectors;
pub mod sample_codons;
pub mod skip_gram;
