//! Analyses of a matrix of embeddings.
//!
//! Pure functions of a [`View`](crate::matrix::View). Nearly all sums are f64, and all are in a fixed order and
//! without fused instructions, so that the same numbers give the same answer on every machine and in wasm. Long
//! computations report to a [`Progress`](crate::progress::Progress), which can cancel them.
//!
//! | function | answers |
//! |---|---|
//! | [`probe`] | how much of a label can a small model read from the rows? |
//! | [`evaluation`] | on which rows, how well, and how surely? |
//! | [`baseline`] | simple features to compare a score with |
//! | [`pca()`] | in which few directions do the rows differ most? |
//! | [`cka()`], [`cka_layers`] | do two embeddings have the same structure? with [`cka_test`], [`CkaStream`] |
//! | [`knn()`] | which rows are nearest to each row? with [`purity`], [`overlap`], [`regress`], [`number_likeness`], [`transfer`] |
//! | [`mutual_knn`] | do two embeddings have the same neighbours, more than randomly paired rows? |
//! | [`neighbourhoods`] | what do neighbouring mutants share? |
//! | [`Umap`], [`Tsne`] | which map keeps neighbours together? |
//! | [`quality()`], [`silhouette`], [`procrustes()`] | how much of the space does a map keep? are two maps alike? |
//! | [`sequence_clusters()`] | which sequences are so alike that they belong on the same side of a split? |
//! | [`standardise`] | the same rows with every column on one scale |
//! | [`labels`] | words → class codes |

pub mod baseline;
mod cka;
mod error;
pub mod evaluation;
mod gemm;
mod gram;
mod knn;
pub mod labels;
mod mutual_knn;
mod neighbourhood;
mod pca;
mod permutation_null;
pub mod probe;
mod procrustes;
mod quality;
mod sequence_clusters;
mod standardise;
mod tile_pairs;
mod tsne;
mod umap;
mod unit_permutations;

pub use cka::{
    Bandwidth, Cka, CkaMatrix, CkaStream, CkaTest, CkaTestOptions, Kernel, KernelKind, LayerBatch, LayerSums,
    Quotient, Value, cka, cka_batches, cka_layers, cka_test, cka_test_with,
};
pub use error::AnalysisError;
pub use gram::{CpuGram, Gram};
pub use knn::{
    ClassPurity, Metric, Neighbours, NumberLikeness, Overlap, Purity, Search, Transfer, Weighting,
    chance_overlap, knn, knn_of, number_likeness, overlap, purity, purity_of_units, regress, transfer,
    with_next,
};
pub use mutual_knn::{MutualKnn, mutual_knn, mutual_knn_of_units};
pub use neighbourhood::{Neighbourhood, Substitution, neighbourhoods};
pub use pca::{Pca, pca};
pub use permutation_null::{PermutationNull, permutation_p};
pub use procrustes::{Procrustes, procrustes};
pub use quality::{NeighbourPreservation, quality, quality_of, sampled_rows, silhouette, silhouette_of};
pub use sequence_clusters::{DNA_WORD, PROTEIN_WORD, SequenceClusters, sequence_clusters};
pub use standardise::standardise;
pub use tile_pairs::TilePair;
pub use tsne::{Tsne, TsneOptions};
pub use umap::{Umap, UmapOptions};
